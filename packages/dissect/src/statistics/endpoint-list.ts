/** `-z endpoints,…`: who sent and received how much on one layer. */
import type { Sink } from '@dmvpn/wire'
import type { FrameRecord } from '../frame-record.ts'
import type { Session } from '../session/session.ts'
import { type ConversationType, TrafficList, tableRule } from './traffic-list.ts'

/** An end, for JSON. */
export interface EndpointReport {
  readonly address: string
  readonly port?: number
  readonly frames: number
  readonly bytes: number
  readonly sentFrames: number
  readonly sentBytes: number
  readonly receivedFrames: number
  readonly receivedBytes: number
}

export class EndpointList extends TrafficList {
  readonly name: string

  constructor(type: ConversationType, filter?: string) {
    super(type, filter)
    this.name = `endpoints.${type}`
  }

  report(): readonly EndpointReport[] {
    return this.sorted.map(({ a, sent, sentBytes, received, receivedBytes }) => ({
      address: this.textOf(a.address),
      ...(this.hasPorts ? { port: a.port } : {}),
      frames: sent + received,
      bytes: sentBytes + receivedBytes,
      sentFrames: sent,
      sentBytes,
      receivedFrames: received,
      receivedBytes,
    }))
  }

  /** As tshark writes it. */
  write(s: Sink): void {
    const port = this.hasPorts ? '|  Port  |' : ''
    s.text(this.heading('Endpoints'))
    s.text(
      `${' '.repeat(23)}${port}|  Packets  | |  Bytes  | | Tx Packets | | Tx Bytes | | Rx Packets | | Rx Bytes |\n`,
    )
    for (const { a, sent, sentBytes, received, receivedBytes } of this.sorted) {
      s.text(this.textOf(a.address).padEnd(20))
      if (this.hasPorts) s.text(`      ${String(a.port).padStart(5)}`)
      const cells = [
        [sent + received, this.hasPorts ? 5 : 6, 6],
        [sentBytes + receivedBytes, 5, 9],
        [sent, 5, 6],
        [sentBytes, 7, 9],
        [received, 6, 6],
        [receivedBytes, 7, 9],
      ] as const
      for (const [value, gap, width] of cells) s.text(' '.repeat(gap)).text(String(value).padStart(width))
      s.text('   \n')
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
    const from = this.between(source, source, sourcePort, sourcePort, -1, session.relative)
    from.sent++
    from.sentBytes += originalLength
    const to = this.between(destination, destination, destinationPort, destinationPort, -1, session.relative)
    to.received++
    to.receivedBytes += originalLength
  }
}
