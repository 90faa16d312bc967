/**
 * Linux' cooked capture, version 2 (LINKTYPE_LINUX_SLL2, 276): with the interface the packet was seen on.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |           Protocol            |       Reserved (zero)         |
 *  |                        Interface Index                        |
 *  |      ARPHRD_ Device Type      |  Packet Type  | Addr. Length  |
 *  |                    Sender's Address (8 octets)                |
 *  |                                                               |
 */
import { type Layout, type Lens, layout, u8, u16, u32, type Writer } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { carryCooked, linuxProtocol, packetTypeNames, walkSource, wordOf, writeSource } from './cooked-source.ts'
import { hardwareTypeNames } from './hardware-types.ts'
import type { LinuxCooked } from './linux-cooked.ts'

interface Cooked2 {
  readonly reserved: number
  readonly interfaceIndex: number
  readonly hardwareType: number
  readonly packetType: number
  readonly addressLength: number
}

/** What stands between the protocol and the address. */
export const cooked2: Layout<Cooked2> = layout<Cooked2>('sll', 'Linux cooked-mode capture', {
  reserved: u16('sll.reserved', 'Reserved', { base: 'hex' }),
  interfaceIndex: u32('sll.ifindex', 'Interface index'),
  hardwareType: u16('sll.hatype', 'Link-layer address type', { names: hardwareTypeNames }),
  packetType: u8('sll.pkttype', 'Packet type', { type: 'uint16', names: packetTypeNames }),
  addressLength: u8('sll.halen', 'Link-layer address length', { type: 'uint16' }),
})

export const cooked2LengthClaim: Lens<number> = cooked2.lens.addressLength.after(linuxProtocol.size)

/** Where the device type stands. */
const deviceAt = 8

export function walkCooked2(c: PacketCursor): LinuxCooked {
  // The device type, which stands behind the protocol number, says what that number means.
  const number = c.peek(linuxProtocol)?.protocol ?? 0
  const device = c.left >= deviceAt + 2 ? c.view.getUint16(c.at + deviceAt) : 0
  const { protocol: carried } = c.take(wordOf(device, number))
  const { reserved, interfaceIndex, hardwareType, packetType, addressLength } = c.take(cooked2)
  const { address, unused } = walkSource(c, addressLength)
  carryCooked(c, hardwareType, carried)
  return { packetType, hardwareType, address, unused, protocol: carried, interfaceIndex, reserved }
}

export function writeCooked2(w: Writer, packet: LinuxCooked, interfaceIndex: number): void {
  const { reserved, hardwareType, packetType, address } = packet
  w.put(linuxProtocol, packet)
  w.put(cooked2, { reserved, interfaceIndex, hardwareType, packetType, addressLength: address.length })
  writeSource(w, packet)
}
