/** What conversations and endpoints have in common: a table of ends, filled from every layer of one protocol. */
import { type AnyProtocol, ethernet, ipv4, ipv6, tcp, udp } from '@dmvpn/protocols'
import { formatMac, hostText, type Ipv4, type Ipv6, readIpv6, type Sink } from '@dmvpn/wire'
import type { FrameRecord } from '../frame-record.ts'
import { foldAddress, spread } from '../session/ends.ts'
import type { Session } from '../session/session.ts'
import type { Outline } from './outline.ts'
import type { Statistic } from './statistic.ts'

/** The layers that have conversations, as tshark names them. */
export const conversationTypes = ['eth', 'ip', 'ipv6', 'tcp', 'udp'] as const
export type ConversationType = (typeof conversationTypes)[number]

const protocolsOf: Readonly<Record<ConversationType, AnyProtocol>> = { eth: ethernet, ip: ipv4, ipv6, tcp, udp }
/** The layers in words. */
const conversationTitles: Readonly<Record<ConversationType, string>> = {
  eth: 'Ethernet',
  ip: 'IPv4',
  ipv6: 'IPv6',
  tcp: 'TCP',
  udp: 'UDP',
}

export interface Side {
  readonly address: number | bigint
  readonly port: number
}

/** What two ends, or one with all others, sent and received. */
export interface Traffic {
  readonly a: Side
  readonly b: Side
  /** tshark's number of a TCP connection; -1 elsewhere. */
  readonly stream: number
  sent: number
  sentBytes: number
  received: number
  receivedBytes: number
  /** Nanoseconds since the capture's beginning. */
  first: number
  last: number
  readonly older: Traffic | undefined
}

export abstract class TrafficList implements Statistic {
  abstract readonly name: string
  readonly fields: readonly string[]
  readonly decodes: readonly string[]
  protected readonly type: ConversationType
  private readonly filter: string
  protected readonly list: Traffic[] = []
  private readonly table = new Map<number, Traffic>()
  private readonly protocol: AnyProtocol

  constructor(type: ConversationType, filter = '') {
    this.type = type
    this.filter = filter
    this.protocol = protocolsOf[type]
    // Only a session tells one connection from the next between the same ports.
    this.fields = type === 'tcp' ? ['tcp.stream'] : []
    this.decodes = type === 'tcp' ? ['tcp'] : []
  }

  take(outline: Outline, record: FrameRecord, session: Session): void {
    const { protocol } = this
    for (let i = 0; i < outline.count; i++) {
      if (outline.protocols[i] === protocol && outline.at[i]! >= 0) this.takeLayer(outline, i, record, session)
    }
  }

  abstract write(s: Sink): void
  abstract report(): unknown
  protected abstract count(
    source: number | bigint,
    destination: number | bigint,
    sourcePort: number,
    destinationPort: number,
    record: FrameRecord,
    session: Session,
  ): void

  /** The traffic between two ends, `a` the one that sent first. */
  protected between(
    a: number | bigint,
    b: number | bigint,
    portA: number,
    portB: number,
    stream: number,
    now: number,
  ): Traffic {
    const place = (spread(foldAddress(a) ^ (portA << 8)) + spread(foldAddress(b) ^ (portB << 8)) + stream) >>> 0
    let found = this.table.get(place)
    for (; found !== undefined; found = found.older) {
      if (found.stream !== stream) continue
      if (isSide(found.a, a, portA) && isSide(found.b, b, portB)) return found
      if (isSide(found.a, b, portB) && isSide(found.b, a, portA)) return found
    }
    const made: Traffic = {
      a: { address: a, port: portA },
      b: { address: b, port: portB },
      stream,
      sent: 0,
      sentBytes: 0,
      received: 0,
      receivedBytes: 0,
      first: now,
      last: now,
      older: this.table.get(place),
    }
    this.table.set(place, made)
    this.list.push(made)
    return made
  }

  /** Most frames first; of equally many the first seen first. */
  protected get sorted(): readonly Traffic[] {
    return this.list.toSorted((x, y) => y.sent + y.received - x.sent - x.received)
  }

  /** What stands above a table: its title, and the filter of its frames. */
  protected heading(what: string): string {
    const filter = this.filter === '' ? '<No Filter>' : this.filter
    return `${tableRule}\n${conversationTitles[this.type]} ${what}\nFilter:${filter}\n`
  }

  protected get hasPorts(): boolean {
    return this.type === 'tcp' || this.type === 'udp'
  }

  protected textOf(address: number | bigint): string {
    return this.type === 'eth' ? formatMac(address as number) : hostText(address as Ipv4 | Ipv6)
  }

  private takeLayer(outline: Outline, i: number, record: FrameRecord, session: Session): void {
    const view = outline.views[i]!
    const at = outline.at[i]!
    switch (this.type) {
      case 'eth':
        this.count(macAt(view, at + 6), macAt(view, at), 0, 0, record, session)
        break
      case 'ip':
      case 'ipv6':
        this.countIp(outline, i, 0, 0, record, session)
        break
      default:
        for (let below = i - 1; below >= 0; below--) {
          const protocol = outline.protocols[below]
          if (protocol !== ipv4 && protocol !== ipv6) continue
          this.countIp(outline, below, view.getUint16(at), view.getUint16(at + 2), record, session)
          return
        }
    }
  }

  private countIp(
    outline: Outline,
    i: number,
    sourcePort: number,
    destinationPort: number,
    record: FrameRecord,
    session: Session,
  ): void {
    const view = outline.views[i]!
    const at = outline.at[i]!
    const four = outline.protocols[i] === ipv4
    const source = four ? view.getUint32(at + 12) : readIpv6(view, at + 8)
    const destination = four ? view.getUint32(at + 16) : readIpv6(view, at + 24)
    this.count(source, destination, sourcePort, destinationPort, record, session)
  }
}

/** Whether an address and port are this end. */
export function isSide(side: Side, address: number | bigint, port: number): boolean {
  return side.address === address && side.port === port
}

function macAt(view: DataView, at: number): number {
  return view.getUint16(at) * 0x100000000 + view.getUint32(at + 2)
}

/** What stands above and below tshark's tables. */
export const tableRule: string = '='.repeat(80)
