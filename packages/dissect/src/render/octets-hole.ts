/** Holes for the octets of nodes. */
import type { Row } from '@dmvpn/wire'
import { placeOf } from '../bit-text.ts'
import { writeMasked, writeOctets } from '../node-octets.ts'
import { nodeKind, type TreeNodes } from '../tree-nodes.ts'
import type { StencilBuilder } from './stencil-builder.ts'

/** A hole for a node's octets in hexadecimal; of a word that is not all the node's, for its bits as a number. */
export function addOctets(b: StencilBuilder, tree: TreeNodes, node: number): void {
  const source = tree.source[node]!
  if (tree.kind[node] !== nodeKind.row) {
    b.node(node, (s, witness, entry) => {
      writeOctets(s, witness.sources[source]!, witness.at[entry]!, witness.length[entry]!)
    })
    return
  }
  const row = tree.about[node] as Row
  if (placeOf(row).mask === 0n) addWholeOctets(b, tree, node)
  else b.bits(node, row, (s, { sources, at }, entry) => writeMasked(s, row, sources[source]!.view, at[entry]!))
}

/** The same of a row, but of the whole word that it lies in. */
export function addWholeOctets(b: StencilBuilder, tree: TreeNodes, node: number): void {
  const source = tree.source[node]!
  const { octet, size } = placeOf(tree.about[node] as Row)
  const bits = { bit: 8 * octet, width: 8 * size }
  b.bits(node, bits, (s, { sources, at }, entry) => writeOctets(s, sources[source]!, at[entry]! + octet, size))
}

/** A hole for where in its source a node begins. */
export function addPosition(b: StencilBuilder, tree: TreeNodes, node: number): void {
  const source = tree.source[node]!
  const octet = tree.kind[node] === nodeKind.row ? placeOf(tree.about[node] as Row).octet : 0
  b.place(node, (s, { sources, at }, entry) => s.dec(at[entry]! - sources[source]!.start + octet))
}

/** How many octets a node has: a hole where that is not the same in all frames. */
export function addSize(b: StencilBuilder, tree: TreeNodes, node: number): void {
  if (tree.kind[node] === nodeKind.row) b.text(String(placeOf(tree.about[node] as Row).size))
  else {
    b.place(node, (s, { length }, entry) => s.dec(length[entry]!))
  }
}
