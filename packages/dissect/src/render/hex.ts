/** Octets as tshark's `-x` shows them, one pane for each source; the octets of a field may be marked. */
import type { Sink } from '@dmvpn/wire'
import type { Dissection } from '../dissect.ts'
import { beginOf, nameOf } from '../node-facts.ts'
import { nodeKind, noNode, type TreeNodes } from '../tree-nodes.ts'
import type { TreeSource } from '../tree-witness.ts'

export interface HexOptions {
  /** The field or protocol whose octets are marked. */
  readonly mark?: string | undefined
  /** Whether marked octets are also shown in reverse video. */
  readonly color?: boolean
}

const perLine = 16
const newline = 0x0a
const space = 0x20
const caret = 0x5e

/** Writes every source of a frame and an empty line behind each. */
export function writeHex(s: Sink, dissection: Dissection, options: HexOptions = {}): void {
  const { sources, witness } = dissection
  for (const [index, source] of sources.entries()) {
    const length = source.end - source.start
    if (sources.length > 1) s.text(`${source.title} (${length} byte${length === 1 ? '' : 's'}):\n`)
    const marks = options.mark === undefined ? undefined : marksOf(witness.nodes, options.mark, index, source)
    for (let at = 0; at < length; at += perLine)
      writeLine(s, source, at, Math.min(perLine, length - at), marks, options)
    s.byte(newline)
  }
}

function writeLine(
  s: Sink,
  source: TreeSource,
  at: number,
  count: number,
  marks: Uint8Array | undefined,
  options: HexOptions,
): void {
  const { bytes, start } = source
  const color = options.color === true
  s.hex(at, Math.max(4, Math.ceil(Math.log2(source.end - start + 1) / 4))).byte(space)
  let marked = false
  for (let i = 0; i < perLine; i++) {
    s.byte(space)
    if (i >= count) {
      s.byte(space).byte(space)
      continue
    }
    const isMarked = marks !== undefined && marks[at + i] === 1
    marked ||= isMarked
    if (isMarked && color) s.text(reverse)
    s.hex(bytes[start + at + i]!, 2)
    if (isMarked && color) s.text(plain)
  }
  s.byte(space).byte(space).byte(space)
  for (let i = 0; i < count; i++) {
    const octet = bytes[start + at + i]!
    s.byte(octet >= 0x20 && octet < 0x7f ? octet : 0x2e)
  }
  s.byte(newline)
  if (marked) writeMarks(s, at, count, marks!)
}

const reverse = '\u001b[7m'
const plain = '\u001b[0m'

/** Carets under the marked octets, joined where neighbours are marked too. */
function writeMarks(s: Sink, at: number, count: number, marks: Uint8Array): void {
  let last = -1
  for (let i = 0; i < count; i++) if (marks[at + i] === 1) last = i
  s.text('     ')
  for (let i = 0; i <= last; i++) {
    const marked = marks[at + i] === 1
    s.byte(marked && i > 0 && marks[at + i - 1] === 1 ? caret : space)
    s.byte(marked ? caret : space).byte(marked ? caret : space)
  }
  s.byte(newline)
}

/** One octet for each octet of the source: 1 where a node of the name covers it. */
function marksOf(tree: TreeNodes, name: string, index: number, source: TreeSource): Uint8Array {
  const marks = new Uint8Array(source.end - source.start)
  for (let node = 1; node < tree.count; node++) {
    if (tree.source[node] !== index || nameOf(tree, node) !== name) continue
    if (tree.kind[node] === nodeKind.note) continue
    const from = beginOf(tree, node) - source.start
    marks.fill(1, from, from + Math.max(0, tree.length[node]!))
  }
  return marks
}

/** Whether a frame holds the field or protocol at all. */
export function hasNode(dissection: Dissection, name: string): boolean {
  const tree = dissection.witness.nodes
  for (let node = noNode + 1; node < tree.count; node++) if (nameOf(tree, node) === name) return true
  return false
}
