/**
 * Every station's NHRP cache over time, rebuilt from what stations sent and received: no more than a bystander can know.
 * Bounded: what is oldest goes first.
 */
import type { NhrpExchange } from '@dmvpn/protocols'
import { formatIp, maskOf } from '@dmvpn/wire'
import type { DataSeen, Ip, NhrpSeen, Observation } from '../observation.ts'
import type { Network } from '../rules/network.ts'
import {
  covers,
  entriesOf,
  ipIn,
  isExchange,
  isPositive,
  isRelayed,
  meantPrefix,
  second,
  widthOf,
} from '../rules/parts.ts'
import type { Binding, BindingChange, BindingEvent } from './binding.ts'

/** Bindings remembered, ended ones included. */
const most = 65_536
/** Events remembered of one. */
const mostEvents = 64
const mostOffers = 4096
/** RFC 2332 leaves the holding time of a requester open; nobody's default is longer. */
const usualHold = 7200
/** Seconds that whoever asks waits for an answer: the longest back-off seen. */
const patience = 64
const uniqueFlag = 0x8000

/** A binding while it is followed. */
type Line = { -readonly [K in keyof Binding]: K extends 'events' ? BindingEvent[] : Binding[K] }

type Lesson = Pick<Binding, 'origin' | 'network' | 'prefixLength' | 'via' | 'nbma' | 'holdingTime'> &
  Partial<Pick<Binding, 'claimed' | 'unique'>>

/** Follows the caches of all stations of a capture. */
export class BindingTimeline {
  /** By holder, and there by network. */
  private readonly caches = new Map<Ip, Cache>()
  private size = 0
  /** Holding times that requesters gave themselves, by address and request id. */
  private readonly offered = new Map<string, number>()
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
    const lines = [...this.caches.values()].flatMap(cache => [...cache.lines.values()])
    for (const line of lines) expire(line, time)
    return lines.toSorted(inOrder)
  }

  /** What a station would send a packet to an address by; `time` is not before what was taken last. */
  covering(holder: Ip, address: Ip, time: number): Binding | undefined {
    return this.lineCovering(this.network.stationOf(holder), address, time)
  }

  /** The NBMA address of the station that somebody knows by this tunnel address; the address itself where nobody does. */
  stationAt(address: Ip): Ip {
    for (const { lines } of this.caches.values())
      for (const { origin, network, claimed } of lines.values())
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
    const serverProtocol = ipIn(packet.destinationProtocol)
    if (server === undefined || claimed === undefined || isRelayed(packet)) return
    for (const entry of packet.entries.slice(0, 1)) {
      const network = ipIn(entry.protocol ?? packet.sourceProtocol)
      if (network === undefined) continue
      const width = widthOf(packet)
      if (entry.code !== 0) {
        this.refuse(server, network, width, seen, `code ${entry.code}`)
        continue
      }
      const nbma = this.network.natted.get(claimed) ?? claimed
      const unique = (packet.flags & uniqueFlag) !== 0
      const prefixLength = meantPrefix(entry.prefixLength, width)
      const { holdingTime } = entry
      const lesson = {
        origin: 'registered',
        network,
        prefixLength,
        via: network,
        nbma,
        claimed,
        unique,
        holdingTime,
      } as const
      this.learn(server, lesson, seen)
    }
    if (client === undefined || serverProtocol === undefined || !isPositive(packet)) return
    const length = widthOf(packet)
    const holder = this.network.stationOf(client)
    const lesson = { network: serverProtocol, prefixLength: length, via: serverProtocol, nbma: server, holdingTime: 0 }
    this.learn(holder, { origin: 'server', ...lesson }, seen)
  }

  /** The requester waits. */
  private takeRequest(packet: NhrpExchange, seen: NhrpSeen): void {
    const requester = ipIn(packet.sourceNbma)
    const target = ipIn(packet.destinationProtocol)
    if (requester === undefined || target === undefined || isRelayed(packet)) return
    this.rememberOffer(packet, requester)
    const holder = this.network.stationOf(requester)
    const known = this.lineCovering(holder, target, seen.time)
    if (known !== undefined && known.origin !== 'asked') return
    const length = widthOf(packet)
    this.learn(
      holder,
      { origin: 'asked', network: target, prefixLength: length, via: target, nbma: undefined, holdingTime: patience },
      seen,
    )
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
      const code = packet.entries.find(each => each.code !== 0)?.code
      this.refuse(holder, target, width, seen, `code ${code ?? 'unknown'}`)
      return
    }
    // Several ways to one network: the first is the best (RFC 2332 §5.2.0.1).
    const [entry] = packet.entries
    const claimed = ipIn(entry?.nbma)
    if (entry === undefined || claimed === undefined) return
    const nats = entriesOf(packet, 'nat-address') ?? []
    const via = ipIn(entry.protocol) ?? target
    const nbma =
      ipIn(nats.find(each => ipIn(each.protocol) === via)?.nbma) ?? this.network.natted.get(claimed) ?? claimed
    const { holdingTime } = entry
    const prefixLength = meantPrefix(entry.prefixLength, width)
    this.settleQuestion(holder, target, width, prefixLength)
    this.learn(holder, { origin: 'resolved', network: target, prefixLength, via, nbma, claimed, holdingTime }, seen)
  }

  /** Who answers has learned of the requester, where the request came from the requester's own tunnel. */
  private teachResponder(packet: NhrpExchange, seen: NhrpSeen, requester: Ip): void {
    const network = ipIn(packet.sourceProtocol)
    if (seen.source === undefined || network === undefined || isRelayed(packet) || !isPositive(packet)) return
    const holder = this.network.stationOf(seen.source)
    // A server answers from its registry: it knows the requester already.
    if (holder === this.network.stationOf(requester) || this.lineCovering(holder, network, seen.time) !== undefined)
      return
    const nbma = this.network.natted.get(requester) ?? requester
    const length = widthOf(packet)
    const holdingTime = this.offered.get(`${requester} ${packet.requestId}`) ?? usualHold
    const lesson = { network, prefixLength: length, via: network, nbma, claimed: requester, holdingTime }
    this.learn(holder, { origin: 'implicit', ...lesson }, seen)
  }

  private takePurge(packet: NhrpExchange, seen: NhrpSeen): void {
    if (seen.destination === undefined) return
    const holder = this.network.stationOf(seen.destination)
    const width = widthOf(packet)
    for (const { protocol, prefixLength } of packet.entries) {
      const network = ipIn(protocol)
      if (network === undefined) continue
      const length = meantPrefix(prefixLength, width)
      for (const line of this.caches.get(holder)?.lines.values() ?? []) {
        if (line.ended !== undefined || line.origin === 'server') continue
        const inside = line.prefixLength >= length && covers(network, length, line.network)
        const around = length === width && covers(line.network, line.prefixLength, network)
        if (!inside && !around) continue
        line.ended = seen.time
        note(line, 'purged', seen)
      }
    }
  }

  private takeData({ source, destination, innerDestination, time, frame }: DataSeen): void {
    if (source === undefined || destination === undefined) return
    const line = this.lineCovering(this.network.stationOf(source), innerDestination, time)
    if (line === undefined || line.used || line.nbma !== destination) return
    line.used = true
    note(line, 'used', { time, frame })
  }

  private learn(holderAddress: Ip, lesson: Lesson, seen: Observation): void {
    const holder = this.network.stationOf(holderAddress)
    const { prefixLength, nbma, origin, holdingTime } = lesson
    const network = networkPart(lesson.network, prefixLength)
    const known = {
      ...lesson,
      network,
      claimed: lesson.claimed ?? nbma,
      unique: lesson.unique ?? false,
      expires: origin === 'server' ? undefined : seen.time + holdingTime * second,
      ended: undefined,
      used: false,
    }
    const cache = this.cacheOf(holder)
    const key = keyOf(network, prefixLength)
    const old = cache.lines.get(key)
    if (old === undefined) {
      const line: Line = { ...known, holder, created: seen.time, events: [], flaps: 0 }
      this.size++
      cache.lines.set(key, line)
      cache.lengths.add(prefixLength)
      note(line, origin === 'asked' ? 'asked' : 'created', seen)
      return
    }
    expire(old, seen.time)
    const change = changeOf(old, lesson)
    // The answer to a question is no flap, nor is asking again.
    if ((change === 'created' || change === 'moved') && old.origin !== 'asked') old.flaps++
    if (change === 'created' || change === 'asked') old.created = seen.time
    const before = old.nbma
    Object.assign(old, known)
    note(old, change, seen, change === 'moved' && before !== undefined ? `was at ${formatIp(before)}` : undefined)
  }

  /** A network was told where a host was asked for: the question is answered. */
  private settleQuestion(holder: Ip, target: Ip, width: number, prefixLength: number): void {
    const cache = this.caches.get(holder)
    const question = cache?.lines.get(keyOf(target, width))
    if (question?.origin !== 'asked' || prefixLength === width) return
    cache!.lines.delete(keyOf(target, width))
    this.size--
  }

  /** A refusal is an event of what is there; where a question was refused, nothing else comes of it. */
  private refuse(holderAddress: Ip, network: Ip, width: number, seen: Observation, because: string): void {
    const line = this.caches.get(this.network.stationOf(holderAddress))?.lines.get(keyOf(network, width))
    if (line !== undefined && line.ended === undefined) note(line, 'refused', seen, because)
  }

  /** The longest that covers an address and lives. */
  private lineCovering(holder: Ip, address: Ip, time: number): Line | undefined {
    const cache = this.caches.get(holder)
    if (cache === undefined) return undefined
    for (let length = typeof address === 'number' ? 32 : 128; length >= 0; length--) {
      if (!cache.lengths.has(length)) continue
      const line = cache.lines.get(keyOf(address, length))
      if (line === undefined) continue
      expire(line, time)
      if (line.ended === undefined) return line
    }
    return undefined
  }

  private cacheOf(holder: Ip): Cache {
    const known = this.caches.get(holder)
    if (known !== undefined) {
      if (this.size >= most) this.forgetOne(known)
      return known
    }
    const cache: Cache = { lines: new Map(), lengths: new Set() }
    this.caches.set(holder, cache)
    return cache
  }

  /** One that has ended, or else the oldest. */
  private forgetOne({ lines }: Cache): void {
    let oldest: string | undefined
    for (const [key, { ended }] of lines) {
      oldest ??= key
      if (ended === undefined) continue
      oldest = key
      break
    }
    if (oldest !== undefined && lines.delete(oldest)) this.size--
  }
}

interface Cache {
  /** By network. */
  readonly lines: Map<string, Line>
  /** Prefix lengths there have been. */
  readonly lengths: Set<number>
}

/** What a lesson makes of a line that is there; that has been, where it ended. */
function changeOf({ ended, origin, nbma }: Line, lesson: Lesson): BindingChange {
  if (lesson.origin === 'asked') return ended === undefined ? 'refreshed' : 'asked'
  if (ended !== undefined || origin === 'asked') return 'created'
  return nbma === lesson.nbma ? 'refreshed' : 'moved'
}

function networkPart(network: Ip, prefixLength: number): Ip {
  if (typeof network === 'number') return (network & maskOf(prefixLength)) >>> 0
  const shift = BigInt(128 - prefixLength)
  return (network >> shift) << shift
}

function keyOf(network: Ip, prefixLength: number): string {
  return `${typeof network} ${networkPart(network, prefixLength)}/${prefixLength}`
}

function expire(line: Line, time: number): void {
  if (line.ended !== undefined || line.expires === undefined || line.expires > time) return
  line.ended = line.expires
  note(line, 'expired', { time: line.expires, frame: undefined })
}

function note(
  { events }: Line,
  change: BindingChange,
  { time, frame }: { readonly time: number; readonly frame: number | undefined },
  because?: string,
): void {
  if (events.length >= mostEvents) events.shift()
  events.push({ change, time, frame, ...(because === undefined ? {} : { because }) })
}

function inOrder(one: Binding, other: Binding): number {
  if (one.holder !== other.holder) return one.holder < other.holder ? -1 : 1
  if (one.network !== other.network) return one.network < other.network ? -1 : 1
  return one.prefixLength - other.prefixLength
}
