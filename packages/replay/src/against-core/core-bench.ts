/** What every comparison with a reference router needs: what is known of the capture, and who is told. */
import { formatIp, type Ipv4 } from '@dmvpn/wire'
import type { Ip, Observation } from '../observation.ts'
import type { Network } from '../rules/network.ts'
import { second } from '../rules/parts.ts'
import { type CoreCounts, type CoreDifference, type CoreObstacle, type CoreVerdict, noCounts } from './core-verdict.ts'
import { packetDifferences } from './field-differences.ts'
import type { Expectation } from './reference-router.ts'
import type { ReferenceStation, StationSettings } from './reference-station.ts'
import { type CapturedTunnel, outerLength, tunnelPacket } from './tunnel-packet.ts'

export interface AgainstCoreOptions {
  /** What the judge that tells of the capture has learned so far. */
  readonly network: Network
  /** What an earlier reading of the whole capture had learned at its end; `network` where there was none. */
  readonly known?: Network
  /** Settings by NBMA address: of a station without, nothing can be said. */
  readonly stations: ReadonlyMap<Ip, StationSettings>
  /** Whether every router was switched on in the capture: nothing is known to them that is not in it. */
  readonly fromStart?: boolean
  /** Told every verdict as it falls. */
  readonly onVerdict: (verdict: CoreVerdict) => void
}

/** Why nothing can be said, and a sentence. */
export type Doubt = readonly [obstacle: CoreObstacle, because: string]

/** A station answers, or passes on, within this; under ESP an association may have to be opened before. */
const usualWindow = 5 * second
const protectedWindow = 10 * second
/** Nobody's default holding time is longer. */
const longestHold = 7200
/** Seconds that an unanswered or refused request keeps others away. */
const longestRefusal = 180
/** Stations counted. */
const mostStations = 4096

export class CoreBench {
  readonly counts: Map<Ip, CoreCounts> = new Map()
  readonly known: Network
  readonly fromStart: boolean
  /** Nanoseconds after which nothing that a station learned before the capture is left. */
  readonly horizon: number
  isProtected = false
  private readonly onVerdict: (verdict: CoreVerdict) => void

  constructor({ network, known = network, stations, fromStart = false, onVerdict }: AgainstCoreOptions) {
    this.known = known
    this.fromStart = fromStart
    this.onVerdict = onVerdict
    const tunnels = [...stations.values()].flatMap(each => [each, ...(each.further ?? [])])
    const holds = tunnels.flatMap(({ settings }) =>
      settings.interfaces.flatMap(each => (each.kind === 'tunnel' ? [each.nhrp.holdingTime] : [])),
    )
    const longest = Math.max(longestRefusal, ...holds.map(each => Math.min(each, longestHold)))
    this.horizon = fromStart ? 0 : longest * second
    for (const nbma of stations.keys()) this.counts.set(nbma, { ...noCounts })
  }

  /** How long what a station should send is waited for: nanoseconds. */
  get window(): number {
    return this.isProtected ? protectedWindow : usualWindow
  }

  /** Whether both directions of a station's link are in the capture: of every link, where its router has several. */
  watches({ router }: ReferenceStation): boolean {
    for (const address of router.addresses) if (!this.known.coverage.watches(address)) return false
    return true
  }

  /** What a captured packet differs in from a predicted one; `message` is the type of the NHRP message it carries. */
  differences(
    { destination }: Observation,
    { octets, at, outerAt }: CapturedTunnel,
    { bytes, destination: expected }: Expectation,
    message: number | undefined,
  ): readonly CoreDifference[] {
    if (destination === expected && areSame(octets, bytes.subarray(outerLength))) return []
    const observed = tunnelPacket(0, destination as Ipv4, octets)
    return packetDifferences(observed, bytes, { greAt: at, outerAt, message })
  }

  say(verdict: CoreVerdict, nbma: Ip): void {
    let counts = this.counts.get(nbma)
    if (counts === undefined && this.counts.size < mostStations) {
      counts = { ...noCounts }
      this.counts.set(nbma, counts)
    }
    if (counts !== undefined) counts[verdict.verdict]++
    this.onVerdict(verdict)
  }

  /** Of a frame nothing can be said. */
  sayUnjudged(nbma: Ip, seen: Observation, subject: string, [obstacle, because]: Doubt): void {
    this.say({ ...aboutFrame(nbma, seen, subject), verdict: 'cannot-judge', obstacle, because }, nbma)
  }
}

/** Most packets are the same to the last octet, and no tree need be made of them. */
function areSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((octet, index) => octet === other[index])
}

/** What a verdict says of where and when. */
export function aboutFrame(
  nbma: Ip,
  { frame, time }: Pick<Observation, 'frame' | 'time'>,
  subject: string,
): Pick<CoreVerdict, 'station' | 'frame' | 'time' | 'subject'> {
  return { station: formatIp(nbma), frame, time, subject }
}

/** Takes what was seen off what is awaited. */
export function fulfil(station: ReferenceStation, expectation: Expectation): void {
  const at = station.expectations.indexOf(expectation)
  if (at >= 0) station.expectations.splice(at, 1)
}
