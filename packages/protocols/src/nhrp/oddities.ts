/**
 * What a sender must not do, though everybody understands it: reserved bits, lengths that do not fit the address
 * family, extensions twice or with the wrong compulsory bit. Noted for a witness, once the packet is read; a decoder
 * does not look. RFC 2332 §5.2 and §5.3.
 */
import { type Address, expert, type Field, sizeOfAddress } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Cie, sizeOfCie } from './cie.ts'
import type { AnyExtensionCodec, Extension } from './extensions/extension.ts'
import { longFormType } from './fixed-part.ts'
import type { Nhrp } from './message.ts'

const unknownVersion: Field = expert('nhrp.hdr.version.unknown', 'Version is not 1', 'warning')
const unknownType: Field = expert('nhrp.hdr.op.type.unknown', 'Unknown packet type', 'warning')
const strayHeader: Field = expert(
  'nhrp.hdr.pro.snap.unexpected',
  'Protocol in SNAP form is not zero beside a protocol type',
  'warning',
)
const needlessHeader: Field = expert(
  'nhrp.hdr.pro.snap.needless',
  'Protocol in SNAP form that has an Ethertype',
  'warning',
)
const reservedTypeBit: Field = expert('nhrp.tl.reserved', 'Reserved bit of a type and length is set', 'warning')
const oddLength: Field = expert(
  'nhrp.address_length.unexpected',
  'Address length does not fit the address family',
  'warning',
)
const reservedFlags: Field = expert('nhrp.flags.reserved', 'Reserved flags are set', 'warning')
const unusedSet: Field = expert('nhrp.unused.nonzero', 'Unused octets are not zero', 'warning')
const longPrefix: Field = expert('nhrp.prefix.too_long', 'Prefix is longer than the address', 'warning')
const longEnd: Field = expert('nhrp.ext.end.nonempty', 'The End extension has a value', 'warning')
const again: Field = expert('nhrp.ext.duplicate', 'Extension was there before', 'warning')
const wrongCompulsory: Field = expert('nhrp.ext.c.unexpected', 'Compulsory flag is not as this type has it', 'note')
const reservedSet: Field = expert('nhrp.ext.u.nonzero', 'Reserved flag is set', 'warning')
const oddKey: Field = expert('nhrp.auth_ext.key.odd', 'Password is not 1 to 8 printable characters', 'warning')

export const oddityFields: readonly Field[] = [
  unknownVersion,
  unknownType,
  strayHeader,
  needlessHeader,
  reservedTypeBit,
  oddLength,
  reservedFlags,
  unusedSet,
  longPrefix,
  longEnd,
  again,
  wrongCompulsory,
  reservedSet,
  oddKey,
]

/** Where things stand in a packet: octets from its first. */
const place = { protocol: 4, version: 16, type: 17, nbma: 18, subaddress: 19, lengths: 20, flags: 22, addresses: 28 }
const inEntry = { prefix: 1, unused: 2, nbma: 8, subaddress: 9, protocolLength: 10 }
const extensionHead = 4

/** Octets of an address, by family: of NBMA addresses, and of protocol types (RFC 2332 §5.2.1). */
const familySizes: ReadonlyMap<number, number> = new Map([
  [1, 4],
  [2, 16],
])
const protocolSizes: ReadonlyMap<number, number> = new Map([
  [0x0800, 4],
  [0x86dd, 16],
])

/** The flags that mean something, Cisco's NAT bit among them, by packet type; nobody knows those of other types. */
const knownFlags: readonly number[] = [0xffff, 0xf802, 0xf802, 0x8002, 0x8002, 0x8002, 0x8002]

/** Notes what is odd about the packet that begins at `start`; its extensions are those of `codecs`. */
export function noteOddities(c: PacketCursor, start: number, packet: Nhrp, codecs: readonly AnyExtensionCodec[]): void {
  noteHeader(c, start, packet)
  const sizes = [packet.sourceNbma, packet.sourceSubaddress, packet.sourceProtocol, packet.destinationProtocol]
  let at = start + place.addresses + sizes.reduce<number>((sum, address) => sum + sizeOfAddress(address), 0)
  if ('quote' in packet) at += packet.quote.length
  else {
    at = noteEntries(c, at, packet.entries, packet)
    at += packet.leftover.length
  }
  noteExtensions(c, at, packet, codecs)
}

function noteHeader(c: PacketCursor, start: number, packet: Nhrp): void {
  const { protocolType, snapOui, snapPid, version, type } = packet
  if (version !== 1) c.note(unknownVersion, `Version is ${version}, not 1`, start + place.version, 1)
  if (type === 0 || type > 8) c.note(unknownType, `Unknown packet type ${type}`, start + place.type, 1)
  if (protocolType !== longFormType && (snapOui !== 0 || snapPid !== 0)) {
    c.note(strayHeader, strayHeader.label, start + place.protocol, 5)
  }
  if (protocolType === longFormType && snapOui === 0)
    c.note(needlessHeader, needlessHeader.label, start + place.protocol, 5)
  const family = familySizes.get(packet.addressFamily)
  noteTypeLength(c, start + place.nbma, packet.sourceNbmaType, packet.sourceNbma, family)
  noteTypeLength(c, start + place.subaddress, packet.sourceSubaddressType, packet.sourceSubaddress, undefined)
  const protocol = protocolSizes.get(protocolType)
  noteLength(c, start + place.lengths, packet.sourceProtocol, protocol)
  noteLength(c, start + place.lengths + 1, packet.destinationProtocol, protocol)
  if ('unused' in packet) {
    if (packet.unused !== 0) c.note(unusedSet, unusedSet.label, start + place.flags, 2)
    if ('unused2' in packet && packet.unused2 !== 0) c.note(unusedSet, unusedSet.label, start + place.flags + 4, 2)
    return
  }
  const reserved = packet.flags & ~(knownFlags[type] ?? 0xffff)
  if (reserved !== 0) {
    c.note(reservedFlags, `Reserved flags 0x${reserved.toString(16).padStart(4, '0')} are set`, start + place.flags, 2)
  }
}

/** Bit 7 is zero (RFC 2332 §5.2.1); the type of a packet is in bits 7 and 6. */
function noteTypeLength(
  c: PacketCursor,
  at: number,
  type: number,
  address: Address | undefined,
  expected: number | undefined,
): void {
  if ((type & 2) !== 0) c.note(reservedTypeBit, reservedTypeBit.label, at, 1)
  noteLength(c, at, address, expected)
}

/** No address is an answer, too. */
function noteLength(c: PacketCursor, at: number, address: Address | undefined, expected: number | undefined): void {
  const size = sizeOfAddress(address)
  if (expected === undefined || size === 0 || size === expected) return
  c.note(oddLength, `Address of ${size} octets, not ${expected}`, at, 1)
}

/** Gives where the entries end. */
function noteEntries(c: PacketCursor, from: number, entries: readonly Cie[], packet: Nhrp): number {
  const family = familySizes.get(packet.addressFamily)
  const protocol = protocolSizes.get(packet.protocolType)
  let at = from
  for (const entry of entries) {
    if (entry.unused !== 0) c.note(unusedSet, unusedSet.label, at + inEntry.unused, 2)
    // An entry without an address speaks of the header's (RFC 2332 §5.2.0.1).
    const bits = 8 * (sizeOfAddress(entry.protocol) || sizeOfAddress(packet.sourceProtocol))
    if (entry.prefixLength > bits && entry.prefixLength !== 0xff && bits > 0) {
      c.note(longPrefix, `Prefix of ${entry.prefixLength} bits, address of ${bits}`, at + inEntry.prefix, 1)
    }
    noteTypeLength(c, at + inEntry.nbma, entry.nbmaType, entry.nbma, family)
    noteTypeLength(c, at + inEntry.subaddress, entry.subaddressType, entry.subaddress, undefined)
    noteLength(c, at + inEntry.protocolLength, entry.protocol, protocol)
    at += sizeOfCie(entry)
  }
  return at
}

/** Types that must be understood, by number; the others that are known must not be (RFC 2332 §5.3). */
const compulsory: ReadonlySet<number> = new Set([0, 3, 4, 5, 7, 10])
const optional: ReadonlySet<number> = new Set([8, 9])
/** The only type that may come more than once (RFC 2332 §5.3.5). */
const vendorPrivate = 8

function noteExtensions(c: PacketCursor, from: number, packet: Nhrp, codecs: readonly AnyExtensionCodec[]): void {
  const seen = new Set<number>()
  let at = from
  for (const one of packet.extensions) {
    const codec = codecs.find(({ kind }) => kind === one.kind)
    const type = one.kind === 'unrecognised' ? one.type : (codec?.type ?? -1)
    const length = c.view.getUint16(at + 2)
    if (one.compulsory ? optional.has(type) : compulsory.has(type))
      c.note(wrongCompulsory, wrongCompulsory.label, at, 2)
    if (one.reserved) c.note(reservedSet, reservedSet.label, at, 2)
    if (seen.has(type) && type !== vendorPrivate) c.note(again, `Extension of type ${type} was there before`, at, 2)
    seen.add(type)
    noteValue(c, at + extensionHead, one, packet, length)
    at += extensionHead + length
  }
}

function noteValue(c: PacketCursor, at: number, one: Extension, packet: Nhrp, length: number): void {
  if (one.kind === 'end' && length > 0) c.note(longEnd, longEnd.label, at, length)
  if ('entries' in one) noteEntries(c, at, one.entries, packet)
  if (one.kind !== 'authentication' || one.form !== 'cleartext') return
  const printable = one.key.every(octet => octet >= 0x20 && octet < 0x7f)
  if (one.key.length === 0 || !printable) c.note(oddKey, oddKey.label, at + 4, one.key.length)
}
