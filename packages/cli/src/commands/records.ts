/** The records of a command's input files, one after the other, whatever they are read from. */
import { statSync } from 'node:fs'
import {
  type Capture,
  type CaptureBlock,
  type CaptureFault,
  type CaptureRecord,
  type FileOptions,
  type NamedAddress,
  openCapture,
  type ReadOptions,
  readCapture,
  readCaptureFile,
} from '@dmvpn/capture'
import { CommandError, describeSystemError, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { hexCapture } from './capture-input.ts'
import { milliseconds } from './clock.ts'
import { type Interruption, interruptible } from './interruption.ts'
import { Progress } from './progress.ts'

/** What is done with each record. `false` ends the reading, unless it is steered to another one. */
export interface RecordHandler {
  /** Whether nothing is printed while files are read: the terminal is free to say how far it is. */
  readonly silent?: boolean
  /** A file begins. */
  begin(file: string): void
  /** A record, valid during the call; `pcapng` tells whether the file names its interfaces. */
  record(record: CaptureRecord, pcapng: boolean): boolean
  /** Asked after a `false`: takes a file to the next record to be handled. Records passed over; undefined for an end. */
  steer?(capture: Capture): number | undefined
  /** Octets that are read at most, of the files that may grow meanwhile. */
  readonly ends?: ReadonlyMap<string, number> | undefined
  /** A pcapng block that is no packet, in order with the records, where anybody wants to know. */
  block?: ((block: CaptureBlock) => void) | undefined
  /** The names a capture gives to addresses, as they are found; asked for where this is there. */
  learn?(found: readonly NamedAddress[]): void
  /** Waited for between records of a file, now and then. */
  ready?(): Promise<void>
  /** Some records have been handled and no more are at hand: a pipe may be waiting. */
  pause(): void
}

/** A file that could not be read to its end. */
export interface Damage {
  readonly file: string
  readonly fault: CaptureFault
}

/** How the reading ended. */
export interface Reading {
  readonly damages: readonly Damage[]
  readonly packets: number
  /** Ctrl-C came: what was read until then has been handled. */
  readonly interrupted: boolean
}

/** Reads the files in order. Throws CommandError where one cannot be opened. */
export async function readAll(files: readonly string[], io: Io, handler: RecordHandler): Promise<Reading> {
  return interruptible(async interruption => {
    const reader = new Reader(io, handler, interruption)
    const damages: Damage[] = []
    for (const file of files) {
      handler.begin(file)
      const fault = file === '-' ? await reader.stream() : await reader.file(file)
      if (fault !== undefined) damages.push(damageOf(file === '-' ? 'standard input' : file, fault))
      if (reader.ended) break
    }
    return { damages, packets: reader.packets, interrupted: reader.interrupted }
  })
}

/** What is wrong with a file that begins as a capture. Throws CommandError for one that does not: it is another file. */
function damageOf(file: string, fault: CaptureFault): Damage {
  if (fault.reading !== 'capture.magic' || fault.at !== 0) return { file, fault }
  const because =
    fault.fault === 'malformed' ? fault.because : fault.have === 0 ? 'it is empty' : 'too short for a capture'
  throw new CommandError(`cannot read ${file}: ${because}`, exitCode.unreadable)
}

/** The same for a command that an interruption need not end well. */
export async function readRecords(
  files: readonly string[],
  io: Io,
  handler: RecordHandler,
): Promise<readonly Damage[]> {
  return (await readAll(files, io, handler)).damages
}

/** Records between two looks at the clock, and milliseconds between two looks at signals: a look costs a turn of the loop. */
const few = 256
const turn = 100

class Reader {
  packets = 0
  ended = false
  interrupted = false
  private readonly io: Io
  private readonly handler: RecordHandler
  private readonly interruption: Interruption
  private looked = milliseconds()
  private told = 0

  constructor(io: Io, handler: RecordHandler, interruption: Interruption) {
    this.io = io
    this.handler = handler
    this.interruption = interruption
  }

  private get options(): ReadOptions {
    const { block } = this.handler
    return block === undefined ? {} : { onBlock: block }
  }

  private open(file: string): Capture {
    return open(file, this.io, { ...this.options, most: this.handler.ends?.get(file) })
  }

  async file(file: string): Promise<CaptureFault | undefined> {
    const capture = (await hexCapture(file, this.io)) ?? this.open(file)
    const { notice, aside } = this.io
    const words = this.handler.silent === true ? aside : notice
    const progress = new Progress(words, this.io.files === undefined ? sizeOf(file) : undefined)
    try {
      let record = next(capture, file)
      while (record !== undefined) {
        await this.look(record, capture, progress)
        if (this.handler.ready !== undefined) await this.handler.ready()
        if (this.interrupted) return undefined
        record = this.handleSome(record, capture, file)
        if (this.ended) return undefined
      }
      return capture.fault
    } finally {
      capture.close()
      progress.end()
    }
  }

  /**
   * Handles a record and those behind it, up to the next look; gives the first that was not handled. One record at a
   * time: a batch of them would outlive the young generation. And apart from what waits: that is compiled worse.
   */
  private handleSome(first: CaptureRecord, capture: Capture, file: string): CaptureRecord | undefined {
    const isPcapng = capture.format === 'pcapng'
    // Only pcapng has names in it.
    const learns = this.handler.learn !== undefined && isPcapng
    let record: CaptureRecord | undefined = first
    for (let left = few; left > 0 && record !== undefined; left--) {
      if (learns) this.tell(capture)
      // As `handle` does: called, it would be compiled for itself, and all that it calls once more.
      this.packets++
      if (!this.handler.record(record, isPcapng)) return this.steer(capture, file)
      record = next(capture, file)
    }
    return record
  }

  /** Ends the reading, or has the handler pass over records; gives the one behind them. */
  private steer(capture: Capture, file: string): CaptureRecord | undefined {
    const passed = guarded(file, () => this.handler.steer?.(capture))
    this.ended = passed === undefined
    if (passed === undefined) return undefined
    this.packets += passed
    return next(capture, file)
  }

  async stream(): Promise<CaptureFault | undefined> {
    const capture = openCapture(this.io.stdin, this.options)
    const batches = capture.batches()[Symbol.asyncIterator]()
    for (;;) {
      const batch = await this.interruption.first(batches.next())
      if (batch === undefined) {
        this.stop()
        return undefined
      }
      if (batch.done === true) return capture.fault
      const pcapng = capture.format === 'pcapng'
      this.tell(capture)
      for (const record of batch.value) {
        if (this.handle(record, pcapng)) continue
        await batches.return?.(undefined)
        return undefined
      }
      this.handler.pause()
    }
  }

  /** Hands on the names found since the last record. */
  private tell({ names }: { readonly names: readonly NamedAddress[] }): void {
    if (this.handler.learn === undefined || names.length === this.told) return
    this.told = names.length
    this.handler.learn(names)
  }

  private handle(record: CaptureRecord, pcapng: boolean): boolean {
    this.packets++
    if (!this.handler.record(record, pcapng)) this.ended = true
    return !this.ended
  }

  /** Now and then: says how far it is, and lets signals arrive. */
  private async look({ fileOffset }: CaptureRecord, { compression }: Capture, progress: Progress): Promise<void> {
    const now = milliseconds()
    if (compression === undefined) progress.at(fileOffset, this.packets, now)
    if (now - this.looked < turn) return
    this.looked = now
    if (await this.interruption.came()) this.stop()
  }

  private stop(): void {
    this.interrupted = true
    this.ended = true
  }
}

function open(file: string, io: Io, options: FileOptions): Capture {
  if (io.files !== undefined) {
    const bytes = io.files.get(file)
    if (bytes === undefined) throw new CommandError(`cannot read ${file}: no such file`, exitCode.unreadable)
    return readCapture(bytes, options)
  }
  return guarded(file, () => readCaptureFile(file, options))
}

/** Octets of a file; undefined for pipes and what else has no size. */
export function sizeOf(file: string): number | undefined {
  const status = statSync(file, { throwIfNoEntry: false })
  return status?.isFile() === true ? status.size : undefined
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
