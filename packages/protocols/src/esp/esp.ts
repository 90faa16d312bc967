/**
 * IP Encapsulating Security Payload, RFC 4303 §2. What follows the sequence number is ciphertext: only a session that
 * knows the security association reads on.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |               Security Parameters Index (SPI)                 |
 *  |                      Sequence Number                          |
 */
import { type Layout, layout, u32 } from '@dmvpn/wire'
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

export const esp: Protocol<Esp> = protocol<Esp>({
  name: 'esp',
  label: 'Encapsulating Security Payload',
  short: 'ESP',
  over: [
    { table: 'ip.proto', key: 50 },
    { table: 'udpencap', key: 1 },
  ],
  fields: [header, ...espOpenedFields],
  // RFC 4303 §2.1: values up to 255 are reserved.
  defaults: { spi: 0x100, sequence: 1 },
  info: (s, packet) => {
    s.text('ESP (SPI=0x').hex(packet.spi, 8).text(')')
  },

  walk(c) {
    const packet = c.take(header)
    c.carries('esp', 0)
    c.spans()
    return packet
  },

  size: () => header.size,

  write(w, packet) {
    w.put(header, packet)
  },
})
