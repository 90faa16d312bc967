/** How packets of one exchange are told apart and put together: pure questions about a list. */
import { isRequest, type Sighting } from './exchange.ts'

/** Interfaces see one packet within 50 ms, in nanoseconds. */
const duplicateWindow = 50e6
/** A station passes a packet on within 2 s. */
const forwardingWindow = 2e9
/** Clocks of several interfaces, read into one file, are this far apart. */
const disorder = 10e6

/** The same packet, seen before: same octets, same IP header, at almost the same time. */
export function duplicateIn(sightings: readonly Sighting[], packet: Sighting): Sighting | undefined {
  for (let i = sightings.length - 1; i >= 0; i--) {
    const other = sightings[i]!
    if (other.duplicateOf !== undefined || !isSamePacket(other, packet)) continue
    if (Math.abs(packet.time - other.time) <= duplicateWindow) return other
  }
  return undefined
}

function isSamePacket(a: Sighting, b: Sighting): boolean {
  if (a.type !== b.type || a.hopCount !== b.hopCount || a.print !== b.print || a.quote !== b.quote) return false
  if (a.source !== b.source || a.destination !== b.destination || a.identification !== b.identification) return false
  // Without an identification two packets sent at once look like one; on two interfaces they are one.
  return a.identification >= 0 || a.interface !== b.interface
}

/** The packet as it came to the station that passed it on: one hop more, sent to the one who sends now. */
export function predecessorIn(sightings: readonly Sighting[], packet: Sighting): Sighting | undefined {
  for (let i = sightings.length - 1; i >= 0; i--) {
    const other = sightings[i]!
    if (other.duplicateOf === undefined && isForwarded(other, packet)) return other
  }
  return undefined
}

/** The packet as its receiver passed it on, where the file has that first. */
export function successorIn(sightings: readonly Sighting[], packet: Sighting): Sighting | undefined {
  return sightings.find(
    other => other.duplicateOf === undefined && other.forwardedFrom === undefined && isForwarded(packet, other),
  )
}

function isForwarded(before: Sighting, after: Sighting): boolean {
  if (before.type !== after.type || before.hopCount !== after.hopCount + 1 || before.quote !== after.quote) return false
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
export function requestOf(reply: Sighting, sightings: readonly Sighting[]): Sighting | undefined {
  const known = reply.source !== undefined
  const opposite = known
    ? chosen(sightings, reply, each => each.source === reply.destination && each.destination === reply.source)
    : undefined
  if (opposite !== undefined) return opposite
  const before = reply.forwardedFrom?.responseTo
  if (before !== undefined) return before.forwardedFrom ?? before
  const own = known ? chosen(sightings, reply, each => each.source === reply.destination) : undefined
  if (own !== undefined) return own
  let least = Number.POSITIVE_INFINITY
  for (const each of sightings) {
    if (isCandidate(each, reply) && each.hopCount < least) least = each.hopCount
  }
  return chosen(sightings, reply, each => each.hopCount === least)
}

function isCandidate(each: Sighting, reply: Sighting): boolean {
  if (!isRequest(each.type) || each.duplicateOf !== undefined) return false
  return each.time <= reply.time + disorder
}

function chosen(
  sightings: readonly Sighting[],
  reply: Sighting,
  fits: (each: Sighting) => boolean,
): Sighting | undefined {
  let last: Sighting | undefined
  for (const each of sightings) {
    if (!isCandidate(each, reply) || !fits(each)) continue
    if (each.responseIn === undefined) return each
    last = each
  }
  return last
}
