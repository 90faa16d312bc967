/** A layout's rows as a small flat tree, computed once: what a witness copies each time the layout is taken. */
import type { Outline, Row } from '@dmvpn/wire'
import { drawRegions } from './bit-text.ts'

/** Indexes count within the plan; -1 is none. */
export interface Plan {
  readonly size: number
  readonly rows: readonly Row[]
  readonly octets: Int32Array
  readonly parent: Int32Array
  readonly first: Int32Array
  readonly last: Int32Array
  readonly next: Int32Array
  /** The rows that are inside of others, have others inside, or are not followed by their sibling. */
  readonly exceptions: Int32Array
  /** The last row without a parent, and the last of those that are not merely further names. */
  readonly lastTop: number
  readonly lastShown: number
}

const plans = new Map<Outline, Plan>()

/** The plan of a layout: each row, then its children; further names of the same bits follow it as siblings. */
export function planOf(layout: Outline): Plan {
  let plan = plans.get(layout)
  if (plan === undefined) {
    plan = make(layout)
    plans.set(layout, plan)
  }
  return plan
}

function make(layout: Outline): Plan {
  drawRegions(layout.rows)
  const rows: Row[] = []
  const parents: number[] = []
  let lastShown = 0
  const add = (row: Row, parent: number): void => {
    const index = rows.length
    rows.push(row)
    parents.push(parent)
    if (parent < 0 && !row.hidden) lastShown = index
    for (const child of row.children) add(child, index)
    for (const further of row.also) add(further, parent)
  }
  for (const row of layout.rows) add(row, -1)
  const size = rows.length
  const first = new Int32Array(size).fill(-1)
  const last = new Int32Array(size).fill(-1)
  const next = new Int32Array(size).fill(-1)
  let lastTop = -1
  for (const [index, parent] of parents.entries()) {
    const before = parent < 0 ? lastTop : last[parent]!
    if (before >= 0) next[before] = index
    else if (parent >= 0) first[parent] = index
    if (parent < 0) lastTop = index
    else last[parent] = index
  }
  const octets = Int32Array.from(rows, row => ((row.bit + row.width + 7) >>> 3) - (row.bit >>> 3))
  const exceptions = Int32Array.from(
    [...parents.keys()].filter(index => parents[index]! >= 0 || first[index]! >= 0 || next[index] !== index + 1),
  )
  return { size, rows, octets, parent: Int32Array.from(parents), first, last, next, exceptions, lastTop, lastShown }
}
