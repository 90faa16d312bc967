/** Octets of messages that stay: with memory of its own each would cost more than it takes to judge it. */

/** Octets of a block that many messages share: one that is kept keeps all of it. */
const blockSize = 4096

export class KeptOctets {
  private block = new Uint8Array(blockSize)
  private used = 0

  /** A copy of the octets `[from, to)`, as far as there are any. */
  copyOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
    const length = Math.max(0, Math.min(to, bytes.length) - from)
    if (length > blockSize / 4) return bytes.slice(from, from + length)
    if (this.used + length > blockSize) {
      this.block = new Uint8Array(blockSize)
      this.used = 0
    }
    const { block, used } = this
    for (let i = 0; i < length; i++) block[used + i] = bytes[from + i]!
    this.used += length
    return new Uint8Array(block.buffer, used, length)
  }
}
