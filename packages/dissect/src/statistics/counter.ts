/** Counts the frames of a capture for several statistics at once: each frame is begun once, and decoded once at most. */
import type { Stack } from '@dmvpn/protocols'
import type { FrameRecord } from '../frame-record.ts'
import type { Session } from '../session/session.ts'
import { Shapes } from '../shapes/shapes.ts'
import { Outline } from './outline.ts'
import type { Statistic } from './statistic.ts'

export class Counter {
  private readonly stack: Stack
  private readonly walkers: readonly Statistic[]
  private readonly takers: readonly Statistic[]
  private readonly outline = new Outline()
  private shapes: Shapes | undefined
  readonly statistics: readonly Statistic[]

  constructor(stack: Stack, statistics: readonly Statistic[]) {
    this.stack = stack
    this.statistics = statistics
    this.walkers = statistics.filter(each => each.walk !== undefined)
    this.takers = statistics.filter(each => each.take !== undefined)
  }

  /** The fields a session has to follow for these statistics. */
  get fields(): readonly string[] {
    return this.statistics.flatMap(each => each.fields ?? [])
  }

  /** A capture begins. `session` is its session, with all that opens ciphertext and following `fields`. */
  begin(session: Session, capture: string): void {
    const exempt = this.statistics.flatMap(each => each.decodes ?? [])
    if (session.openers.length > 0) exempt.push('esp')
    this.shapes = new Shapes(this.stack, exempt)
    for (const each of this.statistics) each.begin?.(session, capture)
  }

  /** Counts the next record of a session. */
  take(record: FrameRecord, session: Session): void {
    const { walkers, takers, outline } = this
    for (let i = 0; i < walkers.length; i++) {
      if (i > 0) session.again()
      walkers[i]!.walk!(record, session)
    }
    if (takers.length === 0 && walkers.length > 0) return
    if (walkers.length > 0) session.again()
    session.begin(record)
    const { shapes } = this
    const shape = shapes?.find(record)
    if (shape !== undefined) outline.ofShape(shape, record)
    else {
      const { buffer, view, start, end, linkType, fcsLength } = record
      const frame = this.stack.decodeIn(buffer, view, start, end, linkType, { session, fcsLength })
      outline.ofFrame(frame, record)
      shapes?.learn(record, frame)
    }
    for (let i = 0; i < takers.length; i++) takers[i]!.take!(outline, record, session)
  }

  /** The capture is over. */
  end(session: Session): void {
    for (const each of this.statistics) each.end?.(session)
  }
}
