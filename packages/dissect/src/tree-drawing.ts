/** Draws a frame's tree from what its witness took down. */
import type { Field, Outline, Titled } from '@dmvpn/wire'
import { entryKind } from './entry-kind.ts'
import { frameFields } from './frame-layer.ts'
import { judgedBy } from './judged-by.ts'
import { listLayer } from './layer-list.ts'
import { planOf } from './layout-plan.ts'
import { nodeKind, noNode, TreeNodes } from './tree-nodes.ts'
import type { TreeWitness } from './tree-witness.ts'

/** The kinds of nodes by those of the entries that they are made from. */
const kinds: readonly number[] = [
  nodeKind.layer,
  nodeKind.layer,
  nodeKind.layer,
  nodeKind.value,
  nodeKind.container,
  nodeKind.subtree,
  nodeKind.subtree,
  nodeKind.note,
  nodeKind.fault,
]

/** Node 0 can be a place, too: the root. */
const noPlace = -1

export class TreeDrawing {
  private readonly witness: TreeWitness
  private readonly nodes: TreeNodes
  /** How many entries were drawn. */
  private drawn = 0
  private isSettled = true
  private readonly stack: number[] = [noNode]
  private readonly protocols: string[] = []
  private protocolsNode = noNode
  private quotes = 0
  private shown = noNode
  private current = 0
  /** What the next entry hangs below, where that is not the present subtree. */
  private place = noPlace

  constructor(witness: TreeWitness) {
    this.witness = witness
    this.nodes = new TreeNodes(witness)
  }

  /** Forgets the last frame. */
  clear(): void {
    if (this.drawn === 0) return
    this.nodes.clear()
    this.drawn = 0
    this.isSettled = true
    this.stack.length = 1
    this.protocols.length = 0
    this.protocolsNode = noNode
    this.quotes = 0
    this.shown = noNode
    this.current = 0
    this.place = noPlace
  }

  /** The tree of all that was taken down so far. */
  finish(): TreeNodes {
    this.draw()
    if (!this.isSettled) this.settle()
    this.isSettled = true
    return this.nodes
  }

  /** The place of what begins at `at` in the present subtree, if it has such a thing, else of the subtree. */
  placeAt(at: number): number {
    this.draw()
    return this.nodes.placeBelow(this.stack.at(-1)!, at)
  }

  private draw(): void {
    const { count, kind, about, at, length } = this.witness
    if (this.drawn === count) return
    this.isSettled = false
    for (; this.drawn < count; this.drawn++) {
      const entry = this.drawn
      switch (kind[entry]) {
        case entryKind.rows:
          this.addRows(entry, about[entry] as Outline, Number.POSITIVE_INFINITY)
          break
        case entryKind.cut:
          this.addRows(entry, about[entry] as Outline, 8 * length[entry]!)
          break
        case entryKind.place:
          this.place = this.nodes.nodeIn(length[entry]!)
          break
        case entryKind.reopen:
          this.reopen(length[entry]!)
          break
        case entryKind.end:
          this.end(length[entry] === 1)
          break
        case entryKind.below:
          this.stack.push(this.shown)
          break
        case entryKind.close:
          this.shown = this.pop()
          break
        case entryKind.source:
          this.current = length[entry]!
          break
        case entryKind.quote:
          this.quotes++
          break
        case entryKind.endQuote:
          this.quotes--
          break
        default:
          this.addNode(entry, kind[entry]!, at[entry]!)
      }
    }
  }

  /** Lengths, packets and titles are known for sure only when everything was shown, as is the list of protocols. */
  private settle(): void {
    const { nodes } = this
    const { length, about, values } = this.witness
    for (let node = 1; node < nodes.count; node++) {
      if (nodes.kind[node] === nodeKind.row) continue
      const entry = nodes.entry[node]!
      nodes.length[node] = length[entry]!
      nodes.about[node] = about[entry]
      nodes.values[node] = values[entry]
    }
    if (this.protocolsNode !== noNode) nodes.values[this.protocolsNode] = this.protocols.join(':')
  }

  private addNode(entry: number, kind: number, at: number): void {
    const node = this.nodes.append(this.aboveOf(kind), kinds[kind]!, entry, at, this.current)
    if (kind === entryKind.layer || kind === entryKind.inside) {
      if (this.quotes === 0) this.nodes.layers.push(node)
      listLayer(this.protocols, (this.witness.about[entry] as Titled).name, this.quotes > 0)
    }
    if (this.place !== noPlace) this.place = noPlace
    else if (kind === entryKind.value) this.addValue(node, this.witness.about[entry] as Field)
    else if (kind < entryKind.note) this.stack.push(node)
  }

  /** A status stands directly behind what it judges, whenever it was computed. */
  private addValue(node: number, field: Field): void {
    this.shown = node
    if (field === frameFields.protocols) this.protocolsNode = node
    const judged = judgedBy(field)
    if (judged !== '') this.nodes.moveBehind(node, judged)
  }

  private aboveOf(kind: number): number {
    const above = this.stack.at(-1)!
    if (this.place !== noPlace) return this.place
    if (kind === entryKind.fault) return noNode
    return kind === entryKind.inside ? this.nodes.last[above]! : above
  }

  /** The rows of a layout that lie within its first `bits`. */
  private addRows(entry: number, layout: Outline, bits: number): void {
    const { nodes } = this
    const { rows, octets, parent } = planOf(layout)
    const placed: number[] = []
    const at = this.witness.at[entry]!
    const above = this.stack.at(-1)!
    for (const [i, row] of rows.entries()) {
      const around = parent[i]!
      const over = around < 0 ? above : (placed[around] ?? noNode)
      if (row.bit + row.width > bits || (around >= 0 && over === noNode)) continue
      const node = nodes.append(over, nodeKind.row, entry, at, this.current)
      nodes.about[node] = row
      nodes.length[node] = octets[i]!
      placed[i] = node
      if (around < 0 && !row.hidden) this.shown = node
    }
  }

  private reopen(index: number): void {
    const node = this.nodes.layers[index]!
    this.current = this.nodes.source[node]!
    this.stack.push(node)
  }

  /** Ends the present layer, and what is still open in it. */
  private end(carriesEtherType: boolean): void {
    while (this.stack.length > 1 && this.nodes.kind[this.pop()] !== nodeKind.layer) continue
    if (carriesEtherType) this.protocols.push('ethertype')
  }

  private pop(): number {
    return this.stack.length === 1 ? noNode : this.stack.pop()!
  }
}
