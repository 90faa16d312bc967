/** Octets in JSON: what they are, where they lie and how many, the node's bits in them, Wireshark's number of the type. */
import { maskOf, positionOf, sizeOf, typeNumberOf, typeNumbers, writeNodeOctets } from '../node-octets.ts'
import { nodeKind, type TreeWitness } from '../tree-witness.ts'
import { jsonLine } from './json-key.ts'
import type { StencilBuilder } from './stencil.ts'

/** Nothing of a note lies in the frame: its octets are none. */
export const noOctets: Readonly<Record<'none' | 'protocol' | 'string' | 'uint32', string>> = {
  none: `["",0,0,0,${typeNumbers.none}]`,
  protocol: `["",0,0,0,${typeNumbers.protocol}]`,
  string: `["",0,0,0,${typeNumbers.string}]`,
  uint32: `["",0,0,0,${typeNumbers.uint32}]`,
}

/** The array of a node's octets, which begins at this depth. */
export function addJsonOctets(
  b: StencilBuilder,
  witness: TreeWitness,
  node: number,
  depth: number,
  compact: boolean,
): void {
  if (witness.kind[node] === nodeKind.note) {
    b.text(noOctets.protocol)
    return
  }
  const line = jsonLine(depth + 1, compact)
  b.text(`[${line}"`)
    .node(node, writeNodeOctets)
    .text(`",${line}`)
    .node(node, (s, tree, at) => {
      s.dec(positionOf(tree, at))
    })
    .text(`,${line}`)
    .node(node, (s, tree, at) => {
      s.dec(sizeOf(tree, at))
    })
    .text(`,${line}${maskOf(witness, node)},${line}${typeNumberOf(witness, node)}${jsonLine(depth, compact)}]`)
}
