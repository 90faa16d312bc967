/** What stands in the elements of PDML: lines of the tree, places, values. */
import type { Field, Row } from '@dmvpn/wire'
import { writeRowLead, writeShown } from '../label-text.ts'
import { shownValue, valueOf } from '../node-facts.ts'
import { rowWriterOf } from '../row-writer.ts'
import { nodeKind, type TreeNodes } from '../tree-nodes.ts'
import { writeValue } from '../value-text.ts'
import { addPlainRow } from './json-value.ts'
import { addPosition, addSize } from './octets-hole.ts'
import { addPlainValue } from './plain-value.ts'
import { isSettled } from './settled-value.ts'
import type { StencilBuilder } from './stencil-builder.ts'
import { addRowLine, addValueLine, addVerdict } from './tree-line.ts'
import { escapeXml } from './xml-text.ts'

/** An attribute whose text is what `add` adds. */
export function addAttribute(b: StencilBuilder, name: string, add: () => void): void {
  b.text(` ${name}="`).escaped(escapeXml, add).text('"')
}

/** How many octets a node has, and where they begin. */
export function addPlace(b: StencilBuilder, tree: TreeNodes, node: number): void {
  b.text(' size="')
  addSize(b, tree, node)
  b.text('" pos="')
  addPosition(b, tree, node)
  b.text('"')
}

/** A field's line of the tree, without the brackets of what was computed. */
export function addLine(b: StencilBuilder, tree: TreeNodes, node: number, field: Field, secrets: boolean): void {
  if (tree.kind[node] !== nodeKind.row) addValueLine(b, tree, node, secrets, 'bare')
  else if (field.generated) addComputedRow(b, node, field as Row, secrets)
  else addRowLine(b, node, field as Row, secrets)
  addVerdict(b, tree, node)
}

/** A row's line without the bracket before what was computed: it has its bits in it. */
function addComputedRow(b: StencilBuilder, node: number, row: Row, secrets: boolean): void {
  b.row(node, row, (s, view, at) => {
    const from = s.length
    writeRowLead(s, row, view, at)
    s.bytes.copyWithin(from, from + 1, s.length--)
    writeShown(s, row, row.read(view, at), secrets)
  })
}

/** A field's value as exports write it. */
export function addValue(b: StencilBuilder, tree: TreeNodes, node: number, field: Field, secrets: boolean): void {
  const isMasked = field.secret && !secrets
  if (tree.kind[node] === nodeKind.row) {
    const row = field as Row
    if (!isMasked && addPlainRow(b, node, row)) return
    // Not as a row: what is kept of it is its line.
    const write = rowWriterOf(row, 'json', secrets)
    const source = tree.source[node]!
    b.node(node, (s, { sources, at }, entry) => write(s, sources[source]!.view, at[entry]!))
    return
  }
  if (isSettled(field)) {
    b.written(s => writeValue(s, field, valueOf(tree, node), 'json', secrets))
    return
  }
  if (!isMasked && addPlainValue(b, node, field)) return
  b.node(node, (s, { values }, entry) => writeValue(s, field, shownValue(values[entry]), 'json', secrets))
}
