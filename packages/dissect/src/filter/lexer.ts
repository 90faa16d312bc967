/** A filter's text as tokens, one at a time. Brackets and layer lists are read by `ranges.ts` from the text itself. */
import { cited, refuse, type Span } from './filter-error.ts'
import { readCharacter, readRawString, readString } from './quoted.ts'

export type Token = WordToken | QuotedToken | CharacterToken | SymbolToken | EndToken

export interface WordToken extends Span {
  readonly kind: 'word'
  readonly prefix: '' | '.' | ':'
  readonly text: string
}

export interface QuotedToken extends Span {
  readonly kind: 'quoted'
  readonly octets: Uint8Array
}

export interface CharacterToken extends Span {
  readonly kind: 'character'
  readonly octet: number
}

export interface SymbolToken extends Span {
  readonly kind: 'symbol'
  readonly text: string
}

export interface EndToken extends Span {
  readonly kind: 'end'
}

/** Longer ones before their beginnings. */
const symbols: readonly string[] = '=== !== == != ~= >= <= && || ^^ .. > < ! ~ & ( ) { } [ ] , + - * / % #'.split(' ')

/** What other languages write, and what is written here. */
const foreign: readonly (readonly [string, string])[] = [
  ['=~', 'matches'],
  ['=>', '>='],
  ['=<', '<='],
  ['=!', '!='],
  ['<>', '!='],
  ['=', '=='],
  ['|', '||'],
  ['^', '^^'],
]

/** The token that begins at or behind `from`. Refuses what begins none. */
export function tokenAt(text: string, from: number): Token {
  let at = from
  while (isSpace(text.charCodeAt(at))) at++
  if (at >= text.length) return { kind: 'end', at: text.length, end: text.length }
  const first = text[at]!
  if (first === '"') return quoted(at, readString(text, at))
  if (first === "'") {
    const { octets, end } = readCharacter(text, at)
    return { kind: 'character', octet: octets[0]!, at, end }
  }
  if ((first === 'r' || first === 'R') && text[at + 1] === '"') return quoted(at, readRawString(text, at + 1))
  return wordAt(text, at) ?? symbolAt(text, at)
}

function quoted(at: number, { octets, end }: { octets: Uint8Array; end: number }): QuotedToken {
  return { kind: 'quoted', octets, at, end }
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d)
}

function symbolAt(text: string, at: number): SymbolToken {
  const strange = foreign.find(([theirs]) => text.startsWith(theirs, at))
  const symbol = symbols.find(each => text.startsWith(each, at))
  if (strange !== undefined && (symbol === undefined || symbol.length < strange[0].length)) {
    const [theirs, ours] = strange
    return refuse({ at, end: at + theirs.length }, `${theirs} is no operator`, [ours])
  }
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, at, end: at + symbol.length }
  return refuseCharacter(text, at)
}

function refuseCharacter(text: string, at: number): never {
  if (text[at] === '@') refuse({ at, end: at + 1 }, 'the raw operator @ is newer than the language of Wireshark 4.0')
  if (text.startsWith('${', at)) {
    const closing = text.indexOf('}', at)
    const end = closing < 0 ? text.length : closing + 1
    const reason = text.slice(at, end).includes('.')
      ? `${cited(text.slice(at, end))} refers to the frame selected in a window, and here none is`
      : `${cited(text.slice(at, end))} is a macro, and there is no file of macros here: write out what it stands for`
    refuse({ at, end }, reason)
  }
  const letter = String.fromCodePoint(text.codePointAt(at)!)
  return refuse({ at, end: at + letter.length }, `${cited(letter)} means nothing here`)
}

const inWord = /[A-Za-z0-9_]/

/** Names, numbers, addresses, octets: `ip.src`, `0x1f`, `10.0.0.0/8`, `fe80::1`, `00:1b-…`, `2026-11-21`. */
function wordAt(text: string, at: number): WordToken | undefined {
  const first = text[at]!
  const second = text[at + 1] ?? ''
  if (inWord.test(first) || (first === ':' && second === ':')) return word(text, at, at, '')
  if ((first === '.' || first === ':') && inWord.test(second)) return word(text, at, at + 1, first)
  return undefined
}

function word(text: string, at: number, from: number, prefix: '' | '.' | ':'): WordToken {
  let end = from
  for (;;) {
    const letter = text[end] ?? ''
    const next = text[end + 1] ?? ''
    if (inWord.test(letter)) end += 1
    // A point or a hyphen joins, but does not end: `1..4` is a range, `a -b` a difference.
    else if ((letter === '.' || letter === '-') && inWord.test(next)) end += 2
    else if (letter === ':' && (next === ':' || inWord.test(next))) end += 2
    else break
  }
  const prefixLength =
    text[end] === '/' && isAddress(text.slice(from, end)) ? /^\/\d+/.exec(text.slice(end, end + 8)) : null
  if (prefixLength !== null) end += prefixLength[0].length
  return { kind: 'word', prefix, text: text.slice(from, end), at, end }
}

function isAddress(text: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(text) || (text.includes(':') && /^[0-9a-fA-F:.]+$/.test(text))
}
