/** The tree a person reads: nodes are made when somebody looks at them, from what the witness recorded. */
import { type Fault, type Field, hostNames, type Row, type Titled, type Value } from '@dmvpn/wire'
import { noteTitle } from './expert.ts'
import { faultTitle } from './fault-node.ts'
import { nodeLabel } from './label-text.ts'
import { beginOf, fieldOf, layerTitle, nameOf, stoppedTitle, valueOf } from './node-facts.ts'
import { nodeKind, noNode, type TreeWitness } from './tree-witness.ts'

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
  return childrenOf(witness, noNode)
}

/** One node by its number in the witness. */
export function nodeAt(witness: TreeWitness, node: number): TreeNode {
  return new LazyNode(witness, node)
}

function childrenOf(witness: TreeWitness, parent: number): readonly TreeNode[] {
  const children: TreeNode[] = []
  for (let node = witness.first[parent]!; node !== noNode; node = witness.next[node]!) {
    children.push(new LazyNode(witness, node))
  }
  return children
}

const kinds = Object.keys(nodeKind) as (keyof typeof nodeKind)[]

class LazyNode implements TreeNode {
  readonly kind: keyof typeof nodeKind
  private readonly witness: TreeWitness
  private readonly node: number

  constructor(witness: TreeWitness, node: number) {
    this.witness = witness
    this.node = node
    this.kind = kinds[witness.kind[node]!]!
  }

  get field(): Field | undefined {
    return fieldOf(this.witness, this.node)
  }

  get name(): string {
    return nameOf(this.witness, this.node)
  }

  get label(): string {
    const { about } = this.witness
    if (this.kind === 'subtree') return about[this.node] as string
    return this.kind === 'layer' ? (about[this.node] as Titled).label : this.field!.label
  }

  get title(): string {
    return titleOf(this.witness, this.node)
  }

  get at(): number {
    return beginOf(this.witness, this.node) - this.witness.sources[this.source]!.start
  }

  get length(): number {
    return this.witness.length[this.node]!
  }

  get bit(): NodeBits | undefined {
    if (this.kind !== 'row') return undefined
    const row = this.witness.about[this.node] as Row
    return row.width % 8 === 0 && row.bit % 8 === 0 ? undefined : { first: row.bit & 7, width: row.width }
  }

  get value(): Value {
    return valueOf(this.witness, this.node)
  }

  get children(): readonly TreeNode[] {
    return childrenOf(this.witness, this.node)
  }

  get source(): number {
    return this.witness.source[this.node]!
  }

  get hidden(): boolean {
    return this.field?.hidden ?? false
  }

  get generated(): boolean {
    return this.field?.generated ?? false
  }
}

function layerLine(witness: TreeWitness, node: number, protocol: Titled): string {
  const packet = witness.values[node]
  if (packet !== undefined) return layerTitle(protocol, packet, witness.length[node])
  const { view, end } = witness.sources[witness.source[node]!]!
  return stoppedTitle(protocol, view, witness.base[node]!, end)
}

/** The line of a node as a person reads it. */
export function titleOf(witness: TreeWitness, node: number): string {
  const about = witness.about[node]
  switch (witness.kind[node]) {
    case nodeKind.layer:
      return hostNames.inText(layerLine(witness, node, about as Titled))
    case nodeKind.subtree:
      return hostNames.inText(witness.values[node] === true ? `[${about as string}]` : (about as string))
    case nodeKind.note:
      return noteTitle(about as Field, witness.values[node] as string)
    case nodeKind.fault:
      return faultTitle(witness, witness.values[node] as Fault)
    default:
      return nodeLabel(witness, node)
  }
}
