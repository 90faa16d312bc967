/** Lines of the tree with a field: bits, label, value in words. */
import type { Field, Row } from '@dmvpn/wire'
import { labelDigits } from '../bit-text.ts'
import { fieldText } from '../field-text.ts'
import { writeRowLead, writeShown } from '../label-text.ts'
import { shownValue, valueOf } from '../node-facts.ts'
import type { TreeNodes } from '../tree-nodes.ts'
import { notesBelow, statusOf, verdictText } from '../verdict-text.ts'
import { addPlainValue, keptValues } from './plain-value.ts'
import { fillOf } from './row-fill.ts'
import { isFew } from './row-texts.ts'
import { isSettled } from './settled-value.ts'
import type { EntryWriter } from './stencil.ts'
import type { StencilBuilder } from './stencil-builder.ts'

/** A row's bits, label and value. */
export function addRowLine(b: StencilBuilder, node: number, row: Row, secrets: boolean): void {
  const { lead, bitAt, words } = fieldText(row)
  if (bitAt.length > 0 || isFew(row)) {
    b.row(node, row, (s, view, at) => {
      writeRowLead(s, row, view, at)
      writeShown(s, row, row.read(view, at), secrets)
    })
    return
  }
  b.text(lead.text)
  const isOpen = !row.secret || secrets
  if (isOpen && row.text === undefined && row.names === undefined && row.unit === undefined) {
    if (row.type === 'ipv4' && fillOf(row, 'host') !== undefined) {
      b.row(node, row, (s, view, at) => writeShown(s, row, row.read(view, at), secrets), 'host')
      return
    }
    if (addPlainRow(b, node, row)) return
  }
  if (isOpen && words !== undefined && (row.kind === 'uint' || row.kind === 'word')) {
    b.row(node, row, (s, view, at) => s.put(words.of(row.read(view, at) as number)))
    return
  }
  b.row(node, row, (s, view, at) => {
    writeShown(s, row, row.read(view, at), secrets)
  })
}

/** A row that is a mere number of as many digits as it has, or a station's address. */
function addPlainRow(b: StencilBuilder, node: number, row: Row): boolean {
  if (row.type === 'ether') return b.plain(node, row, 'mac')
  if (!/^uint(16|24|32)$/.test(row.type)) return false
  if (row.base === 'dec') return b.plain(node, row, 'dec')
  const hex = row.width === 16 ? 'hex16' : 'hex32'
  if (4 * labelDigits(row) !== row.width || fillOf(row, hex) === undefined || fillOf(row, 'dec') === undefined)
    return false
  if (row.base === 'hex') return b.plain(node, row, hex)
  if (row.base === 'oct') return false
  const [first, second] = row.base === 'hex-dec' ? ([hex, 'dec'] as const) : (['dec', hex] as const)
  b.plain(node, row, first)
  b.text(' (').plain(node, row, second)
  b.text(')')
  return true
}

/** The label and the value of a named value; `bare` without the bracket before what was computed. */
export function addValueLine(b: StencilBuilder, tree: TreeNodes, node: number, secrets: boolean, form?: 'bare'): void {
  const field = tree.about[node] as Field
  const { lead, words } = fieldText(field)
  b.text(form === 'bare' && field.generated ? lead.text.slice(1) : lead.text)
  const isOpen = !field.secret || secrets
  if (isSettled(field)) {
    b.written(s => writeShown(s, field, valueOf(tree, node), secrets))
    return
  }
  const isBare = isOpen && field.text === undefined && field.names === undefined && field.scale === 1
  if (isBare && addPlainValue(b, node, field)) {
    if (field.unit !== undefined) b.text(field.unit)
    return
  }
  const write: EntryWriter = (s, { values }, entry) => writeShown(s, field, shownValue(values[entry]), secrets)
  if (!isOpen) b.node(node, write)
  else if (field.type === 'ipv4' && field.text === undefined && field.names === undefined) b.address(node, write)
  else if (field.type === 'boolean' || (words !== undefined && !isAddress(field))) {
    b.few(node, field, keptValues(field), write)
  } else b.node(node, write)
}

/** Whether names that become known later belong into the text. */
function isAddress({ type }: Field): boolean {
  return type === 'ipv4' || type === 'ipv6'
}

/** What is said behind a checksum whose status stands beside it. */
export function addVerdict(b: StencilBuilder, tree: TreeNodes, node: number): void {
  const status = statusOf(tree, node)
  if (status === undefined) return
  const { name } = tree.about[node] as Field
  const notes = notesBelow(tree, node).map(note => tree.entry[note]!)
  const write: EntryWriter = (s, { values }, entry) => {
    s.text(verdictText(name, shownValue(values[entry]), values, notes))
  }
  if (notes.length > 0) b.node(status, write)
  else b.few(status, `verdict on ${name}`, 8, write)
}
