/** How two values of one domain compare, and how a value compares with a literal. */
import type { Value } from '@dmvpn/wire'
import type { Domain } from './target.ts'

/** Everything a frame has of one operand; kept and refilled for every frame. */
export class Values {
  items: Value[] = []
  count = 0

  add(value: Value): void {
    this.items[this.count++] = value
  }
}

/** A literal. Addresses may be networks: `mask` tells which bits count. */
export type Constant =
  | { readonly domain: 'integer' | 'absolute-time' | 'relative-time'; readonly value: number | bigint }
  | { readonly domain: 'real' | 'ether'; readonly value: number }
  | { readonly domain: 'boolean'; readonly value: boolean }
  | { readonly domain: 'ipv4'; readonly value: number; readonly mask: number }
  | { readonly domain: 'ipv6'; readonly value: bigint; readonly mask: bigint }
  | { readonly domain: 'octets'; readonly value: Uint8Array }
  | { readonly domain: 'text'; readonly value: string }

export type Ordering = '==' | '!=' | '>' | '>=' | '<' | '<='

/** Less than, equal or greater: -1, 0, 1. */
export type Order = (a: Value, b: Value) => number

/** How values of a domain are ordered. */
export function orderOf(domain: Domain): Order {
  if (domain === 'octets') return (a, b) => orderOctets(a as Uint8Array, b as Uint8Array)
  if (domain === 'text') return orderText
  return orderNumbers
}

/** Numbers, whole numbers of any size and truth values, mixed. */
function orderNumbers(a: Value, b: Value): number {
  const left = a as number
  const right = b as number
  return left < right ? -1 : left > right ? 1 : 0
}

function orderText(a: Value, b: Value): number {
  const left = a as string
  const right = b as string
  return left < right ? -1 : left > right ? 1 : 0
}

/** The shorter is less, as in Wireshark; of two that are as long, the first octet that differs decides. */
function orderOctets(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return a.length < b.length ? -1 : 1
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1
  return 0
}

/** Whether two values stand in a relation, judged by their order. */
export function holds(ordering: Ordering, order: number): boolean {
  switch (ordering) {
    case '==':
      return order === 0
    case '!=':
      return order !== 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    default:
      return ordering satisfies never
  }
}

/** A question about one value. */
export type ValueTest = (value: Value) => boolean

/** The question whether a value stands in a relation to a literal; networks compare by the bits of their mask. */
export function testAgainst(ordering: Ordering, constant: Constant): ValueTest {
  const { domain, value } = constant
  if (domain === 'ipv4' && constant.mask !== 0xffffffff) {
    const mask = constant.mask
    const network = (constant.value & mask) >>> 0
    return address => holds(ordering, orderNumbers(((address as number) & mask) >>> 0, network))
  }
  if (domain === 'ipv6') {
    const mask = constant.mask
    const network = constant.value & mask
    return address => holds(ordering, orderNumbers((address as bigint) & mask, network))
  }
  const order = orderOf(domain)
  if (typeof value !== 'object') {
    if (ordering === '==') return each => each === value || order(each, value) === 0
    if (ordering === '!=') return each => each !== value && order(each, value) !== 0
  }
  return each => holds(ordering, order(each, value))
}

/** Whether `needle`, which is not empty, is somewhere in the octets. */
export function containsOctets(octets: Uint8Array, needle: Uint8Array): boolean {
  if (needle.length === 0) return false
  const last = octets.length - needle.length
  const first = needle[0]!
  for (let at = octets.indexOf(first); at >= 0 && at <= last; at = octets.indexOf(first, at + 1)) {
    let i = 1
    while (i < needle.length && octets[at + i] === needle[i]) i++
    if (i === needle.length) return true
  }
  return false
}

/** Whether a calculation gave something else than nothing. */
export function isNotZero(value: Value): boolean {
  return value instanceof Uint8Array ? value.some(octet => octet !== 0) : Number(value) !== 0
}
