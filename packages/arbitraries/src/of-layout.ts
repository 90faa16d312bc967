/** Random values of a layout: every row within its range, the edges more often than chance would have them. */
import type { Layout, Row } from '@dmvpn/wire'
import fc from 'fast-check'

/** Values that `layout.write` accepts. */
export function ofLayout<T>(layout: Layout<T>): fc.Arbitrary<T> {
  return ofRows(layout.rows) as fc.Arbitrary<T>
}

function ofRows(rows: readonly Row[]): fc.Arbitrary<Record<string, unknown>> {
  const parts: Record<string, fc.Arbitrary<unknown>> = {}
  for (const row of rows) {
    if (row.path.length > 0) parts[row.path.at(-1)!] = row.kind === 'word' ? ofRows(row.children) : ofRow(row)
  }
  // Structural equality with what `read` gives: plain objects with a prototype.
  return fc.record(parts, { noNullPrototype: true })
}

/** A value of one row, as its layout holds it. */
export function ofRow(row: Row): fc.Arbitrary<unknown> {
  switch (row.kind) {
    case 'flag':
      return fc.boolean()
    case 'bytes':
      return fc.uint8Array({ minLength: row.width / 8, maxLength: row.width / 8 })
    case 'ipv6':
    case 'uint64':
      return bigBits(row.width)
    default:
      return bitsOf(row.width)
  }
}

/** Unsigned numbers of `width` bits, 1…48: uniform, or one of the corners where arithmetic breaks. */
export function bitsOf(width: number): fc.Arbitrary<number> {
  const most = 2 ** width - 1
  const corners = [0, 1, most, most - 1, 2 ** (width - 1), 2 ** (width - 1) - 1].filter(n => n >= 0 && n <= most)
  return fc.oneof(
    { weight: 3, arbitrary: fc.maxSafeNat().map(n => n % (most + 1)) },
    { weight: 1, arbitrary: fc.constantFrom(...new Set(corners)) },
  )
}

function bigBits(width: number): fc.Arbitrary<bigint> {
  const most = (1n << BigInt(width)) - 1n
  return fc.oneof(
    { weight: 3, arbitrary: fc.bigInt({ min: 0n, max: most }) },
    { weight: 1, arbitrary: fc.constantFrom(0n, 1n, most, most >> 1n) },
  )
}
