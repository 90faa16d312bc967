/** IP packets in passing: the few fields forwarding needs, read where they lie and rewritten in place (RFC 1624). */
import { ipv4Header } from '@dmvpn/protocols'
import { fold, readIpv6, updateChecksum } from '@dmvpn/wire'
import type { Ip } from '../settings.ts'

const { lens } = ipv4Header

/** A received packet, its addresses read. */
export class Datagram {
  readonly bytes: Uint8Array
  readonly version: 4 | 6
  readonly source: Ip
  readonly destination: Ip
  /** The protocol carried; for IPv6 the first next header. */
  readonly protocol: number
  readonly headerLength: number
  private made: DataView | undefined = undefined

  constructor(bytes: Uint8Array, version: 4 | 6, source: Ip, destination: Ip, protocol: number, headerLength: number) {
    this.bytes = bytes
    this.version = version
    this.source = source
    this.destination = destination
    this.protocol = protocol
    this.headerLength = headerLength
  }

  /** Made when it is first asked for: most packets only pass. */
  get view(): DataView {
    this.made ??= viewOf(this.bytes)
    return this.made
  }
}

/** The packet in `bytes`, cut to the length it claims; undefined where it is none or its header is broken. */
export function datagramOf(bytes: Uint8Array): Datagram | undefined {
  if (bytes.length < 20) return undefined
  const version = bytes[0]! >>> 4
  if (version === 4) return ipv4Datagram(bytes)
  return version === 6 && bytes.length >= 40 ? ipv6Datagram(bytes) : undefined
}

function ipv4Datagram(bytes: Uint8Array): Datagram | undefined {
  if (!isWholeIpv4(bytes)) return undefined
  const length = shortAt(bytes, 2)
  const whole = length === bytes.length ? bytes : bytes.subarray(0, length)
  return new Datagram(whole, 4, wordAt(bytes, 12), wordAt(bytes, 16), bytes[9]!, 4 * (bytes[0]! & 15))
}

/** Whether an IPv4 packet is all there and its header's checksum right: summed as octets, for want of a view. */
function isWholeIpv4(bytes: Uint8Array): boolean {
  const headerLength = 4 * (bytes[0]! & 15)
  const length = shortAt(bytes, 2)
  if (headerLength < 20 || length < headerLength || length > bytes.length) return false
  let sum = 0
  for (let at = 0; at < headerLength; at += 2) sum += shortAt(bytes, at)
  return fold(sum) === 0xffff
}

/** The address a datagram goes to; undefined where it is none or its header is broken. */
export function destinationOf(bytes: Uint8Array): Ip | undefined {
  if (bytes.length >= 20 && bytes[0]! >>> 4 === 4) return isWholeIpv4(bytes) ? wordAt(bytes, 16) : undefined
  return datagramOf(bytes)?.destination
}

function shortAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}

function wordAt(bytes: Uint8Array, at: number): number {
  return ((shortAt(bytes, at) << 16) | shortAt(bytes, at + 2)) >>> 0
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function ipv6Datagram(bytes: Uint8Array): Datagram | undefined {
  const view = viewOf(bytes)
  const length = 40 + view.getUint16(4)
  if (length > bytes.length) return undefined
  const whole = length === bytes.length ? bytes : bytes.subarray(0, length)
  return new Datagram(whole, 6, readIpv6(view, 8), readIpv6(view, 24), bytes[6]!, 40)
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
