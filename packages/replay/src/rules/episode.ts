/** A request with its copies on every link, its replies and errors: what pairing and forwarding are judged by. */
import type { Exchange, Sighting } from '@dmvpn/dissect'
import type { NhrpSeen } from '../observation.ts'
import { isReply, isRequest } from './parts.ts'
import type { Message } from './rule.ts'

/** One message of an episode with what belongs to it. */
export interface Part {
  readonly seen: Message
  readonly sighting: Sighting
}

export interface Episode {
  readonly exchange: Exchange
  /** In the order of time, copies left out. */
  readonly parts: readonly Part[]
  readonly requests: readonly Part[]
  readonly replies: readonly Part[]
}

/** Puts an exchange's sightings beside what was seen of them; undefined where nothing of them is remembered. */
export function episodeOf(exchange: Exchange, seenOf: WeakMap<Sighting, NhrpSeen>): Episode | undefined {
  const parts: Part[] = []
  for (const sighting of exchange.sightings) {
    if (sighting.duplicateOf !== undefined) continue
    const seen = seenOf.get(sighting)
    if (seen?.packet !== undefined) parts.push({ seen: seen as Message, sighting })
  }
  if (parts.length === 0) return undefined
  parts.sort((a, b) => a.seen.time - b.seen.time)
  return {
    exchange,
    parts,
    requests: parts.filter(({ seen }) => isRequest(seen.packet)),
    replies: parts.filter(({ seen }) => isReply(seen.packet)),
  }
}

/** A station passes a message on within 2 s. */
const forwardingWindow = 2e9

/**
 * The message as it came to the station that passed it on: the last of the same kind whose outer destination is this
 * one's outer source, at most 2 s before. Undefined where its sender is its author, or it was seen on another link.
 */
export function predecessorOf(part: Part, { parts }: Episode): Part | undefined {
  const { source, time, packet } = part.seen
  if (source === undefined) return undefined
  for (let i = parts.indexOf(part) - 1; i >= 0; i--) {
    const other = parts[i]!
    if (time - other.seen.time > forwardingWindow) return undefined
    if (other.seen.packet.type !== packet.type || other.sighting.quote !== part.sighting.quote) continue
    if (other.seen.destination === source && other.seen.source !== source) return other
  }
  return undefined
}
