/** A statistic of those frames alone that pass a display filter. */
import type { Stack } from '@dmvpn/protocols'
import type { Sink } from '@dmvpn/wire'
import type { Filter } from '../filter/filter.ts'
import type { FrameRecord } from '../frame-record.ts'
import type { Session } from '../session/session.ts'
import { Outline } from './outline.ts'
import type { Statistic } from './statistic.ts'

export class FilteredStatistic implements Statistic {
  readonly name: string
  readonly fields: readonly string[]
  private readonly stack: Stack
  private readonly filter: Filter
  private readonly inner: Statistic
  private readonly outline = new Outline()

  constructor(stack: Stack, filter: Filter, inner: Statistic) {
    this.stack = stack
    this.filter = filter
    this.inner = inner
    this.name = inner.name
    this.fields = [...filter.fields, ...(inner.fields ?? [])]
  }

  begin(session: Session, capture: string): void {
    this.inner.begin?.(session, capture)
  }

  walk(record: FrameRecord, session: Session): void {
    const { inner, outline, filter } = this
    if (!filter.passes(record, session)) return
    session.again()
    if (inner.walk !== undefined) {
      inner.walk(record, session)
      return
    }
    session.begin(record)
    const { buffer, view, start, end, linkType, fcsLength } = record
    outline.ofFrame(this.stack.decodeIn(buffer, view, start, end, linkType, { session, fcsLength }), record)
    inner.take?.(outline, record, session)
  }

  end(session: Session): void {
    this.inner.end?.(session)
  }

  get remark(): string | undefined {
    return this.inner.remark
  }

  write(s: Sink): void {
    this.inner.write(s)
  }

  report(): unknown {
    return this.inner.report()
  }
}
