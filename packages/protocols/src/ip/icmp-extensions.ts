/**
 * The extensions of ICMP messages, RFC 4884 §7: label stacks (RFC 4950), interfaces (RFC 5837, RFC 8335).
 * They are shown to a witness; the message keeps them as octets.
 *
 *  |Version|      (Reserved)       |           Checksum            |
 *  |            Length             |   Class-Num   |    C-Type     |  object …
 */
import {
  bits,
  checksumWithout,
  expert,
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
  u8,
  u16,
  u32,
} from '@dmvpn/wire'
import { checksumStatus, statusField } from '../checksum-status.ts'
import type { PacketCursor } from '../packet-cursor.ts'

const extension: Field = field('icmp.ext', 'ICMP Extensions', 'none')
const header: Layout<{ readonly version: number; readonly reserved: number }> = layout('icmp.ext', 'ICMP Extensions', {
  version: bits(4, 'icmp.ext.version', 'Version'),
  reserved: bits(12, 'icmp.ext.res', 'Reserved', { base: 'hex' }),
})
const checksumWord: Layout<{ readonly checksum: number }> = layout('icmp.ext', 'ICMP Extensions', {
  checksum: u16('icmp.ext.checksum', 'Checksum', { base: 'hex' }),
})
const status: Field = statusField('icmp.ext.checksum')
const badChecksum: Field = expert('icmp.ext.checksum_bad', 'Bad checksum', 'warning')

interface ObjectHeader {
  readonly length: number
  readonly class: number
  readonly type: number
}
const objectHeader: Layout<ObjectHeader> = layout<ObjectHeader>('icmp.ext', 'Object', {
  length: u16('icmp.ext.length', 'Length'),
  class: u8('icmp.ext.class', 'Class', {
    names: names({
      1: 'MPLS Label Stack Class',
      2: 'Interface Information Object',
      3: 'Interface Identification Object',
    }),
  }),
  type: u8('icmp.ext.ctype', 'C-Type'),
})
const data: Field = field('icmp.ext.data', 'Data', 'bytes')

interface LabelEntry {
  readonly label: number
  readonly experimental: number
  readonly bottom: boolean
  readonly ttl: number
}
const set = { truth: ['Set', 'Not set'] } as const
const labelEntry: Layout<LabelEntry> = layout<LabelEntry>('icmp.mpls', 'Label', {
  label: bits(20, 'icmp.mpls.label', 'Label'),
  experimental: bits(3, 'icmp.mpls.exp', 'Experimental', { type: 'uint24' }),
  bottom: flag('icmp.mpls.s', 'Stack bit', set),
  ttl: u8('icmp.mpls.ttl', 'Time to live'),
})
const labelRest: Field = field('icmp.mpls.data', 'Data', 'bytes')

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

export const icmpExtensionFields: readonly (Outline | Field)[] = [
  extension,
  header,
  checksumWord,
  status,
  badChecksum,
  objectHeader,
  data,
  labelEntry,
  labelRest,
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

/** Shows the extensions between the cursor and `end`. Odd ones are shown as octets; none stops the walk. */
export function showIcmpExtensions(c: PacketCursor, end: number): void {
  const start = c.at
  c.openField(extension, undefined)
  if (end - start >= header.size + checksumWord.size) {
    c.take(header)
    const { checksum } = c.take(checksumWord)
    showChecksumStatus(c, checksum, start, end)
  }
  while (end - c.at >= objectHeader.size) showObject(c, end)
  if (end > c.at) c.takeBytes(data, end - c.at)
  c.close('ICMP Multi-Part Extensions')
}

function showChecksumStatus(c: PacketCursor, checksum: number, start: number, end: number): void {
  const at = start + 2
  if (checksum === 0) return c.show(status, checksumStatus.notPresent, at, 2)
  const right = checksumWithout(c.view, start, end, at)
  if (right !== checksum) {
    c.note(badChecksum, `Bad checksum [should be 0x${right.toString(16).padStart(4, '0')}]`, at, 2)
  }
  c.show(status, right === checksum ? checksumStatus.good : checksumStatus.bad, at)
}

function showObject(c: PacketCursor, end: number): void {
  const start = c.at
  c.open('Object')
  const object = c.take(objectHeader)
  const objectEnd = Math.min(Math.max(start + object.length, c.at), end)
  const known = titles[object.class]
  if (object.class === 1 && object.type === 1) showLabels(c, objectEnd)
  else if (object.class === 2) showInterface(c, objectEnd)
  else if (object.class === 3) showIdentity(c, object.type, objectEnd)
  c.takeBytes(object.class === 1 && object.type === 1 ? labelRest : data, objectEnd - c.at)
  const bad = object.length < objectHeader.size
  const title = bad ? 'Object with bad length' : (known ?? `Unknown object (${object.class}/${object.type})`)
  c.close(start + object.length > end ? `${title} (truncated)` : title)
}

const titles: Readonly<Record<number, string>> = {
  1: 'MPLS Stack Entry',
  2: 'Interface Information Object',
  3: 'Interface Identification Object',
}

function showLabels(c: PacketCursor, end: number): void {
  while (end - c.at >= labelEntry.size) {
    c.open('Label')
    const { label, experimental, bottom, ttl } = c.take(labelEntry)
    c.close(`Label: ${label}, Exp: ${experimental}, S: ${bottom ? 1 : 0}, TTL: ${ttl}`)
  }
}

function showInterface(c: PacketCursor, end: number): void {
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

function showIdentity(c: PacketCursor, type: number, end: number): void {
  if (type === 1) showName(c, identityName, end - c.at)
  else if (type === 2 && end - c.at >= 4) c.take(identityIndex)
  else if (type === 3 && end - c.at >= 4) {
    const { family, length } = c.take(identityAddress)
    const size = Math.min(length, end - c.at)
    const { at } = c
    if (family === 1 && size === 4) c.show(identityFaces.ipv4, c.view.getUint32(at), at, 4)
    else if (family === 2 && size === 16) {
      c.show(identityFaces.ipv6, (c.view.getBigUint64(at) << 64n) | c.view.getBigUint64(at + 8), at, 16)
    } else c.show(identityFaces.bytes, c.bytes.subarray(at, at + size), at, size)
    c.at += size
  }
}

/** A name that zeros may fill up. */
function showName(c: PacketCursor, of: Field, size: number): void {
  const text = String.fromCharCode(...c.bytes.subarray(c.at, c.at + size))
  c.show(of, text.replace(/\0[^]*$/, ''), c.at, size)
  c.at += size
}
