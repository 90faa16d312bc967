/** tshark's `-T pdml`: the tree as XML, with the octets of every line. */
import { type Field, Literal, Literals, Sink } from '@dmvpn/wire'
import type { Dissection } from '../dissect.ts'
import {
  expertGroup,
  expertItem,
  expertMessage,
  expertSeverity,
  faultMessage,
  groupOf,
  isCutShort,
  malformedNote,
  malformedReason,
  noteTitle,
  rankOf,
  severityOf,
} from '../expert.ts'
import { writeLabel } from '../label-text.ts'
import { Moment } from '../moment.ts'
import { bareTitle, nameOf, valueOf } from '../node-facts.ts'
import { maskOf, positionOf, sizeOf, writeNodeOctets, writeWholeOctets } from '../node-octets.ts'
import { localClock } from '../time-text.ts'
import { titleOf, writeTitle } from '../tree.ts'
import { nodeKind, noNode, type TreeNodes } from '../tree-nodes.ts'
import { writeValue } from '../value-text.ts'
import { writeXmlOctets, writeXmlText, xmlText } from './xml-text.ts'

export interface PdmlOptions {
  readonly secrets?: boolean
  /** Name and version of the program that writes. */
  readonly creator?: string
}

/** Writes frames as one document: `begin`, `frame` for each, `end`. */
export class PdmlExport {
  private readonly secrets: boolean
  private readonly creator: string
  private readonly label = new Sink(256)
  private number = 0

  constructor(options: PdmlOptions = {}) {
    this.secrets = options.secrets ?? false
    this.creator = options.creator ?? 'dmvpn'
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
  frame(s: Sink, dissection: Dissection, number: number): void {
    this.number = number
    s.text('<packet>\n')
    this.general(s, dissection)
    const tree = dissection.witness.nodes
    for (let node = tree.first[0]!; node !== noNode; node = tree.next[node]!) {
      const isWrapped = !isProtocol(tree, node) || nameOf(tree, node) === 'data'
      if (isWrapped) s.text('  <proto name="fake-field-wrapper">\n')
      this.node(s, tree, node, isWrapped ? 2 : 1)
      if (isWrapped) s.text('  </proto>\n')
    }
    s.text('</packet>\n\n\n')
  }

  end(s: Sink): void {
    s.text('</pdml>\n')
  }

  private general(s: Sink, { record }: Dissection): void {
    const { originalLength } = record
    const captured = record.end - record.start
    const field = (name: string, label: string, value: number): void => {
      s.text(`    <field name="${name}" pos="0" show="${value}" showname="${label}" value="${value.toString(16)}"`)
      s.text(` size="${captured}"/>\n`)
    }
    s.text(`  <proto name="geninfo" pos="0" showname="General information" size="${captured}">\n`)
    field('num', 'Number', this.number)
    field('len', 'Frame Length', originalLength)
    field('caplen', 'Captured Length', captured)
    s.text('    <field name="timestamp" pos="0" show="')
    new Moment(record).writeLocal(s)
    s.text('" showname="Captured Time" value="')
    new Moment(record).writeEpoch(s)
    s.text(`" size="${captured}"/>\n  </proto>\n`)
  }

  private node(s: Sink, tree: TreeNodes, node: number, depth: number): void {
    const kind = tree.kind[node]!
    if (kind === nodeKind.note) {
      this.note(s, tree.about[node] as Field, tree.values[node] as string, positionOf(tree, node), depth)
      return
    }
    const isLayer = isProtocol(tree, node) && nameOf(tree, node) !== 'data'
    s.put(indent(depth))
    if (kind === nodeKind.subtree) s.put(says.nameless)
    else s.put((isLayer ? protocols : fields).of(nameOf(tree, node)))
    const isOpen = tree.first[node] !== noNode || (kind === nodeKind.fault && !cutShort(tree))
    this.attributes(s, tree, node)
    s.put(isOpen ? says.open : says.closed)
    if (!isOpen) return
    for (let child = tree.first[node]!; child !== noNode; child = tree.next[child]!) {
      this.node(s, tree, child, depth + 1)
    }
    if (kind === nodeKind.fault) this.fault(s, tree, positionOf(tree, node), depth + 1)
    s.put(indent(depth)).put(isLayer ? says.protocolEnd : says.fieldEnd)
  }

  private attributes(s: Sink, tree: TreeNodes, node: number): void {
    switch (tree.kind[node]) {
      case nodeKind.layer:
        if (nameOf(tree, node) === 'data') this.octets(s, tree, node)
        else this.titled(s, tree, node)
        return
      case nodeKind.fault:
        this.titled(s, tree, node)
        return
      case nodeKind.subtree:
        attribute(s, 'show', bareTitle(titleOf(tree, node)))
        place(s, tree, node)
        this.octets(s, tree, node)
        return
      default:
        this.field(s, tree, node, tree.about[node] as Field)
    }
  }

  private titled(s: Sink, tree: TreeNodes, node: number): void {
    const { label } = this
    label.clear()
    writeTitle(label, tree, node)
    s.put(says.showname)
    writeXmlOctets(s, label, 0)
    s.put(says.quote)
    place(s, tree, node)
  }

  private field(s: Sink, tree: TreeNodes, node: number, field: Field): void {
    const { label } = this
    s.put(says.showname)
    if (field.type === 'protocol') writeXmlText(s, field.label)
    else this.showname(s, tree, node, field)
    s.put(says.quote)
    if (field.hidden) s.put(says.hidden)
    place(s, tree, node)
    if (field.type === 'protocol') return
    if (field.type === 'none') {
      s.put(says.nothing)
      return
    }
    label.clear()
    writeValue(label, field, valueOf(tree, node), 'json', this.secrets)
    s.put(says.show)
    writeXmlOctets(s, label, 0)
    s.put(says.quote)
    if (sizeOf(tree, node) > 0) this.octets(s, tree, node)
  }

  /** The line of the tree, without the brackets of what was computed. */
  private showname(s: Sink, tree: TreeNodes, node: number, field: Field): void {
    const { label } = this
    label.clear()
    writeLabel(label, tree, node, this.secrets)
    if (field.generated) label.length--
    writeXmlOctets(s, label, field.generated ? 1 : 0)
  }

  /** The octets, unless they would tell a secret. */
  private octets(s: Sink, tree: TreeNodes, node: number): void {
    if (!this.secrets && holdsSecret(tree, node)) return
    if (sizeOf(tree, node) === 0) return
    s.put(says.value)
    writeNodeOctets(s, tree, node)
    s.put(says.quote)
    if (maskOf(tree, node) === 0n) return
    s.put(says.unmasked)
    writeWholeOctets(s, tree, node)
    s.put(says.quote)
  }

  private fault(s: Sink, tree: TreeNodes, at: number, depth: number): void {
    this.note(s, malformedNote, malformedNote.label, at, depth)
    const reason = faultMessage(tree.fault!)
    computed(s, malformedReason.name, `${malformedReason.label}: ${reason}`, reason, depth)
    hiddenMalformed(s, at, depth)
  }

  private note(s: Sink, field: Field, text: string, at: number, depth: number): void {
    s.put(indent(depth)).text(`<field name="${expertItem.name}"`)
    attribute(s, 'showname', noteTitle(field, text).slice(1, -1))
    s.text(` size="0" pos="${at}">\n`)
    const [severity, group] = rankOf(field).split('/') as [string, string]
    computed(s, field.name, text, '', depth + 1, ' value=""')
    s.put(indent(depth + 1)).text(`<field name="${expertMessage.name}"`)
    attribute(s, 'showname', `${expertMessage.label}: ${text}`)
    s.text(' hide="yes" size="0" pos="0"')
    attribute(s, 'show', text)
    s.text('/>\n')
    computed(s, expertSeverity.name, `${expertSeverity.label}: ${severity}`, String(severityOf(field)), depth + 1)
    computed(s, expertGroup.name, `${expertGroup.label}: ${group}`, String(groupOf(field)), depth + 1)
    s.put(indent(depth)).text('</field>\n')
  }
}

/** What a document says again and again. */
const says = {
  open: new Literal('>\n'),
  closed: new Literal('/>\n'),
  protocolEnd: new Literal('</proto>\n'),
  fieldEnd: new Literal('</field>\n'),
  nameless: new Literal('<field name=""'),
  showname: new Literal(' showname="'),
  show: new Literal(' show="'),
  nothing: new Literal(' show="" value=""'),
  value: new Literal(' value="'),
  unmasked: new Literal(' unmaskedvalue="'),
  hidden: new Literal(' hide="yes"'),
  size: new Literal(' size="'),
  position: new Literal('" pos="'),
  quote: new Literal('"'),
} as const

/** How elements begin, by name. */
const protocols = new Literals<string>(name => `<proto name="${xmlText(name)}"`)
const fields = new Literals<string>(name => `<field name="${xmlText(name)}"`)

const indents = Array.from({ length: 24 }, (_, depth) => new Literal('  '.repeat(depth)))

function indent(depth: number): Literal {
  return indents[depth] ?? new Literal('  '.repeat(depth))
}

function isProtocol(tree: TreeNodes, node: number): boolean {
  const kind = tree.kind[node]!
  if (kind === nodeKind.layer || kind === nodeKind.fault) return true
  return kind === nodeKind.value && (tree.about[node] as Field).type === 'protocol'
}

function cutShort({ fault, cut }: TreeNodes): boolean {
  return fault !== undefined && isCutShort(fault, cut)
}

function attribute(s: Sink, name: string, text: string): void {
  s.text(` ${name}="`)
  writeXmlText(s, text)
  s.text('"')
}

function place(s: Sink, tree: TreeNodes, node: number): void {
  s.put(says.size).dec(sizeOf(tree, node)).put(says.position).dec(positionOf(tree, node)).put(says.quote)
}

function computed(s: Sink, name: string, label: string, show: string, depth: number, more = ''): void {
  s.put(indent(depth)).text(`<field name="${name}"`)
  attribute(s, 'showname', label)
  s.text(' size="0" pos="0"')
  attribute(s, 'show', show)
  s.text(`${more}/>\n`)
}

function hiddenMalformed(s: Sink, at: number, depth: number): void {
  s.put(indent(depth)).text('<proto name="_ws.malformed" showname="Malformed Packet" hide="yes" size="0"')
  s.text(` pos="${at}"/>\n`)
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
