/** An IP packet as far as ESP and AH must know it: where they are put, and what they may not look at. */
import { type Ipv4, type Ipv6, readIpv6 } from '@dmvpn/wire'

export interface Datagram {
  readonly version: 4 | 6
  /** Where ESP or AH stands: behind IPv4's options, behind IPv6's headers that are looked at on the way. */
  readonly headerLength: number
  /** Where the octet stands that says what follows. */
  readonly nextAt: number
  readonly next: number
  /** What the header says of the packet's length, itself included. */
  readonly length: number
  readonly source: Ipv4 | Ipv6
  readonly destination: Ipv4 | Ipv6
}

export const protocolNumber = { ipv4: 4, ipv6: 41, udp: 17, esp: 50, ah: 51 } as const

const hopByHop = 0
const routing = 43
const fragment = 44
const destinationOptions = 60

/** Reads the IP header of a buffer's packet: see `datagramIn`. */
export function datagramAt(bytes: Uint8Array, at: number, end: number, until?: number): Datagram | undefined {
  return datagramIn(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at, end, until)
}

/**
 * Reads an IP header in `[at, end)`; undefined where it is none or is cut. With `until`, the
 * headers of IPv6 are passed up to that protocol, otherwise up to where RFC 4303 §3.1.1 puts ESP.
 */
export function datagramIn(view: DataView, at: number, end: number, until?: number): Datagram | undefined {
  if (at >= end) return undefined
  const version = view.getUint8(at) >>> 4
  if (version === 4) return ipv4At(view, at, end)
  return version === 6 ? ipv6At(view, at, end, until) : undefined
}

function ipv4At(view: DataView, at: number, end: number): Datagram | undefined {
  if (end - at < 20) return undefined
  const headerLength = 4 * (view.getUint8(at) & 15)
  if (headerLength < 20 || headerLength > end - at) return undefined
  return {
    version: 4,
    headerLength,
    nextAt: 9,
    next: view.getUint8(at + 9),
    length: view.getUint16(at + 2) || end - at,
    source: view.getUint32(at + 12),
    destination: view.getUint32(at + 16),
  }
}

function ipv6At(view: DataView, at: number, end: number, until: number | undefined): Datagram | undefined {
  if (end - at < 40) return undefined
  let headerLength = 40
  let nextAt = 6
  let next = view.getUint8(at + 6)
  // A chain of headers ends with the packet, so this does too.
  while (next !== until && (next === hopByHop || next === routing || next === destinationOptions)) {
    if (end - at < headerLength + 8) return undefined
    // Destination options go in front of ESP only where a routing header follows (RFC 8200 §4.1).
    const after = view.getUint8(at + headerLength)
    if (until === undefined && next === destinationOptions && after !== routing) break
    nextAt = headerLength
    headerLength += 8 * (view.getUint8(at + headerLength + 1) + 1)
    next = after
    if (headerLength > end - at) return undefined
  }
  const payload = view.getUint16(at + 4)
  return {
    version: 6,
    headerLength,
    nextAt,
    next,
    length: payload === 0 ? end - at : 40 + payload,
    source: readIpv6(view, at + 8),
    destination: readIpv6(view, at + 24),
  }
}

/** Whether a packet is a fragment: IPv6 says so in a header of its own. */
export function isFragment(bytes: Uint8Array, { version, next }: Datagram): boolean {
  return version === 4 ? (((bytes[6]! << 8) | bytes[7]!) & 0x3fff) !== 0 : next === fragment
}
