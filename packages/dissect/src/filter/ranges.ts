/** The ranges of slices and layer lists: `0:3`, `1-2`, `:4`, `-2:`, `5`, several between commas. */
import type { Range } from './expression.ts'
import { cited, refuse } from './filter-error.ts'

/** Ranges and where they end in the filter. */
export interface ReadRanges {
  readonly ranges: readonly Range[]
  readonly end: number
}

/** What stands between `[` at `at` and its `]`. */
export function readRanges(text: string, at: number): ReadRanges {
  const closing = text.indexOf(']', at)
  if (closing < 0) return refuse({ at, end: text.length }, '] is missing')
  const ranges: Range[] = []
  let from = at + 1
  while (from <= closing) {
    const comma = text.indexOf(',', from)
    const to = comma < 0 || comma > closing ? closing : comma
    ranges.push(readRange(text, from, to))
    from = to + 1
  }
  return { ranges, end: closing + 1 }
}

const number = String.raw`([+-]?(?:0[xX][0-9a-fA-F]{1,8}|\d{1,10}))`
const spanned = new RegExp(String.raw`^\s*(?:${number}\s*-\s*${number}|${number}?\s*(:)\s*${number}?|${number})\s*$`)

function readRange(text: string, at: number, end: number): Range {
  const inside = text.slice(at, end)
  const match = inside.length > 100 ? null : spanned.exec(inside)
  if (match === null) {
    const reason = `${cited(inside)} is no range: [n], [from:length], [from-to], [:length] and [from:] are`
    return refuse({ at, end: Math.max(end, at + 1) }, reason)
  }
  const [, first, last, start, colon, length, single] = match
  if (first !== undefined && last !== undefined)
    return checked({ start: int(first), length: undefined, last: int(last) })
  if (colon === undefined) return checked({ start: int(single!), length: 1, last: undefined })
  return checked({ start: int(start ?? '0'), length: length === undefined ? undefined : int(length), last: undefined })

  function checked(range: Range): Range {
    if (range.length !== undefined && range.length < 1) refuse({ at, end }, 'a range has a length of 1 or more')
    const { start: from, last: to } = range
    if (to !== undefined && to < from && from < 0 === to < 0)
      refuse({ at, end }, `a range does not end before it begins`)
    return range
  }
}

/** Numbers that count octets, and are not too many: decimal, octal after 0, hexadecimal after 0x. */
function int(text: string): number {
  const negative = text.startsWith('-')
  const digits = text.replace(/^[+-]/, '')
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits)
  return negative ? -value : value
}

/** A range as it is written. */
export function rangeText({ start, length, last }: Range): string {
  return last === undefined ? `${start}:${length ?? ''}` : `${start}-${last}`
}

/** The octets of the ranges, one behind the other; none at all where a range is not there. */
export function sliceOf(octets: Uint8Array, ranges: readonly Range[]): Uint8Array {
  if (ranges.length === 1) return partOf(octets, ranges[0]!) ?? nothing
  let size = 0
  const parts: Uint8Array[] = []
  for (const range of ranges) {
    const part = partOf(octets, range)
    if (part === undefined) return nothing
    parts.push(part)
    size += part.length
  }
  const joined = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

const nothing = new Uint8Array(0)

function partOf(octets: Uint8Array, { start, length, last }: Range): Uint8Array | undefined {
  const size = octets.length
  const from = start < 0 ? size + start : start
  if (from < 0 || from >= size) return undefined
  const behind =
    last === undefined ? (length === undefined ? size : from + length) : (last < 0 ? size + last : last) + 1
  return behind > size || behind <= from ? undefined : octets.subarray(from, behind)
}

/** Whether a layer's number, from 1, is in one of the ranges; negative ones count back from `highest`, which is -1. */
export function includesLayer(ranges: readonly Range[], layer: number, highest: number): boolean {
  for (const { start, length, last } of ranges) {
    const from = start < 0 ? highest + 1 + start : start
    if (layer < from) continue
    if (last === undefined && length === undefined) return true
    const to = last === undefined ? from + length! - 1 : last < 0 ? highest + 1 + last : last
    if (layer <= to) return true
  }
  return false
}
