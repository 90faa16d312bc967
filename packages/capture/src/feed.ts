/** From the octets of a file, compressed or not, to a reader: the part that is the same for files, bytes and streams. */
import { expanderOf } from './compressed.ts'
import type { CaptureFault } from './decoder.ts'
import type { Expander } from './expander.ts'
import { type Compression, compressionOf, magicLength } from './magic.ts'
import type { CaptureReader } from './reader.ts'

export class Feed {
  compression: Compression | undefined
  readonly #reader: CaptureReader
  #expander: Expander | undefined
  #pieces: Iterator<Uint8Array, void, void> | undefined
  /** The first octets, until there are enough to tell what they begin. */
  #start: Uint8Array | undefined = new Uint8Array(0)
  #over = false

  constructor(reader: CaptureReader) {
    this.#reader = reader
  }

  get fault(): CaptureFault | undefined {
    // What the expander gave was read first: a fault in that comes before one behind it.
    return this.#reader.fault ?? this.#expander?.fault
  }

  /** Whether octets can go to the reader as they are, without this feed. */
  get plain(): boolean {
    return this.#start === undefined && this.#expander === undefined
  }

  /** The next octets of the file; the reader's records are taken and `advance` called until it says false. */
  push(chunk: Uint8Array): void {
    let bytes = chunk
    if (this.#start !== undefined) {
      if (this.#start.length > 0) bytes = joined(this.#start, chunk)
      if (bytes.length < magicLength) {
        this.#start = bytes.slice()
        return
      }
      this.#start = undefined
      this.compression = compressionOf(bytes)
      if (this.compression !== undefined) this.#expander = expanderOf(this.compression)
    }
    if (this.#expander === undefined) this.#reader.push(bytes)
    else this.#pieces = this.#expander.expand(bytes)
  }

  /** Gives the reader more of what was pushed; false where it has had all. */
  advance(): boolean {
    if (this.#pieces === undefined || this.#reader.fault !== undefined) return false
    const piece = this.#pieces.next()
    if (piece.done === true) {
      this.#pieces = undefined
      return false
    }
    this.#reader.push(piece.value)
    return true
  }

  /** The file is over. Call it when `advance` says false and the reader has no more records. */
  finish(): void {
    if (this.#over) return
    this.#over = true
    if (this.#start !== undefined) this.#reader.push(this.#start)
    this.#expander?.finish()
    // A damaged expansion ends anywhere: that its last record is cut is no news.
    if (this.#expander?.fault === undefined) this.#reader.finish()
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length)
  bytes.set(first)
  bytes.set(second, first.length)
  return bytes
}
