/** How packets of one exchange are told apart and put together: pure questions about a list. */
import { type Exchange, isRequest, keyOf, markOf, type Sighting, typeOfKey } from './exchange.ts'

/** Packets of an exchange in the order of the file; keys and times beside them, for most need not be looked at. */
export interface SightingList {
  readonly sightings: readonly Sighting[]
  readonly keys: readonly number[]
  readonly times: readonly number[]
  /** No request before this place is open. */
  firstOpen: number
}

/** Interfaces see one packet within 50 ms, in nanoseconds. */
const duplicateWindow = 50e6
/** A station passes a packet on within 2 s. */
const forwardingWindow = 2e9
/** Clocks of several interfaces, read into one file, are this far apart. */
const disorder = 10e6

/** The same packet, seen before: same octets, same IP header, at almost the same time. */
export function duplicateIn({ sightings, keys, times, latest }: Exchange, packet: Sighting): Sighting | undefined {
  const { type, hopCount, time } = packet
  if (time - latest > duplicateWindow) return undefined
  const key = keyOf(type, hopCount)
  for (let i = sightings.length - 1; i >= 0; i--) {
    if (keys[i] !== key || Math.abs(time - times[i]!) > duplicateWindow) continue
    const other = sightings[i]!
    if (other.duplicateOf === undefined && isSamePacket(other, packet)) return other
  }
  return undefined
}

function isSamePacket(a: Sighting, b: Sighting): boolean {
  if (a.print !== b.print || a.quote !== b.quote) return false
  if (a.source !== b.source || a.destination !== b.destination || a.identification !== b.identification) return false
  // Without an identification two packets sent at once look like one; on two interfaces they are one.
  return a.identification >= 0 || a.interface !== b.interface
}

/** The packet as it came to the station that passed it on: one hop more, sent to the one who sends now. */
export function predecessorIn({ sightings, keys, marks }: Exchange, packet: Sighting): Sighting | undefined {
  const key = keyOf(packet.type, packet.hopCount + 1)
  if ((marks & markOf(key)) === 0) return undefined
  for (let i = sightings.length - 1; i >= 0; i--) {
    if (keys[i] !== key) continue
    const other = sightings[i]!
    if (other.duplicateOf === undefined && isForwarded(other, packet)) return other
  }
  return undefined
}

/** The packet as its receiver passed it on, where the file has that first. */
export function successorIn({ sightings, keys, marks }: Exchange, packet: Sighting): Sighting | undefined {
  const key = keyOf(packet.type, packet.hopCount - 1)
  if ((marks & markOf(key)) === 0) return undefined
  for (let i = 0; i < sightings.length; i++) {
    if (keys[i] !== key) continue
    const other = sightings[i]!
    if (other.duplicateOf === undefined && other.forwardedFrom === undefined && isForwarded(packet, other)) return other
  }
  return undefined
}

/** Of two packets whose keys say that one has a hop more. */
function isForwarded(before: Sighting, after: Sighting): boolean {
  if (before.quote !== after.quote) return false
  const delay = after.time - before.time
  if (delay < -disorder || delay > forwardingWindow) return false
  return before.destination === after.source || before.destination === undefined || after.source === undefined
}

/** Whether two requests were sent by the same station, the one perhaps because the other was not answered. */
export function sameSide(a: Sighting, b: Sighting): boolean {
  return a.type === b.type && a.hopCount === b.hopCount && a.source === b.source
}

/**
 * The request that a reply answers: the one that went the opposite way between the same two stations, or, where the
 * reply was passed on, the one before that which the reply answered first; else one of the station it is sent to, else
 * the one that went furthest. Of several transmissions the first that nothing has answered yet.
 */
export function requestOf(reply: Sighting, list: SightingList): Sighting | undefined {
  const known = reply.source !== undefined
  const opposite = known
    ? chosen(list, reply, each => each.source === reply.destination && each.destination === reply.source)
    : undefined
  if (opposite !== undefined) return opposite
  const before = reply.forwardedFrom?.responseTo
  if (before !== undefined) return before.forwardedFrom ?? before
  const own = known ? chosen(list, reply, each => each.source === reply.destination) : undefined
  if (own !== undefined) return own
  let least = Number.POSITIVE_INFINITY
  const { sightings, keys } = list
  for (let i = 0; i < sightings.length; i++) {
    if (!isRequest(typeOfKey(keys[i]!))) continue
    const each = sightings[i]!
    if (isCandidate(each, reply) && each.hopCount < least) least = each.hopCount
  }
  return chosen(list, reply, each => each.hopCount === least)
}

/** Whether a request may be the one. */
function isCandidate(each: Sighting, reply: Sighting): boolean {
  return each.duplicateOf === undefined && each.time <= reply.time + disorder
}

/** The first open one that fits, else the last that does. */
function chosen(list: SightingList, reply: Sighting, fits: (each: Sighting) => boolean): Sighting | undefined {
  const { sightings, keys } = list
  for (let i = firstOpenIn(list); i < sightings.length; i++) {
    const each = sightings[i]!
    if (isOpen(each) && isCandidate(each, reply) && fits(each)) return each
  }
  for (let i = sightings.length - 1; i >= 0; i--) {
    if (!isRequest(typeOfKey(keys[i]!))) continue
    const each = sightings[i]!
    if (isCandidate(each, reply) && fits(each)) return each
  }
  return undefined
}

/** Whether a packet is a request that nothing has answered. */
export function isOpen({ type, duplicateOf, responseIn }: Sighting): boolean {
  return isRequest(type) && duplicateOf === undefined && responseIn === undefined
}

/** The place of the first open request, or the list's end. */
export function firstOpenIn(list: SightingList): number {
  const { sightings } = list
  let at = list.firstOpen
  while (at < sightings.length && !isOpen(sightings[at]!)) at++
  list.firstOpen = at
  return at
}
