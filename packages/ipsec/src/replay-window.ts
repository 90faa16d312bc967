/** The anti-replay window of a receiver: RFC 4303 §3.4.3 and appendix A. Sequence numbers are two halves of 32 bits. */

/** Where a sequence number stands: `repeated` had it been seen, `too-old` left of the window, `invalid` the number 0. */
export type Arrival = 'new' | 'late' | 'repeated' | 'too-old' | 'invalid'

const word = 0x100000000

export class ReplayWindow {
  /** How many numbers the window covers. */
  readonly size: number
  /** Whether anything was accepted; before that any number is new. */
  started = false
  /** The halves of the highest number accepted. */
  high = 0
  low = 0
  /** Which number was accepted last in each place, and what its packet looked like. A power of two, so that the lower half's wrap does not tear. */
  private readonly seen: Uint8Array
  private readonly numbers: Uint32Array
  private readonly prints: Uint32Array
  private readonly places: number

  constructor(size: number) {
    this.size = Math.max(1, Math.min(size, 0x10000))
    let places = 32
    while (places < this.size) places *= 2
    this.places = places - 1
    this.seen = new Uint8Array(places)
    this.numbers = new Uint32Array(places)
    this.prints = new Uint32Array(places)
  }

  /** The upper half that belongs to a lower half, the highest number accepted so far given: appendix A2.2. */
  infer(low: number): number {
    const { size } = this
    const bottom = (this.low - size + 1) >>> 0
    if (this.low >= size - 1) return low >= bottom ? this.high : (this.high + 1) >>> 0
    return low >= bottom ? Math.max(0, this.high - 1) : this.high
  }

  /** How far a number is ahead of the highest accepted; negative behind it. */
  ahead(high: number, low: number): number {
    return (high - this.high) * word + low - this.low
  }

  /** What a receiver would make of a number, without taking it in. */
  classify(high: number, low: number): Arrival {
    if (high === 0 && low === 0) return 'invalid'
    if (!this.started) return 'new'
    const ahead = this.ahead(high, low)
    if (ahead > 0) return 'new'
    if (-ahead >= this.size) return 'too-old'
    return this.has(low) ? 'repeated' : 'late'
  }

  /** The print of the packet that had this number, while it is in the window. */
  printOf(low: number): number | undefined {
    return this.has(low) ? this.prints[low & this.places] : undefined
  }

  /** Takes a number in: only after its packet was verified (RFC 4303 §3.4.3). `print` tells packets of one number apart. */
  commit(high: number, low: number, print = 0): void {
    const ahead = this.started ? this.ahead(high, low) : 1
    if (this.started && -ahead >= this.size) return
    if (ahead > 0) {
      if (this.started && ahead < this.size) this.forget(ahead)
      else this.seen.fill(0)
      this.started = true
      this.high = high
      this.low = low
    }
    const place = low & this.places
    this.seen[place] = 1
    this.numbers[place] = low
    this.prints[place] = print
  }

  private has(low: number): boolean {
    const place = low & this.places
    return this.seen[place] === 1 && this.numbers[place] === low
  }

  /** Empties the places that numbers between the old and the new highest will have. */
  private forget(ahead: number): void {
    for (let i = 1; i <= ahead; i++) this.seen[(this.low + i) & this.places] = 0
  }
}
