/** What the reader of observations asks of layers and octets. */
import { type AnyProtocol, gre, type Ipv4Packet, type Ipv6Packet, ipv4, ipv6, type Layer } from '@dmvpn/protocols'
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
  return octets.reduce((sum, octet) => sum * 256 + octet, 0)
}

/** A packet whose octets are its own: what a walk leaves behind are views on a buffer that is soon written over. */
export function owned<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return value.slice() as T
  if (Array.isArray(value)) return (value.length === 0 ? value : value.map(owned)) as T
  const copy: Record<string, unknown> = {}
  for (const key in value) copy[key] = owned(value[key])
  return copy as T
}

/** 32 bits of octets. */
export function printOf(bytes: Uint8Array, from: number, to: number): number {
  let a = 0x811c9dc5 ^ (to - from)
  const end = Math.min(to, from + 512)
  for (let i = from; i < end; i++) a = Math.imul(a ^ bytes[i]!, 0x01000193)
  return a >>> 0
}
