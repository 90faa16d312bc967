/** What is said in words behind a checksum whose status stands beside it. */
import type { Field, Sink, Value } from '@dmvpn/wire'
import { shownValue } from './node-facts.ts'
import { nodeKind, noNode, type TreeNodes } from './tree-nodes.ts'

/** The node of the status that stands beside a node; undefined where there is none. */
export function statusOf(tree: TreeNodes, node: number): number | undefined {
  const { name, type, text } = tree.about[node] as Field
  const next = tree.next[node]!
  if (next === noNode || tree.kind[next] !== nodeKind.value || (type === 'none' && text === undefined)) return undefined
  const beside = tree.about[next] as Field
  return beside.generated && beside.name === `${name}.status` ? next : undefined
}

/** The notes below a node. */
export function notesBelow(tree: TreeNodes, node: number): readonly number[] {
  const notes: number[] = []
  for (let child = tree.first[node]!; child !== noNode; child = tree.next[child]!) {
    if (tree.kind[child] === nodeKind.note) notes.push(child)
  }
  return notes
}

/** Writes it behind a node, if there is a status. */
export function writeVerdict(s: Sink, tree: TreeNodes, node: number): void {
  const status = statusOf(tree, node)
  if (status === undefined) return
  const { name } = tree.about[node] as Field
  s.text(verdictText(name, shownValue(tree.values[status]), tree.values, notesBelow(tree, node)))
}

/** `[correct]` of the field `name` by its status; `notes` are the places in `texts` of the notes below it. */
export function verdictText(name: string, status: Value, texts: readonly unknown[], notes: readonly number[]): string {
  if (status === 1) return ' [correct]'
  if (status === 2) return name === 'ip.checksum' ? ' [validation disabled]' : ' [unverified]'
  if (status !== 0) return ''
  for (const note of notes) {
    const should = /should be 0x[0-9a-f]+/.exec(texts[note] as string)
    if (should !== null) return ` incorrect, ${should[0]}`
  }
  return ' incorrect'
}
