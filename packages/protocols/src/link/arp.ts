/**
 * Address Resolution Protocol, RFC 826, for any sizes of addresses; RARP (RFC 903) and Inverse ARP (RFC 2390) are the
 * same header with other operations.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |         Hardware Type         |         Protocol Type         |
 *  | Hardware Size | Protocol Size |           Operation           |
 *  |    Sender Hardware Address, Sender Protocol Address,
 *  |    Target Hardware Address, Target Protocol Address …
 */
import { type Field, field, generated, type Ipv4, type Layout, layout, sizeOfAddress, u8, u16 } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'
import { columnOf, type Kind, kindOf, operationNames, titleOf, writeInfo } from './arp-operations.ts'
import { duplicateAddressFields } from './duplicate-address-fields.ts'
import { etherTypeNames } from './ether-types.ts'
import { hardwareTypeNames } from './hardware-types.ts'

export interface Arp {
  readonly hardwareType: number
  /** An Ethertype. */
  readonly protocolType: number
  readonly operation: number
  readonly senderHardware: Uint8Array
  /** An IPv4 address where the protocol is IPv4 and the size four, otherwise the octets. */
  readonly senderProtocol: Ipv4 | Uint8Array
  readonly targetHardware: Uint8Array
  readonly targetProtocol: Ipv4 | Uint8Array
}

interface Start {
  readonly hardwareType: number
  readonly protocolType: number
  readonly hardwareSize: number
  readonly protocolSize: number
  readonly operation: number
}

const start: Layout<Start> = layout<Start>('arp', 'Address Resolution Protocol', {
  hardwareType: u16('arp.hw.type', 'Hardware type', { names: hardwareTypeNames }),
  protocolType: u16('arp.proto.type', 'Protocol type', { base: 'hex', names: etherTypeNames }),
  hardwareSize: u8('arp.hw.size', 'Hardware size'),
  protocolSize: u8('arp.proto.size', 'Protocol size'),
  operation: u16('arp.opcode', 'Opcode', { names: operationNames }),
})

const gratuitous: Field = generated('arp.isgratuitous', 'Is gratuitous', 'boolean')
const probe: Field = generated('arp.isprobe', 'Is probe', 'boolean')
const announcement: Field = generated('arp.isannouncement', 'Is announcement', 'boolean')

interface Faces {
  readonly mac: Field
  readonly ax25: Field
  readonly hardware: Field
  readonly ipv4: Field
  readonly other: Field
}

function faces(which: 'src' | 'dst', who: string): Faces {
  return {
    mac: field(`arp.${which}.hw_mac`, `${who} MAC address`, 'ether'),
    ax25: field(`arp.${which}.hw_ax25`, `${who} AX.25 address`, 'bytes'),
    hardware: field(`arp.${which}.hw`, `${who} hardware address`, 'bytes'),
    ipv4: field(`arp.${which}.proto_ipv4`, `${who} IP address`, 'ipv4'),
    other: field(`arp.${which}.proto`, `${who} protocol address`, 'bytes'),
  }
}
const sender = faces('src', 'Sender')
const target = faces('dst', 'Target')

const ipv4Type = 0x0800

/** Ethernet and IEEE 802 have MAC addresses, AX.25 its own. */
function faceOfHardware(type: number, size: number, of: Faces): Field {
  if ((type === 1 || type === 6) && size === 6) return of.mac
  return type === 3 && size === 7 ? of.ax25 : of.hardware
}

const noMac = new Uint8Array(6)

export const arp: Protocol<Arp> = protocol<Arp>({
  name: 'arp',
  label: 'Address Resolution Protocol',
  short: 'ARP',
  over: [
    { table: 'ethertype', key: 0x0806 },
    { table: 'ethertype', key: 0x8035 },
    { table: 'gre.proto', key: 0x0806 },
  ],
  fields: [
    start,
    gratuitous,
    probe,
    announcement,
    ...Object.values(sender),
    ...Object.values(target),
    ...duplicateAddressFields,
  ],
  defaults: {
    hardwareType: 1,
    protocolType: ipv4Type,
    operation: 1,
    senderHardware: noMac,
    senderProtocol: 0,
    targetHardware: noMac,
    targetProtocol: 0,
  },
  title: (s, packet) => {
    s.text(`Address Resolution Protocol (${titleOf(packet, kindOfPacket(packet))})`)
  },
  column: packet => columnOf(packet.operation),
  info: (s, packet) => writeInfo(s, packet, kindOfPacket(packet)),

  walk(c) {
    const { hardwareType, protocolType, hardwareSize, protocolSize, operation } = c.take(start)
    const isIpv4 = protocolType === ipv4Type && protocolSize === 4
    if (c.witness !== undefined && isIpv4) showKind(c, operation, hardwareSize)
    const senderHardware = takeHardware(c, faceOfHardware(hardwareType, hardwareSize, sender), hardwareSize)
    const senderProtocol = takeProtocol(c, isIpv4 ? sender.ipv4 : sender.other, protocolSize, isIpv4)
    const targetHardware = takeHardware(c, faceOfHardware(hardwareType, hardwareSize, target), hardwareSize)
    const targetProtocol = takeProtocol(c, isIpv4 ? target.ipv4 : target.other, protocolSize, isIpv4)
    c.limit(0, 'arp.proto.size')
    return { hardwareType, protocolType, operation, senderHardware, senderProtocol, targetHardware, targetProtocol }
  },

  size: packet =>
    start.size +
    packet.senderHardware.length +
    sizeOfAddress(packet.senderProtocol) +
    packet.targetHardware.length +
    sizeOfAddress(packet.targetProtocol),

  /** Throws RangeError where sender and target have addresses of different sizes: the header has one size for both. */
  write(w, packet) {
    const { hardwareType, protocolType, operation, senderHardware, senderProtocol, targetHardware, targetProtocol } =
      packet
    const hardwareSize = senderHardware.length
    const protocolSize = sizeOfAddress(senderProtocol)
    if (targetHardware.length !== hardwareSize || sizeOfAddress(targetProtocol) !== protocolSize) {
      throw new RangeError('arp: sender and target have addresses of different sizes')
    }
    w.put(start, { hardwareType, protocolType, hardwareSize, protocolSize, operation })
    w.putBytes(senderHardware)
    w.putAddress(senderProtocol)
    w.putBytes(targetHardware)
    w.putAddress(targetProtocol)
  },
})

function takeHardware(c: PacketCursor, shown: Field, size: number): Uint8Array {
  c.need(shown.name, size)
  const octets = c.bytes.subarray(c.at, c.at + size)
  if (c.witness !== undefined && size > 0) {
    const value = shown.type === 'ether' ? c.view.getUint16(c.at) * 0x100000000 + c.view.getUint32(c.at + 2) : octets
    c.show(shown, value, c.at, size)
  }
  c.at += size
  return octets
}

function takeProtocol(c: PacketCursor, shown: Field, size: number, isIpv4: boolean): Ipv4 | Uint8Array {
  if (!isIpv4) return c.takeBytes(shown, size)
  c.need(shown.name, size)
  const address = c.view.getUint32(c.at)
  if (c.witness !== undefined) c.show(shown, address, c.at, size)
  c.at += size
  return address
}

/** What kind of packet this is, is said before its addresses: they are looked at ahead. */
function showKind(c: PacketCursor, operation: number, hardwareSize: number): void {
  if (c.left < 2 * (hardwareSize + 4)) return
  const targetAt = c.at + hardwareSize + 4
  const targetHardware = c.bytes.subarray(targetAt, targetAt + hardwareSize)
  const kind = kindOf(
    operation,
    c.view.getUint32(c.at + hardwareSize),
    targetHardware,
    c.view.getUint32(targetAt + hardwareSize),
  )
  if (kind === 'probe') c.show(probe, true)
  else if (kind !== 'plain') c.show(gratuitous, true)
  if (kind === 'announcement') c.show(announcement, true)
}

function kindOfPacket({ operation, senderProtocol, targetHardware, targetProtocol }: Arp): Kind {
  if (typeof senderProtocol !== 'number' || typeof targetProtocol !== 'number') return 'plain'
  return kindOf(operation, senderProtocol, targetHardware, targetProtocol)
}
