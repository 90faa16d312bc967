/** What a tree's node is called, worth and where it begins. */
import type { Field, Row, Value } from '@dmvpn/wire'
import { faultField } from './fault-node.ts'
import { Moment } from './moment.ts'
import { nodeKind, type TreeNodes } from './tree-nodes.ts'

/** The field of a node, where it has one. */
export function fieldOf(tree: TreeNodes, node: number): Field | undefined {
  switch (tree.kind[node]) {
    case nodeKind.layer:
    case nodeKind.subtree:
      return undefined
    case nodeKind.fault:
      return faultField(tree)
    default:
      return tree.about[node] as Field
  }
}

/** A node's filter name; a text-only subtree has its title. */
export function nameOf(tree: TreeNodes, node: number): string {
  const about = tree.about[node]
  if (typeof about === 'string') return about
  return about === undefined ? faultField(tree).name : (about as { readonly name: string }).name
}

/** The title of a text-only subtree without the brackets that say it was computed: what exports call it. */
export function bareTitle(title: string): string {
  return title.startsWith('[') && title.endsWith(']') ? title.slice(1, -1) : title
}

/** A named value as it was shown; a time as one number. */
export function shownValue(value: unknown): Value {
  return value instanceof Moment ? value.epoch : (value as Value)
}

/** A node's value; a layer's is the frame's business. */
export function valueOf(tree: TreeNodes, node: number): Value {
  switch (tree.kind[node]) {
    case nodeKind.row: {
      const { view } = tree.sources[tree.source[node]!]!
      return (tree.about[node] as Row).read(view, tree.base[node]!)
    }
    case nodeKind.value:
    case nodeKind.container:
    case nodeKind.note:
      return shownValue(tree.values[node])
    default:
      return undefined
  }
}

/** The first octet of a node, in the buffer of its source. */
export function beginOf(tree: TreeNodes, node: number): number {
  const base = tree.base[node]!
  return tree.kind[node] === nodeKind.row ? base + ((tree.about[node] as Row).bit >>> 3) : base
}
