/** Captures against reference routers, as the command does it, for the tests of this folder. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeRecord, type FrameRecord, Session } from '@dmvpn/dissect'
import { parseConfiguration } from '@dmvpn/ios'
import { AssociationTable, IpsecSession, readKeys } from '@dmvpn/ipsec'
import { dmvpn } from '@dmvpn/protocols'
import {
  AgainstCore,
  type CoreCounts,
  type CoreVerdict,
  departs,
  type Ip,
  Judge,
  SettingsInference,
  type StationSettings,
} from '@dmvpn/replay'
import { formatIp } from '@dmvpn/wire'

const scenarios = fileURLToPath(new URL('../../samples/scenarios/', import.meta.url))

export interface HowToCompare {
  readonly keyText?: string
  /** Inferred from the capture where left out. */
  readonly stations?: ReadonlyMap<Ip, StationSettings>
  readonly fromStart?: boolean
}

export interface Compared {
  readonly verdicts: readonly CoreVerdict[]
  /** By station. */
  readonly counts: Readonly<Record<string, CoreCounts>>
  readonly inferred: readonly (readonly [station: string, inference: string])[]
}

/** `records` is called twice: settings are inferred first. */
export function compareWithCore(records: () => Iterable<FrameRecord>, how: HowToCompare = {}): Compared {
  const first = reading(how)
  const inference = new SettingsInference(first.judge.network)
  first.judge.watch(inference)
  first.read(records())
  const inferred = inference.stations()
  const { stations = new Map(inferred.map(each => [each.nbma, each])), fromStart = false } = how
  const second = reading(how)
  const verdicts: CoreVerdict[] = []
  const core = new AgainstCore({
    network: second.judge.network,
    known: first.judge.network,
    stations,
    fromStart,
    onVerdict: verdict => verdicts.push(verdict),
  })
  second.judge.watch(core)
  second.read(records())
  core.end()
  return {
    verdicts,
    counts: Object.fromEntries([...core.counts].map(([nbma, counts]) => [formatIp(nbma), counts])),
    inferred: inferred.flatMap(each => each.inferences.map(because => [formatIp(each.nbma), because] as const)),
  }
}

function reading({ keyText = '' }: HowToCompare): { judge: Judge; read: (records: Iterable<FrameRecord>) => void } {
  const session = new Session()
  let security: IpsecSession | undefined
  if (keyText !== '') {
    security = new IpsecSession(new AssociationTable(readKeys(keyText).associations))
    session.openers.push(security)
  }
  const judge = new Judge(session, { rules: [], onVerdict: () => {} }, security)
  const read = (records: Iterable<FrameRecord>): void => {
    for (const record of records) judge.take(decodeRecord(dmvpn, record, session), record)
    judge.end()
  }
  return { judge, read }
}

/** The routers of a scenario as they are configured, by the addresses of their tunnels. */
export function configuredStations(scenario: string, within: string = scenarios): ReadonlyMap<Ip, StationSettings> {
  const stations = new Map<Ip, StationSettings>()
  const folder = join(within, scenario)
  for (const file of readdirSync(folder).filter(each => each.endsWith('.cfg'))) {
    const { settings } = parseConfiguration(readFileSync(join(folder, file), 'utf8'), { hostname: file })
    for (const each of settings.interfaces) {
      if (each.kind !== 'tunnel' || each.source?.kind !== 'interface') continue
      const { name } = each.source
      const address = settings.interfaces.find(one => one.name === name)?.addresses[0]?.address
      if (address !== undefined) stations.set(address, { settings, isInferred: false })
    }
  }
  return stations
}

/** What is wrong, a line each. */
export function departuresOf({ verdicts }: Compared): string[] {
  return verdicts
    .filter(departs)
    .map(({ station, frame, verdict, subject }) => `${frame} ${station}: ${subject} ${verdict}`)
}

/** The share of frames judged among those the reference router models: no packet of a routing protocol. */
export function judgedShare({ verdicts }: Compared): number {
  const modelled = verdicts.filter(each => !('obstacle' in each) || each.obstacle !== 'not-modelled')
  const judged = modelled.filter(({ verdict }) => verdict !== 'cannot-judge')
  return judged.length / modelled.length
}
