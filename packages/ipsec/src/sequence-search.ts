/** The upper half of extended sequence numbers, which is not sent: inferred from the window, and searched where that fails. */
import type { ReplayWindow } from './replay-window.ts'
import type { IcvStatus } from './transforms/transform.ts'

/** How many upper halves are tried for one association before it has opened anything: hostile packets must not cost more. */
const patience = 256
/** Upper halves tried around the inferred one where an association that works meets a packet that does not open. */
const near = [1, -1] as const

export class SequenceSearch {
  /** Whether numbers are extended; undefined while nobody knows. */
  extended: boolean | undefined
  /** Whether anything has opened: from then on a bad check value is no reason to search far. */
  proven = false
  /** The upper half the present packet was opened with, or was tried with first. */
  high: number | undefined = undefined
  private readonly begin: number
  private left = patience

  constructor(extended: boolean | undefined, begin: number) {
    this.extended = extended
    this.begin = begin
  }

  /** The upper half to try first; undefined for a number of 32 bits. */
  first(low: number, window: ReplayWindow): number | undefined {
    if (this.extended !== true) return undefined
    return window.started ? window.infer(low) : this.begin
  }

  /** Upper halves to try after `first` has failed, each at most once. */
  *others(low: number, window: ReplayWindow): Generator<number | undefined> {
    if (this.extended === false) return
    const guess = window.started ? window.infer(low) : this.begin
    if (this.extended === true) {
      for (const step of near) if (guess + step >= 0 && guess + step <= 0xffffffff) yield guess + step
      if (this.proven) return
    }
    // What opened before decides: an association does not change the length of its numbers.
    if (this.proven && this.extended === undefined) return
    for (let high = 0; this.left > 0 && high < patience; high++) {
      this.left--
      if (this.extended === undefined || Math.abs(high - guess) > 1) yield high
    }
  }

  /**
   * Tries upper halves until the check value is good, and answers with what that gave; otherwise with what the first
   * one gave. `icvOf` says what became of the check value.
   */
  attempt<R>(
    low: number,
    window: ReplayWindow,
    attempt: (high: number | undefined) => R,
    icvOf: (result: R) => IcvStatus,
  ): R {
    const first = this.first(low, window)
    this.high = first
    const result = attempt(first)
    const icv = icvOf(result)
    if (icv === 'good') this.found(first)
    if (icv !== 'bad') return result
    for (const high of this.others(low, window)) {
      const other = attempt(high)
      if (icvOf(other) !== 'good') continue
      this.high = high
      this.found(high)
      return other
    }
    return result
  }

  private found(high: number | undefined): void {
    this.proven = true
    this.extended = high !== undefined
  }
}
