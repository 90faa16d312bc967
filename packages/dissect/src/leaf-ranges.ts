/** Which bits each leaf of a tree owns: what the law of coverage is about. */
import type { Row } from '@dmvpn/wire'
import { nameOf } from './node-facts.ts'
import { nodeKind, noNode, type TreeWitness } from './tree-witness.ts'

/** Bits `[from, to)` of a source, counted from its first octet, and the field that owns them. */
export interface LeafRange {
  readonly name: string
  readonly source: number
  readonly from: number
  readonly to: number
}

/**
 * The leaves of what a witness saw, in tree order: hidden, computed and repeated names left out. Octets that a layer
 * spans and no leaf owns do not appear, so a gap is a gap in the protocol's fields.
 */
export function leafRanges(witness: TreeWitness): readonly LeafRange[] {
  const leaves: LeafRange[] = []
  for (let node = witness.first[0]!; node !== noNode; node = witness.next[node]!) {
    if (witness.kind[node] === nodeKind.layer) collect(witness, node, leaves)
  }
  return leaves
}

function collect(witness: TreeWitness, parent: number, leaves: LeafRange[]): void {
  for (let node = witness.first[parent]!; node !== noNode; node = witness.next[node]!) {
    switch (witness.kind[node]) {
      case nodeKind.row:
        collectRow(witness, node, leaves)
        break
      case nodeKind.value:
        add(witness, node, leaves)
        break
      case nodeKind.container: {
        const before = leaves.length
        collect(witness, node, leaves)
        if (leaves.length === before) add(witness, node, leaves)
        break
      }
      case nodeKind.subtree:
      case nodeKind.layer:
        collect(witness, node, leaves)
        break
      default:
        break
    }
  }
}

/** A row that holds others owns nothing itself; a row without a path shows again what another owns. */
function collectRow(witness: TreeWitness, node: number, leaves: LeafRange[]): void {
  const row = witness.about[node] as Row
  if (row.path.length === 0) return
  if (row.kind === 'word') {
    collect(witness, node, leaves)
    return
  }
  const source = witness.source[node]!
  const from = 8 * (witness.base[node]! - witness.sources[source]!.start) + row.bit
  leaves.push({ name: row.name, source, from, to: from + row.width })
}

function add(witness: TreeWitness, node: number, leaves: LeafRange[]): void {
  const field = witness.about[node] as { readonly hidden: boolean; readonly generated: boolean }
  const length = witness.length[node]!
  if (length === 0 || field.hidden || field.generated) return
  const source = witness.source[node]!
  const from = 8 * (witness.base[node]! - witness.sources[source]!.start)
  const to = from + 8 * length
  const last = leaves.at(-1)
  // An address under the names of both its families is one leaf.
  if (last !== undefined && last.source === source && last.from === from && last.to === to) return
  leaves.push({ name: nameOf(witness, node), source, from, to })
}
