/** Holes for the octets of nodes. */
import type { Row } from '@dmvpn/wire'
import { placeOf } from '../bit-text.ts'
import { writeMasked, writeOctets } from '../node-octets.ts'
import { nodeKind, type TreeNodes } from '../tree-nodes.ts'
import type { StencilBuilder } from './stencil-builder.ts'

/** A hole for a node's octets in hexadecimal, as `writeNodeOctets` writes them. */
export function addOctets(b: StencilBuilder, tree: TreeNodes, node: number): void {
  const source = tree.source[node]!
  if (tree.kind[node] !== nodeKind.row) {
    b.node(node, (s, witness, entry) => {
      writeOctets(s, witness.sources[source]!, witness.at[entry]!, witness.length[entry]!)
    })
    return
  }
  const row = tree.about[node] as Row
  const { octet, size, mask } = placeOf(row)
  b.node(node, (s, witness, entry) => {
    const from = witness.sources[source]!
    const at = witness.at[entry]!
    if (mask === 0n) writeOctets(s, from, at + octet, size)
    else writeMasked(s, row, from.view, at)
  })
}

/** The same of a row, but of the whole word that it lies in. */
export function addWholeOctets(b: StencilBuilder, tree: TreeNodes, node: number): void {
  const source = tree.source[node]!
  const { octet, size } = placeOf(tree.about[node] as Row)
  b.node(node, (s, { sources, at }, entry) => writeOctets(s, sources[source]!, at[entry]! + octet, size))
}

/** A hole for where in its source a node begins. */
export function addPosition(b: StencilBuilder, tree: TreeNodes, node: number): void {
  const source = tree.source[node]!
  const octet = tree.kind[node] === nodeKind.row ? placeOf(tree.about[node] as Row).octet : 0
  b.node(node, (s, witness, entry) => {
    s.dec(witness.at[entry]! - witness.sources[source]!.start + octet)
  })
}

/** How many octets a node has: a hole where that is not the same in all frames. */
export function addSize(b: StencilBuilder, tree: TreeNodes, node: number): void {
  if (tree.kind[node] === nodeKind.row) b.text(String(placeOf(tree.about[node] as Row).size))
  else {
    b.node(node, (s, witness, entry) => {
      s.dec(witness.length[entry]!)
    })
  }
}
