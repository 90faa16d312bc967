/** A node's line as a person reads it: bits, label, value in words, verdict, and brackets around what was computed. */
import { type Field, hostNames, type Row, type Sink, type Value } from '@dmvpn/wire'
import { fieldText } from './field-text.ts'
import { nameAddresses } from './name-addresses.ts'
import { valueOf } from './node-facts.ts'
import { nodeKind, type TreeNodes } from './tree-nodes.ts'
import { maskOfSecret, writeWords } from './value-text.ts'
import { writeVerdict } from './verdict-text.ts'

const zero = 0x30
const closeBracket = 0x5d

/** Writes the line of a row or of a named value, without its end. */
export function writeLabel(s: Sink, tree: TreeNodes, node: number, secrets: boolean): void {
  const field = tree.about[node] as Field
  if (tree.kind[node] === nodeKind.row) {
    writeRowLead(s, field as Row, tree.sources[tree.source[node]!]!.view, tree.base[node]!)
  } else s.put(fieldText(field).lead)
  writeShown(s, field, valueOf(tree, node), secrets)
  writeVerdict(s, tree, node)
  if (field.generated) s.byte(closeBracket)
}

/** Everything before the value of a row: its bits, its label. */
export function writeRowLead(s: Sink, row: Row, view: DataView, base: number): void {
  const { lead, bitAt, bitOf } = fieldText(row)
  const at = s.length
  s.put(lead)
  for (let i = 0; i < bitAt.length; i++) {
    const bit = bitOf[i]!
    s.bytes[at + bitAt[i]!] = zero + ((view.getUint8(base + (bit >>> 3)) >>> (7 - (bit & 7))) & 1)
  }
}

/** What stands behind the colon: the value in words, masked where it is secret, addresses with their names. */
export function writeShown(s: Sink, field: Field, value: Value, secrets: boolean): void {
  if (!isShown(field)) return
  const from = s.length
  if (field.secret && !secrets) s.text(maskOfSecret(value))
  else writeWords(s, field, value)
  if (hostNames.size > 0 && (field.type === 'ipv4' || field.type === 'ipv6')) nameAddresses(s, from)
}

/** Whether anything stands behind the colon; else there is no colon. */
function isShown({ type, text }: Field): boolean {
  return type !== 'none' || text !== undefined
}
