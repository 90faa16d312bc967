/** What is counted over the frames of a capture and written at its end. */
import type { Sink } from '@dmvpn/wire'
import type { FrameRecord } from '../frame-record.ts'
import type { Session } from '../session/session.ts'
import type { Outline } from './outline.ts'

export interface Statistic {
  /** The key in JSON. */
  readonly name: string
  /** Fields that the session has to follow for it. */
  readonly fields?: readonly string[]
  /** Protocols whose packets it looks into: their frames are decoded. */
  readonly decodes?: readonly string[]
  /** A capture begins, read by this session; `capture` is what it is called. */
  begin?(session: Session, capture: string): void
  /** Counts the session's present frame by its layers. */
  take?(outline: Outline, record: FrameRecord, session: Session): void
  /** Begins the next frame of the session and walks it in a way of its own, instead of `take`. */
  walk?(record: FrameRecord, session: Session): void
  /** The capture is over. */
  end?(session: Session): void
  /** Writes the report, for a person. */
  write(s: Sink): void
  /** What a reader of the report should know beside it. */
  readonly remark?: string | undefined
  /** The report, ready for JSON. */
  report(): unknown
}
