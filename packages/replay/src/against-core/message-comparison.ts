/** NHRP messages beside those of a reference router. */
import { familyOf, type TunnelState } from '@dmvpn/core'
import type { Nhrp } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import type { GreSeen, NhrpSeen, Observation } from '../observation.ts'
import { ipIn, isExchange, isReply } from '../rules/parts.ts'
import { aboutFrame, type CoreBench, type Doubt, fulfil } from './core-bench.ts'
import type { CoreDifference } from './core-verdict.ts'
import type { Expectation } from './reference-router.ts'
import { passingName, type ReferenceStation } from './reference-station.ts'
import { fit, messageSubject } from './subject.ts'
import { type CapturedTunnel, requestIdOf } from './tunnel-packet.ts'

/** Requests remembered that stations received, and messages that they sent. */
const most = 4096

/** A request that a station received. */
interface Asked {
  readonly frame: number
  readonly time: number
  answered: boolean
}

interface MessageDifferences {
  readonly message: Nhrp
  readonly isOwn: boolean
  /** Whether the reference router sent it because it was seen. */
  readonly isPrompted: boolean
  readonly differences: readonly CoreDifference[]
}

export class MessageComparison {
  private readonly asked = new Map<string, Asked>()
  /** What was predicted of the last messages, by station, type and id: the same may be sent once more. */
  private readonly matched = new Map<string, Expectation>()
  private readonly bench: CoreBench

  constructor(bench: CoreBench) {
    this.bench = bench
  }

  /** A station received a request. */
  noteRequest(station: ReferenceStation, packet: Nhrp, { frame, time, gre }: NhrpSeen): void {
    const key = askedKey(station, gre, packet, packet.type)
    this.asked.delete(key)
    if (this.asked.size >= most) this.asked.delete(this.asked.keys().next().value!)
    this.asked.set(key, { frame, time, answered: false })
  }

  /** A station sent a message. */
  judge(station: ReferenceStation, seen: NhrpSeen, tunnel: CapturedTunnel, message: Nhrp): void {
    const isOwn = !isReply(message) && station.isSource(message.sourceNbma) && message.type !== 7
    const subject = messageSubject(message, seen.destination!)
    const prior = this.matched.get(matchKey(station, seen, message))
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
    fulfil(station, expectation)
    if (isOwn && isExchange(message)) this.noteOwn(station, seen, message, expectation)
    if (isReply(message)) {
      const asked = this.requestOf(station, seen, message)
      if (asked !== undefined) asked.answered = true
    }
    const differences = this.bench.differences(seen, tunnel, expectation, message.type)
    const of = aboutFrame(station.nbma, seen, subject)
    if (differences.length === 0)
      return this.bench.say({ ...of, verdict: 'agrees', because: causeOf(expectation, seen) }, station.nbma)
    const doubt = this.doubtOfMessage(station, seen, { message, isOwn, isPrompted, differences })
    if (doubt !== undefined) return this.bench.sayUnjudged(station.nbma, seen, subject, doubt)
    this.bench.say({ ...of, verdict: 'differs', because: causeOf(expectation, seen), differences }, station.nbma)
  }

  /** Why a message need not be as the reference router's. */
  private doubtOfMessage(
    station: ReferenceStation,
    { time, gre }: NhrpSeen,
    { message, isOwn, isPrompted, differences }: MessageDifferences,
  ): Doubt | undefined {
    const names = differences.map(({ field }) => field)
    const { fromStart } = this.bench
    const isElsewhere = names.every(name => name === 'ip.dst')
    if (isPrompted && isElsewhere && message.type === 1) return ['state-unknown', 'why it asks is not in the capture']
    if (!isOwn && !this.bench.watches(station))
      return ['one-side-only', 'not all that the station received is in the capture']
    const { unsure } = station
    if (unsure === 'profile') return ['profile-unknown', 'too little is known of its system']
    if (names.every(name => unsure.has(name)))
      return ['not-configured', `nothing else in the capture tells ${names.join(', ')}`]
    if (fromStart) return undefined
    if (
      message.type === 3 &&
      isOwn &&
      !station.isRegistered(gre?.packet.key) &&
      names.every(name => name.endsWith('.addr'))
    )
      return ['began-before-capture', 'what its server told it before is not in the capture']
    if (time >= this.bench.horizon) return undefined
    if (names.includes('nhrp.code'))
      return ['began-before-capture', 'it may rest on a registration from before the capture']
    if (isElsewhere) return ['began-before-capture', 'it may know a way from before the capture']
    if (message.type === 8 && !names.some(name => name.startsWith('nhrp.')))
      return ['began-before-capture', 'it may be about a packet from before the capture']
    return undefined
  }

  private noteOwn(station: ReferenceStation, seen: NhrpSeen, message: Nhrp, expectation: Expectation): void {
    const real = requestIdOf(message)
    const own = expectation.message === undefined ? undefined : requestIdOf(expectation.message)
    if (real !== undefined && own !== undefined) station.remember(seen.gre?.packet.key, real, own)
    const key = matchKey(station, seen, message)
    this.matched.delete(key)
    if (this.matched.size >= most) this.matched.delete(this.matched.keys().next().value!)
    this.matched.set(key, expectation)
  }

  /** Of what is awaited the message that fits best: in the same tunnel, to the same station, the earliest first. */
  private bestMessage(
    station: ReferenceStation,
    message: Nhrp,
    seen: NhrpSeen,
    tunnel: CapturedTunnel,
    isOwn: boolean,
  ): Expectation | undefined {
    const { destination, gre } = seen
    let best: Expectation[] = []
    let bestFit = 0
    for (const each of station.expectations) {
      if (each.message === undefined) continue
      const fits = 4 * fit(each.message, message, isOwn)
      if (fits === 0) continue
      const rank = fits + (each.key === gre?.packet.key ? 2 : 0) + (each.destination === destination ? 1 : 0)
      if (rank < bestFit) continue
      if (rank > bestFit) best = []
      best.push(each)
      bestFit = rank
    }
    // A refusal and what takes its place are about the same: the message itself tells them apart.
    const isEqual = (each: Expectation): boolean =>
      this.bench.differences(seen, tunnel, each, message.type).length === 0
    return best.length > 1 ? (best.findLast(isEqual) ?? best.at(-1)) : best[0]
  }

  /** Has the reference router send now what the station sent of itself. */
  private prompt(station: ReferenceStation, seen: NhrpSeen, message: Nhrp): void {
    const protocol = ipIn(message.sourceProtocol)
    const target = ipIn(message.destinationProtocol)
    const isFrom = ({ source }: TunnelState): boolean => source === message.sourceNbma
    const own = station.tunnelsOf(seen.gre?.packet.key).find(isFrom) ?? station.router.state.tunnels.find(isFrom)
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
    const { time } = seen
    if (message.kind === 'purge-request' && isOwn)
      return this.bench.sayUnjudged(station.nbma, seen, subject, [
        'not-configured',
        'what was withdrawn is not in the capture',
      ])
    const passing = passingName(message)
    if (station.parts.some(each => each.hadForAnother(passing, station, seen.gre?.packet.key))) {
      for (const each of station.parts) each.excuse(passing, seen.frame)
      const because = 'it came by another tunnel, and the reference router passes no message on from one to another'
      return this.bench.sayUnjudged(station.nbma, seen, subject, ['not-modelled', because])
    }
    if (!this.bench.watches(station))
      return this.bench.sayUnjudged(station.nbma, seen, subject, [
        'one-side-only',
        'not all that the station received is in the capture',
      ])
    if (time < this.bench.window)
      return this.bench.sayUnjudged(station.nbma, seen, subject, [
        'began-before-capture',
        'its cause may have been before the capture',
      ])
    const asked = this.requestOf(station, seen, message)
    if (asked !== undefined && !asked.answered && !this.bench.fromStart)
      return this.bench.sayUnjudged(station.nbma, seen, subject, [
        'state-unknown',
        'the reference router knows no way to do so',
      ])
    if (time < this.bench.horizon && !isReply(message))
      return this.bench.sayUnjudged(station.nbma, seen, subject, [
        'began-before-capture',
        'its cause may have been before the capture',
      ])
    if (this.bench.known.framesLost)
      return this.bench.sayUnjudged(station.nbma, seen, subject, [
        'frames-lost',
        'its cause may be among the frames that were lost',
      ])
    const because =
      message.type === 7
        ? whyNoError(message)
        : asked === undefined
          ? 'nothing that the station received asks for it'
          : asked.answered
            ? `what was asked in frame ${asked.frame} has been answered already`
            : `the reference router does not send it for frame ${asked.frame}`
    this.bench.say({ ...aboutFrame(station.nbma, seen, subject), verdict: 'unexpected', because }, station.nbma)
  }

  private requestOf(station: ReferenceStation, { gre }: NhrpSeen, message: Nhrp): Asked | undefined {
    if (!isExchange(message)) return undefined
    const { type: kind } = message
    return this.asked.get(askedKey(station, gre, message, kind % 2 === 0 ? kind - 1 : kind))
  }
}

/** `type` of the request: a message's own, or of the one that it answers. */
function askedKey({ nbma }: ReferenceStation, gre: GreSeen | undefined, message: Nhrp, type: number): string {
  return `${nbma} ${gre?.packet.key} ${type} ${String(message.sourceNbma)} ${requestIdOf(message)}`
}

function matchKey({ nbma }: ReferenceStation, { gre }: NhrpSeen, message: Nhrp): string {
  return `${nbma} ${gre?.packet.key} ${message.type} ${requestIdOf(message)}`
}

function causeOf({ cause }: Expectation, { frame }: Observation): string {
  return cause === frame ? 'the reference router sends it so' : `the reference router sends it so for frame ${cause}`
}

/** What an Error Indication quotes that the reference router finds nothing wrong with. */
function whyNoError(message: Nhrp): string {
  const quoted = 'quote' in message && message.quote.length >= 28 ? message.quote[17]! : 0
  if (quoted === 7) return 'an Error Indication is never answered with another'
  return 'the reference router finds nothing wrong with what it quotes'
}
