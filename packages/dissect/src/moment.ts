/** When a frame was captured: seconds and nanoseconds apart, so that nobody divides what nobody wants as one number. */
import type { Sink } from '@dmvpn/wire'
import type { FrameRecord } from './frame-record.ts'
import { writeAbsoluteTime, writeFraction, writeIso, writeIsoTime, writeLocalTime, writeSeconds } from './time-text.ts'

const perSecond = 1_000_000_000

export class Moment {
  private readonly seconds: number
  private readonly nanoseconds: number
  /** Whether the parts can be written one behind the other. */
  private readonly isTidy: boolean

  constructor({ seconds, nanoseconds }: Pick<FrameRecord, 'seconds' | 'nanoseconds'>) {
    this.seconds = seconds
    this.nanoseconds = nanoseconds
    this.isTidy = seconds >= 0 && nanoseconds >= 0 && nanoseconds < perSecond
  }

  /** Nanoseconds since the epoch. */
  get epoch(): bigint {
    return BigInt(this.seconds) * 1_000_000_000n + BigInt(this.nanoseconds)
  }

  /** Seconds since the epoch. */
  writeEpoch(s: Sink): void {
    if (!this.isTidy) writeSeconds(s, this.epoch)
    else writeFraction(s.dec(this.seconds), this.nanoseconds, 9)
  }

  /** Local time, as `writeAbsoluteTime` has it. */
  writeLocal(s: Sink): void {
    if (this.isTidy) writeLocalTime(s, this.seconds, this.nanoseconds)
    else writeAbsoluteTime(s, this.epoch)
  }

  /** UTC as ISO 8601. */
  writeIso(s: Sink): void {
    if (this.isTidy) writeIso(s, this.seconds, this.nanoseconds)
    else writeIsoTime(s, this.epoch)
  }
}
