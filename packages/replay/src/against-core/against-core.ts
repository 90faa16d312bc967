/**
 * A capture against reference routers: each is given what a station received, and what the station was seen to send is
 * compared with what the reference router sends. What cannot be known is said to be so.
 */
import type { Settings } from '@dmvpn/core'
import type { Frame } from '@dmvpn/protocols'
import type { Witness } from '../judge.ts'
import type { Ip, Observation } from '../observation.ts'
import { isRequest } from '../rules/parts.ts'
import { type AgainstCoreOptions, CoreBench } from './core-bench.ts'
import type { CoreCounts } from './core-verdict.ts'
import { DataComparison } from './data-comparison.ts'
import { MessageComparison } from './message-comparison.ts'
import { MissingPackets } from './missing-packets.ts'
import { ReferenceRouter } from './reference-router.ts'
import { ReferenceStation } from './reference-station.ts'
import { type CapturedTunnel, contentOf, tunnelOf, tunnelPacket } from './tunnel-packet.ts'

/** Octets of frames whose observations are not told yet. */
const mostFrames = 40_000

const nobody: readonly never[] = []

export class AgainstCore implements Witness {
  private readonly bench: CoreBench
  private readonly messages: MessageComparison
  private readonly data: DataComparison
  private readonly missing: MissingPackets
  /** By NBMA address: the parts of the station there. */
  private readonly stations = new Map<Ip, readonly ReferenceStation[]>()
  private readonly tunnels = new Map<number, CapturedTunnel>()
  private latest = 0

  constructor(options: AgainstCoreOptions) {
    this.bench = new CoreBench(options)
    this.messages = new MessageComparison(this.bench)
    this.data = new DataComparison(this.bench)
    this.missing = new MissingPackets(this.bench)
    const known = new Map<Settings, ReferenceStation[]>()
    for (const [nbma, station] of options.stations) {
      const parts = known.get(station.settings) ?? []
      known.set(station.settings, parts)
      const router = parts[0]?.router
      const here = [station, ...(station.further ?? [])].map(each => {
        const own = router ?? new ReferenceRouter(each.settings, `station ${nbma}`)
        return new ReferenceStation(nbma, each, own, parts)
      })
      parts.push(...here)
      this.stations.set(nbma, here)
    }
  }

  /** By NBMA address. */
  get counts(): ReadonlyMap<Ip, Readonly<CoreCounts>> {
    return this.bench.counts
  }

  frame(frame: Frame, number: number): void {
    const tunnel = tunnelOf(frame)
    if (tunnel === undefined) return
    if (this.tunnels.size >= mostFrames) this.tunnels.delete(this.tunnels.keys().next().value!)
    this.tunnels.set(number, tunnel)
  }

  take(seen: Observation): void {
    this.latest = seen.time
    if (seen.opened !== undefined) this.bench.isProtected = true
    // What was opened is told behind the packet it was in.
    if (seen.kind === 'esp' && seen.inner !== undefined) return
    const tunnel = this.tunnels.get(seen.frame)
    this.tunnels.delete(seen.frame)
    const { source, destination } = seen
    const parts = this.partsAt(source)
    if (parts.length === 0) this.noteUnknown(seen)
    else this.takeSent(parts, seen, tunnel)
    if (tunnel === undefined || typeof source !== 'number') return
    const receiver = partOf(this.partsAt(destination), seen)
    if (receiver === undefined) return
    if (seen.kind === 'nhrp' && isRequest(seen.packet)) this.messages.noteRequest(receiver, seen.packet, seen)
    receiver.receive(seen.time, seen.frame, source, tunnel.octets)
    this.missing.settle(receiver, seen.time)
  }

  /** The capture is over: what is still awaited is missing, or came too late to be seen. */
  end(): void {
    this.missing.end([...this.stations.values()].flat(), this.latest)
  }

  /** None where nobody knows the station's configuration. */
  private partsAt(address: Ip | undefined): readonly ReferenceStation[] {
    if (address === undefined) return nobody
    return this.stations.get(address) ?? this.stations.get(this.bench.known.stationOf(address)) ?? nobody
  }

  /** `parts`: of the sender at the address it sent from, at least one. */
  private takeSent(parts: readonly ReferenceStation[], seen: Observation, tunnel: CapturedTunnel | undefined): void {
    const part = partOf(parts, seen)
    if (part !== undefined) part.firstSeen = Math.min(part.firstSeen, seen.time)
    this.judge(parts[0]!.nbma, part, seen, tunnel)
    for (const each of parts) this.missing.settle(each, seen.time)
  }

  /** Of stations that nobody knows the configuration of it is said that nothing can be said. */
  private noteUnknown(seen: Observation): void {
    const { source, kind } = seen
    if (source === undefined || (kind !== 'nhrp' && kind !== 'data')) return
    const because = 'its configuration is neither given nor can it be inferred'
    this.bench.sayUnjudged(this.bench.known.stationOf(source), seen, nameOf(seen), ['not-configured', because])
  }

  private judge(
    nbma: Ip,
    station: ReferenceStation | undefined,
    seen: Observation,
    tunnel: CapturedTunnel | undefined,
  ): void {
    if (seen.kind === 'esp')
      return this.bench.sayUnjudged(nbma, seen, nameOf(seen), ['encrypted', 'nobody could open it'])
    if (seen.kind === 'key-exchange') return
    const content =
      tunnel === undefined || typeof seen.destination !== 'number'
        ? undefined
        : contentOf(tunnelPacket(0, seen.destination, tunnel.octets))
    if (seen.kind === 'gre' || tunnel === undefined || content === undefined) {
      const because = seen.device ? 'it was taken on the tunnel itself' : 'nothing the reference router would send'
      return this.bench.sayUnjudged(nbma, seen, nameOf(seen), [seen.cut ? 'cut-short' : 'not-modelled', because])
    }
    if (station === undefined) {
      const because = 'it is of a tunnel that too little is known of'
      return this.bench.sayUnjudged(nbma, seen, nameOf(seen), ['not-configured', because])
    }
    station.advance(seen.time, seen.frame)
    if (content.message !== undefined && seen.kind === 'nhrp')
      this.messages.judge(station, seen, tunnel, content.message)
    else if (content.data !== undefined && seen.kind === 'data') {
      this.data.judge(station, seen, tunnel, content.data)
      // It left by this part: whatever the others make of it, they need not.
      for (const each of station.parts)
        if (each !== station && each.routesAreUnsure) each.excuse(content.data.key, seen.frame)
    }
  }
}

/** Which of a station's parts a packet is about: where tunnels are inferred, the one with its key. */
function partOf(parts: readonly ReferenceStation[], seen: Observation): ReferenceStation | undefined {
  const key = 'gre' in seen ? seen.gre?.packet.key : undefined
  return parts.find(each => !each.isInferred || each.tunnelsOf(key).length > 0)
}

function nameOf({ kind }: Observation): string {
  if (kind === 'esp') return 'ESP packet'
  return kind === 'nhrp' ? 'NHRP message' : 'packet'
}
