/** `dmvpn dissect`: capture files as lines, trees, fields, octets or JSON. */
import type { CaptureRecord, NamedAddress } from '@dmvpn/capture'
import { type Counter, type Filter, type Foresight, isCutShort, Session } from '@dmvpn/dissect'
import { dmvpn, type Stack } from '@dmvpn/protocols'
import { describe } from '@dmvpn/wire'
import { type ExitCode, exitCode } from '../exit-code.ts'
import { type Io, wantsColor } from '../io.ts'
import { learnNames, showsNames, withNames } from './address-names.ts'
import { type DissectFlags, filesOf, formatOf } from './dissect-flags.ts'
import { type Printer, printerOf } from './dissect-printers.ts'
import { type EspSessions, espSessionsOf } from './esp-keys.ts'
import { type Passes, type PassingHandler, type PassOptions, passesFor, readInPasses } from './first-pass.ts'
import { preferencesOf } from './preferences.ts'
import type { RecordHandler } from './records.ts'
import { shownFields, showsEsp } from './shown-fields.ts'

/** Runs the command. Throws CommandError for mistakes on the command line and files that cannot be opened. */
export async function dissectFiles(files: readonly string[], flags: DissectFlags, io: Io): Promise<ExitCode> {
  return withNames(flags, io, () => print(files, flags, io))
}

async function print(files: readonly string[], flags: DissectFlags, io: Io): Promise<ExitCode> {
  const inputs = filesOf(files, flags)
  if (flags.write !== undefined) (await import('./capture-output.ts')).refuseSameFile(flags.write, inputs)
  const stack = await stackOf(flags)
  const filter = await filterOf(flags, stack)
  const printer = await printerOf(flags, stack, wantsColor(io, flags.color))
  const counter = await counterOf(flags, stack)
  const shown = shownFields(flags, formatOf(flags), filter)
  const names = shown === undefined ? undefined : [...shown, ...(counter?.fields ?? [])]
  const isForPackets = flags.quiet !== true || flags.strict === true || flags.write !== undefined
  const silent = counter !== undefined && !isForPackets
  const esp = await espSessionsOf(flags, io, showsEsp(names))
  const run = new Run({ stack, printer, filter, counter, silent, flags, names, esp, io })
  printer.begin?.(io.out.sink, inputs[0]!)
  const { damages, packets, interrupted } = await readInPasses(inputs, io, run).catch((error: unknown) => {
    // A document that has begun is ended where a file cannot be read.
    printer.end?.(io.out.sink)
    throw error
  })
  printer.end?.(io.out.sink)
  run.endCounting()
  if (counter !== undefined) (await import('./stats-report.ts')).writeStatistics(counter.statistics, false, io)
  io.out.flush()
  for (const { file, fault } of damages) io.err(`dmvpn: ${file}: the file is damaged: ${describe(fault)}`)
  if (interrupted) {
    io.err(`dmvpn: interrupted after ${packets} packet${packets === 1 ? '' : 's'}`)
    return exitCode.interrupted
  }
  return damages.length > 0 || (flags.strict === true && run.faulty) ? exitCode.damaged : exitCode.done
}

// What few command lines ask for is loaded for those: most of the time of a short command is loading.

async function stackOf({ decodeAs }: DissectFlags): Promise<Stack> {
  if (decodeAs === undefined) return dmvpn
  const { decodingAs } = await import('./decode-as.ts')
  return decodingAs(dmvpn, decodeAs)
}

async function filterOf({ displayFilter }: DissectFlags, stack: Stack): Promise<Filter | undefined> {
  if (displayFilter === undefined) return undefined
  const { filterOf: compiled } = await import('./display-filter.ts')
  return compiled(displayFilter, stack)
}

async function counterOf({ statistic }: DissectFlags, stack: Stack): Promise<Counter | undefined> {
  if (statistic === undefined) return undefined
  const { counterOf: made } = await import('./stats-report.ts')
  return made(statistic, stack)
}

/** What a run is about, as the command line says. */
interface Plan {
  readonly stack: Stack
  readonly printer: Printer
  readonly filter: Filter | undefined
  /** What `-z` asks for; undefined where it asks for nothing. */
  readonly counter: Counter | undefined
  /** Whether packets are counted alone. */
  readonly silent: boolean
  readonly flags: DissectFlags
  /** The fields that are looked at; all where undefined. */
  readonly names: readonly string[] | undefined
  readonly esp: EspSessions | undefined
  readonly io: Io
}

class Run implements PassingHandler {
  /** Whether some packet contradicts its protocol, beyond having been cut by the capture. */
  faulty = false
  known: Foresight | undefined = undefined
  readonly passes: Passes
  readonly silent: boolean
  readonly block: RecordHandler['block']
  private session = new Session()
  private left: number
  private counting = false
  private readonly plan: Plan

  constructor(plan: Plan) {
    const { printer, names, flags } = plan
    this.plan = plan
    this.block = printer.block === undefined ? undefined : block => printer.block!(block)
    this.passes = passesFor(names, flags)
    this.silent = flags.quiet === true || (flags.write !== undefined && flags.printAlso !== true)
    this.left = flags.count ?? Number.POSITIVE_INFINITY
  }

  /** Whether nothing more is to be printed. */
  get ended(): boolean {
    return this.left <= 0 || this.plan.io.out.closed
  }

  get passOptions(): PassOptions {
    const { stack, esp } = this.plan
    const count = Number.isFinite(this.left) ? this.left : undefined
    return { stack, esp, reassembly: this.reassembly, count }
  }

  private get reassembly(): boolean {
    const { flags } = this.plan
    return flags.reassembly !== false && preferencesOf(flags.preference).defragment
  }

  /** Numbers and times begin anew with every file, as its other readers count them. */
  begin(file: string): void {
    this.endCounting()
    const { printer, filter, counter, names, esp } = this.plan
    const session = new Session({ known: this.known })
    this.session = session
    session.reassembly = this.reassembly
    printer.file?.()
    // Lines are made of the packets alone: what spans frames is followed as far as somebody asks for it.
    if (printer.printFrame !== undefined) session.only([...(filter?.fields ?? []), ...(counter?.fields ?? [])])
    else if (names !== undefined) session.only(names)
    if (esp !== undefined) session.openers.push(esp())
    counter?.begin(session, file)
    this.counting = counter !== undefined
  }

  record(record: CaptureRecord, pcapng: boolean): boolean {
    const { session } = this
    const { filter, counter, silent } = this.plan
    if (pcapng) session.section = 1
    counter?.take(record, session)
    if (!silent) {
      if (counter !== undefined) session.again()
      if (filter === undefined || filter.passes(record, session)) this.print(record)
    }
    this.left -= 1
    return !this.ended
  }

  /** The last file is over. */
  endCounting(): void {
    if (this.counting) this.plan.counter?.end(this.session)
    this.counting = false
  }

  private print(record: CaptureRecord): void {
    const { session } = this
    const { io, printer, filter, flags } = this.plan
    let frame = filter?.frame
    if (frame !== undefined && printer.printFrame !== undefined) printer.printFrame(io.out.sink, frame, record, session)
    else if (filter !== undefined && frame === undefined && printer.printSound !== undefined) printer.printSound(record)
    else {
      if (filter !== undefined) session.again()
      frame = printer.print(io.out.sink, record, session)
    }
    session.displayed()
    if (frame?.fault !== undefined && !this.faulty) this.faulty = !isCutShort(frame.fault, wasCut(record))
    if (flags.lineBuffered === true) io.out.flush()
    else io.out.settle()
  }

  learn(found: readonly NamedAddress[]): void {
    if (showsNames(this.plan.flags)) learnNames(found)
  }

  pause(): void {
    this.plan.io.out.flush()
  }
}

function wasCut(record: CaptureRecord): boolean {
  return record.originalLength > record.end - record.start
}
