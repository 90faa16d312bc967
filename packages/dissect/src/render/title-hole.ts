/** Holes for lines that have no field. */
import { hostNames } from '@dmvpn/wire'
import { nameAddresses } from '../name-addresses.ts'
import { bareTitle } from '../node-facts.ts'
import { writeEntryTitle } from '../title-text.ts'
import { titleOf } from '../tree.ts'
import { nodeKind, type TreeNodes } from '../tree-nodes.ts'
import type { StencilBuilder } from './stencil-builder.ts'
import { isName } from './title-name.ts'

/** The line of a layer, a text, a note or a fault. */
export function addTitle(b: StencilBuilder, tree: TreeNodes, node: number): void {
  if (isFixed(tree, node)) {
    b.text(titleOf(tree, node))
    return
  }
  const source = tree.source[node]!
  b.line(node, (s, witness, entry) => writeEntryTitle(s, witness, entry, source))
}

/** The title of a text-only subtree, without the brackets that say it was computed. */
export function addBareTitle(b: StencilBuilder, tree: TreeNodes, node: number): void {
  if (isFixed(tree, node)) {
    b.text(bareTitle(tree.about[node] as string))
    return
  }
  b.node(node, (s, { about }, entry) => {
    const from = s.length
    s.text(bareTitle(about[entry] as string))
    if (hostNames.size > 0) nameAddresses(s, from)
  })
}

/** Whether the line is the same in all frames of the shape. */
export function isFixed({ kind, about }: TreeNodes, node: number): boolean {
  if (kind[node] === nodeKind.fault) return true
  return kind[node] === nodeKind.subtree && isName(about[node] as string)
}
