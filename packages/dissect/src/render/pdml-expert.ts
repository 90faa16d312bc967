/** Wireshark's expert information in PDML: notes, and the packet that is malformed. */
import type { Field } from '@dmvpn/wire'
import {
  expertGroup,
  expertItem,
  expertMessage,
  expertSeverity,
  faultMessage,
  groupOf,
  malformedNote,
  malformedReason,
  noteTitle,
  rankOf,
  severityOf,
} from '../expert.ts'
import type { TreeNodes } from '../tree-nodes.ts'
import { addPosition } from './octets-hole.ts'
import { addAttribute } from './pdml-attributes.ts'
import { indent } from './pdml-indent.ts'
import type { EntryWriter } from './stencil.ts'
import type { StencilBuilder } from './stencil-builder.ts'

/** What a note says, how grave it is, and what it belongs to. */
export function addNote(b: StencilBuilder, tree: TreeNodes, node: number, depth: number): void {
  const note = tree.about[node] as Field
  addFinding(b, tree, node, note, (s, { values }, entry) => s.text(values[entry] as string), depth)
}

function addFinding(
  b: StencilBuilder,
  tree: TreeNodes,
  node: number,
  note: Field,
  write: EntryWriter,
  depth: number,
): void {
  const [severity, group] = rankOf(note).split('/') as [string, string]
  const message = (): StencilBuilder => b.node(node, write)
  const [before, after] = noteTitle(note, '\0').slice(1, -1).split('\0') as [string, string]
  b.text(`${indent(depth)}<field name="${expertItem.name}"`)
  addAttribute(b, 'showname', () => {
    b.text(before)
    message().text(after)
  })
  b.text(' size="0" pos="')
  addPosition(b, tree, node)
  b.text('">\n')
  addComputed(b, note.name, message, '', depth + 1, ' value=""')
  b.text(`${indent(depth + 1)}<field name="${expertMessage.name}"`)
  addAttribute(b, 'showname', () => {
    b.text(`${expertMessage.label}: `)
    message()
  })
  b.text(' hide="yes" size="0" pos="0"')
  addAttribute(b, 'show', message)
  b.text('/>\n')
  const said = (text: string) => (): StencilBuilder => b.text(text)
  addComputed(b, expertSeverity.name, said(`${expertSeverity.label}: ${severity}`), severityOf(note), depth + 1)
  addComputed(b, expertGroup.name, said(`${expertGroup.label}: ${group}`), groupOf(note), depth + 1)
  b.text(`${indent(depth)}</field>\n`)
}

/** What stands below a packet that could not be read to its end. */
export function addFault(b: StencilBuilder, tree: TreeNodes, node: number, depth: number): void {
  addFinding(b, tree, node, malformedNote, s => s.text(malformedNote.label), depth)
  const reason = (): StencilBuilder => b.node(node, (s, { fault }) => s.text(faultMessage(fault!)))
  b.text(`${indent(depth)}<field name="${malformedReason.name}"`)
  addAttribute(b, 'showname', () => {
    b.text(`${malformedReason.label}: `)
    reason()
  })
  b.text(' size="0" pos="0"')
  addAttribute(b, 'show', reason)
  b.text(`/>\n${indent(depth)}<proto name="_ws.malformed" showname="Malformed Packet" hide="yes" size="0" pos="`)
  addPosition(b, tree, node)
  b.text('"/>\n')
}

/** A line of its own for what Wireshark computes of a note. */
function addComputed(
  b: StencilBuilder,
  name: string,
  label: () => void,
  show: number | '',
  depth: number,
  more = '',
): void {
  b.text(`${indent(depth)}<field name="${name}"`)
  addAttribute(b, 'showname', label)
  b.text(` size="0" pos="0" show="${show}"${more}/>\n`)
}
