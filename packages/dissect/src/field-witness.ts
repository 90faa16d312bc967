/**
 * A witness that wants only the fields it was told of: no tree is built, nothing else is computed. Each field's
 * occurrences are written as text while the octets are at hand, into a sink of its own.
 */
import { type Fault, type Field, type Outline, Sink, type Titled, textOf, type Value, type Witness } from '@dmvpn/wire'
import {
  expertItem,
  expertMessage,
  faultMessage,
  groupOf,
  isCutShort,
  isMalformed,
  malformedItem,
  malformedNote,
  malformedReason,
  malformedTitle,
  rankOf,
  severityOf,
  shortItem,
  shortTitle,
} from './expert.ts'
import { carriesEtherType, listLayer } from './layer-list.ts'
import { planOf } from './layout-plan.ts'
import { type RowWriter, rowWriterOf } from './row-writer.ts'
import { writeLayerTitle, writeStoppedTitle } from './title-text.ts'
import { writeValue } from './value-text.ts'
import { WatchedProtocols } from './watched-protocols.ts'

export type Occurrence = 'all' | 'first' | 'last'

/** All occurrences of one field in the present frame, as text. */
export class FieldColumn {
  readonly name: string
  readonly sink: Sink = new Sink(64)
  count = 0
  private readonly occurrence: Occurrence
  private readonly aggregator: string

  constructor(name: string, occurrence: Occurrence, aggregator: string) {
    this.name = name
    this.occurrence = occurrence
    this.aggregator = aggregator
  }

  clear(): void {
    this.sink.length = 0
    this.count = 0
  }

  /** Room for one more occurrence, or undefined where it is not wanted. */
  next(): Sink | undefined {
    const { sink } = this
    if (this.count++ > 0) {
      if (this.occurrence === 'first') return undefined
      if (this.occurrence === 'last') sink.length = 0
      else sink.text(this.aggregator)
    }
    return sink
  }
}

/** A row that a column wants, and how many bits of its layout must be there. */
interface WantedRow {
  readonly write: RowWriter
  readonly column: FieldColumn
  readonly bits: number
}

/** A protocol also has a short name. */
type ShortTitled = Titled & { readonly short?: string }

export class FieldWitness implements Witness {
  /** Protocol names in order, where `frame.protocols` is wanted. */
  readonly protocols: string[] = []
  private readonly columns: ReadonlyMap<string, FieldColumn>
  private readonly list: readonly FieldColumn[]
  private readonly byLayout = new Map<Outline, readonly WantedRow[]>()
  private readonly byField = new Map<Field, FieldColumn | null>()
  private readonly everything: boolean
  private readonly watched: WatchedProtocols
  private readonly wantsLayers: boolean
  private readonly titles: (FieldColumn | undefined)[] = []
  private readonly begins: number[] = []
  private view: DataView = new DataView(new ArrayBuffer(0))
  /** Whether the capture kept fewer octets of the frame than were on the wire. */
  private cut = false
  private quotes = 0
  /** The protocol the walk is in, where faults may be asked for. */
  private innermost: ShortTitled | undefined = undefined

  /** `protocols` tells whether some column is a protocol, or the list of them. */
  constructor(columns: ReadonlyMap<string, FieldColumn>, wantsLayers: boolean, wantsNotes: boolean) {
    this.columns = columns
    this.list = [...columns.values()]
    this.wantsLayers = wantsLayers
    // Whether something is odd is judged where its status is computed: who wants notes wants it all.
    this.everything = wantsNotes
    this.watched = new WatchedProtocols(columns.keys(), wantsNotes || wantsLayers)
  }

  /** The next frame's octets are in this view. */
  reset(view: DataView, cut: boolean): void {
    this.view = view
    this.cut = cut
    this.innermost = undefined
    this.quotes = 0
    if (this.wantsLayers) {
      this.protocols.length = 0
      this.titles.length = 0
      this.begins.length = 0
    }
    for (let i = 0; i < this.list.length; i++) this.list[i]!.clear()
  }

  wants(field: Field): boolean {
    return this.everything || this.columnOf(field) !== null
  }

  watches(protocol: Titled): boolean {
    return this.watched.has(protocol)
  }

  beginLayer(protocol: Titled, at: number): void {
    if (!this.wantsLayers) return
    if (this.quotes === 0) this.innermost = protocol
    listLayer(this.protocols, protocol.name, this.quotes > 0)
    const column = this.columns.get(protocol.name)
    this.titles.push(column)
    this.begins.push(at)
  }

  endLayer(protocol: Titled, packet: unknown, _body: number, end: number): void {
    if (!this.wantsLayers) return
    if (packet !== undefined && carriesEtherType(protocol, packet)) this.protocols.push('ethertype')
    const column = this.titles.pop()
    const at = this.begins.pop()!
    if (column === undefined) return
    // tshark prints a protocol's own line where it has one, and its name where the line says no more than that.
    const title = textOf(s => {
      if (packet === undefined) writeStoppedTitle(s, protocol, this.view, at, end)
      else writeLayerTitle(s, protocol, packet)
    })
    column.next()?.text(title === protocol.label ? protocol.name : title)
  }

  reopenLayer(): void {}

  beginSource(_title: string, _bytes: Uint8Array, view: DataView): void {
    this.view = view
  }

  rows(layout: Outline, at: number, available: number): void {
    let wanted = this.byLayout.get(layout)
    if (wanted === undefined) {
      wanted = this.wantedOf(layout)
      this.byLayout.set(layout, wanted)
    }
    const { view } = this
    for (let i = 0; i < wanted.length; i++) {
      const { write, column, bits } = wanted[i]!
      if (bits > 8 * available) continue
      const sink = column.next()
      if (sink !== undefined) write(sink, view, at)
    }
  }

  value(field: Field, _at: number, _length: number, value: Value): void {
    const sink = this.columnOf(field)?.next()
    if (sink !== undefined) writeValue(sink, field, value, 'fields', true)
  }

  below(): void {}

  open(): void {}

  openField(field: Field, at: number, value: Value): void {
    this.value(field, at, 0, value)
  }

  close(): void {}

  note(field: Field, _at: number, _length: number, text: string): void {
    if (!this.everything) return
    this.notice(field, text)
    if (isMalformed(field)) this.columns.get(malformedItem.name)?.next()?.text(malformedItem.name)
  }

  private notice(field: Field, text: string): void {
    this.columnOf(field)?.next()?.byte(0x31)
    this.columns
      .get(expertItem.name)
      ?.next()
      ?.text(`Expert Info (${rankOf(field)}): ${text}`)
    this.columns.get(expertMessage.name)?.next()?.text(text)
    this.columns.get('_ws.expert.severity')?.next()?.dec(severityOf(field))
    this.columns.get('_ws.expert.group')?.next()?.dec(groupOf(field))
  }

  beginQuote(): void {
    this.quotes++
  }

  endQuote(): void {
    this.quotes--
  }

  stopped(fault: Fault): void {
    const short = this.innermost?.short ?? this.innermost?.name ?? 'Frame'
    if (isCutShort(fault, this.cut)) this.columns.get(shortItem.name)?.next()?.text(shortTitle(short))
    else {
      const malformed = this.columns.get(malformedItem.name)
      malformed?.next()?.text(malformedTitle(short))
      malformed?.next()?.text(malformedItem.name)
      if (this.everything) this.notice(malformedNote, malformedNote.label)
    }
    this.columns.get(malformedReason.name)?.next()?.text(faultMessage(fault))
  }

  private columnOf(field: Field): FieldColumn | null {
    let column = this.byField.get(field)
    if (column === undefined) {
      column = this.columns.get(field.name) ?? null
      this.byField.set(field, column)
    }
    return column
  }

  private wantedOf(layout: Outline): readonly WantedRow[] {
    return planOf(layout).rows.flatMap(row => {
      const column = this.columns.get(row.name)
      if (column === undefined) return []
      return [{ write: rowWriterOf(row, 'fields', true), column, bits: row.bit + row.width }]
    })
  }
}
