/** Where a command writes: one sink, flushed to a file descriptor that may be a slow pipe. */
import { writeSync } from 'node:fs'
import { Sink } from '@dmvpn/wire'

export interface Output {
  /** What is to be written; never longer than one flush and one packet. */
  readonly sink: Sink
  /** Whether nobody reads any more: a closed pipe. */
  readonly closed: boolean
  /** Hands on what the sink holds. */
  flush(): void
  /** Hands on what the sink holds if it has become much. */
  settle(): void
  /** Hands on octets behind what the sink holds. */
  write(octets: Uint8Array): void
}

const much = 1 << 16

/** An output over a file descriptor. Nothing is lost where the system takes a part only or asks to wait. */
export class DescriptorOutput implements Output {
  readonly sink: Sink = new Sink(2 * much)
  closed = false
  private readonly descriptor: number

  constructor(descriptor: number) {
    this.descriptor = descriptor
  }

  settle(): void {
    if (this.sink.length >= much) this.flush()
  }

  flush(): void {
    const { sink } = this
    try {
      this.hand(sink.bytes, sink.length)
    } finally {
      // Also what the system refuses to take: it is not offered, nor complained of, a second time.
      sink.clear()
    }
  }

  write(octets: Uint8Array): void {
    this.flush()
    this.hand(octets, octets.length)
  }

  private hand(octets: Uint8Array, length: number): void {
    let pause = shortest
    for (let from = 0; from < length && !this.closed; ) {
      const taken = this.offer(octets, from, length)
      if (taken > 0) pause = shortest
      else if (!this.closed) {
        // Its reader is merely slow. Who reads fast is not kept waiting, who reads slowly not asked all the time.
        Atomics.wait(patience, 0, 0, pause)
        pause = Math.min(2 * pause, longest)
      }
      from += taken
    }
  }

  /** Octets that were taken of those between `from` and `length`; none where a pipe is full, or closed. */
  private offer(octets: Uint8Array, from: number, length: number): number {
    try {
      return writeSync(this.descriptor, octets, from, length - from)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'EPIPE' || code === 'EOF') this.closed = true
      // A pipe is not waited for by the system where somebody made it so: whoever has its other end, or Node for a worker.
      else if (code !== 'EAGAIN') throw error
      return 0
    }
  }
}

/** Milliseconds between two offers to a pipe that is full. */
const shortest = 0.05
const longest = 2
const patience = new Int32Array(new SharedArrayBuffer(4))

/** An output kept in memory, for tests. */
export class MemoryOutput implements Output {
  readonly sink: Sink = new Sink(1024)
  readonly closed = false

  settle(): void {}

  flush(): void {}

  write(octets: Uint8Array): void {
    this.sink.raw(octets)
  }

  get text(): string {
    return this.sink.toString()
  }
}
