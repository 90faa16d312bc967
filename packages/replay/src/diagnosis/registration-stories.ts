/** Registrations: those that nobody answered and how the station waited, those that were refused and by whose mapping. */
import { formatIp } from '@dmvpn/wire'
import type { BindingTimeline } from '../bindings/binding-timeline.ts'
import type { Ip, NhrpSeen, Observation } from '../observation.ts'
import { patience } from '../patience.ts'
import type { Episode } from '../rules/episode.ts'
import { ipIn, isRelayed } from '../rules/parts.ts'
import { instant, type Remark, type RemarkStep } from './remark.ts'

const most = 4096
/** Steps told of one station. */
const mostSteps = 16

/** What a station sent to a server that did not answer. */
interface Silence {
  readonly client: Ip
  readonly server: Ip | undefined
  readonly sent: RemarkStep[]
  count: number
  last: number
  /** When an answer came at last. */
  answered: number | undefined
}

/** Codes of RFC 2332 §5.2.0.1 and §5.2.4. */
const codeWords: Readonly<Record<number, string>> = {
  4: 'administratively prohibited',
  5: 'insufficient resources',
  12: 'no internetworking layer address to NBMA address binding exists',
  13: 'binding exists but is not unique',
  14: 'unique internetworking layer address already registered',
}

/** Follows registrations. */
export class RegistrationStories {
  private readonly silences = new Map<string, Silence>()
  private readonly refusals: Remark[] = []
  private readonly bindings: BindingTimeline

  constructor(bindings: BindingTimeline) {
    this.bindings = bindings
  }

  episode({ exchange, requests, replies }: Episode): void {
    const client = ipIn(exchange.sourceNbma)
    const [first] = requests
    if (first?.seen.packet.kind !== 'registration-request' || client === undefined) return
    const server = first.seen.destination
    const key = `${client} ${server}`
    const answer = replies[0]
    if (answer === undefined) return this.takeSilence(key, client, server, requests)
    const silence = this.silences.get(key)
    if (silence !== undefined) silence.answered ??= answer.seen.time
  }

  /** A refusal is looked at as it falls: later the mapping in its way may be gone. */
  take(seen: Observation): void {
    if (seen.kind !== 'nhrp' || seen.packet?.kind !== 'registration-reply' || isRelayed(seen.packet)) return
    const [entry] = seen.packet.entries
    const client = ipIn(seen.packet.sourceNbma)
    if (entry === undefined || entry.code === 0 || client === undefined) return
    this.takeRefusal(client, ipIn(entry.protocol ?? seen.packet.sourceProtocol), entry.code, seen)
  }

  remarks(now: number): readonly Remark[] {
    const silent = [...this.silences.values()].flatMap(each => silenceRemark(each, now) ?? [])
    return [...silent, ...this.refusals]
  }

  private takeSilence(key: string, client: Ip, server: Ip | undefined, requests: Episode['requests']): void {
    let silence = this.silences.get(key)
    if (silence === undefined) {
      if (this.silences.size >= most) return
      silence = { client, server, sent: [], count: 0, last: 0, answered: undefined }
      this.silences.set(key, silence)
    }
    for (const { seen } of requests) {
      const { time, frame, packet } = seen
      const id = 'requestId' in packet ? packet.requestId : 0
      const gap = silence.count === 0 ? '' : `, ${instant(time - silence.last)} after the one before`
      if (silence.sent.length < mostSteps) silence.sent.push({ time, frame, text: `Registration Request ${id}${gap}` })
      silence.count++
      silence.last = time
    }
  }

  private takeRefusal(
    client: Ip,
    protocol: Ip | undefined,
    code: number,
    { source: server, time, frame }: NhrpSeen,
  ): void {
    if (this.refusals.length >= most) return
    const by = server === undefined ? 'its server' : formatIp(server)
    const what = protocol === undefined ? 'its address' : formatIp(protocol)
    const reason = `${codeWords[code] ?? 'unknown reason'} (code ${code})`
    const holder = server === undefined || protocol === undefined ? '' : this.holderText(server, protocol, client, time)
    this.refusals.push({
      topic: 'refusal',
      severity: 'warning',
      stations: [formatIp(client), ...(server === undefined ? [] : [formatIp(server)])],
      text: `${by} refuses to register ${what} at ${formatIp(client)}: ${reason}${holder}`,
      steps: [{ time, frame, text: 'Registration Reply' }],
    })
  }

  /** Who has the address instead, and until when. */
  private holderText(server: Ip, protocol: Ip, client: Ip, time: number): string {
    const held = this.bindings.covering(server, protocol, time)
    if (held?.nbma === undefined || held.nbma === client) return ''
    const until = held.expires === undefined ? 'for ever' : `until ${instant(held.expires)}`
    return `; ${formatIp(held.nbma)} has it${held.unique ? ', unique,' : ''} ${until}`
  }
}

function silenceRemark({ client, server, sent, count, last, answered }: Silence, now: number): Remark | undefined {
  const isLate = count < 3 && now - last < patience
  if (isLate) return undefined
  const to = server === undefined ? 'its server' : formatIp(server)
  const times = count === 1 ? 'a Registration Request' : `${count} Registration Requests`
  const end = answered === undefined ? '' : `, until one was at ${instant(answered)}`
  return {
    topic: 'registration',
    severity: answered === undefined ? 'error' : 'warning',
    stations: [formatIp(client), ...(server === undefined ? [] : [formatIp(server)])],
    text: `${times} of ${formatIp(client)} to ${to} not answered${end}`,
    steps: sent,
  }
}
