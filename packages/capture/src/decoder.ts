/** What a file format is to the reader. */
import type { Fault } from '@dmvpn/wire'
import type { InterfaceDescription } from './interface-description.ts'
import type { CaptureRecord } from './record.ts'
import type { Window } from './window.ts'

/** Why reading stopped. `at` is the offset in the file (in the expanded file, where it was compressed). */
export type CaptureFault = Fault

export interface Decoder {
  readonly interfaces: readonly InterfaceDescription[]
  /** Set once, when reading cannot go on. */
  readonly fault: CaptureFault | undefined
  /** The next record; undefined where the window does not hold all of it, or after a fault. */
  next(window: Window): CaptureRecord | undefined
  /** Passes over records as `next` gives them, at most so many; how many there were. */
  skip(window: Window, most: number): number
  /** Walks on over whole records of the window without passing them; not there where a record tells more than its length. */
  survey?(window: Window, survey: Survey): void
  /** Octets from `window.at` on that hold the next thing to read, as far as is known yet, and what that is. */
  wanted(window: Window): Wanted
}

/** Records that were looked at ahead of `window.at`. */
export interface Survey {
  /** How many are wanted, and how many were found. */
  readonly most: number
  count: number
  /** Where the last of them begins, and where it ends: octets from `window.at` on. */
  last: number
  end: number
}

export interface Wanted {
  readonly reading: string
  readonly need: number
}

/** No record and no block may be larger: what a file claims is believed only as its octets arrive, and only to here. */
export const largestBlock: number = 1 << 26

/** Records up to here are believed whatever the snap length says (Wireshark's WTAP_MAX_PACKET_SIZE_STANDARD). */
export const usualRecord: number = 1 << 18

/** The most octets a record may hold under this snap length. */
export function recordLimit(snapLength: number): number {
  return Math.min(Math.max(snapLength, usualRecord), largestBlock)
}
