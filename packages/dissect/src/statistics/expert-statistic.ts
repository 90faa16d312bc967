/** `-z expert`: everything odd, counted by what is said of it. */
import type { Stack } from '@dmvpn/protocols'
import type { Field, Sink } from '@dmvpn/wire'
import { groupWord, isCutShort, malformedNote, severityOf } from '../expert.ts'
import type { FrameRecord } from '../frame-record.ts'
import type { Session } from '../session/session.ts'
import { NoteWitness } from './note-witness.ts'
import type { Statistic } from './statistic.ts'

/** One kind of thing that is odd. */
export interface ExpertCount {
  /** In words, as tshark heads its tables: `Errors`. */
  readonly severity: string
  readonly group: string
  readonly protocol: string
  readonly summary: string
  /** The name a filter finds it by. */
  readonly field: string
  count: number
}

/** Worst first; Wireshark's numbers. */
const severities: readonly (readonly [number, string])[] = [
  [0x800000, 'Errors'],
  [0x600000, 'Warns'],
  [0x400000, 'Notes'],
  [0x200000, 'Chats'],
]

/** What `-z expert,…` takes, worst first. */
export const severityNames: readonly string[] = ['error', 'warn', 'note', 'chat']

/** Where Wireshark's name of a protocol is not the one of its column. */
const shortNames: Readonly<Record<string, string>> = { arp: 'ARP/RARP' }

/** Kinds counted at most: texts come from packets. */
const most = 4096

export class ExpertStatistic implements Statistic {
  readonly name = 'expert'
  readonly fields: readonly string[] = ['_ws.expert']
  private readonly stack: Stack
  private readonly shown: typeof severities
  private readonly witness = new NoteWitness()
  private readonly counts = new Map<string, ExpertCount>()

  /** `least` is the least severity that counts, one of `severityNames`. */
  constructor(stack: Stack, least: string = severityNames.at(-1)!) {
    this.stack = stack
    this.shown = severities.slice(0, severityNames.indexOf(least) + 1)
  }

  walk(record: FrameRecord, session: Session): void {
    const { witness, stack } = this
    session.begin(record)
    const { buffer, view, start, end, linkType, fcsLength } = record
    const missing = Math.max(0, record.originalLength - (end - start))
    witness.reset()
    const options = { witness, session, fcsLength, missing, time: record }
    const frame = stack.decodeIn(buffer, view, start, end, linkType, options)
    for (const { field, text } of witness.notes) this.count(field, this.protocolOf(field), text)
    if (frame.fault === undefined || isCutShort(frame.fault, missing > 0)) return
    this.count(malformedNote, frame.stoppedIn?.short ?? 'Malformed', malformedNote.label)
  }

  report(): readonly ExpertCount[] {
    return [...this.counts.values()].filter(each => this.shown.some(([, title]) => title === each.severity))
  }

  /** As tshark writes it. */
  write(s: Sink): void {
    for (const [, title] of this.shown) {
      const found = this.report().filter(each => each.severity === title)
      if (found.length === 0) continue
      s.text(`\n${title} (${found.reduce((sum, each) => sum + each.count, 0)})\n=============\n`)
      s.text('   Frequency      Group           Protocol  Summary\n')
      for (const { count, group, protocol, summary } of found) {
        s.text(`${String(count).padStart(12)} ${group.padStart(10)} ${protocol.padStart(18)}  ${summary}\n`)
      }
    }
  }

  private count(field: Field, protocol: string, summary: string): void {
    const key = `${field.name} ${summary}`
    const known = this.counts.get(key)
    if (known !== undefined) known.count++
    else if (this.counts.size < most) {
      const severity = severities.find(([number]) => number === severityOf(field))?.[1] ?? 'Notes'
      this.counts.set(key, { severity, group: groupWord(field), protocol, summary, field: field.name, count: 1 })
    }
  }

  /** The protocol a note's name begins with. */
  private protocolOf({ name }: Field): string {
    const first = name.slice(0, name.indexOf('.'))
    return shortNames[first] ?? this.stack.protocols.find(each => each.name === first)?.short ?? first
  }
}
