/** tshark's `-T pdml`: the tree as XML, with the octets of every line. */
import { type Field, Literal, type Sink } from '@dmvpn/wire'
import type { Dissection } from '../dissect.ts'
import { isCutShort } from '../expert.ts'
import { Moment } from '../moment.ts'
import { nameOf } from '../node-facts.ts'
import { maskOf, sizeOf } from '../node-octets.ts'
import { localClock } from '../time-text.ts'
import { nodeKind, noNode, type TreeNodes } from '../tree-nodes.ts'
import { addOctets, addWholeOctets } from './octets-hole.ts'
import { addAttribute, addLine, addPlace, addValue } from './pdml-attributes.ts'
import { addFault, addNote } from './pdml-expert.ts'
import { indent } from './pdml-indent.ts'
import { RowTexts } from './row-texts.ts'
import type { Stencil } from './stencil.ts'
import { StencilBuilder } from './stencil-builder.ts'
import { addBareTitle, addTitle } from './title-hole.ts'
import { TreeShapes } from './tree-shapes.ts'
import { writeXmlText } from './xml-text.ts'

export interface PdmlOptions {
  readonly secrets?: boolean
  /** Name and version of the program that writes. */
  readonly creator?: string
}

/** Writes frames as one document: `begin`, `frame` for each, `end`. */
export class PdmlExport {
  private readonly secrets: boolean
  private readonly creator: string
  private readonly texts = new RowTexts()
  private readonly shapes: TreeShapes<Stencil>

  constructor(options: PdmlOptions = {}) {
    this.secrets = options.secrets ?? false
    this.creator = options.creator ?? 'dmvpn'
    this.shapes = new TreeShapes(tree => {
      const b = new StencilBuilder(tree, this.texts)
      this.layers(b, tree)
      return b.build()
    })
  }

  /** `now` and `file` are what the document says of when it was written, and from what. */
  begin(s: Sink, now: Date, file: string): void {
    s.text('<?xml version="1.0" encoding="utf-8"?>\n<?xml-stylesheet type="text/xsl" href="pdml2html.xsl"?>\n')
    s.text('<!-- pdml2html.xsl is in the Wireshark distribution: https://gitlab.com/wireshark/wireshark -->\n')
    s.text('<pdml version="0" creator="')
    writeXmlText(s, this.creator)
    s.text(`" time="${localClock(now)}" capture_file="`)
    writeXmlText(s, file)
    s.text('">\n')
  }

  /** `number` is the frame's in its file. */
  frame(s: Sink, { record, witness }: Dissection, number: number): void {
    const captured = record.end - record.start
    s.put(general.begin).dec(captured).put(general.open)
    const values = [number, record.originalLength, captured]
    for (let i = 0; i < counts.length; i++) {
      const { begin, label } = counts[i]!
      const value = values[i]!
      s.put(begin).dec(value).put(label).text(value.toString(16)).put(general.size).dec(captured).put(general.close)
    }
    s.put(general.time)
    const time = new Moment(record)
    time.writeLocal(s)
    s.put(general.epoch)
    time.writeEpoch(s)
    s.put(general.size).dec(captured).put(general.close).put(general.end)
    this.shapes.of(witness).write(s, witness)
  }

  end(s: Sink): void {
    s.text('</pdml>\n')
  }

  private layers(b: StencilBuilder, tree: TreeNodes): void {
    for (let node = tree.first[noNode]!; node !== noNode; node = tree.next[node]!) {
      const isWrapped = !isProtocol(tree, node)
      if (isWrapped) b.text('  <proto name="fake-field-wrapper">\n')
      this.node(b, tree, node, isWrapped ? 2 : 1)
      if (isWrapped) b.text('  </proto>\n')
    }
    b.text('</packet>\n\n\n')
  }

  private node(b: StencilBuilder, tree: TreeNodes, node: number, depth: number): void {
    const kind = tree.kind[node]!
    if (kind === nodeKind.note) {
      addNote(b, tree, node, depth)
      return
    }
    const tag = isProtocol(tree, node) ? 'proto' : 'field'
    b.text(`${indent(depth)}<${tag} name="`)
    if (kind !== nodeKind.subtree) b.written(s => writeXmlText(s, nameOf(tree, node)))
    b.text('"')
    this.attributes(b, tree, node)
    const isOpen = tree.first[node] !== noNode || (kind === nodeKind.fault && !isCutShort(tree.fault!, tree.cut))
    if (!isOpen) {
      b.text('/>\n')
      return
    }
    b.text('>\n')
    for (let child = tree.first[node]!; child !== noNode; child = tree.next[child]!) {
      this.node(b, tree, child, depth + 1)
    }
    if (kind === nodeKind.fault) addFault(b, tree, node, depth + 1)
    b.text(`${indent(depth)}</${tag}>\n`)
  }

  private attributes(b: StencilBuilder, tree: TreeNodes, node: number): void {
    switch (tree.kind[node]) {
      case nodeKind.layer:
      case nodeKind.fault:
        if (nameOf(tree, node) === 'data') {
          this.octets(b, tree, node)
          return
        }
        addAttribute(b, 'showname', () => {
          addTitle(b, tree, node)
        })
        addPlace(b, tree, node)
        return
      case nodeKind.subtree:
        addAttribute(b, 'show', () => {
          addBareTitle(b, tree, node)
        })
        addPlace(b, tree, node)
        this.octets(b, tree, node)
        return
      default:
        this.field(b, tree, node, tree.about[node] as Field)
    }
  }

  private field(b: StencilBuilder, tree: TreeNodes, node: number, field: Field): void {
    const { secrets } = this
    addAttribute(b, 'showname', () => {
      if (field.type === 'protocol') b.text(field.label)
      else addLine(b, tree, node, field, secrets)
    })
    if (field.hidden) b.text(' hide="yes"')
    addPlace(b, tree, node)
    if (field.type === 'protocol') return
    if (field.type === 'none') {
      b.text(' show="" value=""')
      return
    }
    addAttribute(b, 'show', () => {
      addValue(b, tree, node, field, secrets)
    })
    this.octets(b, tree, node)
  }

  /** The octets, unless they would tell a secret; for a few bits, of the word that they lie in as well. */
  private octets(b: StencilBuilder, tree: TreeNodes, node: number): void {
    if (!this.secrets && holdsSecret(tree, node)) return
    if (sizeOf(tree, node) === 0) return
    b.text(' value="')
    addOctets(b, tree, node)
    b.text('"')
    if (maskOf(tree, node) === 0n) return
    b.text(' unmaskedvalue="')
    addWholeOctets(b, tree, node)
    b.text('"')
  }
}

/** What stands around the counts and the time of every frame. */
const general = {
  begin: new Literal('<packet>\n  <proto name="geninfo" pos="0" showname="General information" size="'),
  open: new Literal('">\n'),
  time: new Literal('    <field name="timestamp" pos="0" show="'),
  epoch: new Literal('" showname="Captured Time" value="'),
  size: new Literal('" size="'),
  close: new Literal('"/>\n'),
  end: new Literal('  </proto>\n'),
} as const

const counts = [
  ['num', 'Number'],
  ['len', 'Frame Length'],
  ['caplen', 'Captured Length'],
].map(([name, label]) => ({
  begin: new Literal(`    <field name="${name}" pos="0" show="`),
  label: new Literal(`" showname="${label}" value="`),
}))

/** Whether a node is a `<proto>`; octets that nobody dissects are none. */
function isProtocol(tree: TreeNodes, node: number): boolean {
  const kind = tree.kind[node]!
  if (kind === nodeKind.layer || kind === nodeKind.fault) return nameOf(tree, node) !== 'data'
  return kind === nodeKind.value && (tree.about[node] as Field).type === 'protocol'
}

/** Whether a node is a secret, or a text or value around one. Of whole layers nothing is printed. */
function holdsSecret(tree: TreeNodes, node: number): boolean {
  const about = tree.about[node] as Partial<Field> | string | undefined
  if (typeof about === 'object' && about.secret === true) return true
  for (let child = tree.first[node]!; child !== noNode; child = tree.next[child]!) {
    if (holdsSecret(tree, child)) return true
  }
  return false
}
