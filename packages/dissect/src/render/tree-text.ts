/** The tree as text: tshark's `-V`, and `-O` for some protocols only. */
import type { Field, Row, Sink } from '@dmvpn/wire'
import type { Dissection } from '../dissect.ts'
import { faultMessage, isCutShort, rankOf } from '../expert.ts'
import { nodeKind, noNode, type TreeNodes } from '../tree-nodes.ts'
import { RowTexts } from './row-texts.ts'
import type { Stencil } from './stencil.ts'
import { StencilBuilder } from './stencil-builder.ts'
import { addTitle } from './title-hole.ts'
import { addRowLine, addValueLine, addVerdict } from './tree-line.ts'
import { TreeShapes } from './tree-shapes.ts'

export interface TreeTextOptions {
  /** Protocols whose layers are shown whole, the others by their line alone; all where left out. */
  readonly only?: ReadonlySet<string> | undefined
  /** Whether passwords and keys are shown. */
  readonly secrets?: boolean
  /** Whether layers stand out in bold, and what is odd in red. */
  readonly color?: boolean
}

const bold = '\u001b[1m'
const red = '\u001b[31m'
const plain = '\u001b[0m'

/** Writes trees, each with an empty line behind it. */
export class TreeTextExport {
  private readonly only: ReadonlySet<string> | undefined
  private readonly secrets: boolean
  private readonly color: boolean
  private readonly texts = new RowTexts()
  private readonly shapes: TreeShapes<Stencil>

  constructor(options: TreeTextOptions = {}) {
    this.only = options.only
    this.secrets = options.secrets ?? false
    this.color = options.color ?? false
    this.shapes = new TreeShapes(tree => {
      const b = new StencilBuilder(tree, this.texts)
      this.layers(b, tree)
      return b.build()
    })
  }

  frame(s: Sink, { witness }: Dissection): void {
    this.shapes.of(witness).write(s, witness)
  }

  private layers(b: StencilBuilder, tree: TreeNodes): void {
    for (let node = tree.first[noNode]!; node !== noNode; node = tree.next[node]!) {
      const isFault = tree.kind[node] === nodeKind.fault
      if (this.color) b.text(isFault ? red : bold)
      addTitle(b, tree, node)
      if (this.color) b.text(plain)
      b.text('\n')
      if (isFault) addFault(b, tree, node)
      else if (this.only?.has((tree.about[node] as { readonly name: string }).name) ?? true) {
        this.children(b, tree, node, 1)
      }
    }
    b.text('\n')
  }

  private children(b: StencilBuilder, tree: TreeNodes, parent: number, depth: number): void {
    for (let node = tree.first[parent]!; node !== noNode; node = tree.next[node]!) {
      const kind = tree.kind[node]!
      const isNamed = kind === nodeKind.row || kind === nodeKind.value || kind === nodeKind.container
      if (isNamed && (tree.about[node] as Field).hidden) continue
      b.text(indent(depth))
      if (isNamed) this.named(b, tree, node, tree.about[node] as Field)
      else addTitle(b, tree, node)
      b.text('\n')
      if (kind === nodeKind.note) addNote(b, node, tree.about[node] as Field, depth + 1)
      else this.children(b, tree, node, depth + 1)
    }
  }

  private named(b: StencilBuilder, tree: TreeNodes, node: number, field: Field): void {
    if (tree.kind[node] === nodeKind.row) addRowLine(b, node, field as Row, this.secrets)
    else addValueLine(b, tree, node, this.secrets)
    addVerdict(b, tree, node)
    if (field.generated) b.text(']')
  }
}

/** Spaces before a line, four for each level. */
function indent(depth: number): string {
  return '    '.repeat(depth)
}

function addNote(b: StencilBuilder, node: number, field: Field, depth: number): void {
  const [severity, group] = rankOf(field).split('/') as [string, string]
  b.text(`${indent(depth)}[`).node(node, (s, { values }, entry) => {
    s.text(values[entry] as string)
  })
  b.text(`]\n${indent(depth)}[Severity level: ${severity}]\n${indent(depth)}[Group: ${group}]\n`)
}

/** Beyond what Wireshark says of a malformed packet: where reading stopped, and why. */
function addFault(b: StencilBuilder, { fault, cut }: TreeNodes, node: number): void {
  if (fault === undefined) return
  if (!isCutShort(fault, cut)) {
    b.text(`${indent(1)}[Expert Info (Error/Malformed): Malformed Packet (Exception occurred)]\n`)
    for (const line of ['Malformed Packet (Exception occurred)', 'Severity level: Error', 'Group: Malformed']) {
      b.text(`${indent(2)}[${line}]\n`)
    }
  }
  b.text(`${indent(1)}[`).node(node, (s, witness) => {
    s.text(faultMessage(witness.fault!))
  })
  b.text(']\n')
}
