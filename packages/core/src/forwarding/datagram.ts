/** IP packets in passing: the few fields forwarding needs, read where they lie and rewritten in place (RFC 1624). */
import { ipv4Header } from '@dmvpn/protocols'
import { checksumOf, type Ipv6, updateChecksum } from '@dmvpn/wire'
import type { Ip } from '../settings.ts'

const { lens } = ipv4Header

/** A received packet with its view: made once per packet. */
export interface Datagram {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly version: 4 | 6
  readonly source: Ip
  readonly destination: Ip
  /** The protocol carried; for IPv6 the first next header. */
  readonly protocol: number
  readonly headerLength: number
}

/** The packet in `bytes`, cut to the length it claims; undefined where it is none or its header is broken. */
export function datagramOf(bytes: Uint8Array): Datagram | undefined {
  if (bytes.length < 20) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const version = bytes[0]! >>> 4
  if (version === 4) return ipv4Datagram(bytes, view)
  return version === 6 && bytes.length >= 40 ? ipv6Datagram(bytes, view) : undefined
}

function ipv4Datagram(bytes: Uint8Array, view: DataView): Datagram | undefined {
  const headerLength = 4 * (bytes[0]! & 15)
  const length = view.getUint16(2)
  if (headerLength < 20 || length < headerLength || length > bytes.length) return undefined
  if (checksumOf(view, 0, headerLength) !== 0) return undefined
  return {
    bytes: length === bytes.length ? bytes : bytes.subarray(0, length),
    view,
    version: 4,
    source: view.getUint32(12),
    destination: view.getUint32(16),
    protocol: bytes[9]!,
    headerLength,
  }
}

function ipv6Datagram(bytes: Uint8Array, view: DataView): Datagram | undefined {
  const length = 40 + view.getUint16(4)
  if (length > bytes.length) return undefined
  return {
    bytes: length === bytes.length ? bytes : bytes.subarray(0, length),
    view,
    version: 6,
    source: wide(view, 8),
    destination: wide(view, 24),
    protocol: bytes[6]!,
    headerLength: 40,
  }
}

function wide(view: DataView, at: number): Ipv6 {
  return (view.getBigUint64(at) << 64n) | view.getBigUint64(at + 8)
}

export function ttlOf(packet: Datagram): number {
  return packet.bytes[packet.version === 4 ? 8 : 7]!
}

/** Takes one from the time to live, and mends the checksum. The packet must be the router's own copy. */
export function decrementTtl(packet: Datagram): void {
  const { view } = packet
  if (packet.version === 6) {
    view.setUint8(7, view.getUint8(7) - 1)
    return
  }
  const before = view.getUint16(8)
  view.setUint16(8, before - 0x100)
  lens.checksum.write(view, 0, updateChecksum(lens.checksum.read(view, 0), before, before - 0x100))
}

/** The octet of the differentiated services field. */
export function servicesOf(packet: Datagram): number {
  return packet.version === 4 ? packet.bytes[1]! : ((packet.bytes[0]! & 15) << 4) | (packet.bytes[1]! >>> 4)
}

/** Puts one IPv4 address of a packet in place of another and mends the header's checksum: what address translation does. */
export function rewriteAddress(bytes: Uint8Array, field: 'source' | 'destination', from: Ip, to: Ip): void {
  const packet = datagramOf(bytes)
  if (packet === undefined || packet[field] !== from || typeof from !== 'number' || typeof to !== 'number') return
  const { view } = packet
  const high = updateChecksum(lens.checksum.read(view, 0), from >>> 16, to >>> 16)
  lens.checksum.write(view, 0, updateChecksum(high, from & 0xffff, to & 0xffff))
  lens[field].write(view, 0, to)
}
