/** What the capture file says of a frame, as `-T fields` writes it. */
import type { Sink } from '@dmvpn/wire'
import type { FieldColumn } from './field-witness.ts'
import { type FrameFact, frameFields, frameValue } from './frame-layer.ts'
import type { FrameRecord } from './frame-record.ts'
import type { Session } from './session/session.ts'
import { writeValue } from './value-text.ts'

/** Numbers that are known of every frame. */
const certain: ReadonlySet<FrameFact> = new Set([
  'number',
  'epoch',
  'length',
  'captured',
  'delta',
  'deltaDisplayed',
  'relative',
])

/** Whether every frame has the fact, and its text is nothing but a number. */
export function isCertain(fact: FrameFact): boolean {
  return certain.has(fact)
}

/** Fills a column with a fact; `protocols` is what the walk alone can tell. */
export function fillFact(
  column: FieldColumn,
  fact: FrameFact,
  record: FrameRecord,
  session: Session,
  protocols: readonly string[],
): void {
  if (fact === 'protocols') column.next()?.text(protocols.join(':'))
  else if (fact === 'comment') for (const comment of record.comments ?? []) column.next()?.text(comment)
  else {
    const sink = column.next()
    if (sink !== undefined) writeFact(sink, fact, record, session)
  }
}

/** Writes a fact that has one value, where it has one. */
export function writeFact(s: Sink, fact: FrameFact, record: FrameRecord, session: Session): void {
  if (fact === 'number') s.dec(session.number)
  else if (fact === 'epoch') s.dec(record.seconds).byte(point).dec(record.nanoseconds, 9)
  else {
    const value = frameValue(fact, record, session)
    if (value !== undefined) writeValue(s, frameFields[fact], value, 'fields', true)
  }
}

const point = 0x2e
