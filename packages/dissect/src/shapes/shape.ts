/** The steering octets of a frame: what another frame must have in common with it to have the same layers. */
import type { AnyProtocol, Frame, Stack } from '@dmvpn/protocols'
import type { FrameRecord } from '../frame-record.ts'
import type { ShapeWitness, ShownValue } from './shape-witness.ts'

export interface Shape {
  /** Shapes of one capture are numbered from 0. */
  readonly id: number
  /**
   * Words of four octets of which some bits count: three numbers each, its place, those bits, and their value. A plain
   * array: it is read in two thirds of the time that a typed one takes.
   */
  readonly words: number[]
  /** Octets of the frame. */
  readonly length: number
  readonly linkType: number
  readonly protocols: readonly AnyProtocol[]
  /** Where each header begins, where it ends, and where ends what it carries, from the frame's beginning. */
  readonly at: readonly number[]
  readonly body: readonly number[]
  readonly end: readonly number[]
  /** Where ports stand that nobody must be known by, and in which table. */
  readonly ports: readonly { readonly at: number; readonly table: string }[]
  /** The wanted values, in the order of the walk. */
  readonly shown: readonly ShownValue[]
  /** What `frame.protocols` says. */
  readonly names: string
}

/** The shape of a frame that was walked with the witness. `stack` says who is known by a port. */
export function shapeOf(
  id: number,
  witness: ShapeWitness,
  frame: Frame,
  record: FrameRecord,
  stack: Stack,
): Shape | undefined {
  const { layers } = frame
  const ports: { at: number; table: string }[] = []
  let length = 0
  for (const { protocol, at, body } of layers) {
    if (protocol.name === 'data') continue
    length = Math.max(length, body)
    if (protocol.name !== 'udp' && protocol.name !== 'tcp') continue
    const table = protocol.name === 'udp' ? 'udp.port' : 'tcp.port'
    if (isKnown(record.view, record.start + at, table, stack)) return undefined
    ports.push({ at, table })
  }
  if (length < 4) return undefined
  return {
    id,
    words: wordsOf(witness.masksOf(length), record),
    length: record.end - record.start,
    linkType: record.linkType,
    protocols: layers.map(each => each.protocol),
    at: layers.map(each => each.at),
    body: layers.map(each => each.body),
    end: layers.map(each => each.end),
    ports,
    shown: witness.shownOf(length),
    names: witness.protocols.join(':'),
  }
}

/** The words of a record of which bits count; the last one may overlap the one before. */
function wordsOf(mask: Uint8Array, { view, start }: FrameRecord): number[] {
  const masks = new DataView(mask.buffer, mask.byteOffset, mask.byteLength)
  const words: number[] = []
  for (let at = 0; at < mask.length; at++) {
    if (mask[at] === 0) continue
    const place = Math.min(at, mask.length - 4)
    const bits = masks.getInt32(place)
    words.push(place, bits, view.getInt32(start + place) & bits)
    at = place + 3
  }
  return words
}

/** Whether a frame has the shape. */
export function hasShape(shape: Shape, { view, start, end, linkType }: FrameRecord, stack: Stack): boolean {
  const { words, ports } = shape
  if (end - start !== shape.length || linkType !== shape.linkType) return false
  for (let i = 0; i + 2 < words.length; i += 3) {
    if ((view.getInt32(start + words[i]!) & words[i + 1]!) === words[i + 2]!) continue
    // What told this frame from the shape will tell others: it is looked at first.
    if (i > 0) swapFirst(words, i)
    return false
  }
  for (let i = 0; i < ports.length; i++) {
    const { at, table } = ports[i]!
    if (isKnown(view, start + at, table, stack)) return false
  }
  return true
}

/** Exchanges a word for the first one. */
function swapFirst(words: number[], from: number): void {
  for (let i = 0; i < 3; i++) {
    const first = words[i]!
    words[i] = words[from + i]!
    words[from + i] = first
  }
}

function isKnown(view: DataView, at: number, table: string, stack: Stack): boolean {
  return stack.next(table, view.getUint16(at)) !== undefined || stack.next(table, view.getUint16(at + 2)) !== undefined
}
