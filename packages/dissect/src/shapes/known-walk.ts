/**
 * A walk that is known from an earlier frame of the same shape: what it left is put down again, with the values that the
 * present frame has. Nothing is decoded but what a session wants to see; the protocols say whether a packet has nothing
 * to tell but its fields.
 */
import { Frame, PacketCursor, type Stack } from '@dmvpn/protocols'
import type { Row } from '@dmvpn/wire'
import { entryKind } from '../entry-kind.ts'
import type { FrameRecord } from '../frame-record.ts'
import type { Session } from '../session/session.ts'
import type { TreeWitness } from '../tree-witness.ts'
import { packetsOfFixedLines } from './fixed-lines.ts'
import { KnownFrame } from './known-frame.ts'
import type { Shape } from './shape.ts'
import { isSteering, steeringOf } from './steering.ts'
import type { Told, WalkPart } from './walk-part.ts'
import { WalkRecorder } from './walk-recorder.ts'

/** Whether all protocols of a shape can say of a packet that it has nothing to tell but its fields. */
export function canBeQuiet({ protocols }: Shape): boolean {
  return protocols.every(protocol => protocol.isQuiet !== undefined)
}

/** Whether they say so of the packets of this record. */
export function isQuiet({ protocols, at, end }: Shape, record: FrameRecord): boolean {
  const { view, start } = record
  for (let i = 0; i < protocols.length; i++) {
    if (!protocols[i]!.isQuiet!(view, start + at[i]!, start + end[i]!, record)) return false
  }
  return true
}

export class KnownWalk {
  private readonly parts: readonly WalkPart[]
  /** Which bits are the same in all frames of the shape. */
  private readonly steering: Uint8Array
  private readonly known: KnownFrame
  private readonly c: PacketCursor

  private constructor(stack: Stack, shape: Shape, steering: Uint8Array, parts: readonly WalkPart[]) {
    this.parts = parts
    this.steering = steering
    this.known = new KnownFrame(stack, shape)
    this.c = new PacketCursor(stack, this.known.frame)
  }

  /** The walk of a quiet record of the shape; undefined where not all of the shape are walked alike. */
  static of(stack: Stack, shape: Shape, record: FrameRecord): KnownWalk | undefined {
    const { buffer, view, start, end, linkType } = record
    const steering = steeringOf(shape)
    const recorder = new WalkRecorder(record, (at, length) => isSteering(steering, 8 * at, 8 * length))
    const options = { witness: recorder, session: recorder, time: record }
    const frame = stack.decodeIn(buffer, view, start, end, linkType, options)
    if (recorder.odd || frame.layers.length !== shape.protocols.length) return undefined
    const fixed = packetsOfFixedLines(stack, shape, record, frame, steering)
    const parts = recorder.parts(layer => fixed[layer] !== undefined)
    return new KnownWalk(stack, shape, steering, parts)
  }

  /**
   * Shows a record, which the session has begun and that is quiet, to the witness and to the session. Undefined where the
   * session makes more of it, and it has to be walked after all.
   */
  show(witness: TreeWitness, record: FrameRecord, session: Session): Frame | undefined {
    const { buffer, view, start, end } = record
    const { c, parts, known } = this
    const { layers } = known.frame
    const frame = new Frame(buffer, start, end)
    known.show(record)
    witness.known = this
    c.frame = frame
    c.reset(buffer, view, start, end)
    c.witness = witness
    c.session = session
    c.time = record
    for (let i = 0; i < parts.length; i++) {
      const { block, values, lines, told } = parts[i]!
      const first = witness.append(block, start)
      for (let each = 0; each < values.length; each++) {
        const { entry, at, length, read } = values[each]!
        const from = start + at
        witness.values[first + entry] = read === undefined ? c.octets(from, from + length) : read(view, from)
      }
      for (let each = 0; each < lines.length; each++) {
        const { entry, layer } = lines[each]!
        witness.values[first + entry] = layers[layer]!.packet
      }
      if (told !== undefined && !this.tell(told, frame, start, session)) return undefined
    }
    return known.failed ? undefined : frame
  }

  /** Whether an entry of a block says the same in all frames of the shape; of rows, whether this one does. */
  isFixed(witness: TreeWitness, entry: number, row?: Pick<Row, 'bit' | 'width'>): boolean {
    const place = witness.blockPlace(entry)
    if (place === undefined) return false
    const { block, index } = place
    if (row === undefined) return block.fixed[index]!
    return block.kind[index] === entryKind.rows && isSteering(this.steering, 8 * block.at[index]! + row.bit, row.width)
  }

  /** Whether an entry lies at the same place in all frames of the shape, and has as many octets. */
  isPlaced(witness: TreeWitness, entry: number): boolean {
    return witness.blockPlace(entry) !== undefined
  }

  /** Tells the session; false where it opens what the walk left closed. */
  private tell({ kind, protocol, layer, from, at, end }: Told, frame: Frame, start: number, session: Session): boolean {
    const { c, known } = this
    c.at = start + at
    c.end = start + end
    if (kind === 'amid') {
      session.amid(c, protocol, start + from)
      return true
    }
    const read = known.frame.layers[layer]!
    frame.layers.push(read)
    if (kind === 'follow') return session.follow(c, read, frame) === undefined
    if (!session.isIdle) session.watch(c, read, frame)
    return true
  }
}
