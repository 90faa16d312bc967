/** Resolutions: who asked what, where the question went, and what was answered. */
import { formatIp } from '@dmvpn/wire'
import type { Ip } from '../observation.ts'
import { patience } from '../patience.ts'
import type { Episode, Part } from '../rules/episode.ts'
import type { Network } from '../rules/network.ts'
import { covers, ipIn, isPositive, isReply, meantPrefix, widthOf } from '../rules/parts.ts'
import { type RemarkStep, step } from './remark.ts'

/** Questions remembered. */
const most = 4096

/** A resolution, as much of it as a story needs. */
export interface Question {
  readonly requester: Ip
  readonly target: Ip
  readonly requestId: number
  /** Frames of the request, where it came to, and when. */
  readonly asked: readonly Hop[]
  readonly answered: readonly Hop[]
  readonly refusal: number | undefined
  /** What a good answer said of the way. */
  readonly way: { readonly nbma: Ip | undefined; readonly prefixLength: number } | undefined
}

export interface Hop {
  readonly source: Ip | undefined
  readonly destination: Ip | undefined
  readonly time: number
  readonly frame: number
}

/** Follows resolutions. */
export class Resolutions {
  private readonly questions: Question[] = []
  private readonly network: Network

  constructor(network: Network) {
    this.network = network
  }

  episode({ exchange, requests, replies }: Episode): void {
    const requester = ipIn(exchange.sourceNbma)
    const target = ipIn(exchange.destinationProtocol)
    const [first] = requests
    if (first?.seen.packet.kind !== 'resolution-request' || requester === undefined || target === undefined) return
    if (this.questions.length >= most) this.questions.shift()
    const answer = replies.at(-1)?.seen.packet
    const entry = isReply(answer) ? answer.entries[0] : undefined
    const good = isReply(answer) && isPositive(answer)
    this.questions.push({
      requester: this.network.stationOf(requester),
      target,
      requestId: exchange.requestId ?? 0,
      asked: requests.map(hopOf),
      answered: replies.map(hopOf),
      refusal: good || !isReply(answer) ? undefined : answer.entries.find(({ code }) => code !== 0)?.code,
      way:
        good && entry !== undefined
          ? { nbma: ipIn(entry.nbma), prefixLength: meantPrefix(entry.prefixLength, widthOf(answer)) }
          : undefined,
    })
  }

  /** The latest question of a station that was asked for a flow: for its destination, or for the tunnel address of its way out. */
  about(sender: Ip, to: Ip, egress: Ip | undefined, since: number): Question | undefined {
    const tunnelAddresses = egress === undefined ? undefined : this.network.known(egress)?.protocols
    const asked = this.questions.filter(({ requester, target, way, asked: [first] }) => {
      if (requester !== sender || first === undefined || first.time < since - patience) return false
      return (
        target === to ||
        tunnelAddresses?.has(target) === true ||
        (way !== undefined && covers(target, way.prefixLength, to))
      )
    })
    return asked.find(({ way }) => way !== undefined) ?? asked.at(-1)
  }

  /** A resolution as steps of a story. */
  steps({ requester, requestId, target, asked, answered, way, refusal }: Question): readonly RemarkStep[] {
    const questions = asked.map((hop, index) => {
      const to = hop.destination === undefined ? 'the tunnel' : formatIp(hop.destination)
      const own = hop.source !== undefined && this.network.stationOf(hop.source) === requester
      const verb = own ? `asks ${to}${index === 0 ? '' : ' again'} for ${formatIp(target)}` : `passes it on to ${to}`
      return step(hop, `${nameOf(hop.source)} ${verb} (Resolution Request ${requestId})`)
    })
    const answer =
      refusal !== undefined ? `refuses with code ${refusal}` : `answers: /${way?.prefixLength} ${wayText(way?.nbma)}`
    const answers = answered.map(hop => {
      const verb = hop.source === answered[0]!.source ? answer : 'passes it on'
      return step(hop, `${nameOf(hop.source)} ${verb} (Resolution Reply ${requestId})`)
    })
    return [...questions, ...answers]
  }
}

/** Where a way leads, in words. */
export function wayText(nbma: Ip | undefined): string {
  return nbma === undefined ? 'by nobody' : `at ${formatIp(nbma)}`
}

function nameOf(station: Ip | undefined): string {
  return station === undefined ? 'a station' : formatIp(station)
}

function hopOf({ seen: { source, destination, time, frame } }: Part): Hop {
  return { source, destination, time, frame }
}
