/** A node's line as a person reads it: bits, label, value in words, verdict, and brackets around what was computed. */
import { type Field, hostNames, type Row, Sink, type Value } from '@dmvpn/wire'
import { fieldText } from './field-text.ts'
import { nameAddresses } from './name-addresses.ts'
import { valueOf } from './node-facts.ts'
import { nodeKind, noNode, type TreeWitness } from './tree-witness.ts'
import { maskOfSecret, writeWords } from './value-text.ts'

const zero = 0x30
const closeBracket = 0x5d

/** Writes the line of a row or of a named value, without its end. */
export function writeLabel(s: Sink, witness: TreeWitness, node: number, secrets: boolean): void {
  const field = witness.about[node] as Field
  if (witness.kind[node] === nodeKind.row) {
    writeRowLead(s, field as Row, witness.sources[witness.source[node]!]!.view, witness.base[node]!)
  } else s.put(fieldText(field).lead)
  writeShown(s, field, valueOf(witness, node), secrets)
  if (hasVerdict(witness, node)) writeVerdict(s, witness, node)
  if (field.generated) s.byte(closeBracket)
}

/** The same as a string, secrets masked. */
export function nodeLabel(witness: TreeWitness, node: number): string {
  const s = new Sink(128)
  writeLabel(s, witness, node, false)
  return s.toString()
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

/** Whether a status stands beside a node, behind whose value it is said in words. */
export function hasVerdict(witness: TreeWitness, node: number): boolean {
  const own = witness.about[node] as Field
  const next = witness.next[node]!
  if (next === noNode || witness.kind[next] !== nodeKind.value || !isShown(own)) return false
  const beside = witness.about[next] as Field
  return beside.generated && beside.name === `${own.name}.status`
}

/** `[correct]` behind a checksum whose status stands beside it. */
export function writeVerdict(s: Sink, witness: TreeWitness, node: number): void {
  const status = valueOf(witness, witness.next[node]!)
  if (status === 0) s.text(noteBelow(witness, node))
  else if (status === 1) s.text(' [correct]')
  else if (status === 2) {
    const { name } = witness.about[node] as Field
    s.text(name === 'ip.checksum' ? ' [validation disabled]' : ' [unverified]')
  }
}

function noteBelow(witness: TreeWitness, node: number): string {
  for (let child = witness.first[node]!; child !== noNode; child = witness.next[child]!) {
    if (witness.kind[child] !== nodeKind.note) continue
    const should = /should be 0x[0-9a-f]+/.exec(witness.values[child] as string)
    if (should !== null) return ` incorrect, ${should[0]}`
  }
  return ' incorrect'
}
