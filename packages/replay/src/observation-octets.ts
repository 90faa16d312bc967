/** What the reader of observations asks of layers and octets. */
import { type AnyProtocol, gre, type Ipv4Packet, type Ipv6Packet, ipv4, ipv6, type Layer } from '@dmvpn/protocols'
import { checksumWithout } from '@dmvpn/wire'
import type { EspSeen, Ip } from './observation.ts'

/** What begins in opened ESP: its next header, and the addresses of an IP header in front of GRE. */
export function innerOf(next: Layer, behind: Layer | undefined): EspSeen['inner'] {
  if (next.protocol === gre) return { nextHeader: 47, source: undefined, destination: undefined }
  if (next.protocol === ipv4) {
    const { source, destination, protocol } = next.packet as Ipv4Packet
    return { nextHeader: behind?.protocol === gre ? 47 : protocol, source, destination }
  }
  if (next.protocol === ipv6) {
    const { source, destination, nextHeader } = next.packet as Ipv6Packet
    return { nextHeader, source, destination }
  }
  const nextHeader = numberOf(next.protocol)
  return nextHeader === undefined ? undefined : { nextHeader, source: undefined, destination: undefined }
}

/** The IP protocol number that a header is found by. */
export function numberOf({ over }: AnyProtocol): number | undefined {
  return over.find(({ table }) => table === 'ip.proto')?.key
}

/** Four octets as an IPv4 address; undefined for others. */
export function addressOf(octets: Uint8Array): Ip | undefined {
  if (octets.length !== 4) return undefined
  return ((octets[0]! << 24) | (octets[1]! << 16) | (octets[2]! << 8) | octets[3]!) >>> 0
}

/**
 * A packet whose octets are its own: what a walk leaves behind are views on a buffer that is soon written over. What has
 * none in it is the walk's own already, and stays.
 */
export function owned<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return (value.length === 0 ? nothing : value.slice()) as T
  if (Array.isArray(value)) return ownedList(value) as T
  let copy: T | undefined
  for (const key in value) {
    const before = value[key]
    if (typeof before !== 'object' || before === null) continue
    const after = owned(before)
    if (after === before) continue
    copy ??= { ...value }
    copy[key] = after
  }
  return copy ?? value
}

function ownedList(list: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined
  for (let i = 0; i < list.length; i++) {
    const after = owned(list[i])
    if (after === list[i]) continue
    copy ??= [...list]
    copy[i] = after
  }
  return copy ?? list
}

const nothing = new Uint8Array(0)

/** Whether a receiver takes a message: one that is whole, with a checksum that is right (RFC 2332 §5.2.1). */
export function isSound(octets: Uint8Array): boolean {
  if (octets.length < 28) return false
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  const size = view.getUint16(10)
  return size <= octets.length && checksumWithout(view, 0, size, 12) === view.getUint16(12)
}

/** 32 bits of octets. */
export function printOf(bytes: Uint8Array, from: number, to: number): number {
  let a = 0x811c9dc5 ^ (to - from)
  const end = Math.min(to, from + 512)
  let i = from
  for (; i + 4 <= end; i += 4) {
    const word = (bytes[i]! << 24) | (bytes[i + 1]! << 16) | (bytes[i + 2]! << 8) | bytes[i + 3]!
    a = Math.imul(a ^ word, 0x9e3779b1)
    a ^= a >>> 15
  }
  for (; i < end; i++) a = Math.imul(a ^ bytes[i]!, 0x01000193)
  return a >>> 0
}
