/** Captures read as they come: from pipes, sockets, standard input, any source of chunks. */
import { createReadStream } from 'node:fs'
import { Batcher, usualBatch } from './batch.ts'
import type { NamedAddress, SectionDescription } from './block.ts'
import type { CaptureFault } from './decoder.ts'
import { Feed } from './feed.ts'
import type { InterfaceDescription } from './interface-description.ts'
import type { CaptureFormat, Compression } from './magic.ts'
import type { CaptureReader, ReadOptions } from './reader.ts'
import type { CaptureRecord } from './record.ts'

/** Chunks of a file's octets; a `Readable` is one. A chunk is not copied: it must stay unchanged. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/**
 * Opens a capture by path, from bytes, or from a stream: pcap or pcapng, compressed or not.
 * A path is opened at the first record; errors of the source are thrown by the iteration as they are.
 */
export function openCapture(source: string | URL | Uint8Array | Chunks, options: ReadOptions = {}): CaptureStream {
  if (typeof source === 'string' || source instanceof URL) return new CaptureStream(chunksOfFile(source), options)
  if (source instanceof Uint8Array) return new CaptureStream([source], options)
  return new CaptureStream(source, options)
}

/** Reads a capture from chunks: `openCapture` for those who have a stream and want to say so. */
export function readCaptureStream(chunks: Chunks, options: ReadOptions = {}): CaptureStream {
  return new CaptureStream(chunks, options)
}

/**
 * A capture that comes in chunks. Iterate over `batches()`: the records of a chunk are there as soon as the chunk is, and
 * valid until the next batch is asked for. Iterating over single records is sugar that costs three to five times as much.
 */
export class CaptureStream implements AsyncIterable<CaptureRecord> {
  readonly #chunks: Chunks
  readonly #batcher: Batcher
  readonly #reader: CaptureReader
  readonly #feed: Feed

  /** Use `openCapture` or `readCaptureStream`. */
  constructor(chunks: Chunks, options: ReadOptions) {
    this.#chunks = chunks
    this.#batcher = new Batcher(options)
    this.#reader = this.#batcher.reader
    this.#feed = new Feed(this.#reader)
  }

  /** Why reading stopped; undefined while it goes on and after a whole capture. */
  get fault(): CaptureFault | undefined {
    return this.#feed.fault
  }

  /** Known with the first record. */
  get format(): CaptureFormat | undefined {
    return this.#reader.format
  }

  get compression(): Compression | undefined {
    return this.#feed.compression
  }

  /** The interfaces described so far. */
  get interfaces(): readonly InterfaceDescription[] {
    return this.#reader.interfaces
  }

  /** The names given to addresses so far. */
  get names(): readonly NamedAddress[] {
    return this.#reader.names
  }

  /** The pcapng section now being read. */
  get section(): SectionDescription | undefined {
    return this.#reader.section
  }

  /** The records in batches of at least one; a batch is valid until the next is asked for. Once only. */
  async *batches(most: number = usualBatch): AsyncGenerator<readonly CaptureRecord[], void, void> {
    for await (const chunk of this.#chunks) {
      this.#feed.push(chunk)
      do yield* this.#ready(most)
      while (this.#feed.advance())
      if (this.fault !== undefined) return
    }
    this.#feed.finish()
    yield* this.#ready(most)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<CaptureRecord, void, void> {
    for await (const batch of this.batches()) for (const record of batch) yield record
  }

  *#ready(most: number): Generator<readonly CaptureRecord[], void, void> {
    for (;;) {
      const batch = this.#batcher.batch(most)
      if (batch.length === 0) return
      yield batch
    }
  }
}

async function* chunksOfFile(path: string | URL): AsyncGenerator<Uint8Array, void, void> {
  yield* createReadStream(path, { highWaterMark: 1 << 20 })
}
