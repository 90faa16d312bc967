/** What both versions of Linux' cooked capture share: an address in a slot of eight octets, and a protocol number. */
import { type Field, field, type Layout, layout, type Names, names, u16, type Writer } from '@dmvpn/wire'
import { greProtocolNames } from '../gre/protocol-types.ts'
import type { PacketCursor } from '../packet-cursor.ts'
import { etherTypeNames } from './ether-types.ts'
import { greDevice } from './hardware-types.ts'
import { showTrailer, trailerField } from './trailer.ts'

export const packetTypeNames: Names = names({
  0: 'Unicast to us',
  1: 'Broadcast',
  2: 'Multicast',
  3: 'Unicast to another host',
  4: 'Sent by us',
})

const linkTypeNames: Names = names({
  0x0001: 'Raw 802.3',
  0x0003: 'Ethernet',
  0x0004: '802.2 LLC',
  0x0007: 'PPP (HDLC)',
  0x000c: 'CAN',
  0x000d: 'CAN FD',
  0x0017: 'IrDA LAP',
  0x00f5: 'ISI',
  0x00f6: 'IEEE 802.15.4',
})

/** Linux' own protocol numbers end here; Wireshark counts the first Ethertype, 0x0600, among them. */
const largestLinux = 0x0600

type ProtocolWord = Layout<{ readonly protocol: number }>

function protocolWord(name: string, values: Names): ProtocolWord {
  return layout('sll', 'Protocol', { protocol: u16(name, 'Protocol', { base: 'hex', names: values }) })
}

/** The protocol number under the three names Wireshark has for it: of Linux, of GRE, and Ethertypes. */
export const linuxProtocol: ProtocolWord = protocolWord('sll.ltype', linkTypeNames)
const greProtocol: ProtocolWord = protocolWord('sll.gretype', greProtocolNames)
const etherType: ProtocolWord = protocolWord('sll.etype', etherTypeNames)

const ethernetSource: Field = field('sll.src.eth', 'Source', 'ether')
const ipv4Source: Field = field('sll.src.ipv4', 'Source', 'ipv4')
const otherSource: Field = field('sll.src.other', 'Source', 'bytes')
const unused: Field = field('sll.unused', 'Unused', 'bytes')
const trailer: Field = trailerField('sll.trailer', 'Trailer')

export const cookedFields: readonly (Field | ProtocolWord)[] = [
  linuxProtocol,
  greProtocol,
  etherType,
  ethernetSource,
  ipv4Source,
  otherSource,
  unused,
  trailer,
]

/** Octets of the address slot. */
export const slotSize = 8

export interface CookedSource {
  /** The sender's link-layer address, at most eight octets: longer ones were cut by whoever captured. */
  readonly address: Uint8Array
  /** What fills the slot behind the address; left out, zeros. */
  readonly unused: Uint8Array
}

/** The slot, whose address claims `length` octets. */
export function walkSource(c: PacketCursor, length: number): CookedSource {
  const kept = Math.min(length, slotSize)
  const at = c.at
  c.need('sll.src.other', kept)
  const address = c.bytes.subarray(at, at + kept)
  if (c.witness !== undefined) {
    if (kept === 6) c.show(ethernetSource, c.view.getUint16(at) * 0x100000000 + c.view.getUint32(at + 2), at, 6)
    else if (kept === 4) c.show(ipv4Source, c.view.getUint32(at), at, 4)
    else if (kept > 0) c.show(otherSource, address, at, kept)
  }
  c.at = at + kept
  return { address, unused: c.takeBytes(unused, slotSize - kept) }
}

/** Throws RangeError where address and filling exceed the slot. */
export function writeSource(w: Writer, { address, unused: filling }: CookedSource): void {
  if (address.length + filling.length > slotSize) throw new RangeError('sll: the address slot has eight octets')
  const next = w.at + slotSize
  w.putBytes(address)
  w.putBytes(filling)
  w.at = next
}

/** Which of its names the protocol number of a frame of this device has. */
export function wordOf(hardwareType: number, protocol: number): ProtocolWord {
  if (hardwareType === greDevice) return greProtocol
  return protocol <= largestLinux ? linuxProtocol : etherType
}

export function carryCooked(c: PacketCursor, hardwareType: number, protocol: number): void {
  if (hardwareType === greDevice) c.carries('gre.proto', protocol)
  else c.carries(protocol <= largestLinux ? 'sll.ltype' : 'ethertype', protocol)
}

/** Octets behind the payload. */
export function showCookedTrailer(c: PacketCursor): void {
  showTrailer(c, trailer, 0)
}

/** The protocol column: the Ethertype where nobody knows it. */
export function cookedColumn(hardwareType: number, protocol: number): string {
  const typed = hardwareType !== greDevice && protocol > largestLinux
  return typed ? `0x${protocol.toString(16).padStart(4, '0')}` : 'SLL'
}
