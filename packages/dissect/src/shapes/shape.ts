/** The steering octets of a frame: what another frame must have in common with it to have the same layers. */
import type { AnyProtocol, Frame, Stack } from '@dmvpn/protocols'
import type { FrameRecord } from '../frame-record.ts'
import type { ShapeWitness, ShownValue } from './shape-witness.ts'

export interface Shape {
  /** Shapes of one capture are numbered from 0. */
  readonly id: number
  /** Words of four octets of which some bits count: three numbers each, its place, those bits, and their value. */
  readonly words: Int32Array
  /** Then single octets. */
  readonly tailAt: number
  readonly tailMasks: Uint8Array
  readonly tail: Uint8Array
  /** Octets of the frame. */
  readonly length: number
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
    const table = `${protocol.name}.port`
    if (isKnown(record.view, record.start + at, table, stack)) return undefined
    ports.push({ at, table })
  }
  const mask = witness.masksOf(length)
  const maskView = new DataView(mask.buffer, mask.byteOffset, mask.byteLength)
  const tailAt = length & ~3
  const places: number[] = []
  for (let at = 0; at < tailAt; at += 4) if (maskView.getInt32(at) !== 0) places.push(at)
  const words = places.flatMap(at => {
    const bits = maskView.getInt32(at)
    return [at, bits, record.view.getInt32(record.start + at) & bits]
  })
  const tailMasks = mask.slice(tailAt)
  const tail = tailMasks.map((each, i) => each & record.buffer[record.start + tailAt + i]!)
  return {
    id,
    words: Int32Array.from(words),
    tailAt,
    tailMasks,
    tail,
    length: record.end - record.start,
    protocols: layers.map(each => each.protocol),
    at: layers.map(each => each.at),
    body: layers.map(each => each.body),
    end: layers.map(each => each.end),
    ports,
    shown: witness.shownOf(length),
    names: witness.protocols.join(':'),
  }
}

/** Whether a frame of the same length has the shape. */
export function hasShape(shape: Shape, { view, buffer, start }: FrameRecord, stack: Stack): boolean {
  const { words, tailAt, tailMasks, tail, ports } = shape
  for (let i = 0; i + 2 < words.length; i += 3) {
    if ((view.getInt32(start + words[i]!) & words[i + 1]!) !== words[i + 2]!) return false
  }
  for (let i = 0; i < tail.length; i++) {
    if ((buffer[start + tailAt + i]! & tailMasks[i]!) !== tail[i]!) return false
  }
  for (let i = 0; i < ports.length; i++) {
    const { at, table } = ports[i]!
    if (isKnown(view, start + at, table, stack)) return false
  }
  return true
}

function isKnown(view: DataView, at: number, table: string, stack: Stack): boolean {
  return stack.next(table, view.getUint16(at)) !== undefined || stack.next(table, view.getUint16(at + 2)) !== undefined
}
