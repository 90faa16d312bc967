/** Which bits each leaf of a tree owns: what the law of coverage is about. */
import type { Row } from '@dmvpn/wire'
import { nameOf } from './node-facts.ts'
import { nodeKind, noNode, type TreeNodes } from './tree-nodes.ts'
import type { TreeWitness } from './tree-witness.ts'

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
  const tree = witness.nodes
  const leaves: LeafRange[] = []
  for (let node = tree.first[0]!; node !== noNode; node = tree.next[node]!) {
    if (tree.kind[node] === nodeKind.layer) collect(tree, node, leaves)
  }
  return leaves
}

function collect(tree: TreeNodes, parent: number, leaves: LeafRange[]): void {
  for (let node = tree.first[parent]!; node !== noNode; node = tree.next[node]!) {
    switch (tree.kind[node]) {
      case nodeKind.row:
        collectRow(tree, node, leaves)
        break
      case nodeKind.value:
        add(tree, node, leaves)
        break
      case nodeKind.container: {
        const before = leaves.length
        collect(tree, node, leaves)
        if (leaves.length === before) add(tree, node, leaves)
        break
      }
      case nodeKind.subtree:
      case nodeKind.layer:
        collect(tree, node, leaves)
        break
      default:
        break
    }
  }
}

/** A row that holds others owns nothing itself; a row without a path shows again what another owns. */
function collectRow(tree: TreeNodes, node: number, leaves: LeafRange[]): void {
  const row = tree.about[node] as Row
  if (row.path.length === 0) return
  if (row.kind === 'word') {
    collect(tree, node, leaves)
    return
  }
  const source = tree.source[node]!
  const from = 8 * (tree.base[node]! - tree.sources[source]!.start) + row.bit
  enter(leaves, { name: row.name, source, from, to: from + row.width })
}

function add(tree: TreeNodes, node: number, leaves: LeafRange[]): void {
  const field = tree.about[node] as { readonly hidden: boolean; readonly generated: boolean }
  const length = tree.length[node]!
  if (length === 0 || field.hidden || field.generated) return
  const source = tree.source[node]!
  const from = 8 * (tree.base[node]! - tree.sources[source]!.start)
  enter(leaves, { name: nameOf(tree, node), source, from, to: from + 8 * length })
}

/** An address under the names of both its families is one leaf, as is a number in both byte orders. */
function enter(leaves: LeafRange[], leaf: LeafRange): void {
  const last = leaves.at(-1)
  if (last !== undefined && last.source === leaf.source && last.from === leaf.from && last.to === leaf.to) return
  leaves.push(leaf)
}
