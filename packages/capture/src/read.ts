/** Captures read synchronously: from bytes, and from files at the speed of the disk. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { Batcher, usualBatch } from './batch.ts'
import type { NamedAddress, SectionDescription } from './block.ts'
import type { CaptureFault, Survey } from './decoder.ts'
import { Feed } from './feed.ts'
import type { InterfaceDescription } from './interface-description.ts'
import type { CaptureFormat, Compression } from './magic.ts'
import { fileHeaderLength } from './pcap.ts'
import type { CaptureReader, ReadOptions } from './reader.ts'
import type { CaptureRecord } from './record.ts'

/** Opens a capture in memory: pcap or pcapng, compressed or not. It is not copied; leave it unchanged while reading. */
export function readCapture(bytes: Uint8Array, options: ReadOptions = {}): Capture {
  let rest: Uint8Array | undefined = bytes
  const next = () => {
    const all = rest ?? nothing
    rest = undefined
    return all
  }
  // All of it is there: nothing has to be sought.
  return new Capture({ next, seek: () => {} }, options)
}

export interface FileOptions extends ReadOptions {
  /** Octets of the file that are read at most: one that grows ends where its reader wants it to end. Otherwise all. */
  readonly most?: number | undefined
}

/**
 * Opens a capture file, or an open file descriptor (which stays open), and reads it through one buffer of 1 MiB.
 * Throws what `node:fs` throws where the file cannot be opened or read. For pipes see `openCapture`: reading here waits.
 */
export function readCaptureFile(file: string | URL | number, options: FileOptions = {}): Capture {
  if (typeof file === 'number') return new Capture({ read: sourceOf(file, options.most).read }, options)
  const descriptor = openSync(file, 'r')
  const close = () => closeSync(descriptor)
  const source = sourceOf(descriptor, options.most)
  return new Capture(fstatSync(descriptor).isFile() ? { ...source, close } : { read: source.read, close }, options)
}

/** Reads on, or from where it is sent to, and nothing behind so many octets. */
function sourceOf(descriptor: number, most: number = Number.POSITIVE_INFINITY): Required<Omit<FileSource, 'close'>> {
  let at = 0
  let isSent = false
  return {
    read(into) {
      const length = Math.min(into.length, Math.max(0, most - at))
      const octets = readSync(descriptor, into, 0, length, isSent ? at : null)
      at += octets
      return octets
    },
    seek(offset) {
      at = offset
      isSent = true
    },
  }
}

interface AnySource {
  /** Goes on elsewhere; not there where what was read is gone. */
  readonly seek?: (offset: number) => void
  readonly close?: () => void
}

/** Octets that are read into the reader's own buffer: 0 where there are no more. */
interface FileSource extends AnySource {
  readonly read: (into: Uint8Array) => number
}

/** Where a capture's octets come from: read, or given in chunks (empty: no more). */
type Source = FileSource | (AnySource & { readonly next: () => Uint8Array })

const nothing = new Uint8Array(0)
const usualChunk = 1 << 18
/** Octets read at a time of a file that is not read from beginning to end, and those that are looked at ahead at most. */
const leapChunk = 1 << 18
const farthest = 1 << 23

/**
 * A capture being read: a record at a time with `next`, or in batches, or in a `for` loop.
 * What stands before damage is delivered, then `fault` says why there is no more.
 */
export class Capture implements Iterable<CaptureRecord> {
  readonly #batcher: Batcher
  readonly #reader: CaptureReader
  readonly #feed: Feed
  readonly #source: Source
  /** Two take turns: what is left over of one chunk is needed until the next has been pushed. */
  #chunk: Uint8Array = nothing
  #nextChunk: Uint8Array = nothing
  #open = true
  #hasLeapt = false

  /** Use `readCapture` or `readCaptureFile`. */
  constructor(source: Source, options: ReadOptions) {
    this.#batcher = new Batcher(options)
    this.#reader = this.#batcher.reader
    this.#feed = new Feed(this.#reader)
    this.#source = source
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

  /** The next record, valid until the next call; undefined at the end, after which `fault` is final. */
  next(): CaptureRecord | undefined {
    for (;;) {
      const record = this.#batcher.next()
      if (record !== undefined) return record
      if (!this.#refill()) return undefined
    }
  }

  /**
   * Passes over the next records, at most so many, much faster than `next` gives them: in a pcap file no more is read
   * than their lengths. How many there were: fewer only at the end, after which `fault` is final. Blocks between them are
   * shown; a record that was given before is valid no longer.
   */
  skip(most: number): number {
    let count = this.#batcher.skip(most)
    while (count < most && this.#refill()) count += this.#batcher.skip(most - count)
    return count
  }

  /**
   * Where the last of the next records lies, so many of them, which stay the next ones: its file offset, for a `leap` of
   * another reader of the same file. Undefined where it is not to be had: in pcapng and compressed files, pipes, and
   * where there are fewer, or they take more than 8 MiB. A record that was given before is valid no longer.
   */
  locate(count: number): number | undefined {
    if (!this.#leaps || count <= 0) return undefined
    const source = this.#source
    const survey: Survey = { most: count, count: 0, last: 0, end: 0 }
    for (;;) {
      const offset = this.#reader.survey(survey)
      if (offset !== undefined || this.#reader.ahead >= farthest) return offset
      if (!('read' in source) || this.#readOn(source) === 0) return undefined
    }
  }

  /**
   * Goes on with the record at this file offset, as `locate` gave it; what lies between is neither read nor judged. False
   * where this capture cannot be read like that, or no record can stand there.
   */
  leap(offset: number): boolean {
    if (!this.#leaps || !Number.isSafeInteger(offset) || offset < fileHeaderLength) return false
    if (this.#reader.leap(offset)) this.#source.seek?.(offset)
    this.#hasLeapt = true
    return true
  }

  /** The next records, at least one, all valid until the next call; undefined at the end. */
  nextBatch(most: number = usualBatch): readonly CaptureRecord[] | undefined {
    for (;;) {
      const batch = this.#batcher.batch(most)
      if (batch.length > 0) return batch
      if (!this.#refill()) return undefined
    }
  }

  *batches(most: number = usualBatch): Generator<readonly CaptureRecord[], void, void> {
    for (let batch = this.nextBatch(most); batch !== undefined; batch = this.nextBatch(most)) yield batch
  }

  *[Symbol.iterator](): Generator<CaptureRecord, void, void> {
    try {
      for (let record = this.next(); record !== undefined; record = this.next()) yield record
    } finally {
      this.close()
    }
  }

  /** Closes the file. The end of the capture, a fault and the end of a `for` loop do it too. */
  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#source.close?.()
  }

  /** More octets for the reader; false at the end. */
  #refill(): boolean {
    if (this.#feed.advance()) return true
    if (this.#open && this.fault === undefined && this.#more()) return true
    this.close()
    return false
  }

  #more(): boolean {
    const source = this.#source
    if ('read' in source && this.#feed.plain) {
      const octets = this.#readOn(source)
      if (octets === 0) this.#feed.finish()
      return octets > 0
    }
    const chunk = 'read' in source ? this.#read(source) : source.next()
    if (chunk.length === 0) this.#feed.finish()
    else this.#feed.push(chunk)
    return chunk.length > 0
  }

  get #leaps(): boolean {
    return (
      this.#open &&
      this.#source.seek !== undefined &&
      this.#feed.plain &&
      this.format === 'pcap' &&
      this.#batcher.isClear
    )
  }

  /** Reads on into the reader's own memory, little where it is likely that what comes next is leapt over; how much. */
  #readOn(source: FileSource): number {
    const room = this.#reader.room()
    const octets = source.read(this.#hasLeapt ? room.subarray(0, leapChunk) : room)
    this.#reader.filled(octets)
    return octets
  }

  #read(source: { readonly read: (into: Uint8Array) => number }): Uint8Array {
    if (this.#nextChunk === nothing) this.#nextChunk = new Uint8Array(usualChunk)
    ;[this.#chunk, this.#nextChunk] = [this.#nextChunk, this.#chunk]
    return this.#chunk.subarray(0, source.read(this.#chunk))
  }
}
