/** `dmvpn stats --nhrp`: transactions with their latency, and messages by tunnel cloud, type, station and code. */
import { nhrp } from '@dmvpn/protocols'
import type { Sink } from '@dmvpn/wire'
import type { FrameRecord } from '../frame-record.ts'
import { Ledger } from '../session/ledger.ts'
import type { Session } from '../session/session.ts'
import { type NhrpCloud, NhrpMessages } from './nhrp-messages.ts'
import { type NhrpTransaction, NhrpTransactions } from './nhrp-transactions.ts'
import type { Outline } from './outline.ts'
import type { Statistic } from './statistic.ts'

/** What is counted of NHRP, for JSON. */
export interface NhrpReport {
  readonly messages: number
  readonly transactions: readonly NhrpTransaction[]
  /** Transactions beyond those listed, and replies whose request is not in the capture. */
  readonly unlisted: number
  readonly unasked: number
  /** Seconds, over all answered requests; undefined where there is none. */
  readonly latency?: Latency
  readonly clouds: readonly NhrpCloud[]
  /** Messages of clouds beyond those listed. */
  readonly further: number
}

export interface Latency {
  readonly least: number
  readonly median: number
  readonly greatest: number
}

export class NhrpStatistic implements Statistic {
  readonly name = 'nhrp'
  readonly fields: readonly string[] = ['nhrp.response_to']
  readonly decodes: readonly string[] = ['nhrp']
  private readonly messages = new NhrpMessages()
  private readonly transactions = new NhrpTransactions()
  private readonly captures: string[] = []
  /** By their numbers, the frames of the present capture that were counted. */
  private counted = new Ledger()

  begin(session: Session, capture: string): void {
    const index = this.captures.push(capture) - 1
    const { nhrp: exchanges } = session
    const counted = new Ledger()
    this.counted = counted
    if (exchanges === undefined) return
    exchanges.settled = exchange => {
      // The session follows every frame, also those that a filter keeps from here.
      const isMeant = exchange.sightings.some(({ frame }) => counted.at(frame) > 0 || !counted.reaches(frame))
      if (isMeant) this.transactions.add(exchange, index)
    }
  }

  take({ frame, protocols, count }: Outline, _record: FrameRecord, session: Session): void {
    if (frame === undefined) return
    for (let i = 0; i < count; i++) {
      if (protocols[i] !== nhrp) continue
      this.messages.take(frame.layers)
      this.counted.write(session.number, 1)
      return
    }
  }

  end(session: Session): void {
    session.nhrp?.finish()
  }

  report(): NhrpReport {
    const { messages, transactions } = this
    const latency = this.latency
    return {
      messages: messages.total,
      transactions: this.sorted,
      unlisted: transactions.unlisted,
      unasked: transactions.unasked,
      ...(latency === undefined ? {} : { latency }),
      clouds: messages.clouds,
      further: messages.further,
    }
  }

  write(s: Sink): void {
    const { messages, transactions, sorted, latency } = this
    s.text(
      `NHRP: ${counted(messages.total, 'message')}, ${counted(sorted.length + transactions.unlisted, 'transaction')}`,
    )
    for (const outcome of ['answered', 'refused', 'unanswered'] as const) {
      const count = sorted.filter(each => each.outcome === outcome).length
      if (count > 0) s.text(`, ${count} ${outcome}`)
    }
    if (latency !== undefined) {
      const { least, median, greatest } = latency
      s.text(`\n    latency ${milliseconds(least)} to ${milliseconds(greatest)}, median ${milliseconds(median)}`)
    }
    if (transactions.unasked > 0) s.text(`\n    replies without their request: ${transactions.unasked}`)
    s.text('\n')
    if (sorted.length > 0) writeTable(s, sorted, this.captures.length > 1)
    if (transactions.unlisted > 0) s.text(`${counted(transactions.unlisted, 'further transaction')}\n`)
    for (const cloud of messages.clouds) writeCloud(s, cloud)
    if (messages.further > 0) s.text(`\n${counted(messages.further, 'message')} of further clouds\n`)
  }

  /** In the order of the captures, and of the frames in each. */
  private get sorted(): readonly NhrpTransaction[] {
    const { captures } = this
    return this.transactions.list
      .toSorted((a, b) => a.capture - b.capture || a.transaction.frame - b.transaction.frame)
      .map(({ capture, transaction }) =>
        captures.length > 1 ? { file: captures[capture]!, ...transaction } : transaction,
      )
  }

  private get latency(): Latency | undefined {
    const all = this.transactions.list
      .filter(({ transaction }) => transaction.outcome === 'answered')
      .map(({ transaction }) => transaction.latency!)
      .sort((a, b) => a - b)
    if (all.length === 0) return undefined
    return { least: all[0]!, median: all[(all.length - 1) >> 1]!, greatest: all.at(-1)! }
  }
}

function writeTable(s: Sink, transactions: readonly NhrpTransaction[], withFile: boolean): void {
  const rows = transactions.map(each => [
    withFile ? `${each.file}: ${each.frame}` : String(each.frame),
    `${each.request[0]!.toUpperCase()}${each.request.slice(1)} ${each.requestId}`,
    `${each.sourceProtocol} at ${each.sourceNbma}`,
    each.destinationProtocol,
    each.latency === undefined ? '' : milliseconds(each.latency),
    resultOf(each),
  ])
  const table = [['Frame', 'Request', 'Station', 'For', 'Latency', 'Result'], ...rows]
  const widths = table[0]!.map((_, i) => Math.max(...table.map(row => row[i]!.length)))
  for (const row of table) {
    s.text('    ')
    for (const [i, cell] of row.entries()) {
      if (i === row.length - 1) s.text(cell)
      else s.text(i === 0 || i === 4 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)).text('  ')
    }
    s.text('\n')
  }
}

function resultOf({ outcome, code, responseFrame, tries, forwarded }: NhrpTransaction): string {
  const words = outcome === 'refused' ? `refused: ${code}` : code
  const result = responseFrame === undefined ? outcome : `${words} in frame ${responseFrame}`
  const sent = tries > 1 ? `, sent ${tries} times` : ''
  return `${result}${sent}${forwarded > 0 ? `, passed on ${forwarded === 1 ? 'once' : `${forwarded} times`}` : ''}`
}

function writeCloud(s: Sink, { between, key, messages, counts }: NhrpCloud): void {
  const ends = between.length === 0 ? 'captured without IP' : between.join(' ↔ ')
  s.text(`\nCloud ${ends}, ${key === undefined ? 'no key' : `key ${key}`}: ${counted(messages, 'message')}\n`)
  const width = Math.max(...counts.map(each => each.type.length))
  const stations = Math.max(...counts.map(each => each.station?.length ?? 0))
  for (const { type, station, code, count } of counts) {
    const from = stations === 0 ? '' : `  from ${(station ?? '').padEnd(stations)}`
    s.text(`${String(count).padStart(8)}  ${`${type.padEnd(width)}${from}  ${code ?? ''}`.trimEnd()}\n`)
  }
}

function milliseconds(seconds: number): string {
  return `${(seconds * 1000).toFixed(3)} ms`
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
