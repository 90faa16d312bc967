import type { Remark } from './line.ts'
import { questionable } from './line.ts'
import type { Mode, Scope } from './modes.ts'
import { scopeOf } from './modes.ts'
import { type ErasedValues, print, type Values, type Variant, variantsOf } from './pattern.ts'

/** What a command did: nothing to say, something to say, or a mode to go into. */
export type Outcome = Remark | Scope | undefined

/** A line to print and the lines of the mode it opens. */
export interface Block {
  readonly line: string
  readonly inside: readonly Block[]
}

/** One command of a mode whose commands speak of a `Target`: a way to say it, read and printed by the same pattern. */
export interface Command<Target> {
  readonly pattern: string
  readonly variants: readonly Variant[]
  apply(target: Target, values: ErasedValues, canonical: string): Outcome
  print(target: Target): readonly Block[]
}

/**
 * A command: `apply` puts what a line says into the target, `shown` takes out of the target what lines would say. A
 * command without `shown` is one that another prints.
 *
 *     command('ip nhrp map <protocol:ipv4> <nbma:ipv4>',
 *       (tunnel, { protocol, nbma }) => { tunnel.maps.push({ protocol, nbma }) },
 *       tunnel => tunnel.maps)
 */
export function command<const Pattern extends string, Target>(
  pattern: Pattern,
  apply: (target: Target, values: Values<Pattern>) => Remark | undefined | void,
  shown?: (target: Target) => Iterable<Values<Pattern>>,
): Command<Target> {
  const variants = variantsOf(pattern)
  return {
    pattern,
    variants,
    apply: (target, values) => apply(target, values as unknown as Values<Pattern>) ?? undefined,
    print: target => lines(variants, shown?.(target) ?? []),
  }
}

function lines(variants: readonly Variant[], all: Iterable<unknown>): readonly Block[] {
  const blocks: Block[] = []
  for (const values of all) {
    const line = print(variants, values as ErasedValues)
    if (line !== undefined) blocks.push({ line, inside: [] })
  }
  return blocks
}

/** A command that opens a mode for a part of the target; `shown` gives the values and the part for each such line. */
export function opens<const Pattern extends string, Target, Part>(
  pattern: Pattern,
  mode: Mode<Part>,
  enter: (target: Target, values: Values<Pattern>) => Part | Remark,
  shown?: (target: Target) => Iterable<readonly [Values<Pattern>, Part]>,
): Command<Target> {
  const variants = variantsOf(pattern)
  return {
    pattern,
    variants,
    apply: (target, values, canonical) => {
      const entered = enter(target, values as unknown as Values<Pattern>)
      // What cannot be entered swallows the lines under it.
      return isRemark(entered)
        ? { ...scopeOf({ commands: [], others: entered }, undefined, canonical), remark: entered }
        : scopeOf(mode, entered, canonical)
    },
    print: target =>
      [...(shown?.(target) ?? [])].flatMap(([values, part]) => {
        const line = print(variants, values as ErasedValues)
        return line === undefined ? [] : [{ line, inside: mode.commands.flatMap(each => each.print(part)) }]
      }),
  }
}

function isRemark(value: unknown): value is Remark {
  return typeof value === 'object' && value !== null && 'state' in value && 'because' in value
}

/** A command of which only its state is known. With `mode`, the lines under it go the same way. */
export function remarked(pattern: string, remark: Remark, mode?: Mode<undefined>): Command<unknown> {
  return {
    pattern,
    variants: variantsOf(pattern),
    apply: (_target, _values, canonical) =>
      mode === undefined ? remark : { ...scopeOf(mode, undefined, canonical), remark },
    print: () => [],
  }
}

/** Commands of no interest, one pattern each. */
export function irrelevant(because: string, patterns: readonly string[]): readonly Command<unknown>[] {
  return patterns.map(pattern => remarked(pattern, { state: 'irrelevant', because }))
}

/** Commands that mean something not modelled, one pattern each. */
export function notYet(because: string, patterns: readonly string[]): readonly Command<unknown>[] {
  return patterns.map(pattern => remarked(pattern, { state: 'not-yet', because }))
}

/**
 * A command whose parameters are properties of a part of the target, and its `no` form, which forgets them:
 * `property('ip nhrp holdtime <holdingTime:1-65535>', tunnel => tunnel.nhrp)`.
 */
export function property<const Pattern extends string, Target>(
  pattern: Pattern,
  of: (target: Target) => Holder<Pattern>,
): readonly Command<Target>[] {
  const names = namesIn(pattern)
  const forget = (target: Target): undefined => {
    const part = of(target) as Record<string, unknown>
    for (const name of names) delete part[name]
  }
  return [
    command<Pattern, Target>(
      pattern,
      (target, values) => void Object.assign(of(target), values),
      target => {
        const part = of(target) as Record<string, unknown>
        if (names.every(name => part[name] === undefined)) return []
        return [Object.fromEntries(names.map(name => [name, part[name]])) as unknown as Values<Pattern>]
      },
    ),
    { ...command(`no ${pattern}`, forget), print: () => [] },
    { ...command(`no ${keywordsOf(pattern)}`, forget), print: () => [] },
  ]
}

/** A command that says `on` of one property and its `no` form, which says the opposite; whichever differs is printed. */
export function flag<Key extends string, Target>(
  pattern: string,
  of: (target: Target) => { [Name in Key]?: boolean },
  key: Key,
  on = true,
): readonly Command<Target>[] {
  const say =
    (value: boolean) =>
    (target: Target): undefined =>
      void Object.assign(of(target), { [key]: value })
  return [
    command(pattern, say(on), target => (of(target)[key] === on ? [{}] : [])),
    command(`no ${pattern}`, say(!on), target => (of(target)[key] === !on ? [{}] : [])),
  ]
}

/**
 * A second way to set a property that two commands share here, as the IPv4 and IPv6 forms of NHRP do: read only, and
 * questionable where the two differ.
 */
export function shared<const Pattern extends string, Target>(
  pattern: Pattern,
  of: (target: Target) => Holder<Pattern>,
): Command<Target> {
  return command<Pattern, Target>(pattern, (target, values) => {
    const part = of(target) as Record<string, unknown>
    for (const [name, value] of Object.entries(values)) {
      if (part[name] !== undefined && part[name] !== value)
        return questionable('differs from the IPv4 form, and the interface has one value here')
      part[name] = value
    }
    return undefined
  })
}

/** Something that has a pattern's parameters for properties. */
type Holder<Pattern extends string> = { [Name in keyof Values<Pattern>]?: Values<Pattern>[Name] | undefined }

function namesIn(pattern: string): readonly string[] {
  return [...pattern.matchAll(/<([^:]+):/g)].map(each => each[1]!)
}

function keywordsOf(pattern: string): string {
  return pattern.split(/ ?[[<]/)[0]!
}
