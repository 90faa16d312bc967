/** Summary lines of a whole capture: of frames whose shape is known, no more is read than the line says. */
import { esp, type Frame, icmp, nhrp, type Stack, udp } from '@dmvpn/protocols'
import { hostNames, type Sink } from '@dmvpn/wire'
import { speakerOf } from './columns.ts'
import type { FrameRecord } from './frame-record.ts'
import { learnLine } from './learn-line.ts'
import { freeInLines, shownFields } from './line-fields.ts'
import { writeLineStart } from './line-start.ts'
import type { LineStencil } from './line-stencil.ts'
import type { Session } from './session/session.ts'
import type { Shape } from './shapes/shape.ts'
import { Shapes } from './shapes/shapes.ts'
import { decodeRecord, writeLineEnd, writeSummary } from './summary.ts'

/** Whose words depend on nothing else that does not steer. */
const speakers: ReadonlySet<unknown> = new Set([nhrp, icmp, udp, esp])

/** How many frames of a shape are walked before its line is learned: most of those that are rare never come so often. */
const patience = 4

export class SummaryExport {
  private readonly stack: Stack
  private readonly shapes: Shapes
  /** By the number of the shape: its line, null where its frames are walked, how many of them were until now. */
  private readonly lines: (LineStencil | null | undefined)[] = []
  private readonly walked: number[] = []

  constructor(stack: Stack) {
    this.stack = stack
    this.shapes = new Shapes(stack, [], shownFields, freeInLines)
  }

  /** Decodes the next record of a session and writes its line. The frame; undefined where it was not walked, and is sound. */
  write(s: Sink, record: FrameRecord, session: Session): Frame | undefined {
    if (!session.isPassive) return writeSummary(s, this.stack, record, session)
    const shape = this.shapes.find(record)
    const line = shape === undefined ? undefined : this.lines[shape.id]
    if (line !== undefined && line !== null && hostNames.size === 0) {
      session.begin(record)
      writeLineStart(s, record, session)
      line.write(s, record.view, record.start)
      return undefined
    }
    const frame = writeSummary(s, this.stack, record, session)
    if (shape === undefined) this.shapes.learn(record, frame)
    else if (line === undefined) this.learnLine(shape, record, frame)
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

  private learnLine(shape: Shape, record: FrameRecord, frame: Frame): void {
    const { stack, walked, lines } = this
    const count = (walked[shape.id] ?? 0) + 1
    walked[shape.id] = count
    if (count < patience || hostNames.size > 0) return
    const speaker = frame.layers[speakerOf(frame)]?.protocol
    lines[shape.id] = speakers.has(speaker) ? (learnLine(stack, shape, record, writeEnd) ?? null) : null
  }
}

/** The line of a frame behind its number and time, nothing known of the frames before. */
function writeEnd(s: Sink, stack: Stack, record: FrameRecord): void {
  const { buffer, view, start, end, linkType } = record
  writeLineEnd(s, stack.decodeIn(buffer, view, start, end, linkType), record)
}
