/** NHRP packets that belong together, and what each of them is to the others. */
import type { Address, Ipv4, Ipv6 } from '@dmvpn/wire'

/** One NHRP packet as it was seen: on one link, in one frame. */
export interface Sighting {
  /** Which NHRP packet of the capture this is, from 0. */
  readonly ordinal: number
  readonly frame: number
  /** Nanoseconds since the capture's beginning. */
  readonly time: number
  readonly type: number
  readonly hopCount: number
  /** Checksum and size of the packet: of two equal packets they are equal. */
  readonly print: number
  /** The IP header's addresses and identification; undefined and -1 where the packet was captured without one. */
  readonly source: Ipv4 | Ipv6 | undefined
  readonly destination: Ipv4 | Ipv6 | undefined
  readonly identification: number
  /** Which interface saw it. */
  readonly interface: number
  /** The quoted packet of an indication, in 32 bits. */
  readonly quote: number
  /** The code of a client information entry that is no success, or an Error Indication's; 0 otherwise. */
  readonly code: number
  /** Whether its sender waits for a reply. */
  readonly wantsReply: boolean
  /** The same packet, seen before on another interface. */
  duplicateOf: Sighting | undefined
  retransmissionOf: Sighting | undefined
  responseIn: Sighting | undefined
  responseTo: Sighting | undefined
  forwardedFrom: Sighting | undefined
  forwardedAs: Sighting | undefined
  indicationIn: Sighting | undefined
  resolutionIn: Sighting | undefined
  errorTo: Sighting | undefined
  errorIn: Sighting | undefined
}

/** A request with its replies on every link; for indications, all of one sender about one thing. */
export interface Exchange {
  /** 1 resolution, 2 registration, 3 purge, 4 Error Indication, 5 Traffic Indication, 6 anything else. */
  readonly kind: number
  readonly requestId: number | undefined
  readonly sourceNbma: Address | undefined
  readonly sourceProtocol: Address | undefined
  readonly destinationProtocol: Address | undefined
  /** In the order of the file; duplicates are among them. */
  readonly sightings: Sighting[]
  /** Of each of them, its type and hop count in one number, and its time: most are told apart without being looked at. */
  readonly keys: number[]
  readonly times: number[]
  /** No request before this place is open. */
  firstOpen: number
  /** Whether a reply among them may be waiting for its request. */
  hasOpenReply: boolean
  /** The time of its latest packet. */
  latest: number
  /** A bit for each key that one of them had, by the key's last five bits: what has none need not be looked for. */
  marks: number
}

/** Type and hop count, which has 8 bits; one hop more or less is one more or less. */
export function keyOf(type: number, hopCount: number): number {
  return (type << typeShift) + hopCount
}

/** The bit that a key sets in the marks of its exchange. */
export function markOf(key: number): number {
  return 1 << (key & 31)
}

/** The type in a key. */
export function typeOfKey(key: number): number {
  return key >>> typeShift
}

/** One hop more than the most is no other type. */
const typeShift = 9

/** Whether a message of the type asks for something. */
export function isRequest(type: number): boolean {
  return type === 1 || type === 3 || type === 5
}

/** Whether a message of the type answers one. */
export function isReply(type: number): boolean {
  return type === 2 || type === 4 || type === 6
}

/** What kind of exchange a message of the type belongs to. */
export function exchangeKind(type: number): number {
  if (type >= 1 && type <= 6) return (type + 1) >> 1
  return type === 7 ? errorKind : type === 8 ? trafficKind : otherKind
}

export const resolutionKind = 1
export const registrationKind = 2
export const errorKind = 4
export const trafficKind = 5
const otherKind = 6
