/** `dmvpn replay --against-core`: what every station sent beside what a reference router in its place sends. */
import type { CaptureBlock, CaptureRecord } from '@dmvpn/capture'
import type { Settings } from '@dmvpn/core'
import { decodeRecord, Session } from '@dmvpn/dissect'
import { parseConfiguration } from '@dmvpn/ios'
import { dmvpn } from '@dmvpn/protocols'
import {
  AgainstCore,
  type CoreReport,
  type CoreVerdict,
  departs,
  type Ip,
  Judge,
  type JudgingProfile,
  type Network,
  type ReportFormat,
  SettingsInference,
  type StationSettings,
  type Witness,
  writeCoreJson,
  writeCoreText,
} from '@dmvpn/replay'
import { formatIp } from '@dmvpn/wire'
import { CommandError, type ExitCode, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { readText } from '../text-file.ts'
import { type EspFlags, type EspSessions, espSessionsOf } from './esp-keys.ts'
import { framesDropped } from './frames-dropped.ts'
import { sayDamage } from './reading-end.ts'
import { type RecordHandler, readAll } from './records.ts'

/** As commander hands them over. */
export interface AgainstCoreFlags extends EspFlags {
  readonly againstCore?: boolean
  /** `NAME=FILE`, each. */
  readonly router?: readonly string[]
  readonly fromStart?: boolean
}

interface ReportFlags extends AgainstCoreFlags {
  readonly profile: JudgingProfile
  readonly format: ReportFormat
  readonly complete?: boolean
  readonly all?: boolean
  readonly passes?: boolean
}

/** A router whose configuration was given. */
interface GivenRouter extends StationSettings {
  readonly name: string
}

/** Verdicts shown of one file. */
const most = 100_000

/** Runs the command. Throws CommandError for mistakes on the command line and files that cannot be opened. */
export async function replayAgainstCore(files: readonly string[], flags: ReportFlags, io: Io): Promise<ExitCode> {
  if (files.includes('-')) throw new CommandError('--against-core reads a capture twice: name a file')
  if (flags.format !== 'text' && flags.format !== 'json')
    throw new CommandError(`--against-core has no ${flags.format} report: use text or json`)
  const given = await givenRouters(flags.router ?? [], io)
  const espSessions = await espSessionsOf(flags, io, false)
  const reports: CoreReport[] = []
  let failed = false
  for (const file of files) {
    const first = new Reading(flags, espSessions, network => new SettingsInference(network))
    const learned = await readAll([file], io, first)
    if (learned.interrupted) return exitCode.interrupted
    first.finish()
    const second = new Comparing(flags, espSessions, first.judge.network, given, first.witness)
    const { damages, interrupted } = await readAll([file], io, second.reading)
    if (interrupted) return exitCode.interrupted
    const report = second.report(file)
    reports.push(report)
    failed ||= second.hasDepartures || damages.length > 0
    for (const damage of damages) sayDamage(damage, io)
    if (report.stations.length === 0)
      io.err(`dmvpn: ${file}: no station whose configuration is given or can be inferred`)
  }
  const { sink } = io.out
  if (flags.format === 'json') writeCoreJson(sink, reports)
  else
    reports.forEach((each, index) =>
      writeCoreText(index === 0 ? sink : sink.text('\n'), each, { inferences: flags.all === true }),
    )
  io.out.flush()
  return failed ? exitCode.damaged : exitCode.done
}

async function givenRouters(routers: readonly string[], io: Io): Promise<ReadonlyMap<Ip, GivenRouter>> {
  const found = new Map<Ip, GivenRouter>()
  for (const each of routers) {
    const [, name, file] = /^([^=]+)=(.+)$/.exec(each) ?? []
    if (name === undefined || file === undefined) throw new CommandError(`--router ${each}: not NAME=FILE`)
    const { settings } = parseConfiguration(await readText(file, io), { hostname: name })
    const sources = tunnelSources(settings)
    if (sources.length === 0) throw new CommandError(`--router ${each}: no tunnel with a source address in ${file}`)
    for (const source of sources) found.set(source, { name, settings, isInferred: false })
  }
  return found
}

/** The NBMA addresses of a router. */
function tunnelSources({ interfaces }: Settings): readonly Ip[] {
  return interfaces.flatMap(each => {
    if (each.kind !== 'tunnel' || each.source === undefined) return []
    const { source } = each
    if (source.kind === 'address') return [source.address]
    const address = interfaces.find(({ name }) => name === source.name)?.addresses[0]?.address
    return address === undefined ? [] : [address]
  })
}

/** Reads one capture for one witness. */
class Reading<W extends Witness> implements RecordHandler {
  readonly judge: Judge
  readonly witness: W
  frames = 0
  private readonly session: Session = new Session()

  constructor(flags: ReportFlags, espSessions: EspSessions | undefined, witness: (network: Network) => W) {
    this.session.only(['nhrp.response_in'])
    const security = espSessions?.()
    if (security !== undefined) this.session.openers.push(security)
    const { profile, complete = false } = flags
    this.judge = new Judge(this.session, { profile, complete, rules: [], onVerdict: () => {} }, security)
    this.witness = witness(this.judge.network)
    this.judge.watch(this.witness)
  }

  begin(): void {}

  record(record: CaptureRecord, pcapng: boolean): boolean {
    if (pcapng) this.session.section = 1
    this.judge.take(decodeRecord(dmvpn, record, this.session), record)
    this.frames++
    return true
  }

  block = (block: CaptureBlock): void => {
    if (framesDropped(block) > 0) this.judge.framesWereLost()
  }

  pause(): void {}

  finish(): void {
    this.judge.end()
  }
}

/** The second reading, and what came of it. */
class Comparing {
  readonly reading: Reading<AgainstCore>
  hasDepartures = false
  private readonly flags: ReportFlags
  private readonly given: ReadonlyMap<Ip, GivenRouter>
  private readonly inference: SettingsInference
  private readonly verdicts: CoreVerdict[] = []
  private readonly unjudged = new Map<string, number>()

  constructor(
    flags: ReportFlags,
    espSessions: EspSessions | undefined,
    known: Network,
    given: ReadonlyMap<Ip, GivenRouter>,
    inference: SettingsInference,
  ) {
    this.flags = flags
    this.given = given
    this.inference = inference
    const inferred = inference.stations().map(each => [each.nbma, each] as const)
    const stations = new Map<Ip, StationSettings>([...inferred, ...given])
    const { fromStart = false } = flags
    const onVerdict = (verdict: CoreVerdict): void => this.take(verdict)
    this.reading = new Reading(
      flags,
      espSessions,
      network => new AgainstCore({ network, known, stations, fromStart, onVerdict }),
    )
  }

  report(file: string): CoreReport {
    this.reading.finish()
    this.reading.witness.end()
    const inferred = new Map(this.inference.stations().map(each => [each.nbma, each]))
    const stations = [...this.reading.witness.counts].flatMap(([nbma, counts]) => {
      const given = this.given.get(nbma)
      const station = given ?? inferred.get(nbma)
      const seen = Object.values(counts).some(count => count > 0)
      if (!seen) return []
      const named = given === undefined ? {} : { name: given.name }
      const inferences = given === undefined ? (inferred.get(nbma)?.inferences ?? []) : []
      return [
        { station: formatIp(nbma), ...named, profile: station?.settings.profile ?? 'unknown', inferences, counts },
      ]
    })
    const verdicts = this.verdicts.toSorted((a, b) => a.frame - b.frame)
    const unjudged = [...this.unjudged].map(([because, frames]) => ({ because, frames }))
    return {
      file,
      frames: this.reading.frames,
      stations,
      verdicts,
      unjudged: unjudged.toSorted((a, b) => b.frames - a.frames),
    }
  }

  private take(verdict: CoreVerdict): void {
    const { all = false, passes = false } = this.flags
    const isDeparture = departs(verdict)
    this.hasDepartures ||= isDeparture
    if (verdict.verdict === 'cannot-judge') {
      const because = `${verdict.obstacle}: ${verdict.because.replaceAll(/frame \d+/g, 'a frame')}`
      this.unjudged.set(because, (this.unjudged.get(because) ?? 0) + 1)
    }
    const isWanted = isDeparture || (verdict.verdict === 'agrees' ? passes : all)
    if (isWanted && this.verdicts.length < most) this.verdicts.push(verdict)
  }
}
