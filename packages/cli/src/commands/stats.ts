/** `dmvpn stats`: capture files counted. */
import type { CaptureRecord } from '@dmvpn/capture'
import { decodeRecord, Session, type Statistic } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import { describe } from '@dmvpn/wire'
import { CommandError, type ExitCode, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { type EspFlags, type EspSessions, espSessionsOf } from './esp-keys.ts'
import type { EspStatistic } from './esp-statistic.ts'
import { type RecordHandler, readRecords } from './records.ts'

/** As commander hands them over. */
export interface StatsFlags extends EspFlags {
  readonly read?: readonly string[]
  readonly esp?: boolean
  readonly json?: boolean
  readonly count?: number
}

/** Runs the command. Throws CommandError for mistakes on the command line and files that cannot be opened. */
export async function countFiles(files: readonly string[], flags: StatsFlags, io: Io): Promise<ExitCode> {
  const inputs = [...(flags.read ?? []), ...files]
  if (inputs.length === 0) throw new CommandError('no capture file: name one, or - for standard input')
  const esp = flags.esp === true ? new (await import('./esp-statistic.ts')).EspStatistic() : undefined
  const statistics: Statistic[] = esp === undefined ? [] : [esp]
  if (statistics.length === 0) throw new CommandError('nothing to count: --esp')
  const run = new Counting(statistics, flags, await espSessionsOf(flags, io, flags.esp === true), esp)
  const damages = await readRecords(inputs, io, run)
  writeStatistics(statistics, flags.json === true, io)
  for (const { file, fault } of damages) io.err(`dmvpn: ${file}: the file is damaged: ${describe(fault)}`)
  return damages.length > 0 ? exitCode.damaged : exitCode.done
}

/** Writes what was counted: as text one after the other, or as one JSON object. */
export function writeStatistics(statistics: readonly Statistic[], json: boolean, io: Io): void {
  const { sink } = io.out
  if (json) {
    const reports = Object.fromEntries(statistics.map(each => [each.name, each.report()]))
    sink.text(`${JSON.stringify(reports, undefined, 2)}\n`)
  } else {
    for (const each of statistics) {
      each.write(sink)
      io.out.settle()
    }
  }
  io.out.flush()
}

class Counting implements RecordHandler {
  private session = new Session()
  private left: number
  private readonly statistics: readonly Statistic[]
  private readonly espSessions: EspSessions | undefined
  private readonly esp: EspStatistic | undefined

  constructor(
    statistics: readonly Statistic[],
    flags: StatsFlags,
    espSessions: EspSessions | undefined,
    esp: EspStatistic | undefined,
  ) {
    this.statistics = statistics
    this.espSessions = espSessions
    this.esp = esp
    this.left = flags.count ?? Number.POSITIVE_INFINITY
  }

  begin(file: string): void {
    this.session = new Session()
    const opener = this.espSessions?.()
    if (opener === undefined) return
    this.session.openers.push(opener)
    this.esp?.follow(file, opener)
  }

  record(record: CaptureRecord): boolean {
    const { session, statistics } = this
    const frame = decodeRecord(dmvpn, record, session)
    for (let i = 0; i < statistics.length; i++) statistics[i]!.take(frame, record, session)
    this.left -= 1
    return this.left > 0
  }

  pause(): void {}
}
