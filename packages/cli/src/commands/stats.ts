/** `dmvpn stats`: capture files counted. */
import type { CaptureRecord, NamedAddress } from '@dmvpn/capture'
import { Counter, type Filter, type Foresight, Session, type Statistic } from '@dmvpn/dissect'
import { dmvpn, type Stack } from '@dmvpn/protocols'
import { CommandError, type ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { learnNames, type NameFlags, showsNames, withNames } from './address-names.ts'
import { decodingAs } from './decode-as.ts'
import { filterOf } from './display-filter.ts'
import { type EspFlags, type EspSessions, espSessionsOf } from './esp-keys.ts'
import type { EspStatistic } from './esp-statistic.ts'
import { type PassFlags, type PassingHandler, type PassOptions, passesFor, readInPasses } from './first-pass.ts'
import { preferencesOf } from './preferences.ts'
import { endOf } from './reading-end.ts'
import { statisticsOf, writeStatistics } from './stats-report.ts'

/** As commander hands them over. */
export interface StatsFlags extends EspFlags, NameFlags, PassFlags {
  readonly read?: readonly string[]
  readonly statistic?: readonly string[]
  readonly nhrp?: boolean
  readonly esp?: boolean
  readonly json?: boolean
  readonly count?: number
  readonly displayFilter?: string
  readonly decodeAs?: readonly string[]
  readonly reassembly?: boolean
}

/** Runs the command. Throws CommandError for mistakes on the command line and files that cannot be opened. */
export async function countFiles(files: readonly string[], flags: StatsFlags, io: Io): Promise<ExitCode> {
  return withNames(flags, io, () => count(files, flags, io))
}

async function count(files: readonly string[], flags: StatsFlags, io: Io): Promise<ExitCode> {
  const inputs = [...(flags.read ?? []), ...files]
  if (inputs.length === 0) throw new CommandError('no capture file: name one, or - for standard input')
  const stack = decodingAs(dmvpn, flags.decodeAs)
  const filter = filterOf(flags.displayFilter, stack)
  const esp = flags.esp === true ? new (await import('./esp-statistic.ts')).EspStatistic() : undefined
  const statistics: Statistic[] = [...statisticsOf(namesOf(flags), stack), ...(esp === undefined ? [] : [esp])]
  const sessions = await espSessionsOf(flags, io, esp !== undefined)
  const run = new Counting({ stack, filter, counter: new Counter(stack, statistics), sessions, esp, flags })
  const reading = await readInPasses(inputs, io, run)
  run.endFile()
  writeStatistics(statistics, flags.json === true, io)
  return endOf(reading, io)
}

/** The statistics asked for; without a wish, what a capture consists of and what NHRP does in it. */
function namesOf({ statistic = [], nhrp, esp }: StatsFlags): readonly string[] {
  if (nhrp === true) return [...statistic, 'nhrp']
  return statistic.length === 0 && esp !== true ? ['io,phs', 'nhrp'] : statistic
}

/** What is counted, as the command line says. */
interface Plan {
  readonly stack: Stack
  readonly filter: Filter | undefined
  readonly counter: Counter
  readonly sessions: EspSessions | undefined
  readonly esp: EspStatistic | undefined
  readonly flags: StatsFlags
}

class Counting implements PassingHandler {
  known: Foresight | undefined = undefined
  readonly silent = true
  readonly passes: PassingHandler['passes']
  private session: Session | undefined
  private left: number
  private readonly plan: Plan
  private readonly names: readonly string[]

  constructor(plan: Plan) {
    const { filter, counter, flags } = plan
    this.plan = plan
    this.names = [...(filter?.fields ?? []), ...counter.fields]
    this.passes = passesFor(this.names, flags)
    this.left = flags.count ?? Number.POSITIVE_INFINITY
  }

  get ended(): boolean {
    return this.left <= 0
  }

  get passOptions(): PassOptions {
    const count = Number.isFinite(this.left) ? this.left : undefined
    return { stack: this.plan.stack, esp: this.plan.sessions, reassembly: this.reassembly, count }
  }

  private get reassembly(): boolean {
    const { flags } = this.plan
    return flags.reassembly !== false && preferencesOf(flags.preference).defragment
  }

  /** Numbers and times begin anew with every file. */
  begin(file: string): void {
    this.endFile()
    const session = new Session({ known: this.known })
    session.reassembly = this.reassembly
    session.only(this.names)
    const opener = this.plan.sessions?.()
    if (opener !== undefined) {
      session.openers.push(opener)
      this.plan.esp?.follow(file, opener)
    }
    this.session = session
    this.plan.counter.begin(session, file)
  }

  record(record: CaptureRecord): boolean {
    const { filter, counter } = this.plan
    const session = this.session!
    if (filter === undefined || filter.matches(record, session)) {
      if (filter !== undefined) session.again()
      counter.take(record, session)
    }
    this.left -= 1
    return this.left > 0
  }

  learn(found: readonly NamedAddress[]): void {
    if (showsNames(this.plan.flags)) learnNames(found)
  }

  pause(): void {}

  /** The last file is over: what it left open is counted now. */
  endFile(): void {
    if (this.session !== undefined) this.plan.counter.end(this.session)
    this.session = undefined
  }
}
