/** A capture a command copies from: its records and the blocks between them, or the packets of a hex dump. */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import {
  type ByteOrder,
  type Capture,
  type CaptureBlock,
  type CaptureFault,
  type CaptureFormat,
  type CaptureRecord,
  compressionOf,
  formatOf,
  linkType,
  magicLength,
  openCapture,
  readCapture,
  readCaptureFile,
  recordOf,
  writePcapng,
} from '@dmvpn/capture'
import { CommandError, describeSystemError, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'

export interface InputOptions {
  /** Shown the blocks of a pcapng file that are no packets, in order with the records. */
  readonly onBlock?: (block: CaptureBlock) => void
  /** Of the packets of a hex dump that does not say; Ethernet where left out. */
  readonly linkType?: number | undefined
}

/** Records in order, a batch valid until the next. After the last, `fault` says whether the file was cut or damaged. */
export interface CaptureInput {
  readonly name: string
  readonly batches: AsyncGenerator<readonly CaptureRecord[], void, undefined>
  readonly fault: CaptureFault | undefined
  /** Known with the first batch; undefined for hex dumps. */
  readonly format: CaptureFormat | undefined
  /** The byte order the file is written in; undefined where that is not known. */
  readonly order: ByteOrder | undefined
  /** Nothing more is wanted: a pipe is not waited for any longer. */
  abandon(): void
}

type Batches = CaptureInput['batches']

/** Opens a file, or `-`. Throws CommandError where it cannot be read. */
export async function openInput(file: string, io: Io, options: InputOptions = {}): Promise<CaptureInput> {
  if (file === '-') return streamInput(io.stdin, options)
  const given = io.files?.get(file)
  if (io.files !== undefined && given === undefined) throw unreadable(file, 'no such file')
  const start = given ?? guarded(file, () => startOf(file))
  if (start !== undefined && !isCapture(start)) {
    return hexInput(file, given ?? guarded(file, () => readFileSync(file)), options)
  }
  const capture =
    given === undefined ? guarded(file, () => readCaptureFile(file, options)) : readCapture(given, options)
  async function* batches(): Batches {
    try {
      const next = (): readonly CaptureRecord[] | undefined => guarded(file, () => capture.nextBatch())
      for (let batch = next(); batch !== undefined; batch = next()) yield batch
    } finally {
      capture.close()
    }
  }
  return inputOf(file, batches(), capture, start, () => capture.close())
}

/** Standard input: its first octets are looked at as they come. */
async function streamInput(stdin: AsyncIterable<Uint8Array>, options: InputOptions): Promise<CaptureInput> {
  const chunks = stdin[Symbol.asyncIterator]()
  let start = nothing
  while (start.length < magicLength) {
    const { done, value } = await chunks.next()
    if (done === true) break
    start = start.length === 0 ? value : Buffer.concat([start, value])
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield start
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value
  }
  if (!isCapture(start)) {
    const parts: Uint8Array[] = []
    for await (const part of whole()) parts.push(part)
    return hexInput('standard input', Buffer.concat(parts), options)
  }
  const capture = openCapture(whole(), options)
  return inputOf('standard input', capture.batches(), capture, start, () => destroy(stdin))
}

function inputOf(
  name: string,
  batches: Batches,
  capture: Pick<CaptureInput, 'fault' | 'format'>,
  start: Uint8Array | undefined,
  abandon: () => void,
): CaptureInput {
  return {
    name,
    batches,
    get fault() {
      return capture.fault
    },
    get format() {
      return capture.format
    },
    order: start === undefined ? undefined : orderOf(start),
    abandon,
  }
}

/** A stream of the system's goes on waiting unless it is told not to. */
function destroy(stdin: AsyncIterable<Uint8Array> & { destroy?(): void }): void {
  stdin.destroy?.()
}

/** A pcap file begins with its magic number, in its own byte order; sections of pcapng say theirs themselves. */
function orderOf(start: Uint8Array): ByteOrder | undefined {
  if (formatOf(start) !== 'pcap') return undefined
  return start[0] === 0xa1 ? 'big' : 'little'
}

function isCapture(start: Uint8Array): boolean {
  return formatOf(start) !== undefined || compressionOf(start) !== undefined
}

/** What a file begins with; undefined for pipes, which give every octet only once. */
function startOf(file: string): Uint8Array | undefined {
  if (!statSync(file).isFile()) return undefined
  const descriptor = openSync(file, 'r')
  try {
    const start = new Uint8Array(magicLength)
    return start.subarray(0, readSync(descriptor, start))
  } finally {
    closeSync(descriptor)
  }
}

async function hexInput(name: string, octets: Uint8Array, options: InputOptions): Promise<CaptureInput> {
  const records = await hexRecords(name, octets, options)
  if (records.length === 0) throw new CommandError(`${name}: neither a capture nor a hex dump`, exitCode.unreadable)
  async function* batches(): Batches {
    yield records
  }
  return { name, batches: batches(), fault: undefined, format: undefined, order: undefined, abandon: () => {} }
}

async function hexRecords(name: string, octets: Uint8Array, options: InputOptions): Promise<readonly CaptureRecord[]> {
  const { packetsOfHex } = await import('@dmvpn/synth')
  const found = refused(name, () => packetsOfHex(new TextDecoder().decode(octets)))
  // As text2pcap has it: without times of their own, packets are a microsecond apart.
  return found.map(({ bytes, linkType: own, seconds, nanoseconds }, index) =>
    recordOf(bytes, {
      seconds: seconds ?? Math.floor(index / 1e6),
      nanoseconds: seconds === undefined ? (index % 1e6) * 1000 : nanoseconds,
      linkType: own ?? options.linkType ?? linkType.ethernet,
    }),
  )
}

/** The packets of a hex dump as a capture; undefined where the file is none, and the reader of captures has the word. */
export async function hexCapture(file: string, io: Io): Promise<Capture | undefined> {
  const given = io.files?.get(file)
  if (io.files !== undefined && given === undefined) return undefined
  const start = given ?? guarded(file, () => startOf(file))
  if (start === undefined || isCapture(start) || !isText(start)) return undefined
  const records = await hexRecords(file, given ?? guarded(file, () => readFileSync(file)), {})
  return records.length === 0 ? undefined : readCapture(writePcapng(records))
}

/** Whether a file may be text, by its first octets. */
function isText(start: Uint8Array): boolean {
  return (
    start.length > 0 &&
    start
      .subarray(0, magicLength)
      .every(octet => octet === 9 || octet === 10 || octet === 13 || (octet >= 32 && octet < 127))
  )
}

function refused<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof RangeError) throw new CommandError(`${name}: ${error.message}`, exitCode.damaged)
    throw error
  }
}

function guarded<T>(file: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const system = describeSystemError(error)
    if (system === undefined) throw error
    throw unreadable(file, system)
  }
}

function unreadable(file: string, because: string): CommandError {
  return new CommandError(`cannot read ${file}: ${because}`, exitCode.unreadable)
}

const nothing: Uint8Array = new Uint8Array(0)
