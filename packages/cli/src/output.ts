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
      for (let from = 0; from < sink.length && !this.closed; ) from += this.write(from)
    } finally {
      // Also what the system refuses to take: it is not offered, nor complained of, a second time.
      sink.clear()
    }
  }

  /** Octets that were taken of those from `from` on. */
  private write(from: number): number {
    const { sink } = this
    try {
      return writeSync(this.descriptor, sink.bytes, from, sink.length - from)
    } catch (error) {
      this.onRefusal(error)
      return 0
    }
  }

  private onRefusal(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    // A pipe becomes non-blocking once a worker exists; its reader is merely slow.
    if (code === 'EAGAIN') Atomics.wait(patience, 0, 0, 2)
    else if (code === 'EPIPE' || code === 'EOF') this.closed = true
    else throw error
  }
}

const patience = new Int32Array(new SharedArrayBuffer(4))

/** An output kept in memory, for tests. */
export class MemoryOutput implements Output {
  readonly sink: Sink = new Sink(1024)
  readonly closed = false

  settle(): void {}

  flush(): void {}

  get text(): string {
    return this.sink.toString()
  }
}
