/** Random values of a layout: every row within its range, the edges more often than chance would have them. */
import type { Layout, Row } from '@dmvpn/wire'
import fc from 'fast-check'
import { bigBitsOf, bitsOf } from './values.ts'

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
      return bigBitsOf(row.width)
    default:
      return bitsOf(row.width)
  }
}
