import { type KindName, type KindValues, kinds, type Read, readNumber } from './kinds.ts'

/**
 * The values of a pattern's parameters, read off the pattern's text:
 *
 *     ip nhrp nhs <server:ipv4> [priority <priority:0-255>]
 *
 * has `server: Ipv4` and, perhaps, `priority: number`. Words are keywords; `<name:kinds>` is a parameter of one kind or
 * of several separated by `|`: a kind of `KindValues`, a range of numbers, or a keyword. `[…]` may be left out and does
 * not nest.
 */
export type Values<Pattern extends string> = Flat<Parts<Pattern>>

type Flat<T> = { readonly [Key in keyof T]: T[Key] }

type Parts<Pattern extends string> = Pattern extends `${infer Before}[${infer Inside}]${infer After}`
  ? Named<Before> & Perhaps<Named<Inside>> & Parts<After>
  : Named<Pattern>

type Perhaps<T> = { [Key in keyof T]?: T[Key] | undefined }

type Named<Text extends string> = Text extends `${string}<${infer Name}:${infer Kinds}>${infer After}`
  ? { [Key in Name]: ValueOf<Kinds> } & Named<After>
  : unknown

type ValueOf<Kind extends string> = Kind extends `${infer First}|${infer Rest}`
  ? ValueOf<First> | ValueOf<Rest>
  : Kind extends KindName
    ? KindValues[Kind]
    : Kind extends `${number}-${number}`
      ? number
      : Kind

export type ErasedValues = Readonly<Record<string, unknown>>

/** A keyword, or a parameter with what it may be. */
type Element = string | { readonly name: string; readonly choices: readonly Choice[] }

type Choice =
  | { readonly choice: 'kind'; readonly kind: KindName }
  | { readonly choice: 'number'; readonly least: number; readonly most: number }
  | { readonly choice: 'keyword'; readonly keyword: string }

/** One way to say a pattern: some of its optional parts, in order. */
export interface Variant {
  readonly elements: readonly Element[]
}

/** How well a word fits: the better fit decides between commands. */
export const fit: Readonly<Record<'exact' | 'abbreviated' | 'typed' | 'word' | 'line', number>> = {
  exact: 4,
  abbreviated: 3,
  typed: 2,
  word: 1,
  line: 0,
}

/** A word as it was understood. */
interface Step {
  readonly fit: number
  readonly written: string
}

/** As far as the words of a line go along a variant. */
export interface Match {
  readonly complete: boolean
  readonly steps: readonly Step[]
  readonly values: ErasedValues
  readonly doubt: string | undefined
}

/** Every way to say a pattern, the longest first. */
export function variantsOf(pattern: string): readonly Variant[] {
  const optional = pattern.indexOf('[')
  if (optional < 0) return [{ elements: elementsOf(pattern) }]
  const close = pattern.indexOf(']', optional)
  const before = elementsOf(pattern.slice(0, optional))
  const inside = elementsOf(pattern.slice(optional + 1, close))
  return variantsOf(pattern.slice(close + 1)).flatMap(({ elements }) => [
    { elements: [...before, ...inside, ...elements] },
    { elements: [...before, ...elements] },
  ])
}

function elementsOf(text: string): Element[] {
  return text
    .split(' ')
    .filter(word => word !== '')
    .map(word => {
      const parameter = /^<([^:]+):(.+)>$/.exec(word)
      return parameter === null
        ? word
        : { name: parameter[1]!, choices: parameter[2]!.split('|').map(each => choiceOf(each)) }
    })
}

function choiceOf(text: string): Choice {
  if (text in kinds) return { choice: 'kind', kind: text as KindName }
  const range = /^(\d+)-(\d+)$/.exec(text)
  if (range !== null) return { choice: 'number', least: Number(range[1]), most: Number(range[2]) }
  return { choice: 'keyword', keyword: text }
}

/** Whether a variant's leading keywords and its length allow the words; quick, and wrong only by allowing. */
export function mayFit({ elements }: Variant, words: readonly string[]): boolean {
  if (elements.length > words.length) return false
  for (const [at, element] of elements.entries()) {
    if (typeof element !== 'string') return true
    const word = words[at]!
    if (!element.startsWith(word) && keywordStep(element, word) === undefined) return false
  }
  return true
}

/** Goes along a variant word by word until one does not fit. */
export function match(variant: Variant, words: readonly string[]): Match {
  const steps: Step[] = []
  const values: Record<string, unknown> = {}
  let doubt: string | undefined
  let at = 0
  for (const element of variant.elements) {
    const word = words[at]
    if (word === undefined) return { complete: false, steps, values, doubt }
    if (typeof element === 'string') {
      const keyword = keywordStep(element, word)
      if (keyword === undefined) return { complete: false, steps, values, doubt }
      steps.push(keyword)
      at++
      continue
    }
    const found = readChoices(element.choices, words.slice(at))
    if (found === undefined) return { complete: false, steps, values, doubt }
    values[element.name] = found.read.value
    doubt ??= found.read.doubt
    steps.push(found.step)
    at += found.read.taken
  }
  return { complete: at === words.length, steps, values, doubt }
}

function keywordStep(keyword: string, word: string): Step | undefined {
  const written = word.toLowerCase()
  const known = keyword.toLowerCase()
  if (written === known) return { fit: fit.exact, written: keyword }
  return known.startsWith(written) ? { fit: fit.abbreviated, written: keyword } : undefined
}

function readChoices(
  choices: readonly Choice[],
  words: readonly string[],
): { readonly read: Read; readonly step: Step } | undefined {
  const word = words[0]!
  let best: { readonly read: Read; readonly step: Step } | undefined
  const abbreviated: string[] = []
  for (const choice of choices) {
    if (choice.choice === 'keyword') {
      const step = keywordStep(choice.keyword, word)
      if (step?.fit === fit.abbreviated) abbreviated.push(choice.keyword)
      if (step !== undefined && step.fit > (best?.step.fit ?? -1))
        best = { read: { value: choice.keyword, taken: 1 }, step }
      continue
    }
    const read =
      choice.choice === 'number' ? readNumber(word, choice.least, choice.most) : kinds[choice.kind].read(words)
    if (read === undefined) continue
    const how = choice.choice === 'kind' && (choice.kind === 'word' || choice.kind === 'line') ? choice.kind : 'typed'
    const written = read.doubt === undefined ? write(choice, read.value) : word
    const step = { fit: fit[how], written }
    if (step.fit > (best?.step.fit ?? -1)) best = { read, step }
  }
  if (best?.step.fit !== fit.abbreviated || abbreviated.length === 1) return best
  return { ...best, read: { ...best.read, doubt: `ambiguous: ${abbreviated.join(', ')}` } }
}

function write(choice: Choice, value: unknown): string {
  return choice.choice === 'kind' ? kinds[choice.kind].write(value as never) : String(value)
}

/** The line that says these values, or undefined where no variant does. */
export function print(variants: readonly Variant[], values: ErasedValues): string | undefined {
  const given = Object.keys(values).filter(name => values[name] !== undefined)
  const variant = variants.find(({ elements }) => {
    const names = elements.flatMap(each => (typeof each === 'string' ? [] : [each.name]))
    return names.length === given.length && given.every(name => names.includes(name))
  })
  return variant?.elements
    .map(each => (typeof each === 'string' ? each : writeChoices(each.choices, values[each.name])))
    .join(' ')
}

function writeChoices(choices: readonly Choice[], value: unknown): string {
  if (choices.some(each => each.choice === 'keyword' && each.keyword === value)) return String(value)
  const choice = choices.find(each => each.choice !== 'keyword' && fitsKind(each, value))
  return choice === undefined ? String(value) : write(choice, value)
}

/** Among several kinds the value's own type tells which: an address is a number, a name a string. */
function fitsKind(choice: Choice, value: unknown): boolean {
  if (choice.choice === 'number') return typeof value === 'number'
  if (choice.choice === 'keyword') return false
  switch (choice.kind) {
    case 'ipv4':
    case 'mask':
    case 'area':
      return typeof value === 'number'
    case 'ipv6':
      return typeof value === 'bigint'
    case 'prefix4':
    case 'prefix6':
      return typeof value === 'object'
    case 'interface':
    case 'word':
    case 'line':
      return typeof value === 'string'
    default:
      return choice.kind satisfies never
  }
}
