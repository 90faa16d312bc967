/**
 * What is left of a case when everything is taken away that the broken law does not need: outer and inner layers, lies,
 * octets behind the payload, every fact that may as well be that of a valid frame, elements of lists, octets.
 * A valid frame of the same layers shrinks beside it, so that the difference to it is what breaks the law.
 */
import type { LayerToEncode } from '@dmvpn/protocols'
import { type Blueprint, blueprintOf, built, linkTypeOf, truthful, withLayer } from './blueprint.ts'
import { type Path, pathsOf, valueAt, withValue } from './facts.ts'
import { type FuzzCase, wholeFile } from './fuzz-case.ts'
import { minimiseOctets } from './minimise-octets.ts'
import type { Broken } from './target-self.ts'
import { candidatesFor, defaultsOf, differencesOf, weightOf } from './valid-bases.ts'

/** A fact or a claim in which the minimal case differs from a valid frame. */
export interface Change {
  /** `nhrp.entries.0.subaddress`: the protocol, then the way to the fact. */
  readonly fact: string
  readonly from: unknown
  readonly to: unknown
}

export interface Minimal {
  readonly input: FuzzCase
  /** A valid frame of the same layers. */
  readonly base: FuzzCase
  readonly changed: readonly Change[]
}

/** A case and the valid frame beside it, as long as the law is broken by the one and not by the other. */
interface Pair {
  readonly plan: Blueprint
  readonly base: Blueprint
}

/** Judges a case, now or later: a command takes its time. */
export type AnyJudge = (input: FuzzCase) => Broken | undefined | Promise<Broken | undefined>

/** Whether a frame breaks the law; false once the judge was asked too often. */
type Breaks = (plan: Blueprint) => Promise<boolean>

export interface MinimiseOptions {
  /** How often the judge is asked at most; then what was reached counts. */
  readonly attempts?: number
  /** Asked after each judgement; once it says so, no further one counts. */
  readonly isStopped?: () => boolean
}

/** The smallest case found that breaks `law`; `bases` are valid frames. */
export async function minimise(
  input: FuzzCase,
  law: string,
  judge: AnyJudge,
  bases: readonly FuzzCase[],
  options: MinimiseOptions = {},
): Promise<Minimal> {
  const { attempts = 5000, isStopped = () => false } = options
  const whole = isTaken(input) ? blueprintOf(input) : undefined
  if (whole === undefined) return minimiseOctets(input, law, judge, options)
  let asked = 0
  const ask: AnyJudge = async each => {
    const broken = asked++ < attempts ? await judge(each) : unasked
    return isStopped() ? unasked : broken
  }
  const breaks: Breaks = async plan => {
    const made = built(plan)
    return made !== undefined && (await ask(made))?.law === law
  }
  const plan = await fewerLayers(whole, breaks)
  // A frame that does not come back as it was has no blueprint.
  if (!(await breaks(plan))) return minimiseOctets(input, law, judge, options)
  let pair = await nearest(plan, bases, breaks, ask, Math.ceil(attempts / 600))
  pair = await shorter(pair, breaks, ask)
  pair = { ...pair, plan: await likeBase(pair.plan, pair.base, breaks) }
  return { input: built(pair.plan)!, base: built(pair.base)!, changed: changesOf(pair) }
}

const unasked: Broken = { law: 'not asked', field: '', detail: '' }

/** Whether a frame can be taken apart: no whole file can, nor what our walk throws at. */
function isTaken(input: FuzzCase): boolean {
  try {
    return input.linkType !== wholeFile && blueprintOf(input).layers.length > 0
  } catch {
    return false
  }
}

/** Without the outer layers, then without the inner ones, then without lies and trailers, as far as the law stays broken. */
async function fewerLayers(whole: Blueprint, breaks: Breaks): Promise<Blueprint> {
  let plan = whole
  for (let from = plan.layers.length - 1; from > 0; from--) {
    const linkType = linkTypeOf(plan.layers[from]!)
    const inner = linkType === undefined ? undefined : { linkType, layers: plan.layers.slice(from) }
    if (inner !== undefined && (await breaks(inner))) {
      plan = inner
      break
    }
  }
  while (plan.layers.length > 1 && (await breaks({ ...plan, layers: plan.layers.slice(0, -1) }))) {
    plan = { ...plan, layers: plan.layers.slice(0, -1) }
  }
  for (const index of plan.layers.keys()) {
    const simpler: ((of: LayerToEncode) => LayerToEncode)[] = [
      of => ({ ...of, trailer: new Uint8Array(0) }),
      truthful,
      ...Object.keys(plan.layers[index]!.claims).map(name => (of: LayerToEncode) => withoutClaim(of, name)),
    ]
    for (const simplify of simpler) {
      const next = withLayer(plan, index, simplify(plan.layers[index]!))
      if (await breaks(next)) plan = next
    }
  }
  return plan
}

function withoutClaim(of: LayerToEncode, name: string): LayerToEncode {
  const { [name]: _, ...claims } = of.claims
  return { ...of, claims }
}

/** The case made alike to each of the `most` nearest valid frames, and of those the pair that differs least. */
async function nearest(
  plan: Blueprint,
  bases: readonly FuzzCase[],
  breaks: Breaks,
  judge: AnyJudge,
  most: number,
): Promise<Pair> {
  let best: Pair | undefined
  let tried = 0
  for (const base of candidatesFor(plan, bases)) {
    if (tried === most) break
    if (!(await holds(base, judge))) continue
    tried++
    const pair = { plan: await likeBase(plan, base, breaks), base }
    if (best === undefined || weightOf(pair.plan, pair.base) < weightOf(best.plan, best.base)) best = pair
  }
  if (best !== undefined) return best
  const base = defaultsOf(plan)
  return { plan: await likeBase(plan, base, breaks), base }
}

async function holds(plan: Blueprint, judge: AnyJudge): Promise<boolean> {
  const made = built(plan)
  return made !== undefined && (await judge(made)) === undefined
}

/** With every fact of the base that leaves the law broken, by halves first and then one by one. */
async function likeBase(plan: Blueprint, base: Blueprint, breaks: Breaks): Promise<Blueprint> {
  let best = plan
  let rest = differencesOf(best, base)
  for (let size = Math.ceil(rest.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < rest.length; at += size) {
      const next = rest.slice(at, at + size).reduce((each, { index, path }) => reverted(each, base, index, path), best)
      if (await breaks(next)) best = next
    }
    rest = differencesOf(best, base)
  }
  return best
}

function reverted(plan: Blueprint, base: Blueprint, index: number, path: Path): Blueprint {
  const own = plan.layers[index]!
  const packet = withValue(own.packet, path, valueAt(base.layers[index]!.packet, path))
  return withLayer(plan, index, { ...own, packet })
}

/** Shorter lists and octets in both, as long as the one still breaks the law and the other does not. */
async function shorter(pair: Pair, breaks: Breaks, judge: AnyJudge): Promise<Pair> {
  let best = pair
  for (const index of pair.plan.layers.keys()) {
    // Deepest first: what is left of a list's elements is tried before the list itself.
    for (const path of pathsOf(best.plan.layers[index]!.packet).reverse()) {
      for (;;) {
        const next = await shortened(best, index, path, breaks, judge)
        if (next === undefined) break
        best = next
      }
    }
  }
  return best
}

async function shortened(
  { plan, base }: Pair,
  index: number,
  path: Path,
  breaks: Breaks,
  judge: AnyJudge,
): Promise<Pair | undefined> {
  const value = valueAt(plan.layers[index]!.packet, path)
  const other = valueAt(base.layers[index]!.packet, path)
  for (const cut of cutsOf(value)) {
    const next = { plan: changedAt(plan, index, path, cut(value)), base: changedAt(base, index, path, cut(other)) }
    if ((await breaks(next.plan)) && (await holds(next.base, judge))) return next
  }
  return undefined
}

function changedAt(plan: Blueprint, index: number, path: Path, value: unknown): Blueprint {
  const own = plan.layers[index]!
  return withLayer(plan, index, { ...own, packet: withValue(own.packet, path, value) })
}

/** Ways to make a value shorter; what is of another kind stays as it is. */
function cutsOf(value: unknown): readonly ((of: unknown) => unknown)[] {
  if (value instanceof Uint8Array && value.length > 0) {
    const half = Math.floor(value.length / 2)
    return [0, half, value.length - 1].map(length => of => (of instanceof Uint8Array ? of.subarray(0, length) : of))
  }
  if (!Array.isArray(value)) return []
  return value.map((_, at) => of => (Array.isArray(of) && of.length === value.length ? of.toSpliced(at, 1) : of))
}

function changesOf({ plan, base }: Pair): readonly Change[] {
  const facts = differencesOf(plan, base).map(({ index, path }) => {
    const { protocol, packet } = plan.layers[index]!
    const fact = [protocol.name, ...path].join('.')
    return { fact, from: valueAt(base.layers[index]!.packet, path), to: valueAt(packet, path) }
  })
  const lies = plan.layers.flatMap(({ protocol, claims }) =>
    Object.entries(claims).map(([name, to]) => ({ fact: `${protocol.name}.${name}`, from: 'the truth', to })),
  )
  return [...facts, ...lies]
}
