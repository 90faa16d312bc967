/** An output of several files, so many records in each: `out_00000.pcap`, `out_00001.pcap` and so on. */
import { extname } from 'node:path'
import type { CaptureBlock, CaptureRecord } from '@dmvpn/capture'
import { CaptureOutput, type OutputOptions } from './capture-output.ts'
import type { RecordOutput } from './copy-records.ts'

/** Blocks that a later file needs as well, such as names of addresses, kept up to this many octets. */
const mostKept = 1 << 20

export class SplitOutput implements RecordOutput {
  readonly closed = false
  private readonly file: string
  private readonly each: number
  private readonly options: OutputOptions
  private readonly done: CaptureOutput[] = []
  private current: CaptureOutput | undefined
  private kept: CaptureBlock[] = []
  private keptOctets = 0

  constructor(file: string, each: number, options: OutputOptions) {
    this.file = file
    this.each = each
    this.options = options
  }

  write(record: CaptureRecord): void {
    if (this.current !== undefined && this.current.records >= this.each) this.endFile()
    this.current ??= this.begin()
    this.current.write(record)
  }

  /** A block of the input: every file has those that describe it. */
  copy(block: CaptureBlock): void {
    if (block.kind === 'section') {
      this.kept = []
      this.keptOctets = 0
    }
    // Interfaces are described where their first record comes; statistics count for the whole.
    if (block.kind !== 'interface' && block.kind !== 'statistics') this.keep(block)
    if (block.kind !== 'statistics') this.current?.copy(block)
  }

  close(): void {
    this.current ??= this.begin()
    this.endFile()
  }

  get lost(): number {
    return this.done.reduce((sum, { lost }) => sum + lost, this.current?.lost ?? 0)
  }

  get summary(): string {
    const files = this.current === undefined ? this.done : [...this.done, this.current]
    const records = files.reduce((sum, output) => sum + output.records, 0)
    return `${records === 1 ? '1 packet' : `${records} packets`} written to ${files.length === 1 ? '1 file' : `${files.length} files`}`
  }

  private keep(block: CaptureBlock): void {
    this.keptOctets += block.bytes.length
    if (this.keptOctets <= mostKept) this.kept.push({ ...block, bytes: block.bytes.slice() })
  }

  private begin(): CaptureOutput {
    const extension = extname(this.file)
    const stem = this.file.slice(0, this.file.length - extension.length)
    const output = new CaptureOutput(`${stem}_${String(this.done.length).padStart(5, '0')}${extension}`, this.options)
    for (const block of this.kept) output.copy(block)
    return output
  }

  private endFile(): void {
    this.current?.close()
    if (this.current !== undefined) this.done.push(this.current)
    this.current = undefined
  }
}
