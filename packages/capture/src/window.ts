/**
 * The stretch of the file that is in memory: what has come and has not been read.
 * A chunk that comes while nothing is left over is used where it lies; only a record cut by the end of a chunk is moved.
 */

const usual = 1 << 20
const least = 1 << 16

export class Window {
  bytes: Uint8Array = new Uint8Array(0)
  /** Over exactly the octets of `bytes`. */
  view: DataView = new DataView(this.bytes.buffer)
  /** The next octet to read, and where the octets that have come end. */
  at = 0
  end = 0
  /** The file offset of `bytes[0]`. */
  base = 0
  #own: Uint8Array | undefined

  /** The file offset of what is read next. */
  get offset(): number {
    return this.base + this.at
  }

  /** Appends a chunk. It is not copied while nothing is left over, so it must stay unchanged until all of it is read. */
  append(chunk: Uint8Array): void {
    if (this.at < this.end) {
      this.room(chunk.length).set(chunk)
      this.filled(chunk.length)
      return
    }
    this.base += this.end
    this.at = 0
    this.end = chunk.length
    this.#look(chunk)
  }

  /** Free space of at least `needed` octets behind what is left over; `filled` says how much of it was used. */
  room(needed: number = least): Uint8Array {
    const left = this.end - this.at
    const own = this.#own
    if (own !== undefined && this.bytes === own && own.length - this.end >= needed) return own.subarray(this.end)
    if (own !== undefined && own.length - left >= needed) {
      if (this.bytes === own) own.copyWithin(0, this.at, this.end)
      else own.set(this.bytes.subarray(this.at, this.end))
      this.#move(own, left)
    } else {
      const larger = new Uint8Array(Math.max(usual, own === undefined ? 0 : own.length * 2, left + needed))
      larger.set(this.bytes.subarray(this.at, this.end))
      this.#own = larger
      this.#move(larger, left)
    }
    return this.bytes.subarray(this.end)
  }

  filled(count: number): void {
    this.end += count
  }

  /** Goes to an octet of the file; whether the octets from there on have to come. */
  leap(offset: number): boolean {
    const at = offset - this.base
    const isThere = at >= 0 && at <= this.end
    if (isThere) this.at = at
    else {
      this.base = offset
      this.at = 0
      this.end = 0
    }
    return !isThere
  }

  #move(to: Uint8Array, left: number): void {
    this.base += this.at
    this.at = 0
    this.end = left
    if (this.bytes !== to) this.#look(to)
  }

  #look(bytes: Uint8Array): void {
    // A Buffer becomes a plain array: its `slice` is no copy, and records hand this on.
    const plain = Object.getPrototypeOf(bytes) === Uint8Array.prototype
    this.bytes = plain ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
}
