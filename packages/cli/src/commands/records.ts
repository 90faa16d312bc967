/** The records of a command's input files, one after the other, whatever they are read from. */
import {
  type Capture,
  type CaptureFault,
  type CaptureRecord,
  openCapture,
  readCapture,
  readCaptureFile,
} from '@dmvpn/capture'
import { CommandError, describeSystemError, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'

/** What is done with each record. `false` ends the reading. */
export interface RecordHandler {
  /** A file begins. */
  begin(file: string): void
  /** A record, valid during the call; `pcapng` tells whether the file names its interfaces. */
  record(record: CaptureRecord, pcapng: boolean): boolean
  /** Some records have been handled and no more are at hand: a pipe may be waiting. */
  pause(): void
}

/** A file that could not be read to its end. */
export interface Damage {
  readonly file: string
  readonly fault: CaptureFault
}

/** Reads the files in order. Throws CommandError where one cannot be opened. */
export async function readRecords(
  files: readonly string[],
  io: Io,
  handler: RecordHandler,
): Promise<readonly Damage[]> {
  const damages: Damage[] = []
  for (const file of files) {
    handler.begin(file)
    const { fault, goOn } = file === '-' ? await readStream(io, handler) : readFile(file, io, handler)
    if (fault !== undefined) damages.push({ file: file === '-' ? 'standard input' : file, fault })
    if (!goOn) break
  }
  return damages
}

interface Outcome {
  readonly fault: CaptureFault | undefined
  readonly goOn: boolean
}

function readFile(file: string, io: Io, handler: RecordHandler): Outcome {
  const capture = open(file, io)
  try {
    // One record at a time: a batch of them would outlive the young generation.
    for (let record = next(capture, file); record !== undefined; record = next(capture, file)) {
      if (!handler.record(record, capture.format === 'pcapng')) return { fault: undefined, goOn: false }
    }
    return { fault: capture.fault, goOn: true }
  } finally {
    capture.close()
  }
}

async function readStream(io: Io, handler: RecordHandler): Promise<Outcome> {
  const capture = openCapture(io.stdin)
  for await (const batch of capture.batches()) {
    const pcapng = capture.format === 'pcapng'
    for (const record of batch) if (!handler.record(record, pcapng)) return { fault: undefined, goOn: false }
    handler.pause()
  }
  return { fault: capture.fault, goOn: true }
}

function open(file: string, io: Io): Capture {
  if (io.files !== undefined) {
    const bytes = io.files.get(file)
    if (bytes === undefined) throw new CommandError(`cannot read ${file}: no such file`, exitCode.unreadable)
    return readCapture(bytes)
  }
  return guarded(file, () => readCaptureFile(file))
}

function next(capture: Capture, file: string): CaptureRecord | undefined {
  try {
    return capture.next()
  } catch (error) {
    throw unreadable(file, error)
  }
}

function guarded<T>(file: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw unreadable(file, error)
  }
}

/** What the system said of a file, as a person reads it; anything else as it is. */
function unreadable(file: string, error: unknown): unknown {
  const system = describeSystemError(error)
  return system === undefined ? error : new CommandError(`cannot read ${file}: ${system}`, exitCode.unreadable)
}
