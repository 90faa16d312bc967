/** The tree a person reads: nodes are made when somebody looks at them, from what the witness took down. */
import { type Fault, type Field, type Row, type Sink, type Titled, textOf, type Value } from '@dmvpn/wire'
import { faultTitle } from './fault-node.ts'
import { writeLabel } from './label-text.ts'
import { beginOf, fieldOf, nameOf, valueOf } from './node-facts.ts'
import { writeEntryTitle } from './title-text.ts'
import { nodeKind, noNode, type TreeNodes } from './tree-nodes.ts'
import type { TreeWitness } from './tree-witness.ts'

/** The bits of a node that does not fill its octets: `first` counts from the node's first octet, most significant first. */
export interface NodeBits {
  readonly first: number
  readonly width: number
}

/** One line of the tree. Valid as long as the dissection it belongs to: until the witness is given the next frame. */
export interface TreeNode {
  readonly kind: keyof typeof nodeKind
  /** Undefined for layers and text-only subtrees. */
  readonly field: Field | undefined
  /** The filter name; for a text-only subtree its title. */
  readonly name: string
  readonly label: string
  /** The line as a person reads it. */
  readonly title: string
  /** Octets from the start of its source. */
  readonly at: number
  readonly length: number
  readonly bit: NodeBits | undefined
  readonly value: Value
  readonly children: readonly TreeNode[]
  /** Which of the dissection's sources `at` counts in. */
  readonly source: number
  readonly hidden: boolean
  readonly generated: boolean
}

/** The layers of what a witness saw, in order, the fault last. */
export function treeOf(witness: TreeWitness): readonly TreeNode[] {
  return childrenOf(witness.nodes, noNode)
}

/** One node by its number in the tree. */
export function nodeAt(tree: TreeNodes, node: number): TreeNode {
  return new LazyNode(tree, node)
}

function childrenOf(tree: TreeNodes, parent: number): readonly TreeNode[] {
  const children: TreeNode[] = []
  for (let node = tree.first[parent]!; node !== noNode; node = tree.next[node]!) {
    children.push(new LazyNode(tree, node))
  }
  return children
}

const kinds = Object.keys(nodeKind) as (keyof typeof nodeKind)[]

class LazyNode implements TreeNode {
  readonly kind: keyof typeof nodeKind
  private readonly tree: TreeNodes
  private readonly node: number

  constructor(tree: TreeNodes, node: number) {
    this.tree = tree
    this.node = node
    this.kind = kinds[tree.kind[node]!]!
  }

  get field(): Field | undefined {
    return fieldOf(this.tree, this.node)
  }

  get name(): string {
    return nameOf(this.tree, this.node)
  }

  get label(): string {
    const { about } = this.tree
    if (this.kind === 'subtree') return about[this.node] as string
    return this.kind === 'layer' ? (about[this.node] as Titled).label : this.field!.label
  }

  get title(): string {
    return titleOf(this.tree, this.node)
  }

  get at(): number {
    return beginOf(this.tree, this.node) - this.tree.sources[this.source]!.start
  }

  get length(): number {
    return this.tree.length[this.node]!
  }

  get bit(): NodeBits | undefined {
    if (this.kind !== 'row') return undefined
    const row = this.tree.about[this.node] as Row
    return row.width % 8 === 0 && row.bit % 8 === 0 ? undefined : { first: row.bit & 7, width: row.width }
  }

  get value(): Value {
    return valueOf(this.tree, this.node)
  }

  get children(): readonly TreeNode[] {
    return childrenOf(this.tree, this.node)
  }

  get source(): number {
    return this.tree.source[this.node]!
  }

  get hidden(): boolean {
    return this.field?.hidden ?? false
  }

  get generated(): boolean {
    return this.field?.generated ?? false
  }
}

/** The line of a node as a person reads it, secrets masked. */
export function titleOf(tree: TreeNodes, node: number): string {
  return textOf(s => writeTitle(s, tree, node))
}

/** Writes the line of a node as a person reads it, secrets masked. */
export function writeTitle(s: Sink, tree: TreeNodes, node: number): void {
  switch (tree.kind[node]) {
    case nodeKind.layer:
    case nodeKind.subtree:
    case nodeKind.note:
      writeEntryTitle(s, tree.witness, tree.entry[node]!, tree.source[node]!)
      break
    case nodeKind.fault:
      s.text(faultTitle(tree, tree.values[node] as Fault))
      break
    default:
      writeLabel(s, tree, node, false)
  }
}
