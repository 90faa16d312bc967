/**
 * Memory that many packets share. Octets of their own cost a packet more than writing it does: a piece of a block costs
 * next to nothing, and the block goes when nobody holds a piece of it any more.
 */
import { Writer } from '@dmvpn/wire'

/** Octets of a block, where no packet needs more. Small: one piece that is kept keeps all of them. */
const blockSize = 0x4000

export class PacketMemory {
  /** Writes into the block that `take` took from last. */
  writer: Writer = none
  private buffer: ArrayBufferLike = none.view.buffer
  private used = 0

  /** Takes `length` octets, all zero and never given out before: where they begin in the writer's octets. */
  take(length: number): number {
    if (this.used + length > this.writer.bytes.length) {
      this.writer = new Writer(Math.max(length, blockSize))
      this.buffer = this.writer.view.buffer
      this.used = 0
    }
    const at = this.used
    this.used += length
    return at
  }

  /** Gives nothing more out of the block: it may not be zero any more where nobody took any. */
  abandon(): void {
    this.writer = none
    this.used = 0
  }

  /** Where the octets end that were taken last. */
  get end(): number {
    return this.used
  }

  /** The octets `[from, to)` of the block as bytes. */
  piece(from: number, to: number): Uint8Array {
    return new Uint8Array(this.buffer, from, to - from)
  }
}

const none = new Writer(0)
