/**
 * The two IPv6 extension headers that hold options have one form, RFC 8200 §4.3 and §4.6.
 *
 *  |  Next Header  |  Hdr Ext Len  |    Options …
 */
import { type Field, generated, type Layout, layout, u8 } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'
import { ipv6, ipv6Info } from './ipv6.ts'
import { ipv6OptionFields, showIpv6Options } from './ipv6-options.ts'
import { ipProtocolNames } from './numbers.ts'
import { wholeUnits } from './whole-units.ts'

export interface Ipv6Options {
  readonly nextHeader: number
  /** Options as they stand on the wire, padding included: six octets, or a multiple of eight more. */
  readonly options: Uint8Array
}

interface Start {
  readonly nextHeader: number
  /** In units of eight octets, the first eight not counted. */
  readonly length: number
}

export interface OptionsHeader {
  readonly name: string
  readonly label: string
  /** The protocol number the header before it announces it by. */
  readonly number: number
  /** A look at the packet around, before the header is read. */
  begin?(c: PacketCursor): void
  readonly fields: readonly Field[]
}

export function optionsHeader(of: OptionsHeader): Protocol<Ipv6Options> {
  const start: Layout<Start> = layout<Start>(of.name, of.label, {
    nextHeader: u8(`${of.name}.nxt`, 'Next Header', { names: ipProtocolNames }),
    length: u8(`${of.name}.len`, 'Length'),
  })
  const octets: Field = generated(`${of.name}.len_oct`, 'Length', 'uint16', { unit: ' bytes' })
  const hopByHop = of.number === 0

  return protocol<Ipv6Options>({
    name: of.name,
    label: of.label,
    short: 'IPv6',
    over: [{ table: 'ip.proto', key: of.number }],
    fields: [start, octets, ...ipv6OptionFields, ...of.fields],
    defaults: { nextHeader: 59, options: Uint8Array.of(1, 4, 0, 0, 0, 0) },
    selects: { table: 'ip.proto', fact: 'nextHeader' },
    info: (s, packet) => ipv6Info(s, packet.nextHeader),

    walk(c) {
      const at = c.at
      of.begin?.(c)
      const { nextHeader, length } = c.take(start)
      const size = 8 * (length + 1) - start.size
      c.show(octets, size + start.size, at + 1, 1)
      const body = c.at
      if (c.witness !== undefined) {
        const hopLimit = c.frame.findLast(ipv6)?.hopLimit ?? 0
        showIpv6Options(c, Math.min(body + size, c.end), hopByHop, hopLimit)
        c.at = body
      }
      c.need(`${of.name}.len`, size)
      c.at = body + size
      c.carries('ip.proto', nextHeader)
      return { nextHeader, options: c.bytes.subarray(body, c.at) }
    },

    size: packet => start.size + packet.options.length,

    write(w, packet) {
      const units = wholeUnits(start.size + packet.options.length, 8, `${of.name}.len`)
      w.put(start, { nextHeader: packet.nextHeader, length: units - 1 })
      w.putBytes(packet.options)
    },
  })
}
