/** The tree as text: tshark's `-V`, and `-O` for some protocols only. */
import { type Field, Literal, type Sink } from '@dmvpn/wire'
import type { Dissection } from '../dissect.ts'
import { faultMessage, isCutShort, rankOf } from '../expert.ts'
import { indentation } from '../field-text.ts'
import { titleOf } from '../tree.ts'
import { nodeKind, noNode, type TreeWitness } from '../tree-witness.ts'
import { writeLabel } from '../value-text.ts'

export interface TreeTextOptions {
  /** Protocols whose layers are shown whole, the others by their line alone; all where left out. */
  readonly only?: ReadonlySet<string> | undefined
  /** Whether passwords and keys are shown. */
  readonly secrets?: boolean
  /** Whether layers stand out in bold, and what is odd in red. */
  readonly color?: boolean
}

const newline = 0x0a
const indents = Array.from({ length: 32 }, (_, depth) => new Literal(' '.repeat(indentation * depth)))
const bold = '\u001b[1m'
const red = '\u001b[31m'
const plain = '\u001b[0m'

/** Writes the tree of a frame and an empty line. */
export function writeTreeText(s: Sink, dissection: Dissection, options: TreeTextOptions = {}): void {
  const { witness } = dissection
  const { only, secrets = false, color = false } = options
  for (let node = witness.first[0]!; node !== noNode; node = witness.next[node]!) {
    if (color) s.text(witness.kind[node] === nodeKind.fault ? red : bold)
    s.text(titleOf(witness, node))
    if (color) s.text(plain)
    s.byte(newline)
    if (witness.kind[node] === nodeKind.fault) writeFault(s, witness)
    else if (only === undefined || only.has((witness.about[node] as { readonly name: string }).name)) {
      writeChildren(s, witness, node, 1, secrets)
    }
  }
  s.byte(newline)
}

function writeChildren(s: Sink, witness: TreeWitness, parent: number, depth: number, secrets: boolean): void {
  for (let node = witness.first[parent]!; node !== noNode; node = witness.next[node]!) {
    const kind = witness.kind[node]!
    if (kind === nodeKind.row || kind === nodeKind.value || kind === nodeKind.container) {
      if ((witness.about[node] as Field).hidden) continue
      writeLabel(s, witness, node, depth, secrets)
    } else {
      indent(s, depth)
      s.text(titleOf(witness, node))
    }
    s.byte(newline)
    if (kind === nodeKind.note) writeNote(s, witness.about[node] as Field, witness.values[node] as string, depth + 1)
    else if (witness.first[node] !== noNode) writeChildren(s, witness, node, depth + 1, secrets)
  }
}

function indent(s: Sink, depth: number): void {
  s.put(indents[depth] ?? new Literal(' '.repeat(indentation * depth)))
}

function writeNote(s: Sink, field: Field, text: string, depth: number): void {
  const [severity, group] = rankOf(field).split('/') as [string, string]
  for (const line of [text, `Severity level: ${severity}`, `Group: ${group}`]) {
    indent(s, depth)
    s.text(`[${line}]`).byte(newline)
  }
}

/** Beyond what Wireshark says of a malformed packet: where reading stopped, and why. */
function writeFault(s: Sink, witness: TreeWitness): void {
  const { fault, cut } = witness
  if (fault === undefined) return
  if (!isCutShort(fault, cut)) {
    indent(s, 1)
    s.text('[Expert Info (Error/Malformed): Malformed Packet (Exception occurred)]').byte(newline)
    for (const line of ['Malformed Packet (Exception occurred)', 'Severity level: Error', 'Group: Malformed']) {
      indent(s, 2)
      s.text(`[${line}]`).byte(newline)
    }
  }
  indent(s, 1)
  s.text(`[${faultMessage(fault)}]`).byte(newline)
}
