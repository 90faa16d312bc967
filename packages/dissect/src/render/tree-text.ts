/** The tree as text: tshark's `-V`, and `-O` for some protocols only. */
import { type Field, hostNames, type Row, type Sink } from '@dmvpn/wire'
import type { Dissection } from '../dissect.ts'
import { faultMessage, isCutShort, rankOf } from '../expert.ts'
import { type FrameFacts, framePseudoLayer, writeFrameTitle } from '../frame-layer.ts'
import { hasVerdict, writeVerdict } from '../label-text.ts'
import { titleOf } from '../tree.ts'
import { nodeKind, noNode, type TreeWitness } from '../tree-witness.ts'
import { RowTexts } from './row-texts.ts'
import { type NodeWriter, type Stencil, StencilBuilder } from './stencil.ts'
import { addRowLine, addValueLine } from './tree-line.ts'
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
    this.shapes = new TreeShapes(witness => {
      const b = new StencilBuilder(this.texts)
      this.layers(b, witness)
      return b.build()
    })
  }

  frame(s: Sink, { witness }: Dissection): void {
    this.shapes.of(witness).write(s, witness)
  }

  private layers(b: StencilBuilder, witness: TreeWitness): void {
    for (let node = witness.first[noNode]!; node !== noNode; node = witness.next[node]!) {
      const isFault = witness.kind[node] === nodeKind.fault
      if (this.color) b.text(isFault ? red : bold)
      b.node(node, witness.about[node] === framePseudoLayer ? writeFrame : writeTitle)
      if (this.color) b.text(plain)
      b.text('\n')
      if (isFault) addFault(b, witness, node)
      else if (this.only?.has((witness.about[node] as { readonly name: string }).name) ?? true) {
        this.children(b, witness, node, 1)
      }
    }
    b.text('\n')
  }

  private children(b: StencilBuilder, witness: TreeWitness, parent: number, depth: number): void {
    for (let node = witness.first[parent]!; node !== noNode; node = witness.next[node]!) {
      const kind = witness.kind[node]!
      const isNamed = kind === nodeKind.row || kind === nodeKind.value || kind === nodeKind.container
      if (isNamed && (witness.about[node] as Field).hidden) continue
      b.text(indent(depth))
      if (isNamed) this.named(b, witness, node, witness.about[node] as Field)
      else b.node(node, writeTitle)
      b.text('\n')
      if (kind === nodeKind.note) addNote(b, node, witness.about[node] as Field, depth + 1)
      else this.children(b, witness, node, depth + 1)
    }
  }

  private named(b: StencilBuilder, witness: TreeWitness, node: number, field: Field): void {
    if (witness.kind[node] === nodeKind.row) addRowLine(b, node, field as Row, this.secrets)
    else addValueLine(b, node, field, this.secrets)
    if (hasVerdict(witness, node)) b.node(node, writeVerdict)
    if (field.generated) b.text(']')
  }
}

/** Spaces before a line, four for each level. */
function indent(depth: number): string {
  return '    '.repeat(depth)
}

const writeTitle: NodeWriter = (s, tree, at) => {
  s.text(titleOf(tree, at))
}

/** The frame's own title is written without a string. */
const writeFrame: NodeWriter = (s, tree, at) => {
  if (hostNames.size > 0) writeTitle(s, tree, at)
  else writeFrameTitle(s, tree.values[at] as FrameFacts)
}

function addNote(b: StencilBuilder, node: number, field: Field, depth: number): void {
  const [severity, group] = rankOf(field).split('/') as [string, string]
  b.text(`${indent(depth)}[`).node(node, (s, tree, at) => {
    s.text(tree.values[at] as string)
  })
  b.text(`]\n${indent(depth)}[Severity level: ${severity}]\n${indent(depth)}[Group: ${group}]\n`)
}

/** Beyond what Wireshark says of a malformed packet: where reading stopped, and why. */
function addFault(b: StencilBuilder, { fault, cut }: TreeWitness, node: number): void {
  if (fault === undefined) return
  if (!isCutShort(fault, cut)) {
    b.text(`${indent(1)}[Expert Info (Error/Malformed): Malformed Packet (Exception occurred)]\n`)
    for (const line of ['Malformed Packet (Exception occurred)', 'Severity level: Error', 'Group: Malformed']) {
      b.text(`${indent(2)}[${line}]\n`)
    }
  }
  b.text(`${indent(1)}[`).node(node, (s, tree) => {
    s.text(faultMessage(tree.fault!))
  })
  b.text(']\n')
}
