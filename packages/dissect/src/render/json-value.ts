/** A field's value as `-T json` and `-T ek` have it: a string, whatever its type. */
import { type Field, formatMac, hexDigits, hostText, type Ipv4, type Row, type Sink, type Value } from '@dmvpn/wire'
import { shownValue, valueOf } from '../node-facts.ts'
import { rowWriterOf } from '../row-writer.ts'
import { nodeKind, type TreeNodes } from '../tree-nodes.ts'
import { writeValue } from '../value-text.ts'
import { writeJsonText } from './json-text.ts'
import { addPlainValue, keptValues } from './plain-value.ts'
import { fillOf } from './row-fill.ts'
import { isSettled } from './settled-value.ts'
import type { EntryWriter } from './stencil.ts'
import type { StencilBuilder } from './stencil-builder.ts'

/** A hole for the value of a row or of a named value, in quotes. */
export function addJsonValue(b: StencilBuilder, tree: TreeNodes, node: number, secrets: boolean): void {
  const field = tree.about[node] as Field
  const isRow = tree.kind[node] === nodeKind.row
  const isMasked = field.secret && !secrets
  if (field.type === 'string' && !isMasked) {
    if (isSettled(field)) b.written(s => writeText(s, field, valueOf(tree, node)))
    else if (!isRow) b.node(node, (s, { values }, entry) => writeText(s, field, shownValue(values[entry])))
    else if (!addKnownText(b, node, field as Row)) {
      b.row(node, field as Row, (s, view, at) => writeText(s, field, (field as Row).read(view, at)))
    }
    return
  }
  b.text('"')
  if (isRow) addRow(b, node, field as Row, secrets)
  else if (isMasked || !addPlainValue(b, node, field)) {
    const write: EntryWriter = (s, { values }, entry) =>
      writeValue(s, field, shownValue(values[entry]), 'json', secrets)
    if (isMasked) b.node(node, write)
    else if (field.type === 'ipv4') b.address(node, write)
    else if (field.type === 'boolean') b.few(node, field, keptValues(field), write)
    else b.node(node, write)
  }
  b.text('"')
}

/** A row whose text is its address: nobody needs the string. */
function addKnownText(b: StencilBuilder, node: number, row: Row): boolean {
  if (row.text === formatMac && fillOf(row, 'mac') !== undefined) {
    b.text('"').plain(node, row, 'mac')
    b.text('"')
    return true
  }
  if (row.text !== hostText || fillOf(row, 'host') === undefined) return false
  b.text('"').row(
    node,
    row,
    (s, view, at) => s.text(JSON.stringify(hostText(row.read(view, at) as Ipv4)).slice(1, -1)),
    'host',
  )
  b.text('"')
  return true
}

function writeText(s: Sink, { text }: Field, value: Value): void {
  writeJsonText(s, text === undefined ? String(value ?? '') : text(value as never))
}

/** A row's value as exports write it. */
function addRow(b: StencilBuilder, node: number, row: Row, secrets: boolean): void {
  const isMasked = row.secret && !secrets
  if (!isMasked && addPlainRow(b, node, row)) return
  b.row(node, row, rowWriterOf(row, 'json', secrets))
}

/** A hole for a row that is a mere number or address; false where it is nothing of that. */
export function addPlainRow(b: StencilBuilder, node: number, row: Row): boolean {
  if (row.type === 'ipv4') return b.plain(node, row, 'ipv4')
  if (row.type === 'ether') return b.plain(node, row, 'mac')
  if (!/^uint(8|16|24|32)$/.test(row.type) || row.base === 'oct') return false
  if (row.base !== 'hex' && row.base !== 'hex-dec') return b.plain(node, row, 'dec')
  const digits = hexDigits[row.type]
  return (digits === 4 && b.plain(node, row, 'hex16')) || (digits === 8 && b.plain(node, row, 'hex32'))
}
