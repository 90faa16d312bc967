/** Goes along the words of a command line as IOS does: each word is a keyword, perhaps cut short, or a parameter. */
import { type ErasedValues, fit, match, type Variant } from '../pattern.ts'

/** Something that is said by one of several patterns. */
export interface Spoken {
  readonly variants: readonly Variant[]
}

type Element = Variant['elements'][number]

/** A way to say a command, as far as words were understood. */
export interface Way<Command> {
  readonly command: Command
  /** What the words were, written out. */
  readonly written: readonly string[]
  /** What is to come; empty: the command is said. */
  readonly rest: readonly Element[]
  readonly values: ErasedValues
}

export type Walk<Command> =
  | { readonly walk: 'reached'; readonly ways: readonly Way<Command>[] }
  /** No command goes on like that from this column. */
  | { readonly walk: 'invalid'; readonly column: number }
  /** A word could be several keywords. */
  | { readonly walk: 'ambiguous' }

interface Step<Command> {
  readonly way: Way<Command>
  /** The word that comes next. */
  readonly next: number
  readonly fit: number
}

/** Where the words of a line lead among the commands. */
export function walk<Command extends Spoken>(commands: readonly Command[], line: string): Walk<Command> {
  const tokens = [...line.matchAll(/\S+/g)]
  const words = tokens.map(([word]) => word)
  let steps: readonly Step<Command>[] = commands.flatMap(command =>
    command.variants.map(({ elements }) => ({
      way: { command, written: [], rest: elements, values: {} },
      next: 0,
      fit: 0,
    })),
  )
  for (const [at, token] of tokens.entries()) {
    const here = steps.filter(({ next }) => next === at)
    const beyond = steps.filter(({ next }) => next > at)
    const taken = best(here.flatMap(each => step(each, words)))
    if (taken.length === 0 && beyond.length === 0) {
      const keywords = here.flatMap(({ way: { rest } }) => (typeof rest[0] === 'string' ? [rest[0]] : []))
      return {
        walk: 'invalid',
        column: token.index + Math.max(0, ...keywords.map(each => sharedStart(each, token[0]))),
      }
    }
    if (isAmbiguous(taken)) return { walk: 'ambiguous' }
    steps = [...beyond, ...taken]
  }
  return { walk: 'reached', ways: steps.map(({ way }) => way) }
}

function step<Command>({ way, next }: Step<Command>, words: readonly string[]): Step<Command>[] {
  const [element, ...rest] = way.rest
  if (element === undefined) return []
  // An interface may be written in two words.
  for (const taken of [1, 2]) {
    const found = match({ elements: [element] }, words.slice(next, next + taken))
    if (!found.complete || found.doubt !== undefined || next + taken > words.length) continue
    const [{ written, fit: how }] = found.steps as [(typeof found.steps)[number]]
    const values = { ...way.values, ...found.values }
    return [{ way: { ...way, written: [...way.written, written], rest, values }, next: next + taken, fit: how }]
  }
  return []
}

/** A word that is a keyword is not the beginning of another, nor a parameter. */
function best<Command>(steps: readonly Step<Command>[]): readonly Step<Command>[] {
  const most = Math.max(...steps.map(each => each.fit))
  return steps.filter(each => each.fit === most)
}

function isAmbiguous<Command>(steps: readonly Step<Command>[]): boolean {
  if (steps[0]?.fit !== fit.abbreviated) return false
  return new Set(steps.map(({ way }) => way.written.at(-1))).size > 1
}

function sharedStart(keyword: string, word: string): number {
  const [one, other] = [keyword.toLowerCase(), word.toLowerCase()]
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return length
}
