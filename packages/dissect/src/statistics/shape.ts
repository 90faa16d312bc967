/** The steering octets of a frame: what another frame must have in common with it to have the same layers. */
import type { AnyProtocol, Frame, Stack } from '@dmvpn/protocols'
import type { Field, Outline as Layout, Witness } from '@dmvpn/wire'
import type { FrameRecord } from '../frame-record.ts'
import { planOf } from '../layout-plan.ts'
import { freeFields } from './free-fields.ts'

export interface Shape {
  /** Shapes of one capture are numbered from 0. */
  readonly id: number
  /** Words of four octets of which some bits count: where they stand, those bits, and their values. Then single octets. */
  readonly places: Int32Array
  readonly masks: Int32Array
  readonly words: Int32Array
  readonly tailAt: number
  readonly tailMasks: Uint8Array
  readonly tail: Uint8Array
  /** Octets of the frame. */
  readonly length: number
  readonly protocols: readonly AnyProtocol[]
  /** Where each header begins, from the frame's beginning. */
  readonly at: readonly number[]
  /** Where ports stand that nobody must be known by, and in which table. */
  readonly ports: readonly { readonly at: number; readonly table: string }[]
}

/** Marks the bits of a frame's headers that may be anything. */
export class ShapeWitness implements Witness {
  /** Whether the frame is of a kind that has no shape: a quoted packet, octets put together. */
  odd = false
  private mask: Uint8Array = new Uint8Array(0)
  private start = 0

  reset(start: number, end: number): void {
    this.odd = false
    this.start = start
    this.mask = new Uint8Array(end - start).fill(0xff)
  }

  /** The bits that count, for the first `length` octets. */
  masksOf(length: number): Uint8Array {
    return this.mask.subarray(0, length)
  }

  wants(): boolean {
    return false
  }

  rows(layout: Layout, at: number): void {
    for (const { name, bit, width } of planOf(layout).rows) if (freeFields.has(name)) this.free(at, bit, width)
  }

  value({ name }: Field, at: number, length: number): void {
    if (freeFields.has(name)) this.free(at, 0, 8 * length)
  }

  openField(field: Field, at: number): void {
    this.value(field, at, 0)
  }

  beginSource(): void {
    this.odd = true
  }

  beginQuote(): void {
    this.odd = true
  }

  beginLayer(): void {}
  endLayer(): void {}
  reopenLayer(): void {}
  below(): void {}
  open(): void {}
  close(): void {}
  note(): void {}
  endQuote(): void {}
  stopped(): void {}

  private free(at: number, bit: number, width: number): void {
    const first = 8 * (at - this.start) + bit
    for (let each = first; each < first + width; each++) {
      const octet = each >>> 3
      if (octet < this.mask.length) this.mask[octet] = this.mask[octet]! & ~(0x80 >>> (each & 7))
    }
  }
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
  const masks = Int32Array.from(places, at => maskView.getInt32(at))
  const words = Int32Array.from(places, (at, i) => record.view.getInt32(record.start + at) & masks[i]!)
  const tailMasks = mask.slice(tailAt)
  const tail = tailMasks.map((each, i) => each & record.buffer[record.start + tailAt + i]!)
  return {
    id,
    places: Int32Array.from(places),
    masks,
    words,
    tailAt,
    tailMasks,
    tail,
    length: record.end - record.start,
    protocols: layers.map(each => each.protocol),
    at: layers.map(each => each.at),
    ports,
  }
}

/** Whether a frame of the same length has the shape. */
export function hasShape(shape: Shape, { view, buffer, start }: FrameRecord, stack: Stack): boolean {
  const { places, masks, words, tailAt, tailMasks, tail, ports } = shape
  for (let i = 0; i < places.length; i++) {
    if ((view.getInt32(start + places[i]!) & masks[i]!) !== words[i]!) return false
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
