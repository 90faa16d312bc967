/** Gathers whole records into few writes. The buffer is not used again while a sink still has it. */
import type { CaptureSink } from './sink.ts'

const capacity = 1 << 18

export class Packer {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(capacity)
  view: DataView = new DataView(this.bytes.buffer)
  /** Where the record for which `room` was asked begins; the writer fills it completely. */
  at = 0
  readonly #sink: CaptureSink
  #length = 0
  #pending: Promise<void> | undefined

  constructor(sink: CaptureSink) {
    this.#sink = sink
  }

  /** Makes room for one record at `at`. A promise where the sink asks for patience; the record may be filled in at once. */
  room(octets: number): void | Promise<void> {
    if (this.#length + octets > this.bytes.length) this.#flush(octets)
    this.at = this.#length
    this.#length += octets
    return this.#pending
  }

  /** Gives the sink what is gathered. */
  flush(): void | Promise<void> {
    this.#flush(0)
    return this.#pending
  }

  #flush(next: number): void {
    const piece = this.bytes.subarray(0, this.#length)
    this.#length = 0
    if (piece.length > 0) this.#give(piece)
    if (this.#pending === undefined && next <= this.bytes.length) return
    this.bytes = new Uint8Array(Math.max(capacity, next))
    this.view = new DataView(this.bytes.buffer)
  }

  #give(piece: Uint8Array): void {
    const sink = this.#sink
    const waiting = this.#pending === undefined ? sink.write(piece) : this.#pending.then(() => sink.write(piece))
    if (waiting === undefined) return
    const pending: Promise<void> = waiting.then(() => {
      if (this.#pending === pending) this.#pending = undefined
    })
    this.#pending = pending
  }
}
