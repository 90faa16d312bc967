/** Replies beside the requests that they answer. */
import { type Episode, type Part, predecessorOf } from './episode.ts'
import { nameOf, second } from './parts.ts'
import type { Bench, Rule } from './rule.ts'
import { authorOf, type Facts, type Problem } from './shapes.ts'

/** The longest interval between two transmissions, and what a capture must have before a packet for it to be alone. */
export const horizon: number = 64 * second

/** A reply beside the request that it answers. */
interface Pair {
  readonly reply: Part
  readonly request: Part
}

/** The request a reply answers, as the exchange found it. */
export function pairOf(reply: Part, { parts }: Episode): Pair | undefined {
  const { responseTo } = reply.sighting
  const request = responseTo && parts.find(({ sighting }) => sighting === responseTo)
  return request === undefined ? undefined : { reply, request }
}

/** A rule about a reply and its request; of a reply that was passed on, about the first copy alone. */
export function pairRule(
  facts: Facts,
  ask: (pair: Pair, bench: Bench, episode: Episode) => 'not-asked' | readonly Problem[],
): Rule {
  return {
    profiles: [],
    ...facts,
    check: bench => ({
      episode(episode) {
        for (const reply of episode.replies) {
          if (predecessorOf(reply, episode) !== undefined) continue
          const pair = pairOf(reply, episode)
          if (pair === undefined) continue
          const problems = ask(pair, bench, episode)
          if (problems === 'not-asked') continue
          const frames = [reply.seen.frame, pair.request.seen.frame]
          const station = authorOf(reply.seen)
          if (problems.length === 0)
            bench.pass(() => ({ frames, station, because: `${nameOf(reply.seen.packet)}: ${facts.statement}` }))
          for (const problem of problems) bench.fail({ frames, station, ...problem })
        }
      },
    }),
  }
}
