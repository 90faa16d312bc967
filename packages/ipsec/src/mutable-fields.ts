/**
 * IP headers as AH authenticates them: RFC 4302 §3.3.3.1 and appendix A. What changes on the way is taken as zero; what
 * changes in a way that can be foreseen is taken as the receiver will see it.
 */
import { type Datagram, protocolNumber } from './datagram.ts'

/** IPv4 options that stay as they are (RFC 4302 appendix A1): security ones, Router Alert, multi-destination delivery. */
const lasting: ReadonlySet<number> = new Set([130, 133, 134, 148, 149])
const endOfOptions = 0
const noOperation = 1
const looseSourceRoute = 131
const strictSourceRoute = 137

/** A copy of the headers in front of AH. `length` is what the header shall say of the packet's length. */
export function immutableHeader(bytes: Uint8Array, at: number, datagram: Datagram, length: number): Uint8Array {
  const header = bytes.slice(at, at + datagram.headerLength)
  // A packet put together from fragments of IPv6 still names the fragment header that its sender had not added yet.
  header[datagram.nextAt] = protocolNumber.ah
  if (datagram.version === 4) ipv4(header, length)
  else ipv6(header, length)
  return header
}

/** §3.3.3.1.1.1: DSCP, ECN, flags, fragment offset, time to live and checksum are zero. */
function ipv4(header: Uint8Array, length: number): void {
  header[1] = 0
  header[2] = length >>> 8
  header[3] = length & 0xff
  header[6] = 0
  header[7] = 0
  header[8] = 0
  header[10] = 0
  header[11] = 0
  let at = 20
  while (at < header.length && header[at] !== endOfOptions) {
    const kind = header[at]!
    if (kind === noOperation) {
      at++
      continue
    }
    const size = header[at + 1] ?? 0
    const end = size < 2 ? header.length : Math.min(at + size, header.length)
    if (kind === looseSourceRoute || kind === strictSourceRoute) foreseeDestination(header, at, end)
    if (!lasting.has(kind)) header.fill(0, at, end)
    at = end
  }
}

/** §3.3.3.1.1.2: under way along a source route, the destination will be the route's last address. */
function foreseeDestination(header: Uint8Array, at: number, end: number): void {
  const pointer = header[at + 2]!
  if (end - at >= 7 && pointer <= end - at) header.copyWithin(16, end - 4, end)
}

/** §3.3.3.1.2: traffic class, flow label and hop limit are zero; extension headers as appendix A2 has them. */
function ipv6(header: Uint8Array, length: number): void {
  header[0] = 0x60
  header[1] = 0
  header[2] = 0
  header[3] = 0
  const payload = length - 40
  header[4] = payload >>> 8
  header[5] = payload & 0xff
  header[7] = 0
  let next = header[6]!
  for (let at = 40; at + 8 <= header.length; ) {
    const size = 8 * (header[at + 1]! + 1)
    if (next === 43) routing(header, at, size)
    else options(header, at + 2, Math.min(at + size, header.length))
    next = header[at]!
    at += size
  }
}

/** Options whose third bit says that their data may change count with data of zeros (RFC 8200 §4.2). */
function options(header: Uint8Array, from: number, end: number): void {
  for (let at = from; at < end; ) {
    const kind = header[at]!
    if (kind === 0) {
      at++
      continue
    }
    const to = at + 2 + (header[at + 1] ?? 0)
    if ((kind & 0x20) !== 0) header.fill(0, at + 2, Math.min(to, end))
    at = to
  }
}

/** A routing header of type 0 as the last destination sees it: nothing left, every address moved one place forward. */
function routing(header: Uint8Array, at: number, size: number): void {
  const count = header[at + 1]! / 2
  const left = header[at + 3]!
  if (header[at + 2] !== 0 || left === 0 || left > count || !Number.isInteger(count) || at + size > header.length)
    return
  const addresses = at + 8
  const last = header.slice(addresses + 16 * (count - 1), addresses + 16 * count)
  const present = header.slice(24, 40)
  const first = addresses + 16 * (count - left)
  header.copyWithin(first + 16, first, addresses + 16 * (count - 1))
  header.set(present, first)
  header.set(last, 24)
  header[at + 3] = 0
}
