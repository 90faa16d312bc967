/** Where the octets of a tree's nodes lie, as Wireshark counts them, and what these are: for exports that show both. */
import type { FieldType, Row, Sink } from '@dmvpn/wire'
import { type Place, placeOf } from './bit-text.ts'
import { fieldOf } from './node-facts.ts'
import { nodeKind, type TreeNodes } from './tree-nodes.ts'
import type { TreeSource } from './tree-witness.ts'

/** How many octets: for a few bits, those of the word that they are drawn in. */
export function sizeOf(tree: TreeNodes, node: number): number {
  return rowPlace(tree, node)?.size ?? tree.length[node]!
}

/** Which bits of its octets are the node's; 0 where they are all its own. */
export function maskOf(tree: TreeNodes, node: number): bigint {
  return rowPlace(tree, node)?.mask ?? 0n
}

/** Writes octets of a source in hexadecimal. */
export function writeOctets(s: Sink, { bytes, end }: TreeSource, at: number, size: number): void {
  // A row of a layout that was cut may be drawn in a word that the frame has no more of.
  s.hexBytes(bytes.subarray(at, Math.min(end, at + Math.max(0, size))))
}

/** Writes the bits of a row as a number in hexadecimal; `at` is where its layout begins. */
export function writeMasked(s: Sink, row: Row, view: DataView, at: number): void {
  const value = row.raw(view, at)
  s.text(typeof value === 'boolean' ? (value ? '1' : '0') : (value as number | bigint).toString(16).toUpperCase())
}

function rowPlace(tree: TreeNodes, node: number): Place | undefined {
  return tree.kind[node] === nodeKind.row ? placeOf(tree.about[node] as Row) : undefined
}

/** Wireshark's number of a node's type. */
export function typeNumberOf(tree: TreeNodes, node: number): number {
  const kind = tree.kind[node]
  if (kind === nodeKind.layer || kind === nodeKind.fault || kind === nodeKind.note) return typeNumbers.protocol
  const field = fieldOf(tree, node)
  return field === undefined ? typeNumbers.none : typeNumbers[field.type]
}

export const typeNumbers: Readonly<Record<FieldType, number>> = {
  none: 0,
  protocol: 1,
  boolean: 2,
  uint8: 4,
  uint16: 5,
  uint24: 6,
  uint32: 7,
  uint40: 8,
  uint48: 9,
  uint64: 11,
  int8: 12,
  int16: 13,
  int32: 15,
  double: 23,
  'absolute-time': 24,
  'relative-time': 25,
  string: 26,
  ether: 29,
  bytes: 30,
  ipv4: 32,
  ipv6: 33,
  'frame-number': 35,
}
