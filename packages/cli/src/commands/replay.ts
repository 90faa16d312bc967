/** `dmvpn replay`: captures judged. */
import type { CaptureBlock, CaptureRecord } from '@dmvpn/capture'
import { decodeRecord, Session } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import {
  rules as allRules,
  BindingTimeline,
  breaks,
  Diagnosis,
  isSevere,
  Judge,
  type JudgedFile,
  type JudgedStation,
  type Judgement,
  type JudgingProfile,
  type Remark,
  type ReportFormat,
  type Rule,
  type Severity,
  severities,
  type Verdict,
  type VerdictCounts,
  writeReport,
} from '@dmvpn/replay'
import { describe } from '@dmvpn/wire'
import { CommandError, type ExitCode, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { version } from '../version.ts'
import { type EspSessions, espSessionsOf } from './esp-keys.ts'
import { framesDropped } from './frames-dropped.ts'
import { endOf } from './reading-end.ts'
import { type RecordHandler, readAll } from './records.ts'
import type { AgainstCoreFlags } from './replay-against-core.ts'
import type { CacheFlags } from './replay-caches.ts'

/** As commander hands them over. */
export interface ReplayFlags extends CacheFlags, AgainstCoreFlags {
  readonly profile: JudgingProfile
  readonly format: ReportFormat
  readonly severity: Severity
  readonly complete?: boolean
  readonly passes?: boolean
  readonly all?: boolean
  readonly rule?: readonly string[]
  readonly explain?: string
}

/** Runs the command. Throws CommandError for mistakes on the command line and files that cannot be opened. */
export async function replay(files: readonly string[], flags: ReplayFlags, io: Io): Promise<ExitCode> {
  if (flags.explain !== undefined) return explain(ruleOf(flags.explain), io)
  if (files.length === 0) throw new CommandError('no capture file: name one, or - for standard input')
  if (flags.againstCore === true) {
    const { replayAgainstCore } = await import('./replay-against-core.ts')
    return replayAgainstCore(files, flags, io)
  }
  if (flags.router !== undefined || flags.fromStart !== undefined)
    throw new CommandError('--router and --from-start need --against-core')
  if (flags.cache === true || flags.timelines === true) {
    const { showCaches } = await import('./replay-caches.ts')
    return showCaches(files, flags, io)
  }
  if (flags.at !== undefined || flags.station !== undefined)
    throw new CommandError('--at and --station need --cache or --timelines')
  const run = new Replaying(flags, files.length > 1, await espSessionsOf(flags, io, false))
  const reading = await readAll(files, io, run)
  const judgement = run.judgement(new Map(reading.damages.map(({ file, fault }) => [file, describe(fault)])))
  const { passes = false, severity, format } = flags
  writeReport(io.out.sink, judgement, format, { severity, passes, version })
  io.out.flush()
  const { verdicts, unlisted } = judgement
  const failed =
    verdicts.some(each => breaks(each, severity)) ||
    severities.some(each => unlisted !== undefined && unlisted[each] > 0 && isSevere(each, severity))
  return endOf(reading, io, failed)
}

function ruleOf(id: string): Rule {
  const found = allRules.find(each => each.id.toLowerCase() === id.toLowerCase())
  if (found === undefined)
    throw new CommandError(`${id}: no such rule; there are ${allRules[0]!.id} to ${allRules.at(-1)!.id}`)
  return found
}

function explain({ id, statement, source, severity, profiles }: Rule, io: Io): ExitCode {
  const { sink } = io.out
  sink.text(`${id} (${severity}): ${statement}\n`).text(`Source: ${source}\n`)
  sink.text(
    profiles.length === 0
      ? 'Nobody is known to depart from it.\n'
      : `Known to depart from it: ${profiles.join(', ')}\n`,
  )
  io.out.flush()
  return exitCode.done
}

/** Verdicts kept that are no failures: a report of more nobody reads. */
const most = 100_000
const mostFailures = 20_000
/** Failures of one rule that are kept all the same, however many there are of others. */
const mostOfRule = 200

class Replaying implements RecordHandler {
  private readonly flags: ReplayFlags
  private readonly several: boolean
  private readonly espSessions: EspSessions | undefined
  private readonly rules: readonly Rule[]
  private readonly files: { readonly name: string; frames: number }[] = []
  private readonly verdicts: Verdict[] = []
  /** Failures kept, by rule, and those that were too many, by severity. */
  private readonly failures = new Map<string, number>()
  private failed = 0
  private readonly unlisted: Record<Severity, number> = { error: 0, warning: 0, information: 0 }
  private readonly counts: Record<string, VerdictCounts> = {}
  private readonly stations = new Map<string, JudgedStation>()
  /** What was told once of a rule, a station and a reason. */
  private readonly told = new Set<string>()
  private session: Session = new Session()
  private judge: Judge | undefined
  private diagnosis: Diagnosis | undefined
  private readonly remarks: Remark[] = []

  constructor(flags: ReplayFlags, several: boolean, espSessions: EspSessions | undefined) {
    this.flags = flags
    this.several = several
    this.espSessions = espSessions
    this.rules = flags.rule === undefined ? allRules : flags.rule.map(ruleOf)
  }

  begin(file: string): void {
    this.finish()
    this.files.push({ name: file, frames: 0 })
    this.session = new Session()
    this.session.only(['nhrp.response_in'])
    const security = this.espSessions?.()
    if (security !== undefined) this.session.openers.push(security)
    const { profile, complete = false, passes = false } = this.flags
    const { rules } = this
    const onVerdict = (verdict: Verdict): void => this.keep(verdict)
    const judge = new Judge(this.session, { profile, complete, passes, rules, onVerdict }, security)
    const bindings = new BindingTimeline(judge.network)
    this.diagnosis = new Diagnosis(judge.network, bindings)
    judge.watch(bindings)
    judge.watch(this.diagnosis)
    this.judge = judge
  }

  record(record: CaptureRecord, pcapng: boolean): boolean {
    if (pcapng) this.session.section = 1
    this.judge!.take(decodeRecord(dmvpn, record, this.session), record)
    this.files.at(-1)!.frames++
    return true
  }

  block = (block: CaptureBlock): void => {
    if (framesDropped(block) > 0) this.judge?.framesWereLost()
  }

  pause(): void {}

  /** Everything that was found. */
  judgement(damages: ReadonlyMap<string, string>): Judgement {
    this.finish()
    const files: JudgedFile[] = this.files.map(({ name, frames }) => {
      const damage = damages.get(name === '-' ? 'standard input' : name)
      return damage === undefined ? { name, frames } : { name, frames, damage }
    })
    const order = new Map(this.files.map(({ name }, index) => [name, index] as const).reverse())
    const place = ({ file, frames: [frame = 0] }: Verdict): number =>
      (file === undefined ? 0 : order.get(file)!) * 2 ** 40 + frame
    const verdicts = this.verdicts.sort((a, b) => place(a) - place(b))
    const rules = this.rules.map(({ id, statement, source, severity }) => ({ id, statement, source, severity }))
    const stations = [...this.stations.values()]
    const { counts, remarks, unlisted } = this
    const judgement = { files, rules, counts, verdicts, stations, remarks }
    return severities.some(severity => unlisted[severity] > 0) ? { ...judgement, unlisted } : judgement
  }

  private keep(verdict: Verdict): void {
    const { verdicts } = this
    if (verdict.verdict === 'fail') {
      const kept = this.failures.get(verdict.rule) ?? 0
      if (this.failed >= mostFailures && kept >= mostOfRule) {
        this.unlisted[verdict.severity]++
        return
      }
      this.failures.set(verdict.rule, kept + 1)
      this.failed++
    } else {
      if (verdicts.length - this.failed >= most) return
      if (verdict.verdict !== 'pass' && this.flags.all !== true) {
        const reason = 'profile' in verdict ? verdict.profile : 'obstacle' in verdict ? verdict.obstacle : ''
        const name = `${this.files.length} ${verdict.rule} ${verdict.verdict} ${verdict.station} ${reason}`
        if (this.told.has(name)) return
        this.told.add(name)
      }
    }
    verdicts.push(this.several ? { ...verdict, file: this.files.at(-1)!.name } : verdict)
  }

  private finish(): void {
    const { judge } = this
    if (judge === undefined) return
    judge.end()
    for (const [rule, counts] of Object.entries(judge.counts)) {
      const before = this.counts[rule]
      this.counts[rule] = before === undefined ? { ...counts } : sum(before, counts)
    }
    for (const each of judge.stations) this.stations.set(`${each.station} ${each.profile}`, each)
    const file = this.files.at(-1)!.name
    for (const each of this.diagnosis!.remarks()) this.remarks.push(this.several ? { ...each, file } : each)
    this.judge = undefined
  }
}

function sum(a: VerdictCounts, b: VerdictCounts): VerdictCounts {
  return {
    pass: a.pass + b.pass,
    fail: a.fail + b.fail,
    deviates: a.deviates + b.deviates,
    'cannot-judge': a['cannot-judge'] + b['cannot-judge'],
  }
}
