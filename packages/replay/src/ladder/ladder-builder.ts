/** Makes a ladder of a capture, frame by frame. Memory is bounded by the number of rows. */
import { type FrameRecord, type Session, type Sighting, writeInfoColumn } from '@dmvpn/dissect'
import { type Frame, type Nhrp, nhrp } from '@dmvpn/protocols'
import { hostNames, Sink } from '@dmvpn/wire'
import { DataFold, type Fold, packetsOf } from './data-fold.ts'
import type { Ladder, LadderRow, LadderTone } from './ladder.ts'
import { type Ends, marksOf, outcomeOf } from './marks.ts'
import { StationTable } from './station-table.ts'
import { type TunnelEnds, tunnelEndsOf } from './tunnel-ends.ts'

/** Rows of a ladder unless somebody asks for more: more than that nobody reads. */
export const usualRows = 200

/** A message as it was seen; what it is to others is known when the capture is over. */
interface Message extends Ends {
  readonly packet: Nhrp | undefined
  readonly sighting: Sighting | undefined
  readonly frame: number
  readonly time: number
  readonly text: string
}

export class LadderBuilder {
  private readonly most: number
  private readonly table = new StationTable()
  private readonly fold = new DataFold()
  private readonly found: (Message | Fold)[] = []
  private readonly info = new Sink(256)
  private messagesLeft = 0
  private dataLeft = 0
  private others = 0
  /** Nanoseconds from the first frame to the last. */
  private end = 0

  constructor(rows: number = usualRows) {
    this.most = rows
  }

  /** Takes the session's present record, decoded with NHRP transactions followed. */
  take(frame: Frame, record: FrameRecord, session: Session): void {
    this.end = Math.max(this.end, session.relative)
    const ends = tunnelEndsOf(frame)
    if (ends === undefined) {
      this.others++
      return
    }
    const { layers } = frame
    let seen = 0
    for (let at = 0; at < layers.length; at++) {
      const { protocol, packet } = layers[at]!
      if (protocol !== nhrp) continue
      const sighting = session.nhrp?.present[seen++]
      if (sighting?.duplicateOf === undefined) this.message(packet as Nhrp, sighting, at, frame, ends, record, session)
    }
    if (seen > 0) return
    if (frame.stoppedIn === nhrp) this.message(undefined, undefined, 0, frame, ends, record, session)
    else this.data(frame, ends, record, session)
  }

  /** The ladder of all that was taken. */
  finish(): Ladder {
    this.settle()
    const { found, table } = this
    const senders = new Map<Sighting, Message>()
    for (const each of found) {
      if (!('seen' in each) && each.sighting !== undefined) senders.set(each.sighting, each)
    }
    const rows = found.map(each => ('seen' in each ? this.dataRow(each) : this.messageRow(each, senders)))
    const { stations, places } = table.arranged()
    return {
      stations,
      // Files of several interfaces are not in the order of time.
      rows: rows
        .map(row => ({ ...row, from: places[row.from]!, to: row.to === undefined ? undefined : places[row.to] }))
        .sort((a, b) => a.time - b.time),
      left: { messages: this.messagesLeft, data: this.dataLeft },
      others: this.others,
    }
  }

  private message(
    packet: Nhrp | undefined,
    sighting: Sighting | undefined,
    at: number,
    frame: Frame,
    ends: TunnelEnds,
    record: FrameRecord,
    session: Session,
  ): void {
    if (this.found.length + this.fold.size >= this.most) {
      this.messagesLeft++
      return
    }
    this.settle()
    const { info: s } = this
    s.length = 0
    if (packet === undefined) writeInfoColumn(s, frame, record)
    else nhrp.info?.(s, packet, frame, at)
    const text = hostNames.inText(s.toString(), true).replace(/^NHRP /, '')
    this.found.push({ ...ends, packet, sighting, frame: session.number, time: session.relative, text })
    if (packet !== undefined) this.table.learn(packet, ends.from, ends.to)
  }

  private data(frame: Frame, ends: TunnelEnds, record: FrameRecord, session: Session): void {
    if (this.found.length + this.fold.size >= this.most) this.dataLeft++
    else this.fold.add(frame, ends, session.number, session.relative, record.interface ?? 0)
  }

  /** What was folded becomes rows: a message follows, or nothing. */
  private settle(): void {
    this.found.push(...this.fold.take())
  }

  private messageRow(message: Message, senders: ReadonlyMap<Sighting, Message>): LadderRow {
    const { packet, sighting, frame, time, text } = message
    const [title, detail] = split(text)
    const to = message.to ?? this.receiverOf(message, senders)
    const outcome = sighting === undefined ? 'answered' : outcomeOf(sighting, this.end)
    return {
      tone: toneOf(packet, sighting),
      frame,
      lastFrame: frame,
      time,
      from: this.table.numberOf(message.from),
      to: to === undefined || to === message.from ? undefined : this.table.numberOf(to),
      title,
      detail,
      marks: sighting === undefined ? [] : marksOf(sighting, outcome),
      lost: outcome === 'unanswered',
    }
  }

  /** Whom a message was for, where only its sender is known: who answered, who asked, or whose address it names. */
  private receiverOf({ packet, sighting }: Message, senders: ReadonlyMap<Sighting, Message>): string | undefined {
    const partner = sighting?.responseIn ?? sighting?.responseTo ?? sighting?.errorTo ?? sighting?.resolutionIn
    const known = partner === undefined ? undefined : senders.get(partner)?.from
    // An indication is addressed to a host behind the station it goes to.
    if (known !== undefined || packet === undefined || packet.kind === 'traffic-indication') return known
    const answers = packet.kind.endsWith('-reply') || packet.kind === 'error-indication'
    return this.table.outerOf(answers ? packet.sourceProtocol : packet.destinationProtocol)
  }

  private dataRow(fold: Fold): LadderRow {
    const { first, last, time, lastTime, about, protocol } = fold
    const lasted = (lastTime - time) / 1e9
    const parts = [about, ...(lasted >= 0.001 ? [`over ${lasted.toFixed(3)} s`] : [])]
    return {
      tone: 'data',
      frame: first,
      lastFrame: last,
      time,
      from: this.table.numberOf(fold.from),
      to: fold.to === undefined ? undefined : this.table.numberOf(fold.to),
      title: `${packetsOf(fold)} × ${protocol}`,
      detail: hostNames.inText(parts.filter(part => part !== '').join(', '), true),
      marks: [],
      lost: false,
    }
  }
}

/** The kind of a message with its request id, and what else is said. */
function split(text: string): readonly [title: string, detail: string] {
  const [, title = text, detail = ''] = /^([^,[]*(?:, ID=\d+)?)(?:, )?(.*)$/.exec(text) ?? []
  // That it went well is what the arrow says.
  return [title, detail.replace(/^(?:Code=Success(?:, |$))+/, '')]
}

function toneOf(packet: Nhrp | undefined, sighting: Sighting | undefined): LadderTone {
  if (packet === undefined) return 'broken'
  if (packet.kind === 'error-indication' || (sighting?.code ?? 0) !== 0) return 'refusal'
  if (packet.kind === 'traffic-indication') return 'indication'
  return packet.kind.endsWith('-reply') ? 'reply' : 'request'
}
