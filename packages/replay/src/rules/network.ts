/**
 * What a capture has shown of the network so far: stations with their profiles, who is whose server, registrations,
 * mappings that stations were given, purges. Bounded: what is oldest goes first.
 */
import type { ProfileName } from '@dmvpn/core'
import type { Nhrp, NhrpExchange } from '@dmvpn/protocols'
import type { Ip, NhrpSeen, Observation } from '../observation.ts'
import { evidenceIn, type JudgingProfile } from '../profiles.ts'
import { Coverage } from './coverage.ts'
import {
  covers,
  entriesOf,
  ipIn,
  isExchange,
  isPositive,
  isRelayed,
  isReply,
  meantPrefix,
  sameAddress,
  second,
  widthOf,
} from './parts.ts'

/** A station as far as it is known. */
export interface Station {
  readonly nbma: Ip
  profile: ProfileName | undefined
  strength: number
  readonly evidence: string[]
  readonly protocols: Set<Ip>
  /** The first and the greatest request id it was seen to send, and when the first was. */
  firstId: number | undefined
  greatestId: number
}

/** A registration that a server has accepted. */
export interface Registration {
  readonly server: Ip
  readonly protocol: Ip
  /** As the client claims it, and as it was seen. */
  readonly nbma: Ip
  readonly real: Ip
  readonly unique: boolean
  readonly holdingTime: number
  readonly accepted: number
  readonly expires: number
  readonly frame: number
}

/** What a station was told about the way to another. */
export interface Mapping {
  /** Who was told, by the NBMA address. */
  readonly holder: Ip
  /** The way: claimed, and behind NAT the real one. */
  readonly nbmas: readonly Ip[]
  readonly network: Ip
  readonly prefixLength: number
  readonly learned: number
  readonly expires: number
  readonly holdingTime: number
  /** A reply to its request; a request it received; a registration it accepted. */
  readonly from: 'reply' | 'request' | 'registration'
  readonly responder: Ip | undefined
  readonly frame: number
  purged: number | undefined
}

/** A purge as it reached somebody. */
export interface Purge {
  readonly holder: Ip
  readonly network: Ip
  readonly prefixLength: number
  readonly time: number
  readonly frame: number
}

/** When a station was last heard, and when it was not for a while. */
interface Heard {
  readonly first: number
  latest: number
  /** Pauses longer than a second, the latest. */
  readonly silences: (readonly [from: number, to: number])[]
}

/** What the configuration says of a station, where somebody gives it. */
export interface ConfiguredStation {
  readonly nbma: Ip
  readonly phase?: 1 | 2 | 3
  readonly switching?: 'cef' | 'process'
  /** Prefix length of the tunnel's own network; 24 where left out. */
  readonly tunnelPrefix?: number
}

export interface NetworkOptions {
  readonly profile: JudgingProfile
  /** Whether the capture has every link of the cloud. */
  readonly complete: boolean
  /** Whether the capturing system says that it lost frames. */
  readonly framesLost: boolean
  readonly configured: readonly ConfiguredStation[]
}

/** Stations, registrations and pairs of stations remembered. */
const most = 4096
/** Mappings remembered of one pair. */
const mostOfPair = 64
/** Nanoseconds after which silence is worth a note. */
const pause = second
/** RFC 2332 leaves a holding time of the requester open; nobody's default is longer. */
const longestHold = 7200

export class Network {
  readonly options: NetworkOptions
  /** Whether the capturing system says that it lost frames. */
  framesLost: boolean
  readonly coverage: Coverage
  readonly stations: Map<Ip, Station> = new Map()
  /** By server and client. */
  readonly registrations: Map<string, Registration> = new Map()
  /** By holder and NBMA address of the way, in the order of time. */
  readonly mappings: Map<string, Mapping[]> = new Map()
  readonly purges: Map<Ip, Purge[]> = new Map()
  /** NBMA addresses of next hop servers. */
  readonly servers: Set<Ip> = new Set()
  /** What NAT makes of claimed addresses: real by claimed. */
  readonly natted: Map<Ip, Ip> = new Map()
  private readonly claimed = new Map<Ip, Ip>()
  private readonly heard = new Map<Ip, Heard>()
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
    return this.claimed.get(address) ?? address
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
    return this.mappings.get(`${this.stationOf(holder)} ${nbma}`) ?? []
  }

  /** Whether a request of this id may have been sent before the capture began. */
  mayPrecede(requester: Ip, requestId: number): boolean {
    const station = this.known(requester)
    return station?.firstId === undefined || requestId < station.firstId
  }

  /** Whether a station that had been there sent nothing to anybody for that long: it was switched off, or cut off. */
  wasAway(station: Ip, from: number, to: number): boolean {
    const heard = this.heard.get(this.stationOf(station))
    if (heard === undefined || heard.first >= from) return false
    if (heard.latest <= from + pause) return true
    return heard.silences.some(([begin, end]) => begin <= from + pause && end >= to)
  }

  private hear(station: Ip, time: number): void {
    const heard = this.heard.get(station)
    if (heard === undefined) {
      if (this.heard.size < most) this.heard.set(station, { first: time, latest: time, silences: [] })
      return
    }
    if (time - heard.latest > pause) {
      if (heard.silences.length >= mostOfPair) heard.silences.shift()
      heard.silences.push([heard.latest, time])
    }
    heard.latest = time
  }

  /** Learns who sends: before the rules look at it. */
  meet(seen: Observation): void {
    this.now = seen.time
    this.coverage.take(seen)
    if (seen.source !== undefined) this.hear(this.stationOf(seen.source), seen.time)
    if (seen.kind === 'esp' && seen.inner === undefined) {
      this.coverage.veil(seen)
      this.firstVeiled ??= seen.frame
    }
    if (seen.kind === 'nhrp' && seen.packet !== undefined) this.meetAuthor(seen)
  }

  /** Learns what was said: after the rules have looked at it. */
  take(seen: NhrpSeen): void {
    const { packet } = seen
    if (!isExchange(packet)) return
    this.noteNat(packet, seen)
    if (packet.kind === 'registration-reply') this.takeRegistration(packet, seen)
    else if (packet.kind === 'resolution-request') this.takeRequest(packet, seen)
    else if (packet.kind === 'resolution-reply') this.takeReply(packet, seen)
    else if (packet.kind === 'purge-request') this.takePurge(packet, seen)
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
    const real = entries.length < 2 ? undefined : ipIn(entries[entries.length - 1]!.nbma)
    if (claimed === undefined || real === undefined || real === claimed || this.natted.size >= most) return
    if (seen.source === real) return
    this.natted.set(claimed, real)
    this.claimed.set(real, claimed)
  }

  private takeRegistration(packet: NhrpExchange, seen: NhrpSeen): void {
    const server = seen.source
    const nbma = ipIn(packet.sourceNbma)
    const [entry] = packet.entries
    const protocol = ipIn(entry?.protocol ?? packet.sourceProtocol)
    if (server === undefined || nbma === undefined || protocol === undefined || entry === undefined) return
    if (!isPositive(packet) || isRelayed(packet)) return
    const { frame, time } = seen
    const expires = time + entry.holdingTime * second
    const key = `${this.stationOf(server)} ${protocol}`
    this.registrations.delete(key)
    if (this.registrations.size >= most) this.registrations.delete(this.registrations.keys().next().value!)
    this.registrations.set(key, {
      server,
      protocol,
      nbma,
      real: this.natted.get(nbma) ?? nbma,
      unique: (packet.flags & 0x8000) !== 0,
      holdingTime: entry.holdingTime,
      accepted: time,
      expires,
      frame,
    })
    this.map(
      server,
      packet,
      {
        from: 'registration',
        network: protocol,
        prefixLength: widthOf(packet),
        nbma,
        expires,
        holdingTime: entry.holdingTime,
        responder: undefined,
      },
      seen,
    )
  }

  private takeRequest(packet: NhrpExchange, seen: NhrpSeen): void {
    const nbma = ipIn(packet.sourceNbma)
    const network = ipIn(packet.sourceProtocol)
    if (seen.destination === undefined || nbma === undefined || network === undefined) return
    const holdingTime = packet.entries[0]?.holdingTime || longestHold
    const expires = seen.time + holdingTime * second
    this.map(
      seen.destination,
      packet,
      { from: 'request', network, prefixLength: widthOf(packet), nbma, expires, holdingTime, responder: undefined },
      seen,
    )
  }

  private takeReply(packet: NhrpExchange, seen: NhrpSeen): void {
    const requester = ipIn(packet.sourceNbma)
    const target = ipIn(packet.destinationProtocol)
    if (!isPositive(packet) || requester === undefined || target === undefined) return
    // Passed on to somebody else yet: the requester has not got it.
    if (seen.destination !== undefined && this.stationOf(seen.destination) !== this.stationOf(requester)) return
    const responder = ipIn(entriesOf(packet, 'responder-address')?.[0]?.nbma) ?? seen.source
    for (const { nbma, holdingTime, prefixLength } of packet.entries) {
      const way = ipIn(nbma)
      if (way === undefined) continue
      const expires = seen.time + holdingTime * second
      this.map(
        requester,
        packet,
        {
          from: 'reply',
          network: target,
          prefixLength: meantPrefix(prefixLength, widthOf(packet)),
          nbma: way,
          expires,
          holdingTime,
          responder,
        },
        seen,
      )
    }
  }

  private map(
    holder: Ip,
    packet: NhrpExchange,
    facts: Pick<Mapping, 'from' | 'network' | 'prefixLength' | 'expires' | 'holdingTime' | 'responder'> & {
      readonly nbma: Ip
    },
    { time, frame }: NhrpSeen,
  ): void {
    const { nbma, ...rest } = facts
    const real = [this.natted.get(nbma), ...(entriesOf(packet, 'nat-address') ?? []).map(each => ipIn(each.nbma))]
    const nbmas = [...new Set([nbma, ...real.filter(each => each !== undefined)])]
    const mapping: Mapping = { ...rest, holder: this.stationOf(holder), nbmas, learned: time, frame, purged: undefined }
    for (const way of nbmas) {
      const key = `${mapping.holder} ${way}`
      const list = this.mappings.get(key)
      if (list === undefined) {
        if (this.mappings.size >= 4 * most) this.mappings.delete(this.mappings.keys().next().value!)
        this.mappings.set(key, [mapping])
        continue
      }
      // The same told once more takes the place of what was told before.
      const same = list.findIndex(
        each =>
          each.from === mapping.from && each.network === mapping.network && each.prefixLength === mapping.prefixLength,
      )
      if (same >= 0) list.splice(same, 1)
      if (list.length >= mostOfPair) list.shift()
      list.push(mapping)
    }
  }

  private takePurge(packet: NhrpExchange, seen: NhrpSeen): void {
    if (seen.destination === undefined) return
    const holder = this.stationOf(seen.destination)
    for (const { protocol, prefixLength } of packet.entries) {
      const network = ipIn(protocol)
      if (network === undefined) continue
      const length = meantPrefix(prefixLength, widthOf(packet))
      const list = this.purges.get(holder) ?? []
      if (this.purges.size < most) this.purges.set(holder, list)
      if (list.length >= mostOfPair) list.shift()
      list.push({ holder, network, prefixLength: length, time: seen.time, frame: seen.frame })
      this.forget(holder, network, length, seen.time)
    }
  }

  /** Equal to, inside, or, where a host is purged, covering what is purged. */
  private forget(holder: Ip, network: Ip, prefixLength: number, time: number): void {
    for (const [key, list] of this.mappings) {
      if (!key.startsWith(`${holder} `)) continue
      for (const each of list) {
        if (
          each.from === 'reply' &&
          (covers(network, prefixLength, each.network) || covers(each.network, each.prefixLength, network))
        ) {
          each.purged ??= time
        }
      }
    }
  }
}
