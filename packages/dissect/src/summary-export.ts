/** Summary lines of a whole capture: of frames whose shape is known, no more is read than the line says. */
import type { Frame, Stack } from '@dmvpn/protocols'
import type { Sink } from '@dmvpn/wire'
import type { FrameRecord } from './frame-record.ts'
import type { Session } from './session/session.ts'
import { ShapedSummary, summaryFields } from './shaped-summary.ts'
import type { Shape } from './shapes/shape.ts'
import { Shapes } from './shapes/shapes.ts'
import { decodeRecord, writeSummary } from './summary.ts'

export class SummaryExport {
  private readonly stack: Stack
  private readonly shapes: Shapes
  /** By the number of the shape; null where its frames are walked whole. */
  private readonly known: (ShapedSummary | null | undefined)[] = []

  constructor(stack: Stack) {
    this.stack = stack
    this.shapes = new Shapes(stack, [], summaryFields)
  }

  /** Decodes the next record of a session and writes its line. The frame; undefined where it was not walked, and is sound. */
  write(s: Sink, record: FrameRecord, session: Session): Frame | undefined {
    if (!session.isPassive) return writeSummary(s, this.stack, record, session)
    const shape = this.shapes.find(record)
    const known = shape === undefined ? null : this.knownOf(shape)
    if (known !== null) {
      session.begin(record)
      if (known.write(s, record, session)) return undefined
      session.again()
    }
    const frame = writeSummary(s, this.stack, record, session)
    if (shape === undefined) this.shapes.learn(record, frame)
    return frame
  }

  /** The next record of a session, whose line somebody else writes: what spans frames goes on as if it were written. */
  follow(record: FrameRecord, session: Session): void {
    const { isPassive } = session
    if (isPassive && this.shapes.find(record) !== undefined) session.begin(record)
    else {
      const frame = decodeRecord(this.stack, record, session)
      if (isPassive) this.shapes.learn(record, frame)
    }
  }

  private knownOf(shape: Shape): ShapedSummary | null {
    let known = this.known[shape.id]
    if (known === undefined) {
      known = ShapedSummary.of(this.stack, shape) ?? null
      this.known[shape.id] = known
    }
    return known
  }
}
