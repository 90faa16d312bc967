/** Stretches from several threads become one output, in order. */
import type { Output } from '../../output.ts'
import type { Stretch } from './stretches.ts'

export class Joint {
  /** Stretches written, and packets that were read of them. */
  written = 0
  packets = 0
  /** Whether some thread has seen a faulty packet. */
  faulty = false
  private readonly out: Output
  /** What stands between two packets. */
  private readonly between: Uint8Array
  private readonly early = new Map<number, Stretch>()
  private readonly length: number
  private begun = false
  private over = false

  /** Of stretches of so many packets. */
  constructor(out: Output, between: string, length: number) {
    this.out = out
    this.between = new TextEncoder().encode(between)
    this.length = length
  }

  /** Whether the last stretch is written: nothing follows one that is not whole, somebody stopped reading there. */
  get isOver(): boolean {
    return this.over
  }

  /** Takes a stretch, whose text stays until it is written, and writes what is next as far as it is there. */
  take(stretch: Stretch): void {
    this.early.set(stretch.number, stretch)
    while (!this.over) {
      const next = this.early.get(this.written)
      if (next === undefined) return
      this.early.delete(this.written++)
      this.over = next.packets < this.length
      this.write(next)
    }
  }

  private write({ text, isLed, packets, faulty }: Stretch): void {
    const { out, between } = this
    this.packets += packets
    this.faulty ||= faulty
    if (text.length > 0) {
      if (this.begun && !isLed) out.write(between)
      out.write(isLed && !this.begun ? text.subarray(between.length) : text)
      this.begun = true
    }
  }
}
