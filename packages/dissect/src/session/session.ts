/** What spans frames: owned by the caller, given to `dissect` with every frame in order. */
import type { Continuation, Session as Follower, Frame, Layer, PacketCursor } from '@dmvpn/protocols'
import type { FrameRecord } from '../frame-record.ts'
import { fragmentOf } from './fragments.ts'
import { Reassembly } from './reassembly.ts'

const perSecond = 1_000_000_000

export class Session implements Follower {
  /** The number of the present frame, from 1. */
  number = 0
  /** The pcapng section the frames come from, from 1; undefined where the file has none: then interfaces are not shown. */
  section: number | undefined = undefined
  /** Nanoseconds since the first frame, the frame before, and the frame shown before. */
  relative = 0
  delta = 0
  deltaDisplayed = 0

  /** Whether datagrams are put together from their fragments. */
  reassembly = true
  /** Who opens ciphertext: `@dmvpn/ipsec` with its keys. */
  readonly openers: Follower[] = []

  private readonly datagrams = new Reassembly()
  private repeats = false
  private firstSeconds = 0
  private firstNanoseconds = 0
  private seconds = 0
  private nanoseconds = 0
  private shownSeconds = Number.NaN
  private shownNanoseconds = 0

  /** Takes note of the next frame of the capture. `dissect` and the exports call it once for every frame. */
  begin(record: FrameRecord): void {
    if (this.repeats) this.datagrams.repeat()
    else this.advance(record)
    this.repeats = false
    for (const opener of this.openers) opener.beginFrame?.(this.number)
  }

  /**
   * The `begin` that follows means the present frame once more: a filter walked it, and now it is walked to be printed.
   * What the session showed in the first walk it shows again, and nothing counts twice.
   */
  again(): void {
    this.repeats = true
  }

  private advance(record: FrameRecord): void {
    const { seconds, nanoseconds } = record
    if (this.number++ === 0) {
      this.firstSeconds = seconds
      this.firstNanoseconds = nanoseconds
      this.seconds = seconds
      this.nanoseconds = nanoseconds
    }
    this.relative = (seconds - this.firstSeconds) * perSecond + nanoseconds - this.firstNanoseconds
    this.delta = (seconds - this.seconds) * perSecond + nanoseconds - this.nanoseconds
    this.deltaDisplayed = Number.isNaN(this.shownSeconds)
      ? 0
      : (seconds - this.shownSeconds) * perSecond + nanoseconds - this.shownNanoseconds
    this.seconds = seconds
    this.nanoseconds = nanoseconds
  }

  /** The present frame is shown: later ones count `frame.time_delta_displayed` from it. */
  displayed(): void {
    this.shownSeconds = this.seconds
    this.shownNanoseconds = this.nanoseconds
  }

  /** Asked where a payload is not whole or not readable: fragments are put together, ciphertext goes to the openers. */
  follow(c: PacketCursor, layer: Layer, frame: Frame): Continuation | undefined {
    const fragment = fragmentOf(layer, frame)
    if (fragment !== undefined) {
      return this.reassembly ? this.datagrams.add(c, fragment, this.number, this.relative) : undefined
    }
    for (const opener of this.openers) {
      const opened = opener.follow(c, layer, frame)
      if (opened !== undefined) return opened
    }
    return undefined
  }

  /** Shows every layer that is read without a session to the openers: AH has a verdict though its payload is in the clear. */
  watch(c: PacketCursor, layer: Layer, frame: Frame): void {
    for (const opener of this.openers) opener.watch?.(c, layer, frame)
  }
}
