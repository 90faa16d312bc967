/**
 * IP Authentication Header, RFC 4302 §2.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |  Next Header  |  Payload Len  |          RESERVED             |
 *  |                 Security Parameters Index                     |
 *  |                    Sequence Number                            |
 *  |                Integrity Check Value …
 */
import { type Field, field, type Layout, layout, opaque, u8, u32 } from '@dmvpn/wire'
import { ahVerifiedFields } from '../esp/opened-fields.ts'
import { type Protocol, protocol } from '../protocol.ts'
import { ipProtocolNames } from './numbers.ts'
import { wholeUnits } from './whole-units.ts'

export interface Ah {
  readonly nextHeader: number
  /** Two octets. */
  readonly reserved: Uint8Array
  readonly spi: number
  readonly sequence: number
  /** The check value and its padding: a multiple of four octets. */
  readonly icv: Uint8Array
}

interface Start {
  readonly nextHeader: number
  /** In units of four octets, the first eight octets not counted. */
  readonly length: number
  readonly reserved: Uint8Array
  readonly spi: number
  readonly sequence: number
}

const start: Layout<Start> = layout<Start>('ah', 'Authentication Header', {
  nextHeader: u8('ah.next_header', 'Next header', { names: ipProtocolNames }),
  length: u8('ah.length', 'Length', { text: (length: number) => `${length} (${4 * (length + 2)} bytes)` }),
  reserved: opaque(2, 'ah.reserved', 'Reserved'),
  spi: u32('ah.spi', 'AH SPI', { base: 'hex' }),
  sequence: u32('ah.sequence', 'AH Sequence'),
})
const icv: Field = field('ah.icv', 'AH ICV', 'bytes')

export const ah: Protocol<Ah> = protocol<Ah>({
  name: 'ah',
  label: 'Authentication Header',
  short: 'AH',
  over: [{ table: 'ip.proto', key: 51 }],
  fields: [start, icv, ...ahVerifiedFields],
  defaults: { nextHeader: 59, reserved: new Uint8Array(2), spi: 0, sequence: 0, icv: new Uint8Array(12) },
  selects: { table: 'ip.proto', fact: 'nextHeader' },
  info: (s, packet) => {
    s.text('AH (SPI=0x').hex(packet.spi, 8).text(')')
  },

  walk(c) {
    const at = c.at
    const { nextHeader, length, reserved, spi, sequence } = c.take(start)
    const octets = 4 * (length + 2) - start.size
    if (octets < 0) c.malformed('ah.length', `is ${length}, less than the fixed part`, 'RFC 4302 §2.2', at + 1)
    const value = c.takeBytes(icv, octets)
    c.carries('ip.proto', nextHeader)
    return { nextHeader, reserved, spi, sequence, icv: value }
  },

  size: packet => start.size + packet.icv.length,

  write(w, packet) {
    w.put(start, { ...packet, length: wholeUnits(start.size + packet.icv.length, 4, 'ah.length') - 2 })
    w.putBytes(packet.icv)
  },
})
