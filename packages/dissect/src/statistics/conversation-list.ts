/** `-z conv,…`: who talked to whom, and how much, on one layer. */
import type { Sink } from '@dmvpn/wire'
import type { FrameRecord } from '../frame-record.ts'
import type { Session } from '../session/session.ts'
import { type ConversationType, isSide, type Side, TrafficList, tableRule } from './traffic-list.ts'

const perSecond = 1e9

/** A conversation, for JSON: `a` sent first. */
export interface ConversationReport {
  readonly a: string
  readonly portA?: number
  readonly b: string
  readonly portB?: number
  readonly framesToA: number
  readonly bytesToA: number
  readonly framesToB: number
  readonly bytesToB: number
  /** Seconds since the capture's beginning, and from the first to the last frame. */
  readonly start: number
  readonly duration: number
}

export class ConversationList extends TrafficList {
  readonly name: string

  constructor(type: ConversationType, filter?: string) {
    super(type, filter)
    this.name = `conversations.${type}`
  }

  report(): readonly ConversationReport[] {
    return this.sorted.map(({ a, b, sent, sentBytes, received, receivedBytes, first, last }) => ({
      a: this.textOf(a.address),
      ...(this.hasPorts ? { portA: a.port } : {}),
      b: this.textOf(b.address),
      ...(this.hasPorts ? { portB: b.port } : {}),
      framesToA: received,
      bytesToA: receivedBytes,
      framesToB: sent,
      bytesToB: sentBytes,
      start: first / perSecond,
      duration: (last - first) / perSecond,
    }))
  }

  /** As tshark writes it. */
  write(s: Sink): void {
    const side = this.hasPorts ? 26 : 20
    const indent = ' '.repeat(2 * side + 7)
    s.text(this.heading('Conversations'))
    s.text(`${indent}|       <-      | |       ->      | |     Total     |    Relative    |   Duration   |\n`)
    s.text(`${indent}| Frames  Bytes | | Frames  Bytes | | Frames  Bytes |      Start     |              |\n`)
    for (const { a, b, sent, sentBytes, received, receivedBytes, first, last } of this.sorted) {
      s.text(`${this.endText(a).padEnd(side)} <-> ${this.endText(b).padEnd(side)}  `)
      s.text(amount(received, receivedBytes))
      s.text(amount(sent, sentBytes))
      s.text(amount(sent + received, sentBytes + receivedBytes))
      s.text(`${secondsText(first, 9).padStart(14)}   ${secondsText(last - first, 4).padStart(12)}\n`)
    }
    s.text(`${tableRule}\n`)
  }

  protected count(
    source: number | bigint,
    destination: number | bigint,
    sourcePort: number,
    destinationPort: number,
    { originalLength }: FrameRecord,
    session: Session,
  ): void {
    const stream = this.type === 'tcp' ? session.tcpStream : -1
    const traffic = this.between(source, destination, sourcePort, destinationPort, stream, session.relative)
    if (isSide(traffic.a, source, sourcePort)) {
      traffic.sent++
      traffic.sentBytes += originalLength
    } else {
      traffic.received++
      traffic.receivedBytes += originalLength
    }
    // Captures merged file by file are not in time order.
    if (session.relative < traffic.first) traffic.first = session.relative
    else if (session.relative > traffic.last) traffic.last = session.relative
  }

  private endText({ address, port }: Side): string {
    return this.hasPorts ? `${this.textOf(address)}:${port}` : this.textOf(address)
  }
}

/** Frames and octets as tshark writes them: from 10,000 octets on in thousands. */
function amount(frames: number, bytes: number): string {
  return `${String(frames).padStart(6)} ${sizeText(bytes).padEnd(9)}  `
}

function sizeText(bytes: number): string {
  let size = bytes
  for (const unit of [' bytes', ' kB', ' MB', ' GB']) {
    if (size < 10_000) return `${size}${unit}`
    size = Math.floor(size / 1000)
  }
  return `${size} TB`
}

/** Nanoseconds as seconds with so many digits, rounded. */
function secondsText(nanoseconds: number, digits: number): string {
  return (nanoseconds / perSecond).toFixed(digits)
}
