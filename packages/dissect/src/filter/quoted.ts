/** What stands between quotation marks: strings, raw strings, characters, as octets. */
import { cited, refuse } from './filter-error.ts'

const encoder = new TextEncoder()

/** What was read, and where it ends in the filter. */
export interface QuotedText {
  readonly octets: Uint8Array
  readonly end: number
}

/** `"…"` that begins at `at`, escapes resolved: `\" \' \\ \a \b \f \n \r \t \v \NNN \xNN \uNNNN \UNNNNNNNN`. */
export function readString(text: string, at: number): QuotedText {
  const octets: number[] = []
  let plain = at + 1
  const settle = (to: number): void => {
    if (to > plain) for (const octet of encoder.encode(text.slice(plain, to))) octets.push(octet)
  }
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '"') {
      settle(i)
      return { octets: Uint8Array.from(octets), end: i + 1 }
    }
    if (text[i] !== '\\') continue
    settle(i)
    const { value, end } = readEscape(text, i)
    for (const octet of value) octets.push(octet)
    plain = end
    i = end - 1
  }
  return refuse({ at, end: text.length }, 'the closing quotation mark of a string is missing')
}

/** `r"…"` whose quotation mark stands at `at`: backslashes are letters, and one before `"` keeps the string open. */
export function readRawString(text: string, at: number): QuotedText {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '"') return { octets: encoder.encode(text.slice(at + 1, i)), end: i + 1 }
  }
  return refuse({ at, end: text.length }, 'the closing quotation mark of a raw string is missing')
}

/** `'x'` that begins at `at`: one octet. */
export function readCharacter(text: string, at: number): QuotedText {
  const next = text[at + 1]
  let octets: readonly number[] = []
  let end = at + 1
  if (next === '\\') {
    if (text[at + 2] === 'u' || text[at + 2] === 'U') {
      refuse({ at, end: at + 3 }, 'a character is one octet: \\u and \\U belong into strings')
    }
    const escape = readEscape(text, at + 1)
    octets = escape.value
    end = escape.end
  } else if (next !== undefined && next !== "'") {
    octets = [...encoder.encode(String.fromCodePoint(text.codePointAt(at + 1)!))]
    end = at + 1 + String.fromCodePoint(text.codePointAt(at + 1)!).length
  }
  const closing = text.indexOf("'", end)
  if (closing < 0) return refuse({ at, end: text.length }, 'the closing quotation mark of a character is missing')
  if (octets.length === 0) return refuse({ at, end: closing + 1 }, 'a character is missing between the quotation marks')
  if (closing > end || octets.length > 1) {
    return refuse({ at, end: closing + 1 }, "'…' holds one octet; longer texts stand between double quotation marks")
  }
  return { octets: Uint8Array.from(octets), end: closing + 1 }
}

const simple: ReadonlyMap<string, number> = new Map([
  ["'", 0x27],
  ['"', 0x22],
  ['\\', 0x5c],
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
])

interface Escape {
  readonly value: readonly number[]
  readonly end: number
}

function readEscape(text: string, at: number): Escape {
  const letter = text[at + 1] ?? ''
  const octet = simple.get(letter)
  if (octet !== undefined) return { value: [octet], end: at + 2 }
  const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4))
  if (octal !== null) return { value: [Number.parseInt(octal[0], 8) & 0xff], end: at + 1 + octal[0].length }
  const hex = letter === 'x' ? /^[0-9a-fA-F]{1,2}/.exec(text.slice(at + 2, at + 4)) : null
  if (hex !== null) return { value: [Number.parseInt(hex[0], 16)], end: at + 2 + hex[0].length }
  const digits = letter === 'u' ? 4 : letter === 'U' ? 8 : 0
  const universal = text.slice(at + 2, at + 2 + digits)
  if (digits > 0 && universal.length === digits && /^[0-9a-fA-F]+$/.test(universal)) {
    const code = Number.parseInt(universal, 16)
    if (code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) {
      return { value: [...encoder.encode(String.fromCodePoint(code))], end: at + 2 + digits }
    }
  }
  return refuse(
    { at, end: Math.min(text.length, at + 2) },
    `${cited(text.slice(at, at + 2))} is no escape of a string; \\\\ is a backslash, and r"…" takes every one as it is`,
  )
}
