/**
 * A witness that wants only the fields a filter names: no tree is built, and nothing is computed that no field of the
 * filter needs.
 */
import type { Frame, Stack } from '@dmvpn/protocols'
import {
  allRows,
  type Fault,
  type Field,
  type Outline,
  type Row,
  type Titled,
  type Value,
  type Witness,
} from '@dmvpn/wire'
import {
  expertGroup,
  expertItem,
  expertMessage,
  expertSeverity,
  groupOf,
  isCutShort,
  isMalformed,
  malformedItem,
  malformedNote,
  severityOf,
  shortItem,
} from '../expert.ts'
import { type FrameFact, frameFields, frameValue } from '../frame-layer.ts'
import type { FrameRecord } from '../frame-record.ts'
import type { Session } from '../session/session.ts'
import { WatchedProtocols } from '../watched-protocols.ts'
import type { Column } from './columns.ts'
import { LayerTrack } from './layer-track.ts'
import { ownEnd } from './own-octets.ts'

/** A row of a layout that a column wants, and how many bits of the layout must be there. */
interface WantedRow {
  readonly read: (view: DataView, at: number) => Value
  readonly column: Column
  readonly bits: number
}

export interface FilterNeeds {
  /** Whether anything lies inside the frame: what the file says of it needs no walk. */
  readonly walk: boolean
  /** Whether it matters which protocols there are. */
  readonly protocols: boolean
  /** Whether more of the layers matters: their list, their numbers, their octets. */
  readonly layers: boolean
  /** Whether notes matter: then everything is computed that may be odd. */
  readonly notes: boolean
}

export class FilterWitness implements Witness {
  readonly columns: ReadonlyMap<string, Column>
  readonly needs: FilterNeeds
  private readonly list: readonly Column[]
  private readonly facts: readonly (readonly [FrameFact, Column])[]
  private readonly byLayout = new Map<Outline, readonly WantedRow[]>()
  private readonly byField = new Map<Field, Column | null>()
  private readonly byProtocol = new Map<Titled, Column | null>()
  private readonly layers = new LayerTrack()
  private readonly watched: WatchedProtocols
  private cut = false
  private view: DataView = new DataView(new ArrayBuffer(0))

  constructor(columns: ReadonlyMap<string, Column>, needs: FilterNeeds) {
    this.columns = columns
    this.list = [...columns.values()]
    this.needs = needs
    this.watched = new WatchedProtocols(columns.keys(), needs.layers || needs.notes)
    const facts = Object.keys(frameFields) as FrameFact[]
    this.facts = facts.flatMap(fact => {
      const column = columns.get(frameFields[fact].name)
      return column === undefined ? [] : [[fact, column] as const]
    })
  }

  /** The names of the fields it wants. */
  get fields(): readonly string[] {
    return [...this.columns.keys()]
  }

  /** Empties the columns, and fills those that the file knows of a record that the session has begun. */
  begin(record: FrameRecord, session: Session): void {
    for (let i = 0; i < this.list.length; i++) this.list[i]!.clear()
    if (this.facts.length > 0) this.fillFacts(record, session)
    this.frameOctets(record)
  }

  /** Fills the columns from a record that the session has begun. */
  fill(stack: Stack, record: FrameRecord, session: Session): Frame {
    const { buffer, view, start, end, linkType, fcsLength } = record
    this.begin(record, session)
    this.view = view
    this.cut = record.originalLength > end - start
    const missing = Math.max(0, record.originalLength - (end - start))
    // Where nobody watches the walk is still taken: the session must see every fragment.
    const witness = this.needs.walk ? this : undefined
    if (this.needs.layers) this.layers.clear()
    const frame = stack.decodeIn(buffer, view, start, end, linkType, {
      witness,
      session,
      fcsLength,
      missing,
      time: record,
    })
    this.columns.get(frameFields.protocols.name)?.put(this.layers.names.join(':'), 1)
    return frame
  }

  private fillFacts(record: FrameRecord, session: Session): void {
    for (const [fact, column] of this.facts) {
      if (fact === 'comment') for (const comment of record.comments ?? []) column.put(comment, 1)
      else if (fact !== 'protocols') {
        const value = frameValue(fact, record, session)
        if (value !== undefined) column.put(value, 1)
      }
    }
  }

  /** The pseudo-protocols `frame` and `pkt_comment`. */
  private frameOctets(record: FrameRecord): void {
    const { buffer, start, end } = record
    const column = this.columns.get('frame')
    if (column !== undefined) {
      const octets = column.reads ? buffer.subarray(start, end) : undefined
      column.put(octets, 1)
      column.whole.add(octets)
    }
    const comments = this.columns.get('pkt_comment')
    if (comments !== undefined && (record.comments?.length ?? 0) > 0) {
      comments.put(nothing, 1)
      comments.whole.add(nothing)
    }
  }

  wants(field: Field): boolean {
    return this.needs.notes || this.columnOf(field) !== null
  }

  watches(protocol: Titled): boolean {
    return this.watched.has(protocol)
  }

  beginLayer(protocol: Titled, at: number): void {
    const { layers, protocols } = this.needs
    if (!layers) {
      if (protocols) this.count(protocol)
      return
    }
    const column = this.columns.get(protocol.name)
    const number = this.layers.begin(protocol, column, at)
    if (number === undefined) return
    column?.put(nothing, number)
    column?.whole.add(nothing)
  }

  /** Of a protocol whose presence alone matters. */
  private count(protocol: Titled): void {
    let column = this.byProtocol.get(protocol)
    if (column === undefined) {
      column = this.columns.get(protocol.name) ?? null
      this.byProtocol.set(protocol, column)
    }
    if (column !== null) column.count++
  }

  endLayer(protocol: Titled, packet: unknown, body: number, end: number): void {
    if (!this.needs.layers) return
    const ended = this.layers.end(protocol, packet)
    if (ended?.column === undefined || !ended.column.reads) return
    const { column, place, at } = ended
    column.items[place] = this.octets(at, packet === undefined ? end : ownEnd(protocol.name, body, end))
    column.whole.items[place] = this.octets(at, end)
  }

  reopenLayer(index: number): void {
    if (this.needs.layers) this.layers.reopen(index)
  }

  beginSource(_title: string, _bytes: Uint8Array, view: DataView): void {
    this.view = view
  }

  rows(layout: Outline, at: number, available: number): void {
    if (this.layers.isMute) return
    let wanted = this.byLayout.get(layout)
    if (wanted === undefined) {
      wanted = this.wantedOf(layout)
      this.byLayout.set(layout, wanted)
    }
    for (let i = 0; i < wanted.length; i++) {
      const { read, column, bits } = wanted[i]!
      if (bits <= 8 * available) column.put(column.reads ? read(this.view, at) : undefined, this.layers.present)
    }
  }

  value(field: Field, _at: number, _length: number, value: Value): void {
    const column = this.columnOf(field)
    if (column === null || this.layers.isMute || (value === undefined && field.type !== 'none')) return
    column.put(column.reads ? compared(field, value) : undefined, this.layers.present)
  }

  below(): void {}

  openField(field: Field, at: number, value: Value): void {
    this.value(field, at, 0, value)
  }

  open(): void {}

  close(): void {}

  note(field: Field, _at: number, _length: number, text: string): void {
    if (!this.needs.notes) return
    this.columnOf(field)?.put(undefined, this.layers.present)
    if (isMalformed(field)) this.columns.get(malformedItem.name)?.put(nothing, this.layers.present)
    this.expert(text, severityOf(field), groupOf(field))
  }

  beginQuote(): void {
    if (this.needs.layers) this.layers.beginQuote()
  }

  endQuote(): void {
    if (this.needs.layers) this.layers.endQuote()
  }

  stopped(fault: Fault): void {
    const isShort = isCutShort(fault, this.cut)
    this.columns.get(isShort ? shortItem.name : malformedItem.name)?.put(nothing, 1)
    if (isShort || !this.needs.notes) return
    this.columns.get(malformedNote.name)?.put(undefined, 1)
    this.expert(malformedNote.label, severityOf(malformedNote), groupOf(malformedNote))
  }

  private expert(message: string, severity: number, group: number): void {
    const { columns } = this
    const layer = this.layers.present
    columns.get(expertItem.name)?.put(nothing, layer)
    columns.get(expertMessage.name)?.put(message, layer)
    columns.get(expertSeverity.name)?.put(severity, layer)
    columns.get(expertGroup.name)?.put(group, layer)
  }

  private octets(from: number, to: number): Uint8Array {
    const { buffer, byteOffset } = this.view
    return new Uint8Array(buffer, byteOffset + from, Math.max(0, to - from))
  }

  private columnOf(field: Field): Column | null {
    let column = this.byField.get(field)
    if (column === undefined) {
      column = this.columns.get(field.name) ?? null
      this.byField.set(field, column)
    }
    return column
  }

  private wantedOf(layout: Outline): readonly WantedRow[] {
    return [...allRows(layout.rows)].flatMap(row => {
      const column = this.columns.get(row.name)
      return column === undefined ? [] : [{ read: readerOf(row), column, bits: row.bit + row.width }]
    })
  }
}

const nothing = new Uint8Array(0)

/** How filters read a row. */
export function readerOf(row: Row): (view: DataView, at: number) => Value {
  if (row.type !== 'string') return row.read
  return (view, at) => compared(row, row.read(view, at))
}

/** A value as filters compare it: of text that is made of something else, the text. */
function compared(field: Field, value: Value): Value {
  if (field.type !== 'string' || field.text === undefined) return value
  return field.text(value as never)
}
