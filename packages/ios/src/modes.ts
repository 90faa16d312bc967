import type { Block, Command } from './command.ts'
import type { LineState, Remark } from './line.ts'
import { fit, type Match, match, mayFit } from './pattern.ts'

/** The commands that may stand together. Modes are a tree: a command may open another. */
export interface Mode<Target> {
  readonly commands: readonly Command<Target>[]
  /** What becomes of an indented line that is none of the commands. */
  readonly others?: Remark
}

/** A mode with the thing its commands speak of. */
export interface Scope {
  /** The command that opened it, written out. */
  readonly section: string
  /** What becomes of an indented line that is none of the mode's commands. */
  readonly others: Remark | undefined
  /** What to say of the line that opened it. */
  readonly remark?: Remark
  /** The mode's command that fits the words best. */
  find(words: readonly string[]): Found | undefined
  print(): readonly Block[]
}

/** A command that fits, and what doing it does. */
export interface Found {
  readonly match: Match
  apply(): Reading
}

/** What a line did. */
export interface Reading {
  readonly state: LineState
  readonly because: string | undefined
  readonly command: string | undefined
  readonly opens: Scope | undefined
}

/** A mode for one target. */
export function scopeOf<Target>(mode: Mode<Target>, target: Target, section: string): Scope {
  return {
    section,
    others: mode.others,
    find: words => findIn(mode, target, words),
    print: () => mode.commands.flatMap(each => each.print(target)),
  }
}

interface Candidate<Target> {
  readonly command: Command<Target>
  readonly match: Match
}

function findIn<Target>(mode: Mode<Target>, target: Target, words: readonly string[]): Found | undefined {
  let best: Candidate<Target> | undefined
  for (const command of mode.commands)
    for (const variant of command.variants) {
      if (!mayFit(variant, words)) continue
      const each = { command, match: match(variant, words) }
      if (each.match.complete && (best === undefined || fitsBetter(each.match, best.match))) best = each
    }
  if (best === undefined) return undefined
  const found = best
  return { match: found.match, apply: () => apply(found, target, ambiguity(found.match, mode, words)) }
}

function apply<Target>({ command, match: found }: Candidate<Target>, target: Target, ambiguous?: string): Reading {
  if (ambiguous !== undefined)
    return { state: 'unrecognised', because: ambiguous, command: undefined, opens: undefined }
  const written = found.steps.map(step => step.written).join(' ')
  if (found.doubt !== undefined)
    return { state: 'questionable', because: found.doubt, command: written, opens: undefined }
  const outcome = command.apply(target, found.values, written)
  if (outcome === undefined) return { state: 'understood', because: undefined, command: written, opens: undefined }
  const opens = 'find' in outcome ? outcome : undefined
  const remark = 'find' in outcome ? outcome.remark : outcome
  return { state: remark?.state ?? 'understood', because: remark?.because, command: written, opens }
}

/** The first word that fits one of the two better decides; then a match without doubt is better than a doubtful one. */
export function fitsBetter(a: Match, b: Match): boolean {
  for (let i = 0; i < Math.min(a.steps.length, b.steps.length); i++)
    if (a.steps[i]!.fit !== b.steps[i]!.fit) return a.steps[i]!.fit > b.steps[i]!.fit
  return a.doubt === undefined && b.doubt !== undefined
}

/** As IOS says it: an abbreviated word that could have been another keyword at its place. */
function ambiguity<Target>(best: Match, mode: Mode<Target>, words: readonly string[]): string | undefined {
  if (best.steps.every(step => step.fit !== fit.abbreviated)) return undefined
  const all = mode.commands.flatMap(({ variants }) => variants.map(each => match(each, words)))
  for (const [at, step] of best.steps.entries()) {
    if (step.fit !== fit.abbreviated) continue
    const others = new Set<string>()
    for (const other of all) {
      const there = other.steps[at]
      if (there?.fit !== fit.abbreviated || there.written === step.written) continue
      if (other.steps.slice(0, at).every((each, i) => each.written === best.steps[i]!.written))
        others.add(there.written)
    }
    if (others.size > 0) return `ambiguous: ${[step.written, ...others].join(', ')}`
  }
  return undefined
}
