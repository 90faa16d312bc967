/**
 * IP Encapsulating Security Payload, RFC 4303 §2. What follows the sequence number is ciphertext: only a session that
 * knows the security association reads on.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |               Security Parameters Index (SPI)                 |
 *  |                      Sequence Number                          |
 */
import { expert, type Field, type Layout, Literal, layout, u32 } from '@dmvpn/wire'
import { type Protocol, protocol } from '../protocol.ts'
import { espOpenedFields } from './opened-fields.ts'

export interface Esp {
  readonly spi: number
  /** With extended sequence numbers, the low half. */
  readonly sequence: number
}

const header: Layout<Esp> = layout<Esp>('esp', 'Encapsulating Security Payload', {
  spi: u32('esp.spi', 'ESP SPI', { base: 'hex-dec' }),
  sequence: u32('esp.sequence', 'ESP Sequence'),
})

/** The first SPI that a security association may have; those below are reserved (RFC 4303 §2.1). */
const leastSpi = 0x100
const reservedSpi: Field = expert('esp.spi.reserved', 'SPI is one of the reserved ones', 'warning')
const zeroSequence: Field = expert('esp.sequence.zero', 'Sequence number is 0', 'warning')

const { lens } = header
const spiText = new Literal('ESP (SPI=0x')

export const esp: Protocol<Esp> = protocol<Esp>({
  name: 'esp',
  label: 'Encapsulating Security Payload',
  short: 'ESP',
  over: [
    { table: 'ip.proto', key: 50 },
    { table: 'udpencap', key: 1 },
  ],
  fields: [header, reservedSpi, zeroSequence, ...espOpenedFields],
  defaults: { spi: leastSpi, sequence: 1 },
  info: (s, packet) => {
    s.put(spiText).hex(packet.spi, 8).byte(0x29)
  },
  isQuiet: (view, at) => lens.spi.read(view, at) >= leastSpi && lens.sequence.read(view, at) !== 0,

  walk(c) {
    const at = c.at
    const packet = header.read(c.view, c.pass(header))
    if (c.witness !== undefined && packet.spi < leastSpi) c.note(reservedSpi, `SPI ${packet.spi} is reserved`, at, 4)
    // RFC 4303 §2.2: the first packet of an association has number 1. With extended numbers the low half may be 0.
    if (c.witness !== undefined && packet.sequence === 0) c.note(zeroSequence, zeroSequence.label, at + 4, 4)
    c.carries('esp', 0)
    c.spans()
    return packet
  },

  size: () => header.size,

  write(w, packet) {
    w.put(header, packet)
  },
})
