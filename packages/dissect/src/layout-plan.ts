/** A layout's rows as a small flat tree, computed once. */
import type { Outline, Row } from '@dmvpn/wire'
import { drawRegions } from './bit-text.ts'

/** Each row, then its children; further names of the same bits follow it as siblings. */
export interface Plan {
  readonly rows: readonly Row[]
  readonly octets: readonly number[]
  /** The place of the row around each; -1 is none. */
  readonly parent: readonly number[]
}

const plans = new Map<Outline, Plan>()

/** The plan of a layout. */
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
  const parent: number[] = []
  const add = (row: Row, above: number): void => {
    const index = rows.length
    rows.push(row)
    parent.push(above)
    for (const child of row.children) add(child, index)
    for (const further of row.also) add(further, above)
  }
  for (const row of layout.rows) add(row, -1)
  return { rows, octets: rows.map(row => ((row.bit + row.width + 7) >>> 3) - (row.bit >>> 3)), parent }
}
