/**
 * Linux' cooked capture: what tcpdump writes for devices without a link header of their own, such as GRE tunnels, and
 * for `-i any`. Version 1 (LINKTYPE_LINUX_SLL, 113):
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |          Packet Type          |      ARPHRD_ Device Type      |
 *  |        Address Length         |                               |
 *  |                    Sender's Address (8 octets)                |
 *  |                               |           Protocol            |
 *
 * Version 2 (LINKTYPE_LINUX_SLL2, 276) is in `linux-cooked2.ts`.
 */
import { type Layout, layout, u16 } from '@dmvpn/wire'
import { type Endpoints, type Protocol, protocol } from '../protocol.ts'
import {
  type CookedSource,
  carryCooked,
  cookedColumn,
  cookedFields,
  linuxProtocol,
  packetTypeNames,
  showCookedTrailer,
  slotSize,
  walkSource,
  wordOf,
  writeSource,
} from './cooked-source.ts'
import { hardwareTypeNames } from './hardware-types.ts'
import { cooked2, cooked2LengthClaim, walkCooked2, writeCooked2 } from './linux-cooked2.ts'

export interface LinuxCooked extends CookedSource {
  /** 0 to us, 1 broadcast, 2 multicast, 3 to another host, 4 sent by us. */
  readonly packetType: number
  /** The device's ARPHRD_ number; 778 is a GRE tunnel, whose protocol is a GRE protocol type. */
  readonly hardwareType: number
  readonly protocol: number
  /** The capturing host's number of the interface, from 1; undefined in version 1, which has none. */
  readonly interfaceIndex: number | undefined
  /** Version 2's reserved octets, zero. */
  readonly reserved: number
}

interface Start {
  readonly packetType: number
  readonly hardwareType: number
  readonly addressLength: number
}

const start: Layout<Start> = layout<Start>('sll', 'Linux cooked-mode capture', {
  packetType: u16('sll.pkttype', 'Packet type', { names: packetTypeNames }),
  hardwareType: u16('sll.hatype', 'Link-layer address type', { names: hardwareTypeNames }),
  addressLength: u16('sll.halen', 'Link-layer address length'),
})

const version2 = 276
const nothing = new Uint8Array(0)

export const linuxCooked: Protocol<LinuxCooked> = protocol<LinuxCooked>({
  name: 'sll',
  label: 'Linux cooked-mode capture',
  short: 'SLL',
  over: [
    { table: 'link', key: 113 },
    { table: 'link', key: version2 },
  ],
  fields: [start, cooked2, ...cookedFields],
  defaults: {
    packetType: 0,
    hardwareType: 1,
    address: nothing,
    unused: nothing,
    protocol: 0x0800,
    interfaceIndex: undefined,
    reserved: 0,
  },
  claims: packet => ({
    addressLength: packet.interfaceIndex === undefined ? start.lens.addressLength : cooked2LengthClaim,
  }),
  title: (s, packet) => {
    s.text('Linux cooked capture v').dec(packet.interfaceIndex === undefined ? 1 : 2)
  },
  column: packet => cookedColumn(packet.hardwareType, packet.protocol),
  endpoints: senderOf,
  info: (s, packet) => {
    s.text(packetTypeNames.nameOf(packet.packetType) ?? 'Unknown')
  },

  walk(c) {
    if (c.reached === version2) return walkCooked2(c)
    const { packetType, hardwareType, addressLength } = c.take(start)
    const { address, unused } = walkSource(c, addressLength)
    const number = c.peek(linuxProtocol)?.protocol ?? 0
    const { protocol: carried } = c.take(wordOf(hardwareType, number))
    carryCooked(c, hardwareType, carried)
    return { packetType, hardwareType, address, unused, protocol: carried, interfaceIndex: undefined, reserved: 0 }
  },

  size: packet => linuxProtocol.size + (packet.interfaceIndex === undefined ? start.size : cooked2.size) + slotSize,

  write(w, packet) {
    const { packetType, hardwareType, address, interfaceIndex } = packet
    if (interfaceIndex !== undefined) return writeCooked2(w, packet, interfaceIndex)
    w.put(start, { packetType, hardwareType, addressLength: address.length })
    writeSource(w, packet)
    w.put(linuxProtocol, packet)
  },

  trail: c => showCookedTrailer(c),
})

/** A MAC or an IPv4 address by its length; nobody says whom the frame was sent to. */
function senderOf({ address }: LinuxCooked): Endpoints {
  const source = address.reduce((sum, octet) => sum * 256 + octet, 0)
  if (address.length === 6) return { kind: 'mac', source, destination: undefined }
  return { kind: 'ipv4', source: address.length === 4 ? source : undefined, destination: undefined }
}
