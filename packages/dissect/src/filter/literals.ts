/** Literals, read as what they are compared with. */
import { maskOf, parseIpv4, parseIpv6 } from '@dmvpn/wire'
import { editDistance } from '../catalogue.ts'
import type { Character, Operand, Quoted, Word } from './expression.ts'
import { cited, refuse } from './filter-error.ts'
import { boundsOf, domainWords, type Target } from './target.ts'
import { absoluteTime, relativeTime } from './time-literal.ts'
import type { Constant } from './values.ts'

export type Literal = Word | Quoted | Character

/** What a literal stands for beside a target. `negative` where a minus sign stands before it. */
export function constantOf(literal: Literal, target: Target, negative = false): Constant {
  const { domain, name } = target
  if (negative && domain !== 'integer' && domain !== 'real' && domain !== 'relative-time') {
    refuse(literal, `${name} is ${domainWords[domain]}, and no minus sign goes before that`)
  }
  switch (domain) {
    case 'integer':
      return { domain, value: integerOf(literal, target, negative) }
    case 'real':
      return { domain, value: realOf(literal, target, negative) }
    case 'relative-time':
      return { domain, value: spanOf(literal, target, negative) }
    case 'boolean':
      return { domain, value: truthOf(literal, target) }
    case 'ipv4':
      return ipv4Of(literal, target)
    case 'ipv6':
      return ipv6Of(literal, target)
    case 'ether':
      return { domain, value: etherOf(literal, target) }
    case 'octets':
      return { domain, value: octetsOf(literal, target) }
    case 'text':
      return { domain, value: textOf(literal) }
    case 'absolute-time':
      return { domain, value: momentOf(literal, target) }
    case 'nothing':
      return refuse(literal, `${name} is ${domainWords.nothing}: nothing can be compared with it`)
    default:
      return domain satisfies never
  }
}

const decoder = new TextDecoder()

/** A literal's own text. */
function textOf(literal: Literal): string {
  if (literal.kind === 'word') return literal.text
  return literal.kind === 'quoted' ? decoder.decode(literal.octets) : String.fromCharCode(literal.octet)
}

/** A literal for a sentence, as it was written. */
function shown(literal: Literal): string {
  return literal.kind === 'character' ? `the character ${literal.octet}` : cited(textOf(literal))
}

function mismatch(literal: Literal, target: Target, suggestions: readonly string[] = []): never {
  return refuse(literal, `${target.name} is ${domainWords[target.domain]}, and ${shown(literal)} is not`, suggestions)
}

const wholeNumber = /^(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[0-7]*|[1-9]\d*)$/

/** Decimal, octal after 0, hexadecimal after 0x, binary after 0b; undefined where it is none. */
function parseInteger(text: string): bigint | undefined {
  if (text.length > 66 || !wholeNumber.test(text)) return undefined
  return BigInt(/^0\d/.test(text) ? `0o${text.slice(1)}` : text.toLowerCase())
}

function integerOf(literal: Literal, target: Target, negative: boolean): number | bigint {
  const size =
    literal.kind === 'character'
      ? BigInt(literal.octet)
      : literal.kind === 'word'
        ? parseInteger(literal.text)
        : undefined
  if (size === undefined) {
    if (negative) return mismatch(literal, target)
    return named(literal, target) ?? refuseNumber(literal, target)
  }
  return narrowed(bounded(negative ? -size : size, literal, target))
}

function refuseNumber(literal: Literal, target: Target): never {
  if (target.names.length === 0) return mismatch(literal, target)
  const reason = `${target.name} is a whole number whose values have names, and ${shown(literal)} is neither`
  return refuse(literal, reason, likeNames(literal, target))
}

/** A number within the field's reach. As tshark has it, a negative one beside an unsigned field wraps around. */
function bounded(value: bigint, literal: Literal, { type, name }: Target): bigint {
  if (type === undefined) return value
  const [least, most] = boundsOf(type)
  if (value < 0n && least === 0n && value >= -0x80000000n) return BigInt.asUintN(most > 0xffffffffn ? 64 : 32, value)
  if (value > most) refuse(literal, `${name} is at most ${most}`)
  if (value < least) refuse(literal, `${name} is at least ${least}`)
  return value
}

function narrowed(value: bigint): number | bigint {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value
}

/** The number of a name, whatever its case. */
function named(literal: Literal, { names }: Target): number | undefined {
  const wanted = textOf(literal).toLowerCase()
  for (const table of names) for (const [value, name] of table.entries) if (name.toLowerCase() === wanted) return value
  return undefined
}

/** Names that may have been meant: spelled much alike, or beginning so. */
function likeNames(literal: Literal, { names }: Target): readonly string[] {
  const wanted = textOf(literal).toLowerCase()
  if (wanted === '' || wanted.length > 100) return []
  const scored: (readonly [number, string])[] = []
  for (const name of new Set(names.flatMap(table => table.entries.map(([, each]) => each)))) {
    const known = name.toLowerCase()
    const distance =
      known.startsWith(wanted) || (wanted.length > 3 && known.includes(wanted)) ? 1 : editDistance(wanted, known)
    if (distance <= Math.max(2, wanted.length / 4)) scored.push([distance, name])
  }
  scored.sort((a, b) => a[0] - b[0])
  return scored.slice(0, 3).map(([, name]) => `"${name}"`)
}

function truthOf(literal: Literal, target: Target): boolean {
  const text = textOf(literal).toLowerCase()
  for (const [yes, no] of target.truths) {
    if (text === yes.toLowerCase()) return true
    if (text === no.toLowerCase()) return false
  }
  if (text === 'true' || text === 'false') return text === 'true'
  const number = literal.kind === 'word' ? parseInteger(literal.text) : undefined
  if (number !== undefined) return number !== 0n
  if (literal.kind === 'character') return literal.octet !== 0
  return mismatch(literal, target, [...new Set([...target.truths.flat(), 'True', 'False'])].slice(0, 4))
}

function ipv4Of(literal: Literal, target: Target): Constant {
  const { address, length } = split(literal, target, 32)
  const value = parseIpv4(address)
  if (value === undefined) return refuseAddress(literal, target)
  return { domain: 'ipv4', value, mask: maskOf(length) >>> 0 }
}

function ipv6Of(literal: Literal, target: Target): Constant {
  const { address, length } = split(literal, target, 128)
  const value = parseIpv6(address)
  if (value === undefined) return refuseAddress(literal, target)
  const host = BigInt(128 - length)
  return { domain: 'ipv6', value, mask: ((1n << BigInt(length)) - 1n) << host }
}

/** Address and prefix length; without one, the whole address counts. */
function split(
  literal: Literal,
  target: Target,
  longest: number,
): { readonly address: string; readonly length: number } {
  if (literal.kind === 'quoted') refuse(literal, `${domainWords[target.domain]} stands without quotation marks`)
  const [address = '', prefix] = textOf(literal).split('/')
  const length = prefix === undefined ? longest : Number(prefix)
  if (length > longest) refuse(literal, `the prefix length of ${domainWords[target.domain]} is at most ${longest}`)
  return { address, length }
}

function refuseAddress(literal: Literal, target: Target): never {
  const looksLikeName = literal.kind === 'word' && /[g-zG-Z]/.test(literal.text)
  if (!looksLikeName) return mismatch(literal, target)
  return refuse(literal, `${shown(literal)} is not ${domainWords[target.domain]}, and host names are not looked up`)
}

/** Six octets in any spelling octets have: `00:1b:…`, `00-1b-…`, `001b.…`, `001b…`. */
function etherOf(literal: Literal, target: Target): number {
  if (literal.kind !== 'word') return refuse(literal, `${domainWords.ether} stands without quotation marks`)
  const octets = parseOctets(literal.text)
  if (octets === undefined) return mismatch(literal, target)
  if (octets.length !== 6) return refuse(literal, `a MAC address has six octets, not ${octets.length}`)
  return octets.reduce((address, octet) => address * 256 + octet, 0)
}

function octetsOf(literal: Literal, target: Target): Uint8Array {
  if (literal.kind === 'quoted') return literal.octets
  if (literal.kind === 'character') return Uint8Array.of(literal.octet)
  return parseOctets(literal.text) ?? mismatch(literal, target)
}

/** Hexadecimal octets: `00:01`, `00-01`, `0.1`, `0001`, one as `0x2a`; undefined where they are none. */
function parseOctets(text: string): Uint8Array | undefined {
  if (/^0[xX]/.test(text)) {
    return /^0[xX][0-9a-fA-F]{2}$/.test(text) ? Uint8Array.of(Number.parseInt(text.slice(2), 16)) : undefined
  }
  const groups = text.split(/[:.-]/)
  const octets: number[] = []
  for (const group of groups) {
    if (!/^[0-9a-fA-F]+$/.test(group)) return undefined
    const whole = group.length % 2 === 0 ? group : `0${group}`
    if (groups.length > 1 && group.length > 1 && whole !== group) return undefined
    for (let i = 0; i < whole.length; i += 2) octets.push(Number.parseInt(whole.slice(i, i + 2), 16))
  }
  return Uint8Array.from(octets)
}

function momentOf(literal: Literal, target: Target): bigint {
  const text = textOf(literal)
  const found = literal.kind === 'character' ? undefined : absoluteTime(text)
  if (found !== undefined) return found
  const reason = `${target.name} is a date and time such as "2026-11-21 12:34:56.5", and ${shown(literal)} is not`
  return refuse(literal, reason)
}

/** `0.5`, `12`, `1e-3`. */
function realOf(literal: Literal, target: Target, negative: boolean): number {
  const text = literal.kind === 'word' ? literal.text : ''
  if (!/^\d+(?:\.\d+)?(?:[eE]-?\d{1,3})?$/.test(text)) return mismatch(literal, target)
  return negative ? -Number(text) : Number(text)
}

function spanOf(literal: Literal, target: Target, negative: boolean): number | bigint {
  const size = literal.kind === 'word' ? relativeTime(literal.text) : undefined
  if (size === undefined) {
    return refuse(literal, `${target.name} is a time span such as 0.25 or 250ms, and ${shown(literal)} is not`)
  }
  return negative ? -size : size
}

/** Whether an operand is a literal, as far as its form tells. */
export function isLiteral(operand: Operand): operand is Literal {
  return operand.kind === 'word' || operand.kind === 'quoted' || operand.kind === 'character'
}
