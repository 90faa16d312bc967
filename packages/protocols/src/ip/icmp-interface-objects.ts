/** What ICMP extensions say of interfaces: RFC 5837 §4 and RFC 8335 §2.1. Shown to a witness. */
import {
  bits,
  type Field,
  field,
  flag,
  type Ipv4,
  type Ipv6,
  ipv4,
  ipv6,
  type Layout,
  layout,
  names,
  type Outline,
  opaque,
  readIpv6,
  u8,
  u16,
  u32,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'

const present = { truth: ['Present', 'Not Present'] } as const
interface InterfaceFlags {
  readonly role: number
  readonly reserved: number
  readonly index: boolean
  readonly address: boolean
  readonly name: boolean
  readonly mtu: boolean
}
/** The C-type of an interface information object says what it holds. */
const interfaceFlags: Layout<InterfaceFlags> = layout<InterfaceFlags>('icmp.int_info', 'Interface information', {
  role: bits(2, 'icmp.int_info.role', 'Interface Role', {
    names: names({
      0: 'IP interface upon which datagram arrived',
      1: 'sub-IP component of an IP interface upon which datagram arrived',
      2: 'IP interface through which datagram would be forwarded',
      3: 'IP next-hop to which datagram would be forwarded',
    }),
  }),
  reserved: bits(2, 'icmp.int_info.reserved', 'Reserved'),
  index: flag('icmp.int_info.ifindex', 'ifIndex'),
  address: flag('icmp.int_info.ipaddr', 'IP Address', present),
  name: flag('icmp.int_info.name_present', 'Interface Name', present),
  mtu: flag('icmp.int_info.mtu_present', 'MTU', present),
})
const interfaceIndex: Layout<{ readonly index: number }> = layout('icmp.int_info', 'Interface index', {
  index: u32('icmp.int_info.index', 'Interface Index'),
})
const addressStart: Layout<{ readonly family: number; readonly reserved: Uint8Array }> = layout(
  'icmp.int_info',
  'IP Address Sub-Object',
  {
    family: u16('icmp.int_info.afi', 'Address Family Identifier'),
    reserved: opaque(2, 'icmp.reserved', 'Reserved'),
  },
)
const interfaceIpv4: Layout<{ readonly address: Ipv4 }> = layout('icmp.int_info', 'Address', {
  address: ipv4('icmp.int_info.ipv4', 'Source'),
})
const interfaceIpv6: Layout<{ readonly address: Ipv6 }> = layout('icmp.int_info', 'Address', {
  address: ipv6('icmp.int_info.ipv6', 'Source'),
})
const nameLength: Layout<{ readonly length: number }> = layout('icmp.int_info', 'Interface Name Sub-Object', {
  length: u8('icmp.int_info.name_length', 'Name Length'),
})
const interfaceName: Field = field('icmp.int_info.name', 'Name', 'string')
const interfaceMtu: Layout<{ readonly mtu: number }> = layout('icmp.int_info', 'MTU', {
  mtu: u32('icmp.int_info.mtu', 'Maximum Transmission Unit'),
})

/** RFC 8335 §2.1. */
const identityName: Field = field('icmp.int_ident.name', 'Name', 'string')
const identityIndex: Layout<{ readonly index: number }> = layout('icmp.int_ident', 'Interface index', {
  index: u32('icmp.int_ident.index', 'Interface Index'),
})
const identityAddress: Layout<{
  readonly family: number
  readonly length: number
  readonly reserved: Uint8Array
}> = layout('icmp.int_ident', 'Interface address', {
  family: u16('icmp.int_ident.afi', 'Address Family Identifier'),
  length: u8('icmp.int_ident.addr_length', 'Address Length'),
  reserved: opaque(1, 'icmp.int_ident.reserved', 'Reserved'),
})
const identityFaces = {
  ipv4: field('icmp.int_ident.ipv4', 'Address', 'ipv4'),
  ipv6: field('icmp.int_ident.ipv6', 'Address', 'ipv6'),
  bytes: field('icmp.int_ident.address', 'Address', 'bytes'),
}

export const interfaceObjectFields: readonly (Outline | Field)[] = [
  interfaceFlags,
  interfaceIndex,
  addressStart,
  interfaceIpv4,
  interfaceIpv6,
  nameLength,
  interfaceName,
  interfaceMtu,
  identityName,
  identityIndex,
  identityAddress,
  identityFaces.ipv4,
  identityFaces.ipv6,
  identityFaces.bytes,
]

/** The interface a message arrived on, or would leave by; the C-type in front of the cursor says what is there. */
export function showInterface(c: PacketCursor, end: number): void {
  const flags = interfaceFlags.read(c.view, c.at - 1)
  c.below()
  if (c.witness !== undefined) c.witness.rows(interfaceFlags, c.at - 1, 1)
  c.close()
  if (flags.index && end - c.at >= 4) c.take(interfaceIndex)
  if (flags.address && end - c.at >= 8) {
    c.open('IP Address Sub-Object')
    const { family } = c.take(addressStart)
    if (family === 1) c.take(interfaceIpv4)
    else if (family === 2 && end - c.at >= 16) c.take(interfaceIpv6)
    c.close()
  }
  if (flags.name && end > c.at) {
    c.open('Interface Name Sub-Object')
    const { length } = c.take(nameLength)
    showName(c, interfaceName, Math.min(Math.max(length - 1, 0), end - c.at))
    c.close()
  }
  if (flags.mtu && end - c.at >= 4) c.take(interfaceMtu)
}

/** The interface an extended echo asks about. */
export function showIdentity(c: PacketCursor, type: number, end: number): void {
  if (type === 1) showName(c, identityName, end - c.at)
  else if (type === 2 && end - c.at >= 4) c.take(identityIndex)
  else if (type === 3 && end - c.at >= 4) {
    const { family, length } = c.take(identityAddress)
    const size = Math.min(length, end - c.at)
    const { at } = c
    if (family === 1 && size === 4) c.show(identityFaces.ipv4, c.view.getUint32(at), at, 4)
    else if (family === 2 && size === 16) c.show(identityFaces.ipv6, readIpv6(c.view, at), at, 16)
    else c.show(identityFaces.bytes, c.bytes.subarray(at, at + size), at, size)
    c.at += size
  }
}

/** A name that zeros may fill up. */
function showName(c: PacketCursor, of: Field, size: number): void {
  const text = String.fromCharCode(...c.bytes.subarray(c.at, c.at + size))
  c.show(of, text.replace(/\0[^]*$/, ''), c.at, size)
  c.at += size
}
