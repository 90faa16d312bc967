/** Summary lines of a whole capture: of frames whose shape is known, no more is read than the line says. */
import { esp, type Frame, icmp, ipv4, nhrp, type Stack, udp } from '@dmvpn/protocols'
import type { Sink } from '@dmvpn/wire'
import { speakerOf } from './columns.ts'
import type { FrameRecord } from './frame-record.ts'
import type { Session } from './session/session.ts'
import { KnownFrame } from './shapes/known-frame.ts'
import type { Shape } from './shapes/shape.ts'
import { Shapes } from './shapes/shapes.ts'
import { writeSummary, writeSummaryLine } from './summary.ts'

/** Who is read alone, without the layers around: nothing there changes what its walk finds. */
const speakers: ReadonlySet<unknown> = new Set([nhrp, icmp, udp, esp])

export class SummaryExport {
  private readonly stack: Stack
  private readonly shapes: Shapes
  /** By the number of the shape; null where its frames are walked whole. */
  private readonly known: (KnownFrame | null | undefined)[] = []

  constructor(stack: Stack) {
    this.stack = stack
    this.shapes = new Shapes(stack, [])
  }

  /** Decodes the next record of a session and writes its line. The frame; undefined where it was not walked, and is sound. */
  write(s: Sink, record: FrameRecord, session: Session): Frame | undefined {
    if (!session.isPassive) return writeSummary(s, this.stack, record, session)
    const shape = this.shapes.find(record)
    const known = shape === undefined ? null : this.knownOf(shape)
    if (known !== null) {
      session.begin(record)
      known.show(record)
      const from = s.length
      writeSummaryLine(s, known.frame, record, session)
      if (!known.failed) return undefined
      s.length = from
      session.again()
    }
    const frame = writeSummary(s, this.stack, record, session)
    if (shape === undefined) this.shapes.learn(record, frame)
    return frame
  }

  private knownOf(shape: Shape): KnownFrame | null {
    let known = this.known[shape.id]
    if (known === undefined) {
      const made = new KnownFrame(this.stack, shape)
      known = isReadableAlone(made.frame) ? made : null
      this.known[shape.id] = known
    }
    return known
  }
}

/** Whether the line is made of an IPv4 header's addresses and one of the speakers alone. */
function isReadableAlone({ layers }: Frame): boolean {
  const ends = layers.findLast(({ protocol }) => protocol.endpoints !== undefined)
  const speaker = layers[speakerOf({ layers } as Frame)]
  return ends?.protocol === ipv4 && speaker !== undefined && speakers.has(speaker.protocol)
}
