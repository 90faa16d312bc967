/** A run of `dmvpn dissect` over its files: every record to the filter, to who counts, and to who prints. */
import type { CaptureRecord, NamedAddress } from '@dmvpn/capture'
import { type Counter, type Filter, type Foresight, isCutShort, Session } from '@dmvpn/dissect'
import type { Stack } from '@dmvpn/protocols'
import type { Output } from '../output.ts'
import { learnNames, showsNames } from './address-names.ts'
import type { DissectFlags } from './dissect-flags.ts'
import type { Printer } from './dissect-printers.ts'
import type { EspSessions } from './esp-keys.ts'
import { type Passes, type PassingHandler, type PassOptions, passesFor } from './first-pass.ts'
import { preferencesOf } from './preferences.ts'
import type { RecordHandler } from './records.ts'

/** What a run is about, as the command line says. */
export interface Plan {
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
}

export class Run implements PassingHandler {
  /** Whether some packet contradicts its protocol, beyond having been cut by the capture. */
  faulty = false
  known: Foresight | undefined = undefined
  readonly passes: Passes
  readonly silent: boolean
  readonly block: RecordHandler['block']
  private session = new Session()
  private left: number
  private counting = false
  private readonly thorough: boolean
  private skips = false
  private readonly plan: Plan
  private readonly out: Output

  /** `thorough` has records that others print looked into also where nothing but fragments could matter. */
  constructor(plan: Plan, out: Output, thorough = false) {
    const { printer, names, flags } = plan
    this.plan = plan
    this.out = out
    this.thorough = thorough
    this.block = printer.block === undefined ? undefined : block => printer.block!(block)
    this.passes = passesFor(names, flags)
    this.silent = flags.quiet === true || (flags.write !== undefined && flags.printAlso !== true)
    this.left = flags.count ?? Number.POSITIVE_INFINITY
  }

  /** Whether nothing more is to be printed. */
  get ended(): boolean {
    return this.left <= 0 || this.out.closed
  }

  /** Whether records that others print are not looked into. */
  get isSkipping(): boolean {
    return this.skips
  }

  /** Whether a fragment was met, and others may be in what was not looked into: only a thorough run can go on. */
  get misses(): boolean {
    return this.session.misses
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
    const isForgetful = printer.forgets === true && names?.includes('frame.time_delta_displayed') !== true
    this.skips = !this.thorough && isForgetful && session.isPassive
    counter?.begin(session, file)
    this.counting = counter !== undefined
  }

  /** All that every record goes through, in one method: each one in between would be compiled for itself, too. */
  record(record: CaptureRecord, pcapng: boolean): boolean {
    const { session, out } = this
    const { filter, counter, silent, printer, flags } = this.plan
    if (pcapng) session.section = 1
    counter?.take(record, session)
    if (!silent) {
      if (counter !== undefined) session.again()
      if (filter === undefined || filter.passes(record, session)) {
        let frame = filter?.frame
        if (frame !== undefined && printer.printFrame !== undefined)
          printer.printFrame(out.sink, frame, record, session)
        else if (filter !== undefined && frame === undefined && printer.printSound !== undefined)
          printer.printSound(record)
        else {
          if (filter !== undefined) session.again()
          frame = printer.print(out.sink, record, session)
        }
        session.displayed()
        if (frame?.fault !== undefined && !this.faulty) this.faulty = !isCutShort(frame.fault, wasCut(record))
        if (flags.lineBuffered === true) out.flush()
        else out.settle()
      }
    }
    this.left -= 1
    return !this.ended
  }

  /** A record that another worker prints: the session learns from it what it learns where it is printed. */
  follow(record: CaptureRecord, pcapng: boolean): boolean {
    const { session } = this
    const { filter, printer } = this.plan
    if (pcapng) session.section = 1
    if (this.skips) session.pass(record)
    else if (filter === undefined || filter.passes(record, session)) {
      if (filter?.frame === undefined || printer.printFrame === undefined) {
        if (filter !== undefined) session.again()
        printer.follow?.(record, session)
      }
      session.displayed()
    }
    this.left -= 1
    return !this.ended
  }

  /** Whether more than so many packets are still to come. */
  wantsMoreThan(count: number): boolean {
    return this.left > count
  }

  /** So many were left out. */
  leaveOut(count: number): void {
    this.session.leaveOut(count)
    this.left -= count
  }

  /** The last file is over. */
  endCounting(): void {
    if (this.counting) this.plan.counter?.end(this.session)
    this.counting = false
  }

  learn(found: readonly NamedAddress[]): void {
    if (showsNames(this.plan.flags)) learnNames(found)
  }

  pause(): void {
    this.out.flush()
  }
}

function wasCut(record: CaptureRecord): boolean {
  return record.originalLength > record.end - record.start
}
