/**
 * The Point-to-Point Protocol, RFC 1661 §2, with or without the address and control octets of RFC 1662 §3.1 and with
 * its protocol number in one octet or two (RFC 1661 §6.5).
 *
 *  | Address (FF)  | Control (03)  |       Protocol (8 or 16)      |
 */
import { type Layout, layout, u8, u16 } from '@dmvpn/wire'
import { type Protocol, protocol } from '../protocol.ts'
import { pppProtocolNames } from './ppp-protocols.ts'

export interface Ppp {
  /** 0xFF, all stations; undefined where address and control are left out. */
  readonly address: number | undefined
  /** 0x03, unnumbered information; undefined where address and control are left out. */
  readonly control: number | undefined
  readonly protocol: number
  /** Whether the protocol number is sent in one octet. */
  readonly compressed: boolean
}

const framing: Layout<{ readonly address: number; readonly control: number }> = layout(
  'ppp',
  'Point-to-Point Protocol',
  {
    address: u8('ppp.address', 'Address', { base: 'hex' }),
    control: u8('ppp.control', 'Control', { base: 'hex' }),
  },
)
const format = { type: 'uint16', base: 'hex', names: pppProtocolNames } as const
const wide: Layout<{ readonly protocol: number }> = layout('ppp', 'PPP protocol', {
  protocol: u16('ppp.protocol', 'Protocol', format),
})
const narrow: Layout<{ readonly protocol: number }> = layout('ppp', 'PPP protocol', {
  protocol: u8('ppp.protocol', 'Protocol', format),
})

const allStations = 0xff

/** PPP numbers of what has an Ethertype, too. */
const etherTypes: ReadonlyMap<number, number> = new Map([
  [0x0021, 0x0800],
  [0x0057, 0x86dd],
  [0x0281, 0x8847],
  [0x0283, 0x8848],
])

export const ppp: Protocol<Ppp> = protocol<Ppp>({
  name: 'ppp',
  label: 'Point-to-Point Protocol',
  short: 'PPP',
  over: [
    { table: 'link', key: 9 },
    { table: 'link', key: 50 },
    { table: 'gre.proto', key: 0x880b },
    { table: 'pppoe.code', key: 0 },
    { table: 'sll.ltype', key: 7 },
  ],
  fields: [framing, wide, narrow],
  defaults: { address: undefined, control: undefined, protocol: 0x0021, compressed: false },
  selects: { table: 'ppp.protocol', fact: 'protocol' },
  column: packet => hex(packet.protocol),
  endpoints: () => ({ kind: 'none', source: undefined, destination: undefined }),
  info: (s, packet) => {
    s.text(`PPP ${pppProtocolNames.nameOf(packet.protocol) ?? 'Unknown'} (${hex(packet.protocol)})`)
  },

  walk(c) {
    // RFC 2516 §7: over Ethernet there is neither address nor control.
    const framed = c.left > 0 && c.bytes[c.at] === allStations && c.frame.layers.at(-1)?.protocol.name !== 'pppoes'
    const { address, control } = framed ? c.take(framing) : unframed
    const compressed = c.left > 0 && (c.bytes[c.at]! & 1) !== 0
    const { protocol: carried } = compressed ? c.take(narrow) : c.take(wide)
    const type = etherTypes.get(carried)
    if (type === undefined) c.carries('ppp.protocol', carried)
    else c.carries('ethertype', type)
    return { address, control, protocol: carried, compressed }
  },

  size: packet => (packet.address === undefined ? 0 : 2) + (packet.compressed ? 1 : 2),

  write(w, { address, control, protocol: carried, compressed }) {
    if (address !== undefined) w.put(framing, { address, control: control ?? 0x03 })
    w.put(compressed ? narrow : wide, { protocol: carried })
  },
})

const unframed = { address: undefined, control: undefined }

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`
}
