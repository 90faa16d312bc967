/**
 * What FRRouting's nhrpd logs of messages with `debug nhrp`: their kinds and addresses, never what is in them. The lines
 * are those of public logs of FRRouting 7 to 10.
 *
 *     PACKET: Recv 192.0.2.1 -> 192.0.2.2                    the outside addresses, before what was received,
 *     Recv Resolution-Request(1) 10.0.0.11 -> 10.0.103.2     and behind what is sent
 *     !LOCAL Resolution-Request(1) 10.0.0.11 -> 10.0.103.2   it is for this router
 */
import type { Ip } from '@dmvpn/core'
import { kindOfType, type NhrpKind } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { type DebugLines, debugLines } from '../debug-line.ts'
import type { LogLine } from './log-line.ts'
import type { LogTime } from './log-time.ts'

/** One message that passed nhrpd. */
export interface FrrEvent {
  /** From 1. */
  readonly line: number
  readonly router: string | undefined
  readonly time: LogTime | undefined
  readonly direction: 'sent' | 'received'
  readonly kind: NhrpKind
  /** `ar$op.type`. */
  readonly type: number
  /** Protocol addresses of the message. */
  readonly source: Ip
  readonly destination: Ip
  /** Outside addresses of this hop; undefined where they were not logged. */
  from: Ipv4 | undefined
  to: Ipv4 | undefined
  /** Whether a received message was for this router; otherwise it was passed on or dropped. */
  isForUs: boolean
}

const patterns = {
  packet: 'PACKET: <direction:Send|Recv> <from:ipv4> -> <to:ipv4>',
  message: '<direction:Send|Recv> <name:word>(<type:0-255>) <source:ipv4|ipv6> -> <destination:ipv4|ipv6>',
  local: '!LOCAL <name:word>(<type:0-255>) <source:ipv4|ipv6> -> <destination:ipv4|ipv6>',
} as const
const lines: DebugLines<typeof patterns> = debugLines(patterns)

/** The daemon's name, its process, and the code of the line's place in the source. */
const said = /^(?:\[[A-Z]{4,5}\] )?(?:nhrpd(?:\[\d{1,10}\])?|NHRP): (?:\[[0-9A-Z]{5}-[0-9A-Z]{5}\] )?(?:\[EC \d+\] )?/

/** What is known while one router's lines go by. */
interface Hop {
  /** The outside addresses of what was received last. */
  received: { readonly from: Ipv4; readonly to: Ipv4 } | undefined
  last: FrrEvent | undefined
}

/** Routers whose lines may be mixed in one log. */
const mostRouters = 1000

/** Takes the lines of a log; what it keeps is the last message of each router. */
export class FrrReader {
  private readonly hops = new Map<string, Hop>()

  /** The message a line tells of. The outside addresses of a sent one come with a later line, into the same object. */
  line({ number, text, router, time }: LogLine): FrrEvent | undefined {
    const prefix = said.exec(text)
    if (prefix === null) return undefined
    const rest = text.slice(prefix[0].length)
    const hop = this.hopOf(router ?? '')
    const packet = lines.packet.read(rest)
    if (packet !== undefined) {
      const { from, to } = packet
      if (packet.direction === 'Recv') hop.received = { from, to }
      else if (hop.last?.direction === 'sent' && hop.last.from === undefined) Object.assign(hop.last, { from, to })
      return undefined
    }
    const local = lines.local.read(rest)
    if (local !== undefined) {
      if (hop.last?.type === local.type && hop.last.source === local.source) hop.last.isForUs = true
      return undefined
    }
    const message = lines.message.read(rest)
    if (message === undefined) return undefined
    const { type, source, destination } = message
    const wasReceived = message.direction === 'Recv'
    const event: FrrEvent = {
      line: number,
      router,
      time,
      direction: wasReceived ? 'received' : 'sent',
      kind: kindOfType(type),
      type,
      source,
      destination,
      from: wasReceived ? hop.received?.from : undefined,
      to: wasReceived ? hop.received?.to : undefined,
      isForUs: false,
    }
    if (wasReceived) hop.received = undefined
    hop.last = event
    return event
  }

  private hopOf(router: string): Hop {
    const known = this.hops.get(router)
    if (known !== undefined) return known
    if (this.hops.size >= mostRouters) this.hops.delete(this.hops.keys().next().value!)
    const hop: Hop = { received: undefined, last: undefined }
    this.hops.set(router, hop)
    return hop
  }
}
