/**
 * Every station's NHRP cache over time, rebuilt from what stations sent and received: no more than a bystander can know.
 * Bounded: what is oldest goes first.
 */
import type { NhrpExchange } from '@dmvpn/protocols'
import type { DataSeen, Ip, NhrpSeen, Observation } from '../observation.ts'
import type { Network } from '../rules/network.ts'
import { entriesOf, ipIn, isExchange, isPositive, isRelayed, meantPrefix, widthOf } from '../rules/parts.ts'
import type { Binding } from './binding.ts'
import { type Lesson, type Moment, StationCache } from './station-cache.ts'

/** Bindings remembered of all stations, ended ones included. */
const most = 65_536
/** Lessons between two looks at that: never more than so many are too many. */
const checkEvery = 1024
const mostOffers = 4096
/** RFC 2332 leaves the holding time of a requester open; nobody's default is longer. */
const usualHold = 7200
/** Seconds that whoever asks waits for an answer: the longest back-off seen. */
const patience = 64
const uniqueFlag = 0x8000

/** Follows the caches of all stations of a capture. */
export class BindingTimeline {
  private readonly caches = new Map<Ip, StationCache>()
  /** Holding times that requesters gave themselves, by address and request id. */
  private readonly offered = new Map<string, number>()
  private lessons = 0
  private readonly network: Network

  constructor(network: Network) {
    this.network = network
  }

  /** Takes what was seen, in the order of time, after the network was told of it. */
  take(seen: Observation): void {
    if (seen.kind === 'data') this.takeData(seen)
    else if (seen.kind === 'nhrp' && isExchange(seen.packet)) this.takeMessage(seen.packet, seen)
  }

  /** The caches at an instant not before what was taken last: nanoseconds since the first frame. */
  at(time: number): readonly Binding[] {
    return this.all(time).filter(({ ended }) => ended === undefined)
  }

  /** Every binding there has been, as far as it is remembered, by holder and network. */
  all(time: number): readonly Binding[] {
    return [...this.caches.values()].flatMap(cache => cache.bindings(time)).toSorted(inOrder)
  }

  /** What a station would send a packet to an address by; `time` is not before what was taken last. */
  covering(holder: Ip, address: Ip, time: number): Binding | undefined {
    return this.caches.get(this.network.stationOf(holder))?.covering(address, time)
  }

  /** The NBMA address of the station that somebody knows by this tunnel address; the address itself where nobody does. */
  stationAt(address: Ip): Ip {
    for (const { origin, network, claimed } of this.all(0))
      if (network === address && claimed !== undefined && (origin === 'registered' || origin === 'server'))
        return this.network.stationOf(claimed)
    return this.network.stationOf(address)
  }

  private takeMessage(packet: NhrpExchange, seen: NhrpSeen): void {
    switch (packet.kind) {
      case 'registration-reply':
        return this.takeRegistration(packet, seen)
      case 'resolution-request':
        return this.takeRequest(packet, seen)
      case 'resolution-reply':
        return this.takeReply(packet, seen)
      case 'purge-request':
        return this.takePurge(packet, seen)
      default:
    }
  }

  private takeRegistration(packet: NhrpExchange, seen: NhrpSeen): void {
    const { source: server, destination: client } = seen
    const claimed = ipIn(packet.sourceNbma)
    const [entry] = packet.entries
    const network = ipIn(entry?.protocol ?? packet.sourceProtocol)
    if (server === undefined || claimed === undefined || isRelayed(packet)) return
    const width = widthOf(packet)
    if (entry !== undefined && network !== undefined) {
      if (entry.code !== 0) return this.refuse(server, network, width, seen, entry.code)
      this.learn(
        server,
        {
          origin: 'registered',
          network,
          prefixLength: meantPrefix(entry.prefixLength, width),
          via: network,
          nbma: this.realOf(claimed),
          claimed,
          unique: (packet.flags & uniqueFlag) !== 0,
          holdingTime: entry.holdingTime,
        },
        seen,
      )
    }
    const own = ipIn(packet.destinationProtocol)
    if (client === undefined || own === undefined || !isPositive(packet)) return
    this.learn(
      client,
      { origin: 'server', network: own, prefixLength: width, via: own, nbma: server, holdingTime: 0 },
      seen,
    )
  }

  /** The requester waits. */
  private takeRequest(packet: NhrpExchange, seen: NhrpSeen): void {
    const requester = ipIn(packet.sourceNbma)
    const target = ipIn(packet.destinationProtocol)
    if (requester === undefined || target === undefined || isRelayed(packet)) return
    this.rememberOffer(packet, requester)
    const known = this.covering(requester, target, seen.time)
    if (known !== undefined && known.origin !== 'asked') return
    const prefixLength = widthOf(packet)
    const question = { origin: 'asked', network: target, prefixLength, via: target, nbma: undefined } as const
    this.learn(requester, { ...question, holdingTime: patience }, seen)
  }

  private rememberOffer({ requestId, entries: [entry] }: NhrpExchange, requester: Ip): void {
    if (entry === undefined || entry.holdingTime === 0) return
    if (this.offered.size >= mostOffers) this.offered.delete(this.offered.keys().next().value!)
    this.offered.set(`${requester} ${requestId}`, entry.holdingTime)
  }

  private takeReply(packet: NhrpExchange, seen: NhrpSeen): void {
    const requester = ipIn(packet.sourceNbma)
    const target = ipIn(packet.destinationProtocol)
    if (requester === undefined || target === undefined) return
    this.teachResponder(packet, seen, requester)
    const holder = this.network.stationOf(requester)
    if (seen.destination !== undefined && this.network.stationOf(seen.destination) !== holder) return
    const width = widthOf(packet)
    if (!isPositive(packet)) {
      const refused = packet.entries.find(({ code }) => code !== 0)
      return this.refuse(holder, target, width, seen, refused?.code)
    }
    // Several ways to one network: the first is the best (RFC 2332 §5.2.0.1).
    const [entry] = packet.entries
    const claimed = ipIn(entry?.nbma)
    if (entry === undefined || claimed === undefined) return
    const via = ipIn(entry.protocol) ?? target
    const translated = entriesOf(packet, 'nat-address')?.find(({ protocol }) => ipIn(protocol) === via)
    const nbma = ipIn(translated?.nbma) ?? this.realOf(claimed)
    const prefixLength = meantPrefix(entry.prefixLength, width)
    if (prefixLength < width) this.caches.get(holder)?.settleQuestion(target, width)
    const { holdingTime } = entry
    this.learn(holder, { origin: 'resolved', network: target, prefixLength, via, nbma, claimed, holdingTime }, seen)
  }

  /** Who answers has learned of the requester, where the request came from the requester's own tunnel. */
  private teachResponder(packet: NhrpExchange, seen: NhrpSeen, requester: Ip): void {
    const network = ipIn(packet.sourceProtocol)
    const { source: responder } = seen
    if (responder === undefined || network === undefined || isRelayed(packet) || !isPositive(packet)) return
    if (this.network.stationOf(responder) === this.network.stationOf(requester)) return
    // A server answers from its registry: it knows the requester already.
    if (this.covering(responder, network, seen.time) !== undefined) return
    const holdingTime = this.offered.get(`${requester} ${packet.requestId}`) ?? usualHold
    const lesson = { network, prefixLength: widthOf(packet), via: network, claimed: requester, holdingTime }
    this.learn(responder, { origin: 'implicit', nbma: this.realOf(requester), ...lesson }, seen)
  }

  private takePurge(packet: NhrpExchange, seen: NhrpSeen): void {
    if (seen.destination === undefined) return
    const cache = this.caches.get(this.network.stationOf(seen.destination))
    const width = widthOf(packet)
    for (const { protocol, prefixLength } of packet.entries) {
      const network = ipIn(protocol)
      const length = meantPrefix(prefixLength, width)
      if (network !== undefined) cache?.purge(network, length, length === width, seen)
    }
  }

  private takeData(seen: DataSeen): void {
    const { source, destination, innerDestination } = seen
    if (source === undefined || destination === undefined) return
    this.caches.get(this.network.stationOf(source))?.use(innerDestination, destination, seen)
  }

  private learn(holder: Ip, lesson: Lesson, moment: Moment): void {
    this.cacheOf(this.network.stationOf(holder)).learn(lesson, moment)
  }

  private refuse(holder: Ip, network: Ip, width: number, moment: Moment, code: number | undefined): void {
    const because = `code ${code ?? 'unknown'}`
    this.caches.get(this.network.stationOf(holder))?.refuse(network, width, moment, because)
  }

  /** What address translation makes of a claimed address. */
  private realOf(claimed: Ip): Ip {
    return this.network.natted.get(claimed) ?? claimed
  }

  private cacheOf(holder: Ip): StationCache {
    let cache = this.caches.get(holder)
    if (cache === undefined) {
      cache = new StationCache(holder)
      this.caches.set(holder, cache)
    }
    if (++this.lessons % checkEvery === 0) this.forget()
    return cache
  }

  /** Keeps the caches within their bounds: what the station that was met first learned first goes first. */
  private forget(): void {
    let size = 0
    for (const cache of this.caches.values()) size += cache.size
    for (const [holder, cache] of this.caches) {
      while (size > most && cache.size > 0) {
        cache.forgetOldest()
        size--
      }
      if (cache.size === 0) this.caches.delete(holder)
      if (size <= most) return
    }
  }
}

function inOrder(one: Binding, other: Binding): number {
  if (one.holder !== other.holder) return one.holder < other.holder ? -1 : 1
  if (one.network !== other.network) return one.network < other.network ? -1 : 1
  return one.prefixLength - other.prefixLength
}
