/** Valid frames of the layers that a case has: what it is made alike to, so that only what matters differs. */
import { layer } from '@dmvpn/protocols'
import { type Blueprint, blueprintOf, built, truthful, withLayer } from './blueprint.ts'
import { differences, type Path, pathsOf, valueAt, withValue } from './facts.ts'
import type { FuzzCase } from './fuzz-case.ts'

export interface Difference {
  /** The layer's. */
  readonly index: number
  readonly path: Path
}

/** Where the facts of two frames of the same layers differ. */
export function differencesOf(plan: Blueprint, base: Blueprint): readonly Difference[] {
  return plan.layers.flatMap((each, index) =>
    differences(each.packet, base.layers[index]?.packet).map(path => ({ index, path })),
  )
}

/** How many facts differ; of a list with more or fewer elements all do. */
export function weightOf(plan: Blueprint, base: Blueprint): number {
  return differencesOf(plan, base)
    .map(({ index, path }) => pathsOf(valueAt(plan.layers[index]!.packet, path)).length)
    .reduce((sum, count) => sum + count, 0)
}

/**
 * The frames of these layers in `seeds`, and one of defaults, each also with its lists as long as the plan's: those with
 * the fewest other facts first. Whether they break a law is not known.
 */
export function candidatesFor(plan: Blueprint, seeds: readonly FuzzCase[]): readonly Blueprint[] {
  const names = namesOf(plan)
  const candidates = [defaultsOf(plan)]
  for (const each of seeds) {
    const whole = blueprintOf(each)
    for (let from = 0; from < whole.layers.length; from++) {
      const layers = whole.layers.slice(from, from + plan.layers.length).map(truthful)
      if (namesOf({ ...plan, layers }) === names) candidates.push({ ...plan, layers })
    }
  }
  return candidates
    .flatMap(each => [...new Set([resized(each, plan), each])])
    .map(each => ({ each, weight: weightOf(plan, each) }))
    .sort((one, other) => one.weight - other.weight)
    .map(({ each }) => each)
}

function namesOf({ layers }: Blueprint): string {
  return layers.map(({ protocol }) => protocol.name).join(' ')
}

/** A frame of defaults, with every fact said: those, too, that the next layer decides. */
export function defaultsOf(like: Blueprint): Blueprint {
  const plan = { ...like, layers: like.layers.map(({ protocol }) => layer(protocol)) }
  const made = built(plan)
  if (made === undefined) return plan
  const again = blueprintOf(made)
  return again.layers.length === plan.layers.length ? { ...again, layers: again.layers.map(truthful) } : plan
}

/** With lists as long as the plan's: shorter ones, or longer ones by their last element. */
function resized(base: Blueprint, plan: Blueprint): Blueprint {
  let made = base
  for (const [index, { packet }] of base.layers.entries()) {
    for (const path of pathsOf(packet)) {
      const own = valueAt(packet, path)
      const wanted = valueAt(plan.layers[index]?.packet, path)
      if (!Array.isArray(own) || !Array.isArray(wanted) || own.length === wanted.length || own.length === 0) continue
      const list: unknown[] = wanted.map((_, at) => own[Math.min(at, own.length - 1)])
      const layer = made.layers[index]!
      made = withLayer(made, index, { ...layer, packet: withValue(layer.packet, path, list) })
    }
  }
  return made
}
