/** One line of `debug` output as a pattern that prints it and reads it. */
import { type KindName, kinds } from './kinds.ts'
import type { ErasedValues, Values } from './pattern.ts'

/**
 * A line, read and printed by the same pattern: text as it stands, and parameters as in `Values`, of one kind or of
 * several separated by `|`. There are no optional parts.
 *
 *     NHRP: <size:0-65535> bytes out <tunnel:interface>
 */
export interface DebugLine<V> {
  readonly pattern: string
  /** The line with its indent, without its end. Throws RangeError where a value is not what the pattern says. */
  print(values: V): string
  /** The values of a line, whatever the space in it; undefined where it is another line. */
  read(line: string): V | undefined
}

/** A line's pattern, with the types of its parameters. */
export function debugLine<const Pattern extends string>(pattern: Pattern): DebugLine<Values<Pattern>> {
  const pieces = piecesOf(pattern)
  const expression = expressionOf(pieces)
  return {
    pattern,
    print: values => pieces.map(piece => printed(piece, values as ErasedValues)).join(''),
    read: line => valuesOf(pieces, expression.exec(line)) as Values<Pattern> | undefined,
  }
}

/** The lines of several patterns by name. */
export type DebugLines<Patterns extends Readonly<Record<string, string>>> = {
  readonly [Name in keyof Patterns]: DebugLine<Values<Patterns[Name]>>
}

/** Several patterns at once. */
export function debugLines<const Patterns extends Readonly<Record<string, string>>>(
  patterns: Patterns,
): DebugLines<Patterns> {
  const lines = Object.entries(patterns).map(([name, pattern]) => [name, debugLine(pattern)])
  return Object.fromEntries(lines) as DebugLines<Patterns>
}

type Piece = string | Parameter

interface Parameter {
  readonly name: string
  readonly choices: readonly Choice[]
}

/** One thing a parameter may be. `read` gives undefined where the text, though of the form, is not one. */
interface Choice {
  /** The form, as a regular expression. */
  readonly source: string
  read(text: string): unknown
  /** Undefined where the value is not one of these. */
  print(value: unknown): string | undefined
}

function piecesOf(pattern: string): readonly Piece[] {
  return pattern
    .split(/(<\w+:[^<>]+>)/)
    .filter(text => text !== '')
    .map(text => {
      const parameter = /^<(\w+):([^<>]+)>$/.exec(text)
      if (parameter === null) return text
      return { name: parameter[1]!, choices: parameter[2]!.split('|').map(each => choiceOf(each)) }
    })
}

function choiceOf(text: string): Choice {
  const range = /^(\d+)-(\d+)$/.exec(text)
  if (range !== null) return numbers(Number(range[1]), Number(range[2]))
  if (Object.hasOwn(kinds, text)) return kindChoice(text as KindName)
  const source = spaced(text)
  const whole = new RegExp(`^${source}$`, 'u')
  return {
    source,
    read: written => (whole.test(written) ? text : undefined),
    print: value => (value === text ? text : undefined),
  }
}

function numbers(least: number, most: number): Choice {
  const fits = (value: unknown): value is number =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
  return {
    source: String.raw`\d{1,15}`,
    read: text => (fits(Number(text)) ? Number(text) : undefined),
    print: value => (fits(value) ? String(value) : undefined),
  }
}

/** What a value of a kind looks like, in a line where punctuation may follow, and its type. */
const forms: { readonly [Name in KindName]?: { readonly source: string; readonly type: string } } = {
  ipv4: { source: String.raw`\d{1,3}(?:\.\d{1,3}){3}`, type: 'number' },
  ipv6: { source: '[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*', type: 'bigint' },
  prefix4: { source: String.raw`\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}`, type: 'object' },
  prefix6: { source: String.raw`[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*/\d{1,3}`, type: 'object' },
  interface: { source: String.raw`[A-Za-z][\w-]*[\d/.:]*`, type: 'string' },
  word: { source: String.raw`[^\s,()"]+`, type: 'string' },
  line: { source: '.*?', type: 'string' },
}

function kindChoice(kind: KindName): Choice {
  const form = forms[kind]
  if (form === undefined) throw new RangeError(`no line of debug output has a parameter of kind ${kind}`)
  const one = kinds[kind]
  return {
    source: form.source,
    read: text => (kind === 'line' ? text : one.read([text])?.value),
    print: value => (typeof value === form.type ? one.write(value as never) : undefined),
  }
}

/** The whole line, whatever the space at its ends. */
function expressionOf(pieces: readonly Piece[]): RegExp {
  const sources = pieces.map((piece, at) =>
    typeof piece === 'string'
      ? spaced(piece, at > 0, at < pieces.length - 1)
      : `(${piece.choices.map(({ source }) => source).join('|')})`,
  )
  return new RegExp(String.raw`^\s*${sources.join('')}\s*$`, 'u')
}

/** Text between words or parameters: space between two words is any space, beside punctuation there may be some. */
function spaced(text: string, follows = false, precedes = false): string {
  let source = ''
  let afterWord = follows
  for (const [, space = '', token = ''] of text.matchAll(/(\s*)(\w+|[^\s\w]|$)/gu)) {
    const isWord = token === '' ? precedes : /^\w/.test(token)
    const atEnd = token === '' && !precedes
    const atStart = source === '' && !follows
    if (afterWord && isWord) source += space === '' ? '' : String.raw`\s+`
    else if (!atEnd && !atStart) source += String.raw`\s*`
    source += escaped(token)
    afterWord = isWord
  }
  return source
}

function escaped(token: string): string {
  return /[$()*+.?[\\\]^{|}]/.test(token) ? `\\${token}` : token
}

function printed(piece: Piece, values: ErasedValues): string {
  if (typeof piece === 'string') return piece
  const value = values[piece.name]
  for (const choice of piece.choices) {
    const text = choice.print(value)
    if (text !== undefined) return text
  }
  throw new RangeError(`${piece.name} cannot be ${String(value)}`)
}

function valuesOf(pieces: readonly Piece[], match: RegExpExecArray | null): ErasedValues | undefined {
  if (match === null) return undefined
  const values: Record<string, unknown> = {}
  let group = 0
  for (const piece of pieces) {
    if (typeof piece === 'string') continue
    const text = match[++group]!
    const value = firstRead(piece.choices, text)
    if (value === undefined) return undefined
    values[piece.name] = value
  }
  return values
}

function firstRead(choices: readonly Choice[], text: string): unknown {
  for (const choice of choices) {
    const value = choice.read(text)
    if (value !== undefined) return value
  }
  return undefined
}
