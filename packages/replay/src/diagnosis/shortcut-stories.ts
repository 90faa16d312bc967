/**
 * For every pair of stations with traffic the chain from the first packet by way of the hub to the first one straight
 * through: indication, request, reply; and where it breaks, the first link that is missing.
 */
import { formatIp } from '@dmvpn/wire'
import type { BindingTimeline } from '../bindings/binding-timeline.ts'
import type { DataSeen, Ip, NhrpSeen, Observation } from '../observation.ts'
import { isMulticast } from '../observation.ts'
import type { Episode, Part } from '../rules/episode.ts'
import type { Network } from '../rules/network.ts'
import { covers, ipIn, isIndication, isPositive, isReply, meantPrefix, widthOf } from '../rules/parts.ts'
import { instant, type Remark, type RemarkStep } from './remark.ts'

/** Pairs of inner addresses followed, and requests and indications remembered. */
const most = 4096
/** Links that one of them is followed over. */
const mostLegs = 16
/** Nanoseconds after which nobody waits for a reply any more. */
const patience = 5e9
/** A station may use the old way for so long after it was told of another. */
const transition = 2e9

/** Packets of one pair of inner addresses on one link. */
interface Leg {
  readonly source: Ip
  /** Undefined where the capture is of a tunnel device, which does not tell. */
  readonly destination: Ip | undefined
  readonly frame: number
  readonly time: number
  packets: number
  /** The last packet that should have gone another way by what its sender had been told. */
  stray: number | undefined
}

interface Flow {
  readonly from: Ip
  readonly to: Ip
  /** In the order of their first packets. */
  readonly legs: Leg[]
}

interface Indication {
  readonly by: Ip
  readonly told: Ip
  readonly from: Ip
  readonly to: Ip
  readonly time: number
  readonly frame: number
}

/** A resolution, as much of it as a story needs. */
interface Question {
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

interface Hop {
  readonly source: Ip | undefined
  readonly destination: Ip | undefined
  readonly time: number
  readonly frame: number
}

/** Follows traffic and resolutions. */
export class ShortcutStories {
  private readonly flows = new Map<string, Flow>()
  private readonly indications: Indication[] = []
  private readonly questions: Question[] = []
  private readonly network: Network
  private readonly bindings: BindingTimeline

  constructor(network: Network, bindings: BindingTimeline) {
    this.network = network
    this.bindings = bindings
  }

  take(seen: Observation): void {
    if (seen.kind === 'data') this.takeData(seen)
    else if (seen.kind === 'nhrp') this.takeIndication(seen)
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

  /** The stories of every flow that a server forwarded, in the order of their first packets. `now` is when the capture ends. */
  remarks(now: number): readonly Remark[] {
    return [...this.flows.values()].flatMap(flow => this.story(flow, now) ?? [])
  }

  private takeData(seen: DataSeen): void {
    const { innerSource, innerDestination, source, destination, time, frame } = seen
    if (source === undefined || isMulticast(innerDestination)) return
    const key = `${innerSource} ${innerDestination}`
    let flow = this.flows.get(key)
    if (flow === undefined) {
      if (this.flows.size >= most) return
      flow = { from: innerSource, to: innerDestination, legs: [] }
      this.flows.set(key, flow)
    }
    let leg = flow.legs.find(each => each.source === source && each.destination === destination)
    if (leg === undefined) {
      if (flow.legs.length >= mostLegs) return
      leg = { source, destination, frame, time, packets: 0, stray: undefined }
      flow.legs.push(leg)
    }
    leg.packets++
    const way = this.bindings.covering(source, innerDestination, time)
    const isSettled = way?.origin === 'resolved' && way.created + transition < time
    if (isSettled && destination !== undefined && way.nbma !== destination) leg.stray = time
  }

  private takeIndication({ packet, source, destination, time, frame }: NhrpSeen): void {
    if (!isIndication(packet) || source === undefined || destination === undefined) return
    const quoted = addressesOf(packet.quote)
    if (quoted === undefined || this.indications.length >= most) return
    this.indications.push({ by: source, told: destination, ...quoted, time, frame })
  }

  private story(flow: Flow, now: number): Remark | undefined {
    const { network } = this
    const first = flow.legs.find(({ destination }) => destination !== undefined && network.isServer(destination))
    if (first === undefined) return undefined
    const sender = network.stationOf(first.source)
    const server = network.stationOf(first.destination!)
    if (sender === server || this.isBehind(server, flow)) return undefined
    const onward = flow.legs.find(leg => network.stationOf(leg.source) === server && leg.time >= first.time)
    const between = `${formatIp(flow.from)} to ${formatIp(flow.to)}`
    const steps: RemarkStep[] = [
      step(first, `the first packet leaves ${formatIp(first.source)} for the server ${formatIp(server)}`),
    ]
    if (onward !== undefined)
      steps.push(
        step(
          onward,
          `the server passes it on${onward.destination === undefined ? '' : ` to ${formatIp(onward.destination)}`}`,
        ),
      )
    const remark = (severity: Remark['severity'], text: string): Remark => ({
      topic: 'shortcut',
      severity,
      stations: [formatIp(sender), ...(onward?.destination === undefined ? [] : [formatIp(onward.destination)])],
      text,
      steps: steps.toSorted((one, other) => one.time - other.time),
    })
    const straight = flow.legs.find(
      leg =>
        leg !== first &&
        network.stationOf(leg.source) === sender &&
        leg.destination !== undefined &&
        !network.isServer(leg.destination),
    )
    const indication = this.indications.find(
      each => network.stationOf(each.told) === sender && each.from === flow.from && each.to === flow.to,
    )
    if (indication !== undefined)
      steps.push(
        step(
          indication,
          `${formatIp(indication.by)} tells ${formatIp(indication.told)} of a shorter way (Traffic Indication)`,
        ),
      )
    const egress = straight?.destination ?? onward?.destination
    const question = this.questionAbout(sender, flow.to, egress, first.time)
    if (question !== undefined) this.tellQuestion(question, steps)
    if (straight !== undefined) {
      steps.push(step(straight, `the first packet goes straight to ${formatIp(straight.destination!)}`))
      const took = straight.time - first.time
      return remark(
        'information',
        `${between}: straight after ${instant(took)} and ${first.packets} packets by way of the server`,
      )
    }
    if (onward === undefined && !network.coverage.watches(server))
      return remark(
        'information',
        `${between}: by way of the server ${formatIp(server)}; what it did with them is not in the capture`,
      )
    if (onward === undefined)
      return remark(
        'warning',
        `${between}: ${first.packets} packets reached the server ${formatIp(server)}; none of them left it, and nobody answered`,
      )
    if (onward !== undefined && onward.destination !== undefined && network.stationOf(onward.destination) === sender)
      return remark('warning', `${between}: the server sends the packets back to where they came from`)
    if (question === undefined) return this.nobodyAsked(between, sender, indication, remark, now)
    return remark(...this.whereItBroke(between, question, first, now))
  }

  private nobodyAsked(
    between: string,
    sender: Ip,
    indication: Indication | undefined,
    remark: (severity: Remark['severity'], text: string) => Remark,
    now: number,
  ): Remark {
    if (indication === undefined)
      return remark(
        'information',
        `${between}: stays on the way by the server; it sent no Traffic Indication and ${formatIp(sender)} asked for no shorter way`,
      )
    if (now - indication.time < patience)
      return remark(
        'information',
        `${between}: an indication came at ${instant(indication.time)}; the capture ends before a request was due`,
      )
    return remark(
      'warning',
      `${between}: the Traffic Indication reached ${formatIp(indication.told)} at ${instant(indication.time)}; it never asked (is it configured to make shortcuts?)`,
    )
  }

  private whereItBroke(between: string, question: Question, first: Leg, now: number): [Remark['severity'], string] {
    const { requestId, target, asked, answered, refusal, way, requester } = question
    const last = asked.at(-1)!
    const name = `Resolution Request ${requestId} for ${formatIp(target)}`
    if (refusal !== undefined)
      return ['warning', `${between}: ${name} was refused with code ${refusal} at ${instant(answered.at(-1)!.time)}`]
    const reached = last.destination === undefined ? 'the tunnel' : formatIp(last.destination)
    if (answered.length === 0) {
      if (now - last.time < patience)
        return ['information', `${between}: ${name} is still unanswered where the capture ends`]
      return [
        'error',
        `${between}: ${name} reached ${reached} at ${instant(last.time)}; no reply within ${patience / 1e9} s`,
      ]
    }
    const back = answered.at(-1)!
    if (back.destination !== undefined && this.network.stationOf(back.destination) !== requester)
      return [
        'error',
        `${between}: the reply to ${name} reached ${formatIp(back.destination)} at ${instant(back.time)}, and never ${formatIp(requester)}`,
      ]
    const answer = `${name} was answered at ${instant(back.time)}, ${wayText(way?.nbma)}`
    if (first.stray === undefined)
      return [
        'information',
        `${between}: ${answer}; then no packet came by the server any more (the straight way is not in the capture)`,
      ]
    return ['warning', `${between}: ${answer}, and yet packets went by the server until ${instant(first.stray)}`]
  }

  /** Whether the packets are for the server, or a network of its own: it answers them itself. */
  private isBehind(server: Ip, { from, to, legs }: Flow): boolean {
    const isServer = (address: Ip): boolean => this.network.stationOf(address) === server
    if (
      legs.some(({ source, destination }) => isServer(source) || (destination !== undefined && !isServer(destination)))
    )
      return false
    const back = this.flows.get(`${to} ${from}`)
    return back !== undefined && back.legs.every(({ source }) => isServer(source))
  }

  /** The latest question of a station that was asked for a flow: for its destination, or for the tunnel address of its way out. */
  private questionAbout(sender: Ip, to: Ip, egress: Ip | undefined, since: number): Question | undefined {
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

  private tellQuestion(
    { requester, requestId, target, asked, answered, way, refusal }: Question,
    steps: RemarkStep[],
  ): void {
    for (const [index, hop] of asked.entries()) {
      const to = hop.destination === undefined ? 'the tunnel' : formatIp(hop.destination)
      const from = hop.source === undefined ? 'a station' : formatIp(hop.source)
      const own = hop.source !== undefined && this.network.stationOf(hop.source) === requester
      const verb = own ? `asks ${to}${index === 0 ? '' : ' again'} for ${formatIp(target)}` : `passes it on to ${to}`
      steps.push(step(hop, `${from} ${verb} (Resolution Request ${requestId})`))
    }
    for (const [index, hop] of answered.entries()) {
      const from = hop.source === undefined ? 'a station' : formatIp(hop.source)
      if (index > 0 && hop.source !== answered[0]!.source) {
        steps.push(step(hop, `${from} passes it on (Resolution Reply ${requestId})`))
        continue
      }
      const what =
        refusal !== undefined ? `refuses with code ${refusal}` : `answers: /${way?.prefixLength} ${wayText(way?.nbma)}`
      steps.push(step(hop, `${from} ${what} (Resolution Reply ${requestId})`))
    }
  }
}

function wayText(nbma: Ip | undefined): string {
  return nbma === undefined ? 'by nobody' : `at ${formatIp(nbma)}`
}

function hopOf({ seen: { source, destination, time, frame } }: Part): Hop {
  return { source, destination, time, frame }
}

function step({ time, frame }: { readonly time: number; readonly frame: number }, text: string): RemarkStep {
  return { time, frame, text }
}

/** Addresses of the IP header that a quotation begins with; it need not be whole. */
function addressesOf(quote: Uint8Array): { readonly from: Ip; readonly to: Ip } | undefined {
  const view = new DataView(quote.buffer, quote.byteOffset, quote.byteLength)
  const version = quote.length === 0 ? 0 : quote[0]! >>> 4
  if (version === 4 && quote.length >= 20) return { from: view.getUint32(12), to: view.getUint32(16) }
  if (version !== 6 || quote.length < 40) return undefined
  const wide = (at: number): bigint => (view.getBigUint64(at) << 64n) | view.getBigUint64(at + 8)
  return { from: wide(8), to: wide(24) }
}
