/**
 * What a note is shown below: what begins where it points. Where things lie is no part of a tree's shape, so this is
 * looked for while the witness takes things down.
 */
import type { Field, Outline } from '@dmvpn/wire'
import { entryKind } from './entry-kind.ts'
import { judgedBy } from './judged-by.ts'
import { planOf } from './layout-plan.ts'
import type { TreeWitness } from './tree-witness.ts'

/** More rows than any layout has. */
const perEntry = 512

/** So many entries are looked through for a note; of more, the tree tells. */
const most = 1024

/** What an entry of kind `place` has as its number: an entry, and of a layout the row. */
export function placeNumber(entry: number, row: number): number {
  return entry * perEntry + row
}

/** The entry of such a number. */
export function placeEntry(place: number): number {
  return Math.floor(place / perEntry)
}

/** The row of such a number. */
export function placeRow(place: number): number {
  return place % perEntry
}

/**
 * The place of what begins at `at` in the subtree that `open` began and that has not ended, or else of that subtree;
 * undefined where only the tree itself tells: where layers are inside of it, or it was left and continued.
 */
export function placeIn(witness: TreeWitness, open: number, at: number): number | undefined {
  const { count, kind, at: begins, about } = witness
  if (count - open > most) return undefined
  let from = open + 1
  // What hangs below a value begins behind the entry that says so.
  if (kind[open] === entryKind.value && kind[from++] !== entryKind.below) return undefined
  let found = -1
  let depth = 0
  for (let entry = from; entry < count; entry++) {
    const what = kind[entry]!
    if (what === entryKind.rows && depth === 0) {
      if (found < 0) found = rowAt(entry, about[entry] as Outline, at - begins[entry]!)
    } else if (what === entryKind.value || what === entryKind.container) {
      if (depth === 0 && begins[entry] === at && !(about[entry] as Field).hidden) {
        // A status moves to what it judges: whether that is in front of what was found, the tree must tell.
        if (judgedBy(about[entry] as Field) !== '') return undefined
        if (found < 0) found = placeNumber(entry, 0)
      }
      if (what === entryKind.container) depth++
    } else if (what === entryKind.subtree || what === entryKind.computed || what === entryKind.below) depth++
    else if (what === entryKind.close) depth--
    else if (what !== entryKind.rows && what !== entryKind.note && what !== entryKind.place) return undefined
    if (depth < 0) return undefined
  }
  return found < 0 ? placeNumber(open, 0) : found
}

/** The place of the row that begins in this octet of its layout; -1 where there is none. */
function rowAt(entry: number, layout: Outline, octet: number): number {
  if (octet < 0 || octet >= layout.size) return -1
  const { rows, parent } = planOf(layout)
  for (let i = 0; i < rows.length; i++) {
    const { bit, hidden } = rows[i]!
    if (parent[i]! < 0 && bit >>> 3 === octet && !hidden) return placeNumber(entry, i)
  }
  return -1
}
