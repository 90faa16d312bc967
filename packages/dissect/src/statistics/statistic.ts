/** What is counted over the frames of a capture and written at its end. */
import type { Frame } from '@dmvpn/protocols'
import type { Sink } from '@dmvpn/wire'
import type { FrameRecord } from '../frame-record.ts'
import type { Session } from '../session/session.ts'

export interface Statistic {
  /** The key in JSON. */
  readonly name: string
  /** Counts a decoded frame, the session's present one. */
  take(frame: Frame, record: FrameRecord, session: Session): void
  /** Writes the report, for a person. */
  write(s: Sink): void
  /** The report, ready for JSON. */
  report(): unknown
}
