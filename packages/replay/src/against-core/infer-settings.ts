/** Settings of every station of a capture, inferred from what it was seen to do: each inference named. */
import type { Settings } from '@dmvpn/core'
import type { Witness } from '../judge.ts'
import type { DataSeen, Ip, Observation } from '../observation.ts'
import { isMulticast } from '../observation.ts'
import type { Network } from '../rules/network.ts'
import { entriesOf, ipIn, isRelayed, isReply } from '../rules/parts.ts'
import type { Unsure } from './reference-station.ts'
import { StationDraft } from './station-draft.ts'
import { StationFacts } from './station-facts.ts'

/** A station's settings and what they rest on. */
export interface InferredStation {
  readonly nbma: Ip
  readonly settings: Settings
  readonly isInferred: true
  readonly unsure: Unsure
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
      const { packet } = seen
      const isFirstHand = !isReply(packet) && packet.type <= 5 && !isRelayed(packet)
      const claimed =
        isFirstHand && typeof packet.sourceNbma === 'number' ? packet.sourceNbma : this.network.stationOf(seen.source)
      this.factsOf(claimed)?.sent(seen)
      if (packet.kind === 'resolution-reply') {
        const responder = entriesOf(packet, 'responder-address')?.[0]
        const answerer = ipIn(responder?.nbma)
        if (answerer !== undefined) this.factsOf(answerer)?.answered(packet, responder!, seen.frame)
      }
      if (seen.destination !== undefined) this.factsOf(this.network.stationOf(seen.destination))?.received(seen)
    } else if (seen.kind === 'data' && !isMulticast(seen.innerDestination)) this.takeData(seen)
  }

  /** Every station whose system is known. */
  stations(): readonly InferredStation[] {
    const found: InferredStation[] = []
    for (const [nbma, facts] of this.facts) {
      const station = this.network.known(nbma)
      if (station?.profile === undefined || this.network.stationOf(nbma) !== nbma || typeof nbma !== 'number') continue
      const inferences = [`${station.profile}: ${station.evidence.at(-1) ?? 'as it was given'}`]
      const settings = new StationDraft(facts, this.facts, this.network, inferences).settings(nbma, station.profile)
      if (settings !== undefined)
        found.push({ nbma, settings, isInferred: true, unsure: unsureOf(facts, station.strength), inferences })
    }
    return found
  }

  private takeData(seen: DataSeen): void {
    const { source, destination, innerSource, innerDestination, innerProtocol, innerIdentification } = seen
    const packet = `${innerSource} ${innerDestination} ${innerProtocol} ${innerIdentification}`
    const sender = this.network.stationOf(source!)
    this.factsOf(sender)?.sentData(seen, this.passing.delete(`${sender} ${packet}`))
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
function unsureOf(facts: StationFacts, strength: number): Unsure {
  if (strength < leastStrength) return 'profile'
  const fields: string[] = []
  if (facts.holdingTime === undefined) fields.push('nhrp.htime')
  if (facts.mtu === undefined) fields.push('nhrp.mtu')
  return new Set(fields)
}
