/** tshark's `-T pdml`: the tree as XML, with the octets of every line. */
import { type Field, Literal, Sink } from '@dmvpn/wire'
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
import { titleOf } from '../tree.ts'
import { nodeKind, noNode, type TreeWitness } from '../tree-witness.ts'
import { writeValue } from '../value-text.ts'
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
    const { witness } = dissection
    for (let node = witness.first[0]!; node !== noNode; node = witness.next[node]!) {
      const isWrapped = !isProtocol(witness, node) || nameOf(witness, node) === 'data'
      if (isWrapped) s.text('  <proto name="fake-field-wrapper">\n')
      this.node(s, witness, node, isWrapped ? 2 : 1)
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

  private node(s: Sink, witness: TreeWitness, node: number, depth: number): void {
    const kind = witness.kind[node]!
    if (kind === nodeKind.note) {
      this.note(s, witness.about[node] as Field, witness.values[node] as string, positionOf(witness, node), depth)
      return
    }
    const tag = isProtocol(witness, node) && nameOf(witness, node) !== 'data' ? 'proto' : 'field'
    s.put(indent(depth)).text(`<${tag} name="`)
    if (kind !== nodeKind.subtree) writeXmlText(s, nameOf(witness, node))
    s.text('"')
    const isOpen = witness.first[node] !== noNode || (kind === nodeKind.fault && !cutShort(witness))
    this.attributes(s, witness, node)
    s.text(isOpen ? '>\n' : '/>\n')
    if (!isOpen) return
    for (let child = witness.first[node]!; child !== noNode; child = witness.next[child]!) {
      this.node(s, witness, child, depth + 1)
    }
    if (kind === nodeKind.fault) this.fault(s, witness, positionOf(witness, node), depth + 1)
    s.put(indent(depth)).text(`</${tag}>\n`)
  }

  private attributes(s: Sink, witness: TreeWitness, node: number): void {
    switch (witness.kind[node]) {
      case nodeKind.layer:
        if (nameOf(witness, node) === 'data') this.octets(s, witness, node)
        else {
          attribute(s, 'showname', titleOf(witness, node))
          place(s, witness, node)
        }
        return
      case nodeKind.fault:
        attribute(s, 'showname', titleOf(witness, node))
        place(s, witness, node)
        return
      case nodeKind.subtree:
        attribute(s, 'show', bareTitle(titleOf(witness, node)))
        place(s, witness, node)
        this.octets(s, witness, node)
        return
      default:
        this.field(s, witness, node, witness.about[node] as Field)
    }
  }

  private field(s: Sink, witness: TreeWitness, node: number, field: Field): void {
    attribute(s, 'showname', this.showname(witness, node, field))
    if (field.hidden) s.text(' hide="yes"')
    place(s, witness, node)
    if (field.type === 'protocol') return
    if (field.type === 'none') {
      s.text(' show="" value=""')
      return
    }
    const { label } = this
    label.clear()
    writeValue(label, field, valueOf(witness, node), 'json', this.secrets)
    attribute(s, 'show', label.toString())
    if (sizeOf(witness, node) > 0) this.octets(s, witness, node)
  }

  /** The line of the tree, without the brackets of what was computed. */
  private showname(witness: TreeWitness, node: number, field: Field): string {
    if (field.type === 'protocol') return field.label
    const { label } = this
    label.clear()
    writeLabel(label, witness, node, this.secrets)
    const text = label.toString()
    return field.generated ? text.slice(1, -1) : text
  }

  /** The octets, unless they would tell a secret. */
  private octets(s: Sink, witness: TreeWitness, node: number): void {
    if (!this.secrets && holdsSecret(witness, node)) return
    if (sizeOf(witness, node) === 0) return
    s.text(' value="')
    writeNodeOctets(s, witness, node)
    s.text('"')
    if (maskOf(witness, node) === 0n) return
    s.text(' unmaskedvalue="')
    writeWholeOctets(s, witness, node)
    s.text('"')
  }

  private fault(s: Sink, witness: TreeWitness, at: number, depth: number): void {
    this.note(s, malformedNote, malformedNote.label, at, depth)
    const reason = faultMessage(witness.fault!)
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

const indents = Array.from({ length: 24 }, (_, depth) => new Literal('  '.repeat(depth)))

function indent(depth: number): Literal {
  return indents[depth] ?? new Literal('  '.repeat(depth))
}

function isProtocol(witness: TreeWitness, node: number): boolean {
  const kind = witness.kind[node]!
  if (kind === nodeKind.layer || kind === nodeKind.fault) return true
  return kind === nodeKind.value && (witness.about[node] as Field).type === 'protocol'
}

function cutShort({ fault, cut }: TreeWitness): boolean {
  return fault !== undefined && isCutShort(fault, cut)
}

function attribute(s: Sink, name: string, text: string): void {
  s.text(` ${name}="`)
  writeXmlText(s, text)
  s.text('"')
}

function place(s: Sink, witness: TreeWitness, node: number): void {
  s.text(` size="${sizeOf(witness, node)}" pos="${positionOf(witness, node)}"`)
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
function holdsSecret(witness: TreeWitness, node: number): boolean {
  const about = witness.about[node] as Partial<Field> | string | undefined
  if (typeof about === 'object' && about.secret === true) return true
  for (let child = witness.first[node]!; child !== noNode; child = witness.next[child]!) {
    if (holdsSecret(witness, child)) return true
  }
  return false
}
