/** A capture a command copies from: its records and the blocks between them, or the packets of a hex dump. */
import { readFileSync } from 'node:fs'
import {
  type ByteOrder,
  type Capture,
  type CaptureBlock,
  type CaptureFault,
  type CaptureFormat,
  type CaptureRecord,
  compressionOf,
  formatOf,
  openCapture,
  readCapture,
  readCaptureFile,
  recordOf,
} from '@dmvpn/capture'
import { packetsOfHex } from '@dmvpn/synth'
import { CommandError, describeSystemError, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'

export interface InputOptions {
  /** Shown the blocks of a pcapng file that are no packets, in order with the records. */
  readonly onBlock?: (block: CaptureBlock) => void
  /** Of the packets of a hex dump that does not say. */
  readonly linkType?: number | undefined
}

/** Records in order, a batch valid until the next. After the last, `fault` says whether the file was cut or damaged. */
export interface CaptureInput {
  readonly name: string
  readonly batches: AsyncIterator<readonly CaptureRecord[], void, undefined>
  readonly fault: CaptureFault | undefined
  /** Undefined for hex dumps, and for standard input before the first batch. */
  readonly format: CaptureFormat | undefined
  /** The byte order of the file as it lies there; undefined where it is compressed, or not known. */
  readonly order: ByteOrder | undefined
}

/** Opens a file, or `-`. Throws CommandError where it cannot be read. */
export async function openInput(file: string, io: Io, options: InputOptions = {}): Promise<CaptureInput> {
  if (file === '-') return streamInput(io, options)
  const given = io.files?.get(file)
  if (io.files !== undefined && given === undefined) throw unreadable(file, 'no such file')
  const start = given ?? guarded(file, () => startOf(file))
  if (isCapture(start)) {
    const capture = given === undefined ? guarded(file, () => readCaptureFile(file, options)) : readCapture(given, options)
    return captureInput(file, capture, start)
  }
  return hexInput(file, given ?? guarded(file, () => readFileSync(file)), options)
}

function isCapture(start: Uint8Array): boolean {
  return formatOf(start) !== undefined || compressionOf(start) !== undefined
}

/** The first octets tell what a file is; a pipe has none to look at beforehand, and is taken for a capture. */
function startOf(file: string): Uint8Array {
  const capture = readCaptureFile(file)
  capture.close()
  return readFileSync(file, { flag: 'r' }).subarray(0, 4)
}

function captureInput(name: string, capture: Capture, start: Uint8Array): CaptureInput {
  async function* batches(): AsyncGenerator<readonly CaptureRecord[], void, undefined> {
    try {
      for (let batch = next(); batch !== undefined; batch = next()) yield batch
    } finally {
      capture.close()
    }
  }
  const next = (): readonly CaptureRecord[] | undefined => guarded(name, () => capture.nextBatch())
  return {
    name,
    batches: batches(),
    get fault() {
      return capture.fault
    },
    get format() {
      return capture.format
    },
    order: orderOf(start),
  }
}
