/**
 * What a capture has shown of the network so far: stations with their profiles, who is whose server, registrations,
 * mappings that stations were given, purges. Bounded: what is oldest goes first.
 */

import type { Nhrp, NhrpExchange } from '@dmvpn/protocols'
import type { Ip, NhrpSeen, Observation } from '../observation.ts'
import { evidenceIn, type JudgingProfile } from '../profiles.ts'
import { most } from './bounds.ts'
import { Coverage } from './coverage.ts'
import { learn } from './learning.ts'
import type { ConfiguredStation, Mapping, NetworkOptions, Purge, Registration, Station } from './network-facts.ts'
import { PairMap } from './pair-map.ts'
import { covers, entriesOf, ipIn, isExchange, isRelayed, isReply, sameAddress } from './parts.ts'
import { Silences } from './silences.ts'

export type { ConfiguredStation, Mapping, NetworkOptions, Purge, Registration, Station } from './network-facts.ts'

const nothing: readonly Mapping[] = []

export class Network {
  readonly options: NetworkOptions
  /** Whether the capturing system says that it lost frames. */
  framesLost: boolean
  readonly coverage: Coverage
  readonly stations: Map<Ip, Station> = new Map()
  /** By server and client. */
  readonly registrations: PairMap<Registration> = new PairMap(most)
  /** The latest registration of a protocol address, at whatever server. */
  readonly registeredAs: Map<Ip, Registration> = new Map()
  /** By holder and NBMA address of the way, in the order of time. */
  readonly mappings: PairMap<Mapping[]> = new PairMap(4 * most)
  readonly purges: Map<Ip, Purge[]> = new Map()
  /** NBMA addresses of next hop servers. */
  readonly servers: Set<Ip> = new Set()
  /** What NAT makes of claimed addresses: real by claimed. */
  readonly natted: Map<Ip, Ip> = new Map()
  private readonly claimed = new Map<Ip, Ip>()
  private readonly silences = new Silences()
  /** Nanoseconds of the latest observation. */
  now = 0
  /** Frames read, and how many came later than they should; the first of those. */
  disorder: { readonly frames: number; readonly late: number; readonly firstLate: number | undefined } = {
    frames: 0,
    late: 0,
    firstLate: undefined,
  }
  /** The first ESP packet nobody could open. */
  firstVeiled: number | undefined = undefined

  constructor(options: NetworkOptions) {
    this.options = options
    this.framesLost = options.framesLost
    this.coverage = new Coverage(options.complete, (a, b) => a === b || this.stationOf(a) === this.stationOf(b))
  }

  /** Whoever is behind an address: the claimed one where NAT shows another. */
  stationOf(address: Ip): Ip {
    return this.claimed.size === 0 ? address : (this.claimed.get(address) ?? address)
  }

  known(address: Ip): Station | undefined {
    return this.stations.get(this.stationOf(address))
  }

  /** The profile a station is judged by; undefined where nothing tells. */
  profileOf(address: Ip | undefined): JudgingProfile | undefined {
    const { profile } = this.options
    if (profile !== 'auto') return profile
    return address === undefined ? undefined : this.known(address)?.profile
  }

  /** What the configuration says of a station; undefined where nobody gave it. */
  configured(address: Ip): ConfiguredStation | undefined {
    return this.options.configured.find(({ nbma }) => this.stationOf(nbma) === this.stationOf(address))
  }

  /** Whether a station is a next hop server as far as was seen. */
  isServer(address: Ip): boolean {
    return this.servers.has(this.stationOf(address))
  }

  /** What a station was told about the way to an NBMA address. */
  mappingsTo(holder: Ip, nbma: Ip): readonly Mapping[] {
    return this.mappings.get(this.stationOf(holder), nbma) ?? nothing
  }

  /** Whether a request of this id may have been sent before the capture began. */
  mayPrecede(requester: Ip, requestId: number): boolean {
    const station = this.known(requester)
    return station?.firstId === undefined || requestId < station.firstId
  }

  /** Whether a station that had been there sent nothing to anybody for that long. */
  wasAway(station: Ip, from: number, to: number): boolean {
    return this.silences.wasAway(this.stationOf(station), from, to)
  }

  /** Learns who sends: before the rules look at it. What no receiver takes says nothing of its author. */
  meet(seen: Observation, sound = true): void {
    this.now = seen.time
    this.coverage.take(seen)
    if (seen.source !== undefined) this.silences.hear(this.stationOf(seen.source), seen.time)
    if (seen.kind === 'esp' && seen.inner === undefined) {
      this.coverage.veil(seen)
      this.firstVeiled ??= seen.frame
    }
    if (sound && seen.kind === 'nhrp' && seen.packet !== undefined) this.meetAuthor(seen)
  }

  /** Learns what was said: after the rules have looked at it. */
  take(seen: NhrpSeen): void {
    const { packet } = seen
    if (!isExchange(packet)) return
    this.noteNat(packet, seen)
    learn(this, seen)
  }

  private stationFor(nbma: Ip): Station | undefined {
    const address = this.stationOf(nbma)
    const known = this.stations.get(address)
    if (known !== undefined || this.stations.size >= most) return known
    const station: Station = {
      nbma: address,
      profile: undefined,
      strength: -1,
      evidence: [],
      protocols: new Set(),
      firstId: undefined,
      greatestId: -1,
    }
    this.stations.set(address, station)
    return station
  }

  private meetAuthor(seen: NhrpSeen): void {
    const packet = seen.packet!
    if (isRelayed(packet)) {
      this.meetRelay(packet, seen)
      return
    }
    const own = ipIn(packet.sourceNbma)
    const answers = packet.type === 2 || packet.type === 4 || packet.type === 6
    const author = answers || packet.type === 7 ? seen.source : own
    if (author === undefined) return
    // A copy that was passed on without a record: its hop count is not its author's.
    if (
      !answers &&
      packet.type !== 7 &&
      seen.source !== undefined &&
      this.stationOf(seen.source) !== this.stationOf(author)
    ) {
      if (packet.type !== 3) return
    }
    const station = this.stationFor(author)
    if (station === undefined) return
    const protocol = ipIn(packet.sourceProtocol)
    if (!answers && packet.type !== 7 && protocol !== undefined && station.protocols.size < 16)
      station.protocols.add(protocol)
    if (!answers && 'requestId' in packet && packet.type <= 5) {
      station.firstId ??= packet.requestId
      station.greatestId = Math.max(station.greatestId, packet.requestId)
    }
    if (packet.kind === 'traffic-indication') this.servers.add(author)
    if (packet.kind === 'registration-reply' && seen.source !== undefined) this.servers.add(this.stationOf(seen.source))
    if (packet.kind === 'registration-request' && seen.destination !== undefined)
      this.servers.add(this.stationOf(seen.destination))
    const evidence = evidenceIn(seen)
    if (evidence === undefined || evidence.strength <= station.strength) return
    station.profile = evidence.profile
    station.strength = evidence.strength
    if (station.evidence.length < 4) station.evidence.push(evidence.because)
  }

  /** Who passes messages on is a server. */
  private meetRelay(packet: Nhrp, { source }: NhrpSeen): void {
    const last = entriesOf(packet, isReply(packet) ? 'reverse-transit' : 'forward-transit')?.at(-1)
    if (source !== undefined && last !== undefined && sameAddress(last.nbma, source))
      this.servers.add(this.stationOf(source))
  }

  /** The second entry of a registration reply's NAT extension is the client as the server saw it. */
  private noteNat(packet: NhrpExchange, seen: NhrpSeen): void {
    if (packet.kind !== 'registration-reply') return
    const claimed = ipIn(packet.sourceNbma)
    const entries = entriesOf(packet, 'nat-address') ?? []
    this.noteServerNat(packet, seen, ipIn(entries[0]?.nbma))
    const real = entries.length < 2 ? undefined : ipIn(entries[entries.length - 1]!.nbma)
    if (claimed === undefined || real === undefined || real === claimed || this.natted.size >= most) return
    if (seen.source === real) return
    this.natted.set(claimed, real)
    this.claimed.set(real, claimed)
  }

  /** A server that its client knows by the address its packets have, and that calls itself by a private one. */
  private noteServerNat(packet: NhrpExchange, { source }: NhrpSeen, known: Ip | undefined): void {
    const own = ipIn(entriesOf(packet, 'responder-address')?.[0]?.nbma)
    if (source === undefined || own === undefined || own === source || known !== source || !isPrivate(own)) return
    if (this.natted.size >= most || isRelayed(packet)) return
    this.natted.set(own, source)
    this.claimed.set(source, own)
  }
}

/** RFC 1918 and RFC 6598 addresses: nobody outside is reached by them. */
function isPrivate(address: Ip): boolean {
  return privateNetworks.some(([network, length]) => covers(network, length, address))
}

const privateNetworks: readonly (readonly [network: Ip, length: number])[] = [
  [0x0a000000, 8],
  [0xac100000, 12],
  [0xc0a80000, 16],
  [0x64400000, 10],
]
