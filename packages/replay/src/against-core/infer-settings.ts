/** Settings of every station of a capture, inferred from what it was seen to do: each inference named. */
import type { ProfileName, Settings } from '@dmvpn/core'
import type { Witness } from '../judge.ts'
import type { DataSeen, Ip, Observation } from '../observation.ts'
import { isMulticast } from '../observation.ts'
import type { Network } from '../rules/network.ts'
import { entriesOf, ipIn, isRelayed, isReply } from '../rules/parts.ts'
import { Inferences } from './inferences.ts'
import type { StationSettings, Unsure } from './reference-station.ts'
import { StationDraft } from './station-draft.ts'
import { type FollowedTunnel, StationFacts } from './station-facts.ts'
import type { TunnelFacts } from './tunnel-facts.ts'

/** A station's settings and what they rest on. */
export interface InferredStation extends StationSettings {
  readonly nbma: Ip
  readonly isInferred: true
  /** One sentence each. */
  readonly inferences: readonly string[]
}

/** Evidence of a system that is more than a guess among Cisco's releases. */
const leastStrength = 1
/** Stations, and packets on their way, remembered. */
const most = 4096

/** Reads a whole capture, and says then how its stations seem to be configured. */
export class SettingsInference implements Witness {
  private readonly facts = new Map<Ip, StationFacts>()
  /** Packets that a station received lately: what it sends of them passes through. */
  private readonly passing = new Set<string>()
  private readonly network: Network

  constructor(network: Network) {
    this.network = network
  }

  take(seen: Observation): void {
    if (seen.source === undefined || isMulticast(seen.source)) return
    if (seen.kind === 'nhrp' && seen.packet !== undefined) {
      const { packet, gre, frame } = seen
      const isFirstHand = !isReply(packet) && packet.type <= 5 && !isRelayed(packet)
      const claimed =
        isFirstHand && typeof packet.sourceNbma === 'number' ? packet.sourceNbma : this.network.stationOf(seen.source)
      this.factsOf(claimed)?.tunnelOf(gre, frame)?.sent(packet, seen)
      if (packet.kind === 'resolution-reply') {
        const responder = entriesOf(packet, 'responder-address')?.[0]
        const answerer = ipIn(responder?.nbma)
        if (answerer !== undefined) this.factsOf(answerer)?.tunnelOf(gre, frame)?.answered(packet, responder!, frame)
      }
      const receiver =
        seen.destination === undefined ? undefined : this.factsOf(this.network.stationOf(seen.destination))
      if (packet.kind === 'traffic-indication') receiver?.tunnelOf(gre, frame)?.received(packet)
    } else if (seen.kind === 'data' && !isMulticast(seen.innerDestination)) this.takeData(seen)
  }

  /** Every station whose system is known. */
  stations(): readonly InferredStation[] {
    for (const each of this.facts.values()) each.settle()
    const found: InferredStation[] = []
    for (const [nbma, facts] of this.facts) {
      const station = this.network.known(nbma)
      if (station?.profile === undefined || this.network.stationOf(nbma) !== nbma || typeof nbma !== 'number') continue
      const { profile, strength, evidence } = station
      const inferences = [`${profile}: ${evidence.at(-1) ?? 'as it was given'}`]
      const tunnels = facts.followed(nbma, this.facts, this.network)
      const [first, ...further] = tunnels.map(each => ({
        settings: this.settingsOf(each, tunnels, nbma, profile, inferences),
        isInferred: true as const,
        unsure: unsureOf(each.facts, strength),
      }))
      if (first !== undefined) found.push({ nbma, ...first, further, inferences })
    }
    return found
  }

  private settingsOf(
    tunnel: FollowedTunnel,
    tunnels: readonly FollowedTunnel[],
    nbma: number,
    profile: ProfileName,
    sentences: string[],
  ): Settings {
    const key = tunnel.facts.key?.value
    const name = key === undefined ? 'no GRE key' : `GRE key ${key}`
    const inferences = new Inferences(sentences, tunnels.length === 1 ? undefined : name)
    return new StationDraft(tunnel, tunnels, this.facts, this.network, inferences).settings(nbma, profile)
  }

  private takeData(seen: DataSeen): void {
    const { source, destination, innerSource, innerDestination, innerProtocol, innerIdentification } = seen
    const packet = `${innerSource} ${innerDestination} ${innerProtocol} ${innerIdentification}`
    const sender = this.network.stationOf(source!)
    const passes = this.passing.delete(`${sender} ${packet}`)
    this.factsOf(sender)?.tunnelOf(seen.gre, seen.frame)?.sentData(seen, passes)
    if (destination === undefined) return
    if (this.passing.size >= most) this.passing.delete(this.passing.values().next().value!)
    this.passing.add(`${this.network.stationOf(destination)} ${packet}`)
  }

  private factsOf(nbma: Ip): StationFacts | undefined {
    const known = this.facts.get(nbma)
    if (known !== undefined || this.facts.size >= most) return known
    const facts = new StationFacts()
    this.facts.set(nbma, facts)
    return facts
  }
}

/** What only the system's own defaults stand for. */
function unsureOf(facts: TunnelFacts, strength: number): Unsure {
  if (strength < leastStrength) return 'profile'
  const fields: string[] = []
  if (facts.holdingTime === undefined) fields.push('nhrp.htime')
  if (facts.mtu === undefined) fields.push('nhrp.mtu')
  return new Set(fields)
}
