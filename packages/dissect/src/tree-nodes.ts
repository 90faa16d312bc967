/**
 * A frame's tree as parallel arrays. Nodes are numbers; node 0 is the root, whose children are the layers. Siblings form
 * linked lists, because what stands behind a payload is shown in a layer that ended long before.
 */
import type { Fault, Field, Outline, Row } from '@dmvpn/wire'
import { planOf } from './layout-plan.ts'
import { placeEntry, placeNumber, placeRow } from './note-place.ts'
import type { TreeSource, TreeWitness } from './tree-witness.ts'

/** What a node is, and what `about` holds for it. */
export const nodeKind = {
  /** A protocol layer: `about` is the protocol, `values` the packet, undefined where a fault ended it. */
  layer: 0,
  /** A row of a layout: `about` is the row, `base` where the layout starts. It has no value of its own. */
  row: 1,
  /** A named value: `about` is the field. */
  value: 2,
  /** A subtree without a field: `about` is its title, without the brackets around what is computed. */
  subtree: 3,
  /** A named value that covers what is below it. */
  container: 4,
  /** Something odd: `about` is the note's field, `values` its text. */
  note: 5,
  /** Why the walk stopped: `values` is the fault. */
  fault: 6,
} as const

export const noNode = 0

/** The place of the root, which no entry made. */
const rootPlace = -1

export class TreeNodes {
  count = 1
  readonly kind: number[] = [nodeKind.layer]
  readonly source: number[] = [0]
  /** Where a node begins in its source's buffer; for a row, where its layout begins. */
  readonly base: number[] = [0]
  readonly length: number[] = [0]
  readonly parent: number[] = [noNode]
  readonly first: number[] = [noNode]
  /** The last child; nothing counts where there is no first. */
  readonly last: number[] = [noNode]
  readonly next: number[] = [noNode]
  readonly about: unknown[] = [undefined]
  readonly values: unknown[] = [undefined]
  /** The witness's entry that a node was made from; it grows from node to node, and is the same for the rows of a layout. */
  readonly entry: number[] = [0]
  /** The nodes of the frame's layers; quoted ones are not among them. */
  readonly layers: number[] = []
  readonly witness: TreeWitness

  constructor(witness: TreeWitness) {
    this.witness = witness
  }

  get sources(): readonly TreeSource[] {
    return this.witness.sources
  }

  get fault(): Fault | undefined {
    return this.witness.fault
  }

  /** Whether the capture kept fewer octets of the frame than were on the wire. */
  get cut(): boolean {
    return this.witness.cut
  }

  /** Forgets all nodes but the root. */
  clear(): void {
    this.count = 1
    this.first[0] = noNode
    this.layers.length = 0
  }

  /** Adds the last child of `above`; its length, and its value, are known later. */
  append(above: number, kind: number, entry: number, base: number, source: number): number {
    const node = this.count++
    this.kind[node] = kind
    this.source[node] = source
    this.base[node] = base
    this.length[node] = 0
    this.parent[node] = above
    this.first[node] = noNode
    this.last[node] = noNode
    this.next[node] = noNode
    this.about[node] = this.witness.about[entry]
    this.values[node] = undefined
    this.entry[node] = entry
    if (this.first[above] === noNode) this.first[above] = node
    else this.next[this.last[above]!] = node
    this.last[above] = node
    return node
  }

  /** Moves a last child directly behind the row of this name beside it, if there is one. */
  moveBehind(node: number, name: string): void {
    const parent = this.parent[node]!
    let row = noNode
    let before = noNode
    for (let each = this.first[parent]!; each !== node; each = this.next[each]!) {
      if (this.kind[each] === nodeKind.row && (this.about[each] as Row).name === name) row = each
      before = each
    }
    if (row === noNode || row === before) return
    this.next[before] = noNode
    this.last[parent] = before
    this.next[node] = this.next[row]!
    this.next[row] = node
  }

  /** The place of what begins at `at` below `above`, if something does, else of `above`. */
  placeBelow(above: number, at: number): number {
    for (let node = this.first[above]!; node !== noNode; node = this.next[node]!) {
      const kind = this.kind[node]!
      if (kind !== nodeKind.row && kind !== nodeKind.value && kind !== nodeKind.container) continue
      const { bit = 0, hidden } = this.about[node] as Partial<Row> & Field
      if (this.base[node]! + (bit >>> 3) === at && !hidden) return this.placeOf(node)
    }
    return this.placeOf(above)
  }

  /** The node that has this place. */
  nodeIn(place: number): number {
    if (place === rootPlace) return noNode
    const entry = placeEntry(place)
    let node = 1
    for (let end = this.count; node < end; ) {
      const middle = (node + end) >>> 1
      if (this.entry[middle]! < entry) node = middle + 1
      else end = middle
    }
    if (this.kind[node] !== nodeKind.row) return node
    const row = planOf(this.witness.about[entry] as Outline).rows[placeRow(place)]
    while (this.about[node] !== row) node++
    return node
  }

  private placeOf(node: number): number {
    if (node === noNode) return rootPlace
    const entry = this.entry[node]!
    if (this.kind[node] !== nodeKind.row) return placeNumber(entry, 0)
    return placeNumber(entry, planOf(this.witness.about[entry] as Outline).rows.indexOf(this.about[node] as Row))
  }
}
