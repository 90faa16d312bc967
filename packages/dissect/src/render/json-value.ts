/** A field's value as `-T json` and `-T ek` have it: a string, whatever its type. */
import { type Field, formatMac, hexDigits, hostText, type Ipv4, type Row, type Sink } from '@dmvpn/wire'
import { valueOf } from '../node-facts.ts'
import { rowWriterOf } from '../row-writer.ts'
import { nodeKind, type TreeWitness } from '../tree-witness.ts'
import { writeValue } from '../value-text.ts'
import { writeJsonText } from './json-text.ts'
import { addPlainValue } from './plain-value.ts'
import { fillOf } from './row-fill.ts'
import type { StencilBuilder } from './stencil.ts'

/** A hole for the value of a row or of a named value, in quotes. */
export function addJsonValue(b: StencilBuilder, witness: TreeWitness, node: number, secrets: boolean): void {
  const field = witness.about[node] as Field
  const isRow = witness.kind[node] === nodeKind.row
  const isMasked = field.secret && !secrets
  if (field.type === 'string' && !isMasked) {
    if (!isRow || !addKnownText(b, node, field as Row)) b.node(node, textWriterOf(field))
    return
  }
  b.text('"')
  if (isRow) addRow(b, node, field as Row, secrets)
  else if (isMasked || !addPlainValue(b, node, field)) {
    b.node(node, (s, tree, at) => {
      writeValue(s, field, valueOf(tree, at), 'json', secrets)
    })
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

function textWriterOf({ text }: Field) {
  return (s: Sink, tree: TreeWitness, at: number): void => {
    const value = valueOf(tree, at)
    writeJsonText(s, text === undefined ? String(value ?? '') : text(value as never))
  }
}

/** A row's value as exports write it. */
function addRow(b: StencilBuilder, node: number, row: Row, secrets: boolean): void {
  const isMasked = row.secret && !secrets
  if (!isMasked && addPlainRow(b, node, row)) return
  b.row(node, row, rowWriterOf(row, 'json', secrets))
}

function addPlainRow(b: StencilBuilder, node: number, row: Row): boolean {
  if (row.type === 'ipv4') return b.plain(node, row, 'ipv4')
  if (row.type === 'ether') return b.plain(node, row, 'mac')
  if (!/^uint(8|16|24|32)$/.test(row.type) || row.base === 'oct') return false
  if (row.base !== 'hex' && row.base !== 'hex-dec') return b.plain(node, row, 'dec')
  const digits = hexDigits[row.type]
  return (digits === 4 && b.plain(node, row, 'hex16')) || (digits === 8 && b.plain(node, row, 'hex32'))
}
