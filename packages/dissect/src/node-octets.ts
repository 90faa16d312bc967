/** Where the octets of a witness's nodes lie, as Wireshark counts them, and what these are: for exports that show both. */
import type { FieldType, Row, Sink } from '@dmvpn/wire'
import { type Place, placeOf } from './bit-text.ts'
import { fieldOf } from './node-facts.ts'
import { nodeKind, type TreeWitness } from './tree-witness.ts'

/** Octets from the start of the node's source. */
export function positionOf(witness: TreeWitness, node: number): number {
  const begin = witness.base[node]! - witness.sources[witness.source[node]!]!.start
  const place = rowPlace(witness, node)
  return place === undefined ? begin : begin + place.octet
}

/** How many octets: for a few bits, those of the word that they are drawn in. */
export function sizeOf(witness: TreeWitness, node: number): number {
  return rowPlace(witness, node)?.size ?? witness.length[node]!
}

/** Which bits of its octets are the node's; 0 where they are all its own. */
export function maskOf(witness: TreeWitness, node: number): bigint {
  return rowPlace(witness, node)?.mask ?? 0n
}

/** Writes the octets in hexadecimal; of a word that is not all the node's, the node's bits as a number. */
export function writeNodeOctets(s: Sink, witness: TreeWitness, node: number): void {
  if (maskOf(witness, node) !== 0n) writeMasked(s, witness, node)
  else writeWholeOctets(s, witness, node)
}

/** Writes the octets in hexadecimal, whosever bits they are. */
export function writeWholeOctets(s: Sink, witness: TreeWitness, node: number): void {
  const { bytes, start, end } = witness.sources[witness.source[node]!]!
  const at = start + positionOf(witness, node)
  // A row of a layout that was cut may be drawn in a word that the frame has no more of.
  s.hexBytes(bytes.subarray(at, Math.min(end, at + Math.max(0, sizeOf(witness, node)))))
}

function writeMasked(s: Sink, witness: TreeWitness, node: number): void {
  const row = witness.about[node] as Row
  const value = row.raw(witness.sources[witness.source[node]!]!.view, witness.base[node]!)
  s.text(typeof value === 'boolean' ? (value ? '1' : '0') : (value as number | bigint).toString(16).toUpperCase())
}

function rowPlace(witness: TreeWitness, node: number): Place | undefined {
  return witness.kind[node] === nodeKind.row ? placeOf(witness.about[node] as Row) : undefined
}

/** Wireshark's number of a node's type. */
export function typeNumberOf(witness: TreeWitness, node: number): number {
  const kind = witness.kind[node]
  if (kind === nodeKind.layer || kind === nodeKind.fault || kind === nodeKind.note) return typeNumbers.protocol
  const field = fieldOf(witness, node)
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
