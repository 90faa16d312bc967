/** Messages beside themselves as they came to who passed them on. */
import { type Episode, type Part, predecessorOf } from './episode.ts'
import { nameOf } from './parts.ts'
import type { Bench, Rule } from './rule.ts'
import type { Facts, Problem } from './shapes.ts'

/** A rule about a message and the same as it came to who passed it on. */
export function hopRule(
  facts: Facts,
  ask: (copy: Part, before: Part, bench: Bench, episode: Episode) => 'not-asked' | readonly Problem[],
): Rule {
  return {
    profiles: [],
    ...facts,
    check: bench => ({
      episode(episode) {
        for (const copy of episode.parts) {
          const before = predecessorOf(copy, episode)
          if (before === undefined) continue
          const problems = ask(copy, before, bench, episode)
          if (problems === 'not-asked') continue
          const matter = { frames: [copy.seen.frame, before.seen.frame], station: copy.seen.source }
          if (problems.length === 0)
            bench.pass(() => ({ ...matter, because: `${nameOf(copy.seen.packet)}: ${facts.statement}` }))
          for (const problem of problems) bench.fail({ ...matter, ...problem })
        }
      },
    }),
  }
}
