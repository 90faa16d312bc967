/** The readers and the writer of capture files as a target. */
import { isDeepStrictEqual } from 'node:util'
import {
  bytesOf,
  CaptureReader,
  type CaptureRecord,
  CaptureWriteError,
  compressionOf,
  keep,
  MemorySink,
  PcapngWriter,
  type ReadOptions,
  readCapture,
} from '@dmvpn/capture'
import { compareRecords, isKnown } from '@dmvpn/crosscheck'
import type { FuzzCase } from './fuzz-case.ts'
import type { Broken } from './target-self.ts'

type Law =
  /** No octets make a reader throw. */
  | 'no exception'
  /** Records lie within what was given, and have times. */
  | 'bounds'
  /** In pieces a file holds the same. */
  | 'pieces'
  /** Copied, blocks and all, it holds the same. */
  | 'copy'
  /** pcap-parser reads the same. */
  | 'second opinion'

/** More octets in records than this do not come out of a file of at most 64 KiB. */
const mostExpanded = 1 << 27

/** Judges a whole capture file. */
export function judgeFile({ bytes }: FuzzCase): Broken | undefined {
  try {
    const { kept, fault, copy } = readAndCopied(bytes)
    const beyond = bounds(kept, bytes)
    if (beyond !== undefined) return beyond
    if (compressionOf(bytes) === undefined) {
      const apart = pieces(bytes, kept, fault) ?? secondOpinion(bytes)
      if (apart !== undefined) return apart
    }
    return copy === undefined ? undefined : again(copy, kept)
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return broken('no exception', '', detail)
  }
}

function broken(law: Law, field: string, detail: string): Broken {
  return { law, field, detail }
}

interface Read {
  readonly kept: readonly CaptureRecord[]
  readonly fault: unknown
  /** The file copied record by record and block by block; undefined where no writer can say what it says. */
  readonly copy: Uint8Array | undefined
}

function readAndCopied(bytes: Uint8Array): Read {
  const sink = new MemorySink()
  const writer = new PcapngWriter(sink)
  const kept: CaptureRecord[] = []
  let isWritten = true
  const options: ReadOptions = { onBlock: block => void writer.copy(block) }
  const capture = readCapture(bytes, options)
  for (const record of capture) {
    kept.push(keep(record))
    try {
      void writer.write(record)
    } catch (error) {
      // Damage may give times that no count holds, and link types of more than 16 bits.
      if (!(error instanceof CaptureWriteError && error.refusal !== 'sink')) throw error
      isWritten = false
    }
  }
  void writer.close()
  return { kept, fault: capture.fault, copy: isWritten ? sink.bytes : undefined }
}

function bounds(records: readonly CaptureRecord[], bytes: Uint8Array): Broken | undefined {
  const most = compressionOf(bytes) === undefined ? bytes.length : mostExpanded
  const octets = records.reduce((sum, { start, end }) => sum + end - start, 0)
  if (octets > most) return broken('bounds', 'frame.cap_len', `${octets} octets of ${bytes.length}`)
  for (const [index, { seconds, nanoseconds }] of records.entries()) {
    if (Number.isInteger(seconds) && nanoseconds >= 0 && nanoseconds < 1e9) continue
    return broken('bounds', 'frame.time_epoch', `record ${index + 1}: ${seconds} s and ${nanoseconds} ns`)
  }
  return undefined
}

/** What a record says, wherever it lies. */
function told(record: CaptureRecord): unknown {
  const { seconds, nanoseconds, timed, originalLength, linkType, fcsLength, flags, comments } = record
  return {
    octets: [...bytesOf(record)],
    seconds,
    nanoseconds,
    timed,
    originalLength,
    linkType,
    fcsLength,
    flags,
    comments,
  }
}

function pieces(bytes: Uint8Array, whole: readonly CaptureRecord[], fault: unknown): Broken | undefined {
  const reader = new CaptureReader()
  // Many small pieces of a small file, few of a large one: the time is the same.
  const size = 1 + Math.floor(bytes.length / 60)
  let count = 0
  for (let at = 0; at < bytes.length; at += size) {
    reader.push(bytes.subarray(at, at + size))
    for (let record = reader.next(); record !== undefined; record = reader.next()) {
      const other = whole[count++]
      if (other === undefined || !isDeepStrictEqual(told(record), told(other))) {
        return broken('pieces', '', `record ${count} is another in pieces of ${size} octets`)
      }
    }
  }
  reader.finish()
  if (count !== whole.length) return broken('pieces', '', `${count} records instead of ${whole.length}`)
  if (!isDeepStrictEqual(reader.fault, fault)) return broken('pieces', '', `another fault in pieces of ${size} octets`)
  return undefined
}

function again(copy: Uint8Array, records: readonly CaptureRecord[]): Broken | undefined {
  const capture = readCapture(copy)
  let count = 0
  for (const record of capture) {
    const other = records[count++]
    if (other === undefined || !isDeepStrictEqual(told(record), told(other))) {
      return broken('copy', '', `record ${count} of the copy is another`)
    }
  }
  if (capture.fault !== undefined) return broken('copy', '', `the copy is damaged: ${capture.fault.reading}`)
  return count === records.length ? undefined : broken('copy', '', `${count} of ${records.length} records in the copy`)
}

function secondOpinion(bytes: Uint8Array): Broken | undefined {
  const found = compareRecords(bytes).find(each => !isKnown(each))
  return found && broken('second opinion', found.field, `ours ${found.ours}, ${found.by} ${found.theirs}`)
}
