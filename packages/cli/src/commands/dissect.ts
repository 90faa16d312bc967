/** `dmvpn dissect`: capture files as lines, trees, fields, octets or JSON. */
import type { CaptureRecord, NamedAddress } from '@dmvpn/capture'
import { type Filter, type Foresight, isCutShort, Session } from '@dmvpn/dissect'
import { dmvpn, type Stack } from '@dmvpn/protocols'
import { describe } from '@dmvpn/wire'
import { type ExitCode, exitCode } from '../exit-code.ts'
import { type Io, wantsColor } from '../io.ts'
import { learnNames, showsNames, withNames } from './address-names.ts'
import { refuseSameFile } from './capture-output.ts'
import { decodingAs } from './decode-as.ts'
import { filterOf } from './display-filter.ts'
import { type DissectFlags, filesOf, formatOf } from './dissect-flags.ts'
import { type Printer, printerOf } from './dissect-printers.ts'
import { type EspSessions, espSessionsOf } from './esp-keys.ts'
import { firstPass, type Passes, type PassOptions, passesFor } from './first-pass.ts'
import { preferencesOf } from './preferences.ts'
import { type Damage, type Reading, type RecordHandler, readAll } from './records.ts'
import { shownFields, showsEsp } from './shown-fields.ts'

/** Runs the command. Throws CommandError for mistakes on the command line and files that cannot be opened. */
export async function dissectFiles(files: readonly string[], flags: DissectFlags, io: Io): Promise<ExitCode> {
  return withNames(flags, io, () => print(files, flags, io))
}

async function print(files: readonly string[], flags: DissectFlags, io: Io): Promise<ExitCode> {
  const inputs = filesOf(files, flags)
  if (flags.write !== undefined) refuseSameFile(flags.write, inputs)
  const stack = decodingAs(dmvpn, flags.decodeAs)
  const filter = filterOf(flags.displayFilter, stack)
  const printer = printerOf(flags, stack, wantsColor(io, flags.color))
  const names = shownFields(flags, formatOf(flags), filter)
  const esp = await espSessionsOf(flags, io, showsEsp(names))
  const run = new Run(printer, filter, flags, names, esp, io)
  printer.begin?.(io.out.sink, inputs[0]!)
  const { damages, packets, interrupted } = await readInPasses(inputs, io, run, stack)
  printer.end?.(io.out.sink)
  io.out.flush()
  for (const { file, fault } of damages) io.err(`dmvpn: ${file}: the file is damaged: ${describe(fault)}`)
  if (interrupted) {
    io.err(`dmvpn: interrupted after ${packets} packet${packets === 1 ? '' : 's'}`)
    return exitCode.interrupted
  }
  return damages.length > 0 || (flags.strict === true && run.faulty) ? exitCode.damaged : exitCode.done
}

/** Reads the files, those twice of which something is shown that only later frames tell. */
async function readInPasses(files: readonly string[], io: Io, run: Run, stack: Stack): Promise<Reading> {
  const damages: Damage[] = []
  let packets = 0
  for (const file of files) {
    const first = await firstPass(file, io, run.passes, { stack, ...run.passOptions })
    if (first.interrupted) return { damages, packets, interrupted: true }
    run.known = first.foresight
    const reading = await readAll([file], first.io, run)
    damages.push(...reading.damages)
    packets += reading.packets
    if (reading.interrupted) return { damages, packets, interrupted: true }
    if (run.ended) break
  }
  return { damages, packets, interrupted: false }
}

class Run implements RecordHandler {
  /** Whether some packet contradicts its protocol, beyond having been cut by the capture. */
  faulty = false
  /** What the first pass over the present file learnt. */
  known: Foresight | undefined = undefined
  readonly passes: Passes
  readonly block: RecordHandler['block']
  private session = new Session()
  private left: number
  private readonly printer: Printer
  private readonly filter: Filter | undefined
  private readonly flags: DissectFlags
  /** The fields that are looked at; all where undefined. */
  private readonly names: readonly string[] | undefined
  private readonly esp: EspSessions | undefined
  private readonly io: Io

  constructor(
    printer: Printer,
    filter: Filter | undefined,
    flags: DissectFlags,
    names: readonly string[] | undefined,
    esp: EspSessions | undefined,
    io: Io,
  ) {
    this.printer = printer
    this.block = printer.block === undefined ? undefined : block => printer.block!(block)
    this.filter = filter
    this.flags = flags
    this.names = names
    this.passes = passesFor(names, flags)
    this.esp = esp
    this.io = io
    this.left = flags.count ?? Number.POSITIVE_INFINITY
  }

  /** Whether nothing more is to be printed. */
  get ended(): boolean {
    return this.left <= 0 || this.io.out.closed
  }

  get passOptions(): Omit<PassOptions, 'stack'> {
    const count = Number.isFinite(this.left) ? this.left : undefined
    return { esp: this.esp, reassembly: this.reassembly, count }
  }

  private get reassembly(): boolean {
    return this.flags.reassembly !== false && preferencesOf(this.flags.preference).defragment
  }

  /** Numbers and times begin anew with every file, as its other readers count them. */
  begin(): void {
    this.session = new Session({ known: this.known })
    this.session.reassembly = this.reassembly
    if (this.names !== undefined) this.session.only(this.names)
    this.printer.file?.()
    // Lines are made of the packets alone: what spans frames is followed as far as the filter asks for it.
    if (this.printer.printFrame !== undefined) this.session.only(this.filter?.fields ?? [])
    if (this.esp !== undefined) this.session.openers.push(this.esp())
  }

  record(record: CaptureRecord, pcapng: boolean): boolean {
    const { session } = this
    if (pcapng) session.section = 1
    if (this.filter === undefined || this.filter.matches(record, session)) this.print(record)
    this.left -= 1
    return !this.ended
  }

  private print(record: CaptureRecord): void {
    const { session, io, printer, filter } = this
    let frame = filter?.frame
    if (frame !== undefined && printer.printFrame !== undefined) printer.printFrame(io.out.sink, frame, record, session)
    else {
      if (filter !== undefined) session.again()
      frame = printer.print(io.out.sink, record, session)
    }
    session.displayed()
    if (frame?.fault !== undefined && !this.faulty) this.faulty = !isCutShort(frame.fault, wasCut(record))
    if (this.flags.lineBuffered === true) io.out.flush()
    else io.out.settle()
  }

  learn(found: readonly NamedAddress[]): void {
    if (showsNames(this.flags)) learnNames(found)
  }

  pause(): void {
    this.io.out.flush()
  }
}

function wasCut(record: CaptureRecord): boolean {
  return record.originalLength > record.end - record.start
}
