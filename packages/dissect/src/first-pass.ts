/**
 * The first of two passes over a capture, which learns what later frames say of earlier ones. Of frames whose shape is
 * known no more is read than that takes: most have nothing to say.
 */
import type { Stack } from '@dmvpn/protocols'
import type { FrameRecord } from './frame-record.ts'
import type { Foresight } from './session/foresight.ts'
import { type MessagePlaces, messagePlaces, placedFields } from './session/message-places.ts'
import type { Session } from './session/session.ts'
import type { Shape } from './shapes/shape.ts'
import { Shapes } from './shapes/shapes.ts'
import { decodeRecord } from './summary.ts'

/** What the frames of a shape are to a first pass. */
type Meaning =
  /** Nothing is learnt from them. */
  | 'silent'
  /** They have to be walked. */
  | 'walked'
  /** They carry one NHRP packet, and nothing else of interest. */
  | MessagePlaces

export class FirstPass {
  private readonly stack: Stack
  private readonly session: Session
  private readonly shapes: Shapes
  /** By the number of the shape. */
  private readonly meanings: (Meaning | undefined)[] = []

  /** `session` keeps what it learns, and is told already what it follows and who opens ciphertext. */
  constructor(stack: Stack, session: Session) {
    this.stack = stack
    this.session = session
    this.shapes = new Shapes(stack, [], placedFields)
  }

  /** What was learnt so far. */
  get foresight(): Foresight | undefined {
    return this.session.foresight
  }

  /** Passes the next record of the capture. */
  take(record: FrameRecord): void {
    const { stack, session, shapes } = this
    const shape = shapes.find(record)
    const meaning = shape === undefined ? 'walked' : this.meaningOf(shape)
    if (meaning === 'walked') {
      const frame = decodeRecord(stack, record, session)
      if (shape === undefined) shapes.learn(record, frame)
      return
    }
    session.begin(record)
    if (meaning !== 'silent') session.nhrp!.takeKnown(record, meaning, session.relative)
  }

  private meaningOf(shape: Shape): Meaning {
    return (this.meanings[shape.id] ??= this.meaningOfLayers(shape))
  }

  private meaningOfLayers(shape: Shape): Meaning {
    const { session } = this
    const telling = shape.protocols.filter(protocol => session.learnsFrom(protocol))
    if (telling.length === 0) return 'silent'
    return telling.length === 1 ? (messagePlaces(shape) ?? 'walked') : 'walked'
  }
}
