/**
 * Which exchange an NHRP packet belongs to: kind, request id and the requester's addresses, RFC 2332 §5.2 — a number of
 * 52 bits, so that looking one up allocates nothing.
 */
import { errorKind, exchangeKind, registrationKind, trafficKind } from './exchange.ts'

/** Offsets of the fixed part and the beginning of the mandatory part, RFC 2332 §5.2.1. */
const typeAt = 17
const nbmaLengthAt = 18
const subaddressLengthAt = 19
const sourceLengthAt = 20
const destinationLengthAt = 21
const requestIdAt = 24
const addressesAt = 28
const lengthMask = 0x3f

/** The identity of the packet at `at`, as far as `end`; -1 where its addresses are not all there. */
export function identityOf(bytes: Uint8Array, at: number, end: number): number {
  if (at + addressesAt > end) return -1
  const kind = exchangeKind(bytes[at + typeAt]!)
  const indicates = kind === errorKind || kind === trafficKind
  // The NHS a registration is addressed to may answer under another address.
  const withDestination = kind !== registrationKind
  const from = at + (indicates ? addressesAt : requestIdAt)
  const source =
    at +
    addressesAt +
    (bytes[at + nbmaLengthAt]! & lengthMask) +
    (bytes[at + subaddressLengthAt]! & lengthMask) +
    bytes[at + sourceLengthAt]!
  const to = withDestination ? source + bytes[at + destinationLengthAt]! : source
  return to > end ? -1 : numberOf(bytes, from, to, kind)
}

/** Octets as a number of 52 bits: two sums that mix differently. */
function numberOf(bytes: Uint8Array, from: number, to: number, seed: number): number {
  let a = 0x811c9dc5 ^ seed
  let b = 0x9e3779b9 ^ (to - from)
  for (let i = from; i < to; i++) {
    a = Math.imul(a ^ bytes[i]!, 0x01000193)
    b = Math.imul(b ^ (b >>> 15), 0x85ebca6b) + bytes[i]!
  }
  b = Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
  a ^= a >>> 15
  return (a >>> 0) * 0x100000 + (b >>> 12)
}

/** 32 bits of octets, at most 128 of them. */
export function printOf(bytes: Uint8Array, from: number, to: number): number {
  let a = 0x811c9dc5 ^ (to - from)
  const last = Math.min(to, from + 128)
  for (let i = from; i < last; i++) a = Math.imul(a ^ bytes[i]!, 0x01000193)
  return a >>> 0
}
