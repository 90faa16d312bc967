/** Octets in JSON: what they are, where they lie and how many, the node's bits in them, Wireshark's number of the type. */
import { maskOf, typeNumberOf, typeNumbers } from '../node-octets.ts'
import { nodeKind, type TreeNodes } from '../tree-nodes.ts'
import { jsonLine } from './json-key.ts'
import { addOctets, addPosition, addSize } from './octets-hole.ts'
import type { StencilBuilder } from './stencil-builder.ts'

/** Nothing of a note lies in the frame: its octets are none. */
export const noOctets: Readonly<Record<'none' | 'protocol' | 'string' | 'uint32', string>> = {
  none: `["",0,0,0,${typeNumbers.none}]`,
  protocol: `["",0,0,0,${typeNumbers.protocol}]`,
  string: `["",0,0,0,${typeNumbers.string}]`,
  uint32: `["",0,0,0,${typeNumbers.uint32}]`,
}

/** The array of a node's octets, which begins at this depth. */
export function addJsonOctets(b: StencilBuilder, tree: TreeNodes, node: number, depth: number, compact: boolean): void {
  if (tree.kind[node] === nodeKind.note) {
    b.text(noOctets.protocol)
    return
  }
  const line = jsonLine(depth + 1, compact)
  b.text(`[${line}"`)
  addOctets(b, tree, node)
  b.text(`",${line}`)
  addPosition(b, tree, node)
  b.text(`,${line}`)
  addSize(b, tree, node)
  b.text(`,${line}${maskOf(tree, node)},${line}${typeNumberOf(tree, node)}${jsonLine(depth, compact)}]`)
}
