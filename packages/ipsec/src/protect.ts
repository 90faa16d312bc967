/** Whole IP packets under ESP or AH, in transport or tunnel mode, in UDP where the association says so. */
import { checksumWithout, type Ipv4, type Ipv6, Writer } from '@dmvpn/wire'
import type { SecurityAssociation } from './association.ts'
import { ahFixedLength, icvFieldLength, icvOf } from './authentication-header.ts'
import { type Datagram, datagramAt, isFragment, protocolNumber } from './datagram.ts'
import { halves, type SealOptions, sealEsp, spiOf, vector } from './seal.ts'
import { writeWord } from './transforms/transform.ts'

export interface ProtectOptions extends SealOptions {
  /** The outer header of tunnel mode, where it is not what the association and the inner header say. */
  readonly outer?: OuterHeader | undefined
}

export interface OuterHeader {
  readonly source?: Ipv4 | Ipv6
  readonly destination?: Ipv4 | Ipv6
  /** Hops left: 64 where left out. */
  readonly ttl?: number
  readonly identification?: number
}

/**
 * The IP packet that carries `datagram` under an association. Throws RangeError where `datagram` is no whole IPv4 or
 * IPv6 packet, is a fragment, or the association cannot seal.
 */
export function protect(association: SecurityAssociation, datagram: Uint8Array, options: ProtectOptions): Uint8Array {
  const inner = datagramAt(datagram, 0, datagram.length)
  if (inner === undefined || inner.length !== datagram.length) throw new RangeError('not a whole IPv4 or IPv6 packet')
  const tunnel = association.mode === 'tunnel'
  if (!tunnel && isFragment(datagram, inner))
    throw new RangeError('transport mode takes no fragments (RFC 4303 §3.3.4)')
  const header = tunnel
    ? outerHeader(association, datagram, inner, options.outer)
    : datagram.slice(0, inner.headerLength)
  const payload = tunnel ? datagram : datagram.subarray(inner.headerLength)
  const next = !tunnel ? inner.next : inner.version === 4 ? protocolNumber.ipv4 : protocolNumber.ipv6
  return association.protocol === 'ah'
    ? withAuthenticationHeader(association, header, payload, next, options)
    : withEsp(association, header, payload, next, options)
}

function withEsp(
  association: SecurityAssociation,
  header: Uint8Array,
  payload: Uint8Array,
  next: number,
  options: ProtectOptions,
): Uint8Array {
  const esp = sealEsp(association, payload, next, options)
  const { encapsulation } = association
  if (encapsulation === undefined) return assemble(header, protocolNumber.esp, [esp])
  // RFC 3948 §2.1: the checksum should be zero.
  const udp = new Writer(8)
  udp.putU16(encapsulation.sourcePort)
  udp.putU16(encapsulation.destinationPort)
  udp.putU16(8 + esp.length)
  udp.putU16(0)
  return assemble(header, protocolNumber.udp, [udp.bytes, esp])
}

function withAuthenticationHeader(
  association: SecurityAssociation,
  header: Uint8Array,
  payload: Uint8Array,
  next: number,
  options: ProtectOptions,
): Uint8Array {
  const { high, low } = halves(association, options.sequence)
  const icvLength = icvFieldLength(association)
  // RFC 4302 §2.6: the header is a multiple of 4 octets under IPv4, of 8 under IPv6.
  const unit = header[0]! >>> 4 === 6 ? 8 : 4
  const size = Math.ceil((ahFixedLength + icvLength) / unit) * unit
  const ah = new Uint8Array(size)
  ah[0] = next
  ah[1] = size / 4 - 2
  writeWord(ah, 4, spiOf(association))
  writeWord(ah, 8, low)
  if (association.integrity.algorithm === 'aes-gmac') ah.set(vector(options.iv, 8, 'AES-GMAC'), ahFixedLength)
  const bytes = assemble(header, protocolNumber.ah, [ah, payload])
  const ahAt = header.length
  const datagram = datagramAt(bytes, 0, bytes.length, protocolNumber.ah)!
  const whole = { bytes, ipBytes: bytes, ipAt: 0, datagram, ahAt, end: bytes.length }
  bytes.set(icvOf(whole, association, size - ahFixedLength, high), ahAt + ahFixedLength)
  return bytes
}

/** Header and payload together, the header's next protocol, length and checksum made true. */
function assemble(header: Uint8Array, next: number, parts: readonly Uint8Array[]): Uint8Array {
  const total = parts.reduce((sum, part) => sum + part.length, header.length)
  if (total > 0xffff) throw new RangeError(`an IP packet of ${total} octets, not at most 65535`)
  const w = new Writer(total)
  w.putBytes(header)
  for (const part of parts) w.putBytes(part)
  const { nextAt, version } = datagramAt(w.bytes, 0, total)!
  w.bytes[nextAt] = next
  if (version === 6) w.view.setUint16(4, total - 40)
  else {
    w.view.setUint16(2, total)
    w.view.setUint16(10, checksumWithout(w.view, 0, header.length, 10))
  }
  return w.bytes
}

/** RFC 4303 §3.3.3 and RFC 4301 §5.1.2: traffic class copied, everything else made anew. */
function outerHeader(
  { source, destination }: SecurityAssociation,
  datagram: Uint8Array,
  inner: Datagram,
  outer: OuterHeader = {},
): Uint8Array {
  const from = outer.source ?? source.exact
  const to = outer.destination ?? destination.exact
  if (from === undefined || to === undefined) throw new RangeError('tunnel mode needs both outer addresses')
  if (typeof from !== typeof to) throw new RangeError('outer addresses of two families')
  const services = inner.version === 4 ? datagram[1]! : ((datagram[0]! << 4) | (datagram[1]! >>> 4)) & 0xff
  const ttl = outer.ttl ?? 64
  if (typeof from === 'number') {
    const w = new Writer(20)
    w.putU16(0x4500 | services)
    w.putU16(0)
    w.putU16(outer.identification ?? 0)
    w.putU16(0)
    w.putU16(ttl << 8)
    w.putU16(0)
    w.putAddress(from)
    w.putAddress(to)
    return w.bytes
  }
  const w = new Writer(40)
  w.view.setUint32(0, (0x60000000 | (services << 20)) >>> 0)
  w.at = 6
  w.putU16(protocolNumber.esp * 256 + ttl)
  w.putAddress(from)
  w.putAddress(to)
  return w.bytes
}
