/** The capture a command writes: pcap or pcapng by its name, whole records always, and an error that says what is there. */
import { statSync } from 'node:fs'
import { extname } from 'node:path'
import {
  type ByteOrder,
  type CaptureBlock,
  type CaptureFormat,
  type CaptureRecord,
  type CaptureSink,
  CaptureWriteError,
  FileSink,
  PcapngWriter,
  type PcapOptions,
  PcapWriter,
} from '@dmvpn/capture'
import { CommandError, exitCode } from '../exit-code.ts'

export interface OutputOptions {
  /** Without it by the file's extension; pcap on standard output. */
  readonly format?: CaptureFormat | undefined
  readonly order?: ByteOrder | undefined
  /** What a pcap file's header says; the first record's interface decides where left out. */
  readonly snapLength?: number | undefined
  /** Whether a pcap file has nanoseconds; the first record's interface decides where left out. */
  readonly nanoseconds?: boolean | undefined
  /** The link type of a pcap file without records. */
  readonly linkType?: number | undefined
}

const formats: Readonly<Record<string, CaptureFormat>> = {
  '.pcap': 'pcap',
  '.cap': 'pcap',
  '.dmp': 'pcap',
  '.pcapng': 'pcapng',
  '.ntar': 'pcapng',
}

/** The format a file's name asks for. Throws CommandError where it asks for none. */
export function formatOfName(file: string): CaptureFormat {
  if (file === '-') return 'pcap'
  const format = formats[extname(file).toLowerCase()]
  if (format === undefined) throw new CommandError(`${file}: neither .pcap nor .pcapng; --format says which`)
  return format
}

/** A file being written. The methods throw CommandError where the format or the system refuses. */
export class CaptureOutput {
  readonly file: string
  readonly format: CaptureFormat
  /** Records written. */
  records = 0
  /** Whether nobody reads any more: a closed pipe. What is written then is lost, and nobody is told. */
  closed = false
  /** Comments and descriptions that pcap has no place for. */
  lost = 0
  /** As the option of that name: it may still be decided until the first record comes. */
  nanoseconds: boolean | undefined
  private readonly options: OutputOptions
  private readonly sink: CaptureSink & { close?(): void }
  private writer: PcapWriter | PcapngWriter | undefined

  constructor(file: string, options: OutputOptions = {}) {
    this.file = file
    this.format = options.format ?? formatOfName(file)
    this.options = options
    this.nanoseconds = options.nanoseconds
    this.sink = this.opened()
    if (this.format === 'pcapng')
      this.writer = new PcapngWriter(this.sink, { ...orderOf(options), application: 'dmvpn' })
  }

  write(record: CaptureRecord): void {
    if (this.closed) return
    try {
      this.writer ??= new PcapWriter(this.sink, this.pcapOptions(record))
      void this.writer.write(record)
      this.records++
      if (this.format === 'pcap') this.lost += record.comments.length
    } catch (error) {
      this.failed(error)
    }
  }

  /** A block that is no packet, as it stands in another pcapng file. pcap has no room for it. */
  copy(block: CaptureBlock): void {
    this.guarded(() => {
      if (this.writer instanceof PcapngWriter) void this.writer.copy(block)
      else if (block.kind !== 'section' && block.kind !== 'statistics') this.lost += block.kind === 'interface' ? 0 : 1
    })
  }

  /** What is left goes to the file. */
  close(): void {
    this.guarded(() => {
      this.writer ??= new PcapWriter(this.sink, this.pcapOptions(undefined))
      void this.writer.close()
      this.sink.close?.()
    })
  }

  /** What has been written so far, in words. */
  get summary(): string {
    const packets = this.records === 1 ? '1 packet' : `${this.records} packets`
    return `${packets} written to ${this.file === '-' ? 'standard output' : this.file}`
  }

  private pcapOptions(first: CaptureRecord | undefined): PcapOptions {
    const { linkType, snapLength = first?.description?.snapLength } = this.options
    return {
      ...orderOf(this.options),
      ...(first === undefined && linkType !== undefined ? { linkType } : {}),
      ...(snapLength === undefined ? {} : { snapLength }),
      nanoseconds: this.nanoseconds ?? isFine(first),
    }
  }

  private opened(): FileSink {
    try {
      return new FileSink(this.file === '-' ? 1 : this.file)
    } catch (error) {
      throw this.refusal(error)
    }
  }

  private guarded(work: () => void): void {
    if (this.closed) return
    try {
      work()
    } catch (error) {
      this.failed(error)
    }
  }

  private failed(error: unknown): void {
    this.closed = this.file === '-' && isClosedPipe(error)
    if (!this.closed) throw this.refusal(error)
  }

  private refusal(error: unknown): unknown {
    if (!(error instanceof CaptureWriteError)) return error
    const isRefused = error.refusal !== 'sink'
    const kept = isRefused ? `; ${this.summary} before it` : ''
    return new CommandError(
      `cannot write ${isRefused ? `${this.file}: ` : ''}${error.message}${kept}`,
      isRefused ? exitCode.usage : exitCode.unreadable,
    )
  }
}

function isClosedPipe(error: unknown): boolean {
  const cause = error instanceof CaptureWriteError ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && (cause.code === 'EPIPE' || cause.code === 'EOF')
}

function orderOf({ order }: OutputOptions): { order?: ByteOrder } {
  return order === undefined ? {} : { order }
}

/** Whether an interface's times are finer than microseconds. */
export function isFine(record: CaptureRecord | undefined): boolean {
  const resolution = record?.description?.resolution ?? 6
  return resolution < 0x80 ? resolution > 6 : (resolution & 0x7f) > 20
}

/** Throws CommandError where a file to be written is one of those to be read: it would be emptied first. */
export function refuseSameFile(output: string, inputs: readonly string[]): void {
  const written = identityOf(output)
  for (const input of inputs) {
    if (input === '-' || output === '-') continue
    if (written !== undefined && identityOf(input) === written) {
      throw new CommandError(`${output} is also read: write to another file`)
    }
  }
}

function identityOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false, bigint: true })
  return found === undefined || !found.isFile() ? undefined : `${found.dev} ${found.ino}`
}
