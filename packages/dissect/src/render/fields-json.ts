/** `-T json -e` and `-T ek -e`: the named fields alone, each with all its values. */
import type { Frame, Stack } from '@dmvpn/protocols'
import type { Sink } from '@dmvpn/wire'
import { FieldsExport, type FieldsOptions } from '../fields-export.ts'
import type { FrameRecord } from '../frame-record.ts'
import type { Session } from '../session/session.ts'
import { dayOf } from '../time-text.ts'
import { beginEk } from './ek.ts'
import { underscored } from './ek-key.ts'

/** `json` is an array, `lines` an object a line, `ek` the two lines of Elasticsearch's bulk API. */
export type FieldsJsonForm = 'json' | 'lines' | 'ek'

/** No value has it: what separates the values of a field until they are written. */
const between = '\u0000'

export class FieldsJsonExport {
  private readonly fields: FieldsExport
  private readonly form: FieldsJsonForm
  private first = true

  /** Throws UnknownFieldError where nothing is called so. */
  constructor(stack: Stack, names: readonly string[], form: FieldsJsonForm, options: Partial<FieldsOptions> = {}) {
    this.fields = new FieldsExport(stack, [...new Set(names)], { ...options, aggregator: between })
    this.form = form
  }

  begin(s: Sink): void {
    this.first = true
    if (this.form === 'json') s.text('[')
  }

  /** Decodes a record and writes its object. */
  write(s: Sink, record: FrameRecord, session: Session): Frame | undefined {
    const frame = this.fields.fill(record, session)
    const layers = this.layers()
    if (this.form === 'ek') {
      beginEk(s, record)
      s.text(JSON.stringify(layers)).text('}\n')
      return frame
    }
    const document = {
      _index: `packets-${dayOf(record.seconds)}`,
      _type: 'doc',
      _score: null,
      _source: { layers },
    }
    if (this.form === 'lines') s.text(JSON.stringify(document)).text('\n')
    else {
      if (!this.first) s.text(',')
      s.text('\n  ').text(JSON.stringify(document, undefined, 2).replaceAll('\n', '\n  '))
    }
    this.first = false
    return frame
  }

  /** The next record of a session, whose object somebody else writes. */
  follow(record: FrameRecord, session: Session): void {
    this.fields.follow(record, session)
  }

  end(s: Sink): void {
    if (this.form === 'json') s.text('\n]\n')
  }

  private layers(): Readonly<Record<string, readonly string[]>> {
    const layers: Record<string, readonly string[]> = {}
    for (const [index, name] of this.fields.names.entries()) {
      const text = this.fields.text(index)
      if (text === '') continue
      layers[this.form === 'ek' ? underscored(name) : name] = text.split(between)
    }
    return layers
  }
}
