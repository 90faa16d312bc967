/**
 * The layers of frames without decoding them: most frames of a capture differ from an earlier one only where it does not
 * matter. Which octets those are is learned from the walk itself, watched by a witness; there is no second decoder.
 */
import { type Frame, type Ipv4Packet, ipv4, type Stack } from '@dmvpn/protocols'
import type { FrameRecord } from '../frame-record.ts'
import { plainProtocols } from './free-fields.ts'
import { hasShape, type Shape, shapeOf } from './shape.ts'
import { ShapeWitness } from './shape-witness.ts'

/** Shapes remembered at most, and at one place of the table; of places a power of two. */
const most = 2048
const mostOfPlace = 16
const places = 2048
/** After so many frames it shows whether looking for shapes is worth it. */
const trial = 8192

export class Shapes {
  private readonly stack: Stack
  /** Protocols whose frames have to be decoded. */
  private readonly exempt: ReadonlySet<string>
  /** By length, as far as `places` go; see `placeOf`. */
  private readonly table: (Shape[] | undefined)[] = Array.from({ length: places }, () => undefined)
  private readonly witness: ShapeWitness
  private count = 0
  private asked = 0
  private found = 0
  /** Whether looking for shapes is: asked before every frame, and so nothing that has to be worked out. */
  private isWorth = true

  /** Shapes know the places of the `wanted` fields, all of them readable; those of the `free` ones do not count. */
  constructor(stack: Stack, exempt: Iterable<string>, wanted?: ReadonlySet<string>, free?: ReadonlySet<string>) {
    this.stack = stack
    this.exempt = new Set(exempt)
    this.witness = new ShapeWitness(wanted, free)
  }

  /** The shape of a record that is known already. */
  find(record: FrameRecord): Shape | undefined {
    if (!this.isWorth) return undefined
    this.asked++
    const list = this.table[placeOf(record)]
    if (list === undefined || !isPlain(record)) return undefined
    for (let i = 0; i < list.length; i++) {
      const shape = list[i]!
      if (!hasShape(shape, record, this.stack)) continue
      // What was seen last is likely to be seen next.
      if (i > 0) {
        list[i] = list[0]!
        list[0] = shape
      }
      this.found++
      return shape
    }
    return undefined
  }

  /** Remembers the shape of a decoded record, where it has one. */
  learn(record: FrameRecord, frame: Frame): void {
    if (this.asked >= trial && 2 * this.found < this.asked) this.isWorth = false
    if (this.count >= most || !isPlain(record) || !this.isPlainFrame(frame)) return
    const place = placeOf(record)
    const list = this.table[place] ?? []
    if (list.length >= mostOfPlace) return
    const { buffer, view, start, end, linkType } = record
    const { witness } = this
    witness.reset(view, start, end)
    const walked = this.stack.decodeIn(buffer, view, start, end, linkType, { witness })
    if (witness.odd || walked.layers.length !== frame.layers.length) return
    const shape = shapeOf(this.count, witness, frame, record, this.stack)
    if (shape === undefined) return
    list.push(shape)
    this.table[place] = list
    this.count++
  }

  private isPlainFrame({ layers, fault, further }: Frame): boolean {
    if (fault !== undefined || further.length > 0) return false
    for (const { protocol, packet } of layers) {
      if (!plainProtocols.has(protocol.name) || this.exempt.has(protocol.name)) return false
      if (protocol !== ipv4) continue
      const { moreFragments, fragmentOffset } = packet as Ipv4Packet
      if (moreFragments || fragmentOffset > 0) return false
    }
    return true
  }
}

function isPlain({ originalLength, start, end, comments, fcsLength }: FrameRecord): boolean {
  const bare = comments === undefined || comments.length === 0
  return bare && originalLength === end - start && fcsLength === undefined
}

/** Frames of one length are looked for at one place. */
function placeOf({ start, end }: FrameRecord): number {
  return (end - start) & (places - 1)
}
