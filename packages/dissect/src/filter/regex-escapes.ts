/** What backslashes mean in regular expressions, and what is refused of them and of groups. */
import { namedClass, type OctetSet } from './regex-classes.ts'

/** A class, or an octet where there is none; `end` is behind it. */
export interface Escaped {
  readonly set: OctetSet | undefined
  readonly octet: number
  readonly end: number
}

const controls: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['e', 27],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
])

const back = 'refers back to a group, which needs backtracking'

const reasons: ReadonlyMap<string, string> = new Map([
  ['g', back],
  ['k', back],
  ['C', 'has \\C, which is not known here'],
  ['G', 'has \\G, which is not known here'],
  ['K', 'has \\K, which is not known here'],
  ['X', 'has \\X, which is not known here'],
  ['p', 'has \\p: octets have no Unicode properties'],
  ['P', 'has \\P: octets have no Unicode properties'],
])

/** What the letters from `at` on, behind a backslash, mean; or why they are refused. */
export function readEscape(text: string, at: number): Escaped | string {
  const letter = text[at]
  if (letter === undefined) return 'ends with a backslash'
  const set = namedClass(letter)
  if (set !== undefined) return { set, octet: 0, end: at + 1 }
  const octet = controls.get(letter)
  if (octet !== undefined) return { set: undefined, octet, end: at + 1 }
  if (letter === 'c') return control(text, at + 1)
  return readNumber(text, at) ?? reasons.get(letter) ?? plain(letter, at)
}

function plain(letter: string, at: number): Escaped | string {
  if (/[1-9]/.test(letter)) return back
  if (/[A-Za-z]/.test(letter)) return `has \\${letter}, which means nothing here`
  return { set: undefined, octet: letter.charCodeAt(0), end: at + 1 }
}

/** `\cA`: the letter's place in the alphabet. */
function control(text: string, at: number): Escaped | string {
  const letter = text[at]
  if (letter === undefined) return 'ends with \\c'
  return { set: undefined, octet: (letter.toUpperCase().charCodeAt(0) ^ 0x40) & 0x7f, end: at + 1 }
}

/** `\xhh`, `\x{hh}`, `\o{ooo}`, `\0oo`, `\ooo`; a single digit from 1 on is a group's number. */
function readNumber(text: string, at: number): Escaped | string | undefined {
  const rest = text.slice(at, at + 12)
  const [whole, hex, octal] =
    /^x\{([0-9a-fA-F]{1,8})\}/.exec(rest) ??
    /^x([0-9a-fA-F]{0,2})/.exec(rest) ??
    /^o\{(?=[0-7])()([0-7]{1,8})\}/.exec(rest) ??
    /^()(0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest) ??
    []
  if (whole === undefined) return undefined
  const octet = octal === undefined ? Number.parseInt(hex || '0', 16) : Number.parseInt(octal, 8)
  return octet > 255 ? 'has a character beyond one octet' : { set: undefined, octet, end: at + whole.length }
}

/** Why a group that begins with `(?` and `look` is refused. */
export function reasonOfGroup(look: string): string {
  if (/^<?[=!]/.test(look)) return 'looks ahead or behind, which needs backtracking'
  if (look.startsWith('>')) return 'has an atomic group, which needs backtracking'
  if (look.startsWith('P=')) return back
  if (look.startsWith('|')) return 'resets group numbers, which nothing here uses'
  if (look.startsWith('(')) return 'has a condition, which needs backtracking'
  return look.startsWith('C') ? 'calls out' : 'calls a group, which needs backtracking'
}
