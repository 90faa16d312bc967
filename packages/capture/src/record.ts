/**
 * One record of a capture: where its octets lie, when it was seen and on what it was seen.
 *
 * A record points into the reader's buffer and is valid until the next batch (until the next `next()` of a `Capture`,
 * the next `push` of a `CaptureReader`). What must live longer goes through `keep`.
 */
import type { InterfaceDescription } from './interface-description.ts'

export type ByteOrder = 'little' | 'big'

export interface CaptureRecord {
  /** The reader's buffer; the record is `buffer[start, end)`. */
  readonly buffer: Uint8Array
  /** Over the same octets as `buffer`: `view.getUint8(start)` is the record's first. */
  readonly view: DataView
  readonly start: number
  readonly end: number
  /** Whole seconds since 1970-01-01 UTC; may be negative or need more than 32 bits. */
  readonly seconds: number
  /** 0 to 999,999,999. What a file says beyond a nanosecond is cut off. */
  readonly nanoseconds: number
  /** Whether the file gives a time at all: a pcapng Simple Packet Block does not (then both numbers are 0). */
  readonly timed: boolean
  /** Octets on the wire, of which `end - start` were captured. */
  readonly originalLength: number
  /** LINKTYPE number, see `linkType`. */
  readonly linkType: number
  /** Index into the reader's `interfaces`, counted over all sections; 0 in a pcap file. */
  readonly interface: number
  /** What the file says of that interface; a writer needs it to keep names, resolution and options. */
  readonly description: InterfaceDescription | undefined
  /** Octets of frame check sequence at the end of the record; undefined where the file does not say. */
  readonly fcsLength: number | undefined
  /** The pcapng flags word (direction in bits 0–1, reception in 2–4, link-layer errors in 16–31). */
  readonly flags: number | undefined
  readonly comments: readonly string[]
  /** The pcapng options as they stand in the file; a writer copies these and then ignores `flags` and `comments`. */
  readonly options: RecordOptions | undefined
  /** What was odd and put right in reading, such as a fraction of more than a second. */
  readonly note: string | undefined
  /** Where the record's header begins in the (uncompressed) file. */
  readonly fileOffset: number
}

/** A list of pcapng options without its end-of-options mark, in the byte order of its section. */
export interface RecordOptions {
  readonly bytes: Uint8Array
  readonly order: ByteOrder
}

/** The captured octets, as a view on the reader's buffer: valid as long as the record is. */
export function bytesOf(record: CaptureRecord): Uint8Array {
  return record.buffer.subarray(record.start, record.end)
}

/** A copy that survives the next batch. */
export function keep(record: CaptureRecord): CaptureRecord {
  const buffer = Uint8Array.from(bytesOf(record))
  const options = record.options && { bytes: Uint8Array.from(record.options.bytes), order: record.options.order }
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)
  return { ...record, buffer, view, start: 0, end: buffer.length, options }
}

/** What a record made by hand may say; only time and link type have no sensible default. */
export interface RecordFacts {
  readonly seconds: number
  readonly nanoseconds: number
  readonly linkType: number
  readonly originalLength?: number
  readonly description?: InterfaceDescription
  readonly fcsLength?: number
  readonly flags?: number
  readonly comments?: readonly string[]
}

/** A record around bytes of one's own, for writing. */
export function recordOf(bytes: Uint8Array, facts: RecordFacts): CaptureRecord {
  return {
    buffer: bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    start: 0,
    end: bytes.length,
    seconds: facts.seconds,
    nanoseconds: facts.nanoseconds,
    timed: true,
    originalLength: facts.originalLength ?? bytes.length,
    linkType: facts.linkType,
    interface: facts.description?.index ?? 0,
    description: facts.description,
    fcsLength: facts.fcsLength,
    flags: facts.flags,
    comments: facts.comments ?? noComments,
    options: undefined,
    note: undefined,
    fileOffset: 0,
  }
}

/** The one empty list that all records without comments share. */
export const noComments: readonly string[] = []
