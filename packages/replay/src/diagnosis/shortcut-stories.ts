/**
 * For every pair of stations with traffic the chain from the first packet by way of the hub to the first one straight
 * through: indication, request, reply; and where it breaks, the first link that is missing.
 */
import { quotedPacket } from '@dmvpn/protocols'
import { formatIp } from '@dmvpn/wire'
import type { BindingTimeline } from '../bindings/binding-timeline.ts'
import { counted } from '../counted.ts'
import type { Ip, NhrpSeen, Observation } from '../observation.ts'
import { patience } from '../patience.ts'
import type { Episode } from '../rules/episode.ts'
import type { Network } from '../rules/network.ts'
import { isIndication } from '../rules/parts.ts'
import { instant, type Remark, type RemarkStep, step } from './remark.ts'
import { type Question, Resolutions, wayText } from './resolutions.ts'
import { type Flow, type Leg, TrafficFlows } from './traffic-flows.ts'

/** Indications remembered. */
const most = 4096

interface Indication {
  readonly by: Ip
  readonly told: Ip
  readonly from: Ip
  readonly to: Ip
  readonly time: number
  readonly frame: number
}

/** What is known of one flow's way from the server to a shortcut. */
interface Chain {
  readonly flow: Flow
  readonly sender: Ip
  readonly server: Ip
  /** The first packets to the server, and what it made of them. */
  readonly first: Leg
  readonly onward: Leg | undefined
  readonly indication: Indication | undefined
  readonly question: Question | undefined
  readonly straight: Leg | undefined
}

/** Where a chain ended, or where it broke. */
type Ending = readonly [severity: Remark['severity'], text: string]

/** Follows traffic and resolutions. */
export class ShortcutStories {
  private readonly flows: TrafficFlows
  private readonly resolutions: Resolutions
  private readonly indications: Indication[] = []
  private readonly network: Network

  constructor(network: Network, bindings: BindingTimeline) {
    this.network = network
    this.flows = new TrafficFlows(bindings)
    this.resolutions = new Resolutions(network)
  }

  take(seen: Observation): void {
    if (seen.kind === 'data') this.flows.take(seen)
    else if (seen.kind === 'nhrp') this.takeIndication(seen)
  }

  episode(episode: Episode): void {
    this.resolutions.episode(episode)
  }

  /** The stories of every flow that a server forwarded, in the order of their first packets. `now` is when the capture ends. */
  remarks(now: number): readonly Remark[] {
    return Array.from(this.flows.all, flow => this.chainOf(flow)).flatMap(chain =>
      chain === undefined ? [] : [this.story(chain, now)],
    )
  }

  private takeIndication({ packet, source, destination, time, frame }: NhrpSeen): void {
    if (!isIndication(packet) || source === undefined || destination === undefined) return
    const { source: from, destination: to } = quotedPacket(packet.quote)
    if (from === undefined || to === undefined || this.indications.length >= most) return
    this.indications.push({ by: source, told: destination, from, to, time, frame })
  }

  private chainOf(flow: Flow): Chain | undefined {
    const { network } = this
    const first = flow.legs.find(({ destination }) => destination !== undefined && network.isServer(destination))
    if (first === undefined) return undefined
    const sender = network.stationOf(first.source)
    const server = network.stationOf(first.destination!)
    if (sender === server || this.isBehind(server, flow)) return undefined
    const onward = flow.legs.find(({ source, time }) => network.stationOf(source) === server && time >= first.time)
    const straight = flow.legs.find(({ source, destination }) => {
      return network.stationOf(source) === sender && destination !== undefined && !network.isServer(destination)
    })
    const indication = this.indications.find(
      ({ told, from, to }) => network.stationOf(told) === sender && from === flow.from && to === flow.to,
    )
    const egress = straight?.destination ?? onward?.destination
    const question = this.resolutions.about(sender, flow.to, egress, first.time)
    return { flow, sender, server, first, onward, indication, question, straight }
  }

  /** Whether the packets are for the server, or a network of its own: it answers them itself. */
  private isBehind(server: Ip, flow: Flow): boolean {
    const isServer = (address: Ip | undefined): boolean =>
      address !== undefined && this.network.stationOf(address) === server
    if (flow.legs.some(({ source, destination }) => isServer(source) || !isServer(destination))) return false
    return this.flows.back(flow)?.legs.every(({ source }) => isServer(source)) ?? false
  }

  private story(chain: Chain, now: number): Remark {
    const { flow, sender, onward } = chain
    const [severity, text] = this.endingOf(chain, now)
    return {
      topic: 'shortcut',
      severity,
      stations: [formatIp(sender), ...(onward?.destination === undefined ? [] : [formatIp(onward.destination)])],
      text: `${formatIp(flow.from)} to ${formatIp(flow.to)}: ${text}`,
      steps: this.stepsOf(chain).toSorted((one, other) => one.time - other.time),
    }
  }

  private stepsOf({ server, first, onward, indication, question, straight }: Chain): readonly RemarkStep[] {
    const steps = [step(first, `the first packet leaves ${formatIp(first.source)} for the server ${formatIp(server)}`)]
    if (onward !== undefined) {
      const to = onward.destination === undefined ? '' : ` to ${formatIp(onward.destination)}`
      steps.push(step(onward, `the server passes it on${to}`))
    }
    if (indication !== undefined) {
      const { by, told } = indication
      steps.push(step(indication, `${formatIp(by)} tells ${formatIp(told)} of a shorter way (Traffic Indication)`))
    }
    if (question !== undefined) steps.push(...this.resolutions.steps(question))
    if (straight !== undefined)
      steps.push(step(straight, `the first packet goes straight to ${formatIp(straight.destination!)}`))
    return steps
  }

  private endingOf(chain: Chain, now: number): Ending {
    const { sender, server, first, onward, question, straight } = chain
    if (straight !== undefined) {
      const took = instant(straight.time - first.time)
      return ['information', `straight after ${took} and ${counted(first.packets, 'packet')} by way of the server`]
    }
    if (onward === undefined) {
      if (!this.network.coverage.watches(server)) {
        const way = `by way of the server ${formatIp(server)}`
        return ['information', `${way}; what it did with them is not in the capture`]
      }
      const reached = `${counted(first.packets, 'packet')} reached the server ${formatIp(server)}`
      return ['warning', `${reached}; none of them left it, and nobody answered`]
    }
    if (onward.destination !== undefined && this.network.stationOf(onward.destination) === sender)
      return ['warning', 'the server sends the packets back to where they came from']
    return question === undefined ? unasked(chain, now) : this.afterQuestion(question, first, now)
  }

  private afterQuestion(
    { requestId, target, asked, answered, refusal, way, requester }: Question,
    first: Leg,
    now: number,
  ): Ending {
    const name = `Resolution Request ${requestId} for ${formatIp(target)}`
    const last = asked.at(-1)!
    const back = answered.at(-1)
    if (back === undefined) {
      if (now - last.time < patience) return ['information', `${name} is still unanswered where the capture ends`]
      const where = last.destination === undefined ? 'the tunnel' : formatIp(last.destination)
      return ['error', `${name} reached ${where} at ${instant(last.time)}; no reply within ${patience / 1e9} s`]
    }
    if (refusal !== undefined) return ['warning', `${name} was refused with code ${refusal} at ${instant(back.time)}`]
    if (back.destination !== undefined && this.network.stationOf(back.destination) !== requester) {
      const where = `${formatIp(back.destination)} at ${instant(back.time)}`
      return ['error', `the reply to ${name} reached ${where}, and never ${formatIp(requester)}`]
    }
    const answer = `${name} was answered at ${instant(back.time)}, ${wayText(way?.nbma)}`
    if (first.stray !== undefined)
      return ['warning', `${answer}, and yet packets went by the server until ${instant(first.stray)}`]
    const then = 'then no packet came by the server any more (the straight way is not in the capture)'
    return ['information', `${answer}; ${then}`]
  }
}

/** The sender knew of no shorter way, or never asked for one. */
function unasked({ sender, indication }: Chain, now: number): Ending {
  if (indication === undefined) {
    const silence = `it sent no Traffic Indication and ${formatIp(sender)} asked for no shorter way`
    return ['information', `stays on the way by the server; ${silence}`]
  }
  const at = instant(indication.time)
  if (now - indication.time < patience)
    return ['information', `an indication came at ${at}; the capture ends before a request was due`]
  const reached = `the Traffic Indication reached ${formatIp(indication.told)} at ${at}`
  return ['warning', `${reached}; it never asked (is it configured to make shortcuts?)`]
}
