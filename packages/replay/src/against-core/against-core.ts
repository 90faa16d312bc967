/**
 * A capture against reference routers: each is given what a station received, and what the station was seen to send is
 * compared with what the reference router sends. What cannot be known is said to be so.
 */
import { familyOf } from '@dmvpn/core'
import type { Frame, Nhrp } from '@dmvpn/protocols'
import { formatIp, type Ipv4 } from '@dmvpn/wire'
import type { Witness } from '../judge.ts'
import type { DataSeen, Ip, NhrpSeen, Observation } from '../observation.ts'
import type { Network } from '../rules/network.ts'
import { ipIn, isExchange, isReply, isRequest, second } from '../rules/parts.ts'
import { type CoreCounts, type CoreDifference, type CoreObstacle, type CoreVerdict, noCounts } from './core-verdict.ts'
import { packetDifferences } from './field-differences.ts'
import { type Expectation, isRouting, ReferenceStation, type StationSettings } from './reference-station.ts'
import { dataSubject, fit, messageSubject } from './subject.ts'
import { type CapturedTunnel, contentOf, type InnerPacket, requestIdOf, tunnelOf, tunnelPacket } from './tunnel-packet.ts'

export interface AgainstCoreOptions {
  /** What the judge that tells of the capture has learned so far. */
  readonly network: Network
  /** What an earlier reading of the whole capture had learned at its end; `network` where there was none. */
  readonly known?: Network
  /** Settings by NBMA address: of a station without, nothing is said. */
  readonly stations: ReadonlyMap<Ip, StationSettings>
  /** Whether every router was switched on in the capture: nothing is known to them that is not in it. */
  readonly fromStart?: boolean
  /** Told every verdict as it falls. */
  readonly onVerdict: (verdict: CoreVerdict) => void
}

/** A station answers, or passes on, within this; under ESP an association may have to be opened before. */
const window = 5 * second
const protectedWindow = 10 * second
/** A mapping learned this shortly before may not have been in force yet, nor one that ends. */
const settling = 0.5 * second
/** Who says nothing at all for that long after it was asked may have been switched off. */
const absence = 10 * second
/** Octets of frames whose observations are not told yet. */
const mostFrames = 40_000
/** Requests remembered that a station received, missing packets whose verdict waits for the end, differences told. */
const most = 4096
/** Nobody's default holding time is longer. */
const longestHold = 7200
/** Seconds that an unanswered or refused request keeps others away. */
const longestRefusal = 180

/** A request that a station received. */
interface Asked {
  readonly frame: number
  readonly time: number
  answered: boolean
}

interface Missed {
  readonly station: ReferenceStation
  readonly expectation: Expectation
}

export class AgainstCore implements Witness {
  readonly counts: Map<Ip, CoreCounts> = new Map()
  private readonly stations = new Map<Ip, ReferenceStation>()
  private readonly tunnels = new Map<number, CapturedTunnel>()
  private readonly asked = new Map<string, Asked>()
  /** What was predicted of the last messages, by station, type and id: the same may be sent once more. */
  private readonly matched = new Map<string, Expectation>()
  private readonly told = new Map<string, number>()
  /** Mappings by which a packet has gone. */
  private readonly used = new Set<string>()
  private missed: Missed[] = []
  private readonly options: AgainstCoreOptions
  private readonly known: Network
  /** Nanoseconds after which no mapping from before the capture lives. */
  private readonly horizon: number
  private isProtected = false
  private latest = 0

  constructor(options: AgainstCoreOptions) {
    this.options = options
    this.known = options.known ?? options.network
    const holds = [...options.stations.values()].flatMap(({ settings }) =>
      settings.interfaces.flatMap(each => (each.kind === 'tunnel' ? [each.nhrp.holdingTime] : [])),
    )
    this.horizon = options.fromStart === true ? 0 : Math.max(longestRefusal, ...holds.map(each => Math.min(each, longestHold))) * second
    for (const [nbma, settings] of options.stations) {
      const station = new ReferenceStation(nbma, settings)
      this.stations.set(nbma, station)
      this.counts.set(nbma, { ...noCounts })
    }
  }

  frame(frame: Frame, number: number): void {
    const tunnel = tunnelOf(frame)
    if (tunnel === undefined) return
    if (this.tunnels.size >= mostFrames) this.tunnels.delete(this.tunnels.keys().next().value!)
    this.tunnels.set(number, tunnel)
  }

  take(seen: Observation): void {
    this.latest = seen.time
    if (seen.opened !== undefined) this.isProtected = true
    const tunnel = this.tunnels.get(seen.frame)
    const { source, destination } = seen
    const sender = this.stationAt(source)
    // What was opened is told behind the packet it was in.
    const holdsMore = seen.kind === 'esp' && seen.inner !== undefined
    if (holdsMore) return
    this.tunnels.delete(seen.frame)
    if (sender === undefined) this.noteUnknown(seen)
    else {
      sender.firstSeen = Math.min(sender.firstSeen, seen.time)
      this.judge(sender, seen, tunnel)
    }
    if (tunnel === undefined || typeof source !== 'number') return
    const receiver = this.stationAt(destination)
    if (receiver === undefined) return
    if (seen.kind === 'nhrp' && isRequest(seen.packet)) this.noteRequest(receiver, seen.packet, seen)
    receiver.receive(seen.time, seen.frame, source, tunnel.octets)
    this.settle(receiver, seen.time)
  }

  /** The capture is over: what is still awaited is missing, or came too late to be seen. */
  end(): void {
    for (const station of this.stations.values()) {
      for (const each of station.expectations)
        if (each.required) {
          if (each.time + this.window <= this.latest) this.missed.push({ station, expectation: each })
          else this.sayMissing(station, each, 'ended-after-capture', 'the capture ends before it could be seen')
        }
      station.expectations = []
    }
    for (const each of this.missed) this.judgeMissing(each)
    this.missed = []
  }

  /** Of stations that nobody knows the configuration of it is said that nothing can be said. */
  private noteUnknown(seen: Observation): void {
    const { source, kind } = seen
    if (source === undefined || (kind !== 'nhrp' && kind !== 'data')) return
    const nbma = this.known.stationOf(source)
    if (!this.counts.has(nbma)) {
      if (this.counts.size >= most) return
      this.counts.set(nbma, { ...noCounts })
    }
    const because = 'its configuration is neither given nor can it be inferred'
    const of = { station: formatIp(nbma), frame: seen.frame, time: seen.time, subject: kind === 'nhrp' ? 'NHRP message' : 'packet' }
    this.say({ ...of, verdict: 'cannot-judge', obstacle: 'not-configured', because })
  }

  private stationAt(address: Ip | undefined): ReferenceStation | undefined {
    if (address === undefined) return undefined
    return this.stations.get(address) ?? this.stations.get(this.known.stationOf(address))
  }

  private get window(): number {
    return this.isProtected ? protectedWindow : window
  }

  private noteRequest(station: ReferenceStation, packet: Nhrp, { frame, time }: Observation): void {
    const key = `${station.nbma} ${packet.type} ${String(packet.sourceNbma)} ${requestIdOf(packet)}`
    this.asked.delete(key)
    if (this.asked.size >= most) this.asked.delete(this.asked.keys().next().value!)
    this.asked.set(key, { frame, time, answered: false })
  }

  private judge(station: ReferenceStation, seen: Observation, tunnel: CapturedTunnel | undefined): void {
    if (seen.kind === 'esp') return this.sayUnjudged(station, seen, 'ESP packet', 'encrypted', 'nobody could open it')
    if (seen.kind === 'key-exchange') return
    const content =
      tunnel === undefined || typeof seen.destination !== 'number'
        ? undefined
        : contentOf(tunnelPacket(0, seen.destination, tunnel.octets))
    if (seen.kind === 'gre' || tunnel === undefined || content === undefined) {
      const because = seen.device ? 'it was taken on the tunnel itself' : 'nothing the reference router would send'
      this.sayUnjudged(station, seen, seen.kind === 'nhrp' ? 'NHRP message' : 'packet', seen.cut ? 'cut-short' : 'not-modelled', because)
      return
    }
    if (station.isInferred && !station.hasTunnelOf(seen.gre?.packet.key)) {
      const what = seen.kind === 'nhrp' ? 'NHRP message' : 'packet'
      return this.sayUnjudged(station, seen, what, 'not-configured', 'it is of another tunnel than the one inferred')
    }
    station.advance(seen.time, seen.frame)
    if (content.message !== undefined && seen.kind === 'nhrp') this.judgeMessage(station, seen, tunnel, content.message)
    else if (content.data !== undefined && seen.kind === 'data') this.judgeData(station, seen, tunnel, content.data)
    this.settle(station, seen.time)
  }

  private judgeMessage(station: ReferenceStation, seen: NhrpSeen, tunnel: CapturedTunnel, message: Nhrp): void {
    const isOwn = !isReply(message) && station.isSource(message.sourceNbma) && message.type !== 7
    const subject = messageSubject(message, seen.destination!)
    const prior = this.matched.get(matchKey(station, message))
    let expectation = this.bestMessage(station, message, seen, tunnel, isOwn)
    const isPrompted = expectation === undefined && isOwn
    if (isPrompted) {
      this.prompt(station, seen, message)
      expectation = this.bestMessage(station, message, seen, tunnel, isOwn)
    }
    // Sent once more, as it was.
    if (expectation === undefined && isOwn && isExchange(message)) expectation = prior
    if (expectation === undefined) {
      this.judgeUnpredicted(station, seen, message, subject, isOwn)
      return
    }
    take(station, expectation)
    if (isOwn && isExchange(message)) this.noteOwn(station, message, expectation)
    if (isReply(message)) {
      const asked = this.requestOf(station, message)
      if (asked !== undefined) asked.answered = true
    }
    const differences = this.differences(seen, tunnel, expectation, message.type)
    const of = { station: station.nbma, seen, subject }
    if (differences.length === 0) return this.say({ ...this.about(of), verdict: 'agrees', because: causeOf(expectation, seen) })
    const doubt = this.doubtOfMessage(station, seen, { message, isOwn, isPrompted, differences })
    if (doubt !== undefined) return this.sayUnjudged(station, seen, subject, ...doubt)
    this.say({ ...this.about(of), verdict: 'differs', because: causeOf(expectation, seen), differences })
  }

  /** Why a message need not be as the reference router's. */
  private doubtOfMessage(
    station: ReferenceStation,
    { time }: NhrpSeen,
    { message, isOwn, isPrompted, differences }: MessageDifferences,
  ): readonly [CoreObstacle, string] | undefined {
    const names = differences.map(({ field }) => field)
    const { fromStart } = this.options
    const isElsewhere = names.every(name => name === 'ip.dst')
    if (isPrompted && isElsewhere && message.type === 1) return ['state-unknown', 'why it asks is not in the capture']
    if (!isOwn && !this.watches(station))
      return ['one-side-only', 'not all that the station received is in the capture']
    if (station.unsure === 'profile') return ['profile-unknown', 'too little is known of its system']
    if (names.every(name => station.unsure.has(name)))
      return ['not-configured', `nothing else in the capture tells ${names.join(', ')}`]
    if (fromStart === true) return undefined
    if (message.type === 3 && isOwn && !station.isRegistered)
      return ['began-before-capture', 'what its server told it before is not in the capture']
    if (time >= this.horizon) return undefined
    if (names.includes('nhrp.code'))
      return ['began-before-capture', 'it may rest on a registration from before the capture']
    if (isElsewhere) return ['began-before-capture', 'it may know a way from before the capture']
    if (message.type === 8 && !names.some(name => name.startsWith('nhrp.')))
      return ['began-before-capture', 'it may be about a packet from before the capture']
    return undefined
  }

  private noteOwn(station: ReferenceStation, message: Nhrp, expectation: Expectation): void {
    const real = requestIdOf(message)
    const own = expectation.message === undefined ? undefined : requestIdOf(expectation.message)
    if (real !== undefined && own !== undefined) station.remember(real, own)
    const key = matchKey(station, message)
    this.matched.delete(key)
    if (this.matched.size >= most) this.matched.delete(this.matched.keys().next().value!)
    this.matched.set(key, expectation)
  }

  /** Of what is awaited the message that fits best: to the same station before to another, the earliest first. */
  private bestMessage(
    station: ReferenceStation,
    message: Nhrp,
    seen: NhrpSeen,
    tunnel: CapturedTunnel,
    isOwn: boolean,
  ): Expectation | undefined {
    const { destination } = seen
    let best: Expectation[] = []
    let bestFit = 0
    for (const each of station.expectations) {
      if (each.message === undefined) continue
      const fits = 2 * fit(each.message, message, isOwn)
      if (fits === 0) continue
      const rank = fits + (each.destination === destination ? 1 : 0)
      if (rank < bestFit) continue
      if (rank > bestFit) best = []
      best.push(each)
      bestFit = rank
    }
    // A refusal and what takes its place are about the same: the message itself tells them apart.
    const isEqual = (each: Expectation): boolean => this.differences(seen, tunnel, each, message.type).length === 0
    return best.length > 1 ? (best.find(isEqual) ?? best[0]) : best[0]
  }

  /** Has the reference router send now what the station sent of itself. */
  private prompt(station: ReferenceStation, seen: NhrpSeen, message: Nhrp): void {
    const protocol = ipIn(message.sourceProtocol)
    const target = ipIn(message.destinationProtocol)
    const tunnel = station.tunnels.find(
      each => each.source === message.sourceNbma && each.settings.key === seen.gre?.packet.key,
    )
    const own = tunnel ?? station.tunnels.find(each => each.source === message.sourceNbma)
    if (own === undefined || protocol === undefined || target === undefined) return
    const { time, frame } = seen
    if (message.kind === 'registration-request') {
      const server = seen.destination as Ipv4
      station.perform(time, frame, { order: 'register', interface: own.name, server, family: familyOf(protocol) })
    } else if (message.kind === 'resolution-request')
      station.perform(time, frame, { order: 'resolve', interface: own.name, target })
  }

  private judgeUnpredicted(
    station: ReferenceStation,
    seen: NhrpSeen,
    message: Nhrp,
    subject: string,
    isOwn: boolean,
  ): void {
    const { frame, time } = seen
    if (message.kind === 'purge-request' && isOwn)
      return this.sayUnjudged(station, seen, subject, 'not-configured', 'what was withdrawn is not in the capture')
    if (!this.watches(station))
      return this.sayUnjudged(station, seen, subject, 'one-side-only', 'not all that the station received is in the capture')
    if (time < this.window)
      return this.sayUnjudged(station, seen, subject, 'began-before-capture', 'its cause may have been before the capture')
    const asked = this.requestOf(station, message)
    if (asked !== undefined && !asked.answered && this.options.fromStart !== true)
      return this.sayUnjudged(station, seen, subject, 'state-unknown', 'the reference router knows no way to do so')
    if (time < this.horizon && !isReply(message))
      return this.sayUnjudged(station, seen, subject, 'began-before-capture', 'its cause may have been before the capture')
    if (this.known.framesLost)
      return this.sayUnjudged(station, seen, subject, 'frames-lost', 'its cause may be among the frames that were lost')
    const because =
      message.type === 7
        ? whyNoError(message)
        : asked === undefined
        ? 'nothing that the station received asks for it'
        : asked.answered
          ? `what was asked in frame ${asked.frame} has been answered already`
          : `the reference router does not send it for frame ${asked.frame}`
    this.say({ station: formatIp(station.nbma), frame, time, subject, verdict: 'unexpected', because })
  }

  private requestOf(station: ReferenceStation, message: Nhrp): Asked | undefined {
    if (!isExchange(message)) return undefined
    const { type: kind } = message
    const type = kind % 2 === 0 ? kind - 1 : kind
    return this.asked.get(`${station.nbma} ${type} ${String(message.sourceNbma)} ${requestIdOf(message)}`)
  }

  private judgeData(station: ReferenceStation, seen: DataSeen, tunnel: CapturedTunnel, packet: InnerPacket): void {
    const subject = dataSubject(packet)
    if (isRouting(packet)) {
      this.sayUnjudged(station, seen, subject, 'not-modelled', 'it is of a routing protocol, or for many')
      return
    }
    const awaited = (): Expectation | undefined => station.expectations.find(({ data }) => data?.key === packet.key)
    let expectation = awaited()
    const passes = expectation !== undefined && expectation.cause !== seen.frame
    if (expectation === undefined) {
      station.originate(seen.time, seen.frame, fresh(packet))
      expectation = awaited()
    }
    if (expectation === undefined) {
      const because = `the reference router would not send it: ${station.lastPacket?.disposition ?? 'nothing came of it'}`
      this.sayUnjudged(station, seen, subject, 'state-unknown', because)
      return
    }
    take(station, expectation)
    const differences = this.differences(seen, tunnel, expectation, undefined).filter(
      ({ field }) => passes || field === 'ip.dst' || field.startsWith('gre.'),
    )
    const of = { station: station.nbma, seen, subject }
    const because = this.wayOf(station, packet, expectation)
    if (differences.length === 0) return this.say({ ...this.about(of), verdict: 'agrees', because })
    if (differences.some(({ field }) => field === 'ip.dst')) {
      const unsure = this.doubtOf(station, seen, expectation, packet)
      if (unsure !== undefined) return this.sayUnjudged(station, seen, subject, ...unsure)
    }
    this.say({ ...this.about(of), verdict: 'differs', because, differences })
  }

  /** Why another way than the predicted one need not be wrong. */
  private doubtOf(
    station: ReferenceStation,
    { time, frame, destination }: DataSeen,
    expectation: Expectation,
    packet: InnerPacket,
  ): readonly [CoreObstacle, string] | undefined {
    if (!this.watches(station)) return ['one-side-only', 'not all that the station received is in the capture']
    const teacher = station.teacherOf(packet.destination)
    if (teacher === undefined && station.routesAreUnsure)
      return ['not-configured', 'its routes are not known for certain']
    if (time - station.lastLesson <= settling || station.isAboutToForget(settling))
      return ['state-unknown', 'the way was changing at that moment']
    if (teacher === undefined && time < this.horizon)
      return ['began-before-capture', 'it may know a way from before the capture']
    const key = `${station.nbma} ${expectation.destination} ${String(destination)} ${String(packet.destination)}`
    const before = this.told.get(key)
    if (before !== undefined) return ['state-unknown', `it goes the way it has gone since frame ${before}`]
    if (this.told.size >= most) this.told.delete(this.told.keys().next().value!)
    this.told.set(key, frame)
    return undefined
  }

  /** By what the reference router's packet goes. */
  private wayOf(station: ReferenceStation, { destination }: InnerPacket, expectation: Expectation): string {
    const to = formatIp(expectation.destination)
    const teacher = station.teacherOf(destination)
    if (teacher !== undefined) {
      const key = `${station.nbma} ${String(destination)} ${teacher}`
      const isFirst = !this.used.has(key)
      if (this.used.size >= most) this.used.clear()
      this.used.add(key)
      return `it goes to ${to} by what was learned in frame ${teacher}${isFirst ? ', the first to do so' : ''}`
    }
    const hop = station.teacherOfNextHop(destination)
    if (hop !== undefined) return `it goes to ${to} by the route, whose next hop was learned in frame ${hop}`
    const byServer = station.lastPacket?.disposition === 'sent to server'
    return byServer ? `it goes to the server ${to} until its own way is known` : `it goes to ${to} by the route`
  }

  private differences(
    { destination }: Observation,
    { octets, at, outerAt }: CapturedTunnel,
    { bytes }: Expectation,
    message: number | undefined,
  ): readonly CoreDifference[] {
    const observed = tunnelPacket(0, destination as Ipv4, octets)
    return packetDifferences(observed, bytes, { greAt: at, outerAt, message })
  }

  private watches(station: ReferenceStation): boolean {
    return this.known.coverage.watches(station.nbma)
  }

  /** What was awaited for too long. */
  private settle(station: ReferenceStation, time: number): void {
    const { expectations } = station
    if (expectations.length === 0 || expectations[0]!.time + this.window >= time) return
    station.expectations = expectations.filter(each => each.time + this.window >= time)
    for (const each of expectations) {
      if (each.time + this.window >= time || !each.required) continue
      if (this.missed.length < most) this.missed.push({ station, expectation: each })
      else this.judgeMissing({ station, expectation: each })
    }
  }

  /** At the end: only then it is known whose links were watched. */
  private judgeMissing({ station, expectation }: Missed): void {
    const { coverage, framesLost } = this.known
    const { message, data, destination, time } = expectation
    if (station.firstSeen > time)
      return this.sayMissing(station, expectation, 'began-before-capture', 'it had not sent anything yet: it may have been off')
    if (this.known.wasAway(station.nbma, time, time + absence))
      return this.sayMissing(station, expectation, 'state-unknown', 'the station sent nothing for a while: it may have been off')
    if (data !== undefined)
      return this.sayMissing(station, expectation, 'state-unknown', 'a packet may end anywhere')
    if (!coverage.watches(station.nbma))
      return this.sayMissing(station, expectation, 'one-side-only', 'not all of the station’s link is in the capture')
    if (framesLost) return this.sayMissing(station, expectation, 'frames-lost', 'it may be among the frames that were lost')
    if (coverage.isVeiled(station.nbma) && coverage.isVeiled(destination))
      return this.sayMissing(station, expectation, 'encrypted', 'it may be in ESP that nobody could open')
    if (this.options.fromStart !== true && time < this.horizon && isDoubtful(message!))
      return this.sayMissing(station, expectation, 'began-before-capture', 'it may know what the capture does not show')
    this.sayMissing(station, expectation)
  }

  private sayMissing(station: ReferenceStation, expectation: Expectation, obstacle?: CoreObstacle, why?: string): void {
    const { message, data, destination, cause, time } = expectation
    const subject = message === undefined ? dataSubject(data!) : messageSubject(message, destination)
    const of = { station: formatIp(station.nbma), frame: cause, time, subject }
    if (obstacle === undefined)
      this.say({ ...of, verdict: 'missing', because: `frame ${cause} should have it sent, and it was not` })
    else this.say({ ...of, verdict: 'cannot-judge', obstacle, because: `frame ${cause} should have it sent; ${why}` })
  }

  private sayUnjudged(
    { nbma }: ReferenceStation,
    seen: Observation,
    subject: string,
    obstacle: CoreObstacle,
    because: string,
  ): void {
    this.say({ ...this.about({ station: nbma, seen, subject }), verdict: 'cannot-judge', obstacle, because })
  }

  private about({ station, seen, subject }: About): Omit<CoreVerdict & { verdict: 'agrees' }, 'verdict' | 'because'> {
    return { station: formatIp(station), frame: seen.frame, time: seen.time, subject }
  }

  private say(verdict: CoreVerdict): void {
    for (const [nbma, counts] of this.counts) if (formatIp(nbma) === verdict.station) counts[verdict.verdict]++
    this.options.onVerdict(verdict)
  }
}

interface MessageDifferences {
  readonly message: Nhrp
  readonly isOwn: boolean
  /** Whether the reference router sent it because it was seen. */
  readonly isPrompted: boolean
  readonly differences: readonly CoreDifference[]
}

interface About {
  readonly station: Ip
  readonly seen: Observation
  readonly subject: string
}

/** What an Error Indication quotes that the reference router finds nothing wrong with. */
function whyNoError(message: Nhrp): string {
  const quoted = 'quote' in message && message.quote.length >= 28 ? message.quote[17]! : 0
  if (quoted === 7) return 'an Error Indication is never answered with another'
  return 'the reference router finds nothing wrong with what it quotes'
}

function matchKey({ nbma }: ReferenceStation, message: Nhrp): string {
  return `${nbma} ${message.type} ${requestIdOf(message)}`
}

function take(station: ReferenceStation, expectation: Expectation): void {
  const at = station.expectations.indexOf(expectation)
  if (at >= 0) station.expectations.splice(at, 1)
}

function causeOf({ cause }: Expectation, { frame }: Observation): string {
  return cause === frame ? 'the reference router sends it so' : `the reference router sends it so for frame ${cause}`
}

/** What rests on nothing being known: refusals, errors, and questions that somebody may have asked before. */
function isDoubtful(message: Nhrp): boolean {
  if (message.kind === 'resolution-reply') return message.entries.some(({ code }) => code !== 0)
  return message.kind === 'error-indication' || message.kind === 'traffic-indication' || message.kind === 'resolution-request'
}

/** The packet as it was before the router took one from its time to live. */
function fresh({ bytes }: InnerPacket): Uint8Array {
  const copy = bytes.slice()
  if (copy[0]! >>> 4 === 6) {
    copy[7] = Math.min(255, copy[7]! + 1)
    return copy
  }
  if (copy[8] === 255) return copy
  copy[8] = copy[8]! + 1
  const view = new DataView(copy.buffer)
  const sum = view.getUint16(10) - 0x100
  view.setUint16(10, sum < 0 ? sum + 0xffff : sum)
  return copy
}
