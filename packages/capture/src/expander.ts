/** What every compression is to those who open captures: chunks in, expanded pieces out, never more than asked for. */
import type { CaptureFault } from './decoder.ts'

export interface Expander {
  /** Set once, when the compressed data is damaged or ends too soon; `at` is the offset in the compressed file. */
  readonly fault: CaptureFault | undefined
  /**
   * The pieces that a chunk expands to, made as they are taken: a bomb costs no memory, only the time of who reads on.
   * A piece stays unchanged until the second piece after it. What expands before damage is given before the fault is set;
   * of gzip all but the last 8 KiB of compressed octets, of zstd all whole blocks.
   */
  expand(chunk: Uint8Array): Generator<Uint8Array, void, void>
  /** No more chunks come. */
  finish(): void
}

/** What a decompressor's step came to. */
export type Progress =
  /** Go on with the next step. */
  | 'on'
  /** The next step needs octets that have not come. */
  | 'more'
  /** What has been expanded has to be taken before the next step. */
  | 'full'
  /** There is no next step: damage, or the end. */
  | 'stop'

/**
 * Where expanded octets are written and copied from. Two buffers take turns, so that a piece that was handed out stays
 * unchanged while the next is made; each turn carries over as much of the past as the format may refer to.
 */
export class Output {
  bytes: Uint8Array
  /** Where the next octet goes. */
  to = 0
  /** No reference may reach before this. */
  floor = 0
  #other: Uint8Array
  #taken = 0
  readonly #reach: number

  /** `reach`: how far back the format may refer; `capacity`: how much is made between turns. */
  constructor(reach: number, capacity: number) {
    this.#reach = reach
    this.bytes = new Uint8Array(reach + capacity)
    this.#other = new Uint8Array(reach + capacity)
  }

  get room(): number {
    return this.bytes.length - this.to
  }

  /** Octets made and not taken. */
  get waiting(): number {
    return this.to - this.#taken
  }

  /** What was made since the last `take`. */
  take(): Uint8Array {
    const piece = this.bytes.subarray(this.#taken, this.to)
    this.#taken = this.to
    return piece
  }

  /** Goes on in the other buffer; everything must have been taken. */
  turn(): void {
    const past = Math.min(this.#reach, this.to)
    this.#other.set(this.bytes.subarray(this.to - past, this.to))
    ;[this.bytes, this.#other] = [this.#other, this.bytes]
    this.floor = Math.max(0, this.floor - (this.to - past))
    this.to = past
    this.#taken = past
  }

  /** Copies `length` octets from `distance` back, which may overlap what is written. */
  repeat(distance: number, length: number): void {
    const { bytes } = this
    let to = this.to
    let from = to - distance
    if (distance >= length && length > 32) bytes.copyWithin(to, from, from + length)
    else for (const end = to + length; to < end; ) bytes[to++] = bytes[from++]!
    this.to += length
  }
}
