/**
 * A witness that wants only the fields a filter names: no tree is built, and nothing is computed that no field of the
 * filter needs.
 */
import type { Frame, Stack } from '@dmvpn/protocols'
import type { Fault, Field, Outline, Row, Titled, Value, Witness } from '@dmvpn/wire'
import { expertGroup, expertItem, expertMessage, expertSeverity, groupOf, isCutShort, isMalformed, malformedItem, malformedNote, severityOf, shortItem } from '../expert.ts'
import { type FrameFact, frameFields, frameValue } from '../frame-layer.ts'
import type { FrameRecord } from '../frame-record.ts'
import { planOf } from '../layout-plan.ts'
import type { Session } from '../session/session.ts'
import { carriesEtherType } from '../tree-witness.ts'
import type { Column } from './columns.ts'
import { ownEnd } from './own-octets.ts'

/** A row of a layout that a column wants, and how many bits of the layout must be there. */
interface WantedRow {
  readonly read: (view: DataView, at: number) => Value
  readonly column: Column
  readonly bits: number
}

/** A layer that has begun: its number among those of its protocol, its column and its place there. */
interface OpenLayer {
  readonly name: string
  readonly number: number
  readonly column: Column | undefined
  readonly place: number
  readonly at: number
}

export interface FilterNeeds {
  /** Whether anything lies inside the frame: what the file says of it needs no walk. */
  readonly walk: boolean
  /** Whether layers matter: protocols, their list, layer numbers. */
  readonly layers: boolean
  /** Whether notes matter: then everything is computed that may be odd. */
  readonly notes: boolean
}

export class FilterWitness implements Witness {
  private readonly columns: ReadonlyMap<string, Column>
  private readonly list: readonly Column[]
  private readonly needs: FilterNeeds
  private readonly facts: readonly (readonly [FrameFact, Column])[]
  private readonly byLayout = new Map<Outline, readonly WantedRow[]>()
  private readonly byField = new Map<Field, Column | null>()
  private readonly protocols: string[] = []
  private readonly begun: OpenLayer[] = []
  private readonly numbers = new Map<string, number>()
  private readonly layerNumbers: number[] = []
  private layer = 0
  /** Whether the layer is one that Wireshark does not have. */
  private isMute = false
  private quotes = 0
  private quoting: string | undefined
  private cut = false
  private view: DataView = new DataView(new ArrayBuffer(0))

  constructor(columns: ReadonlyMap<string, Column>, needs: FilterNeeds) {
    this.columns = columns
    this.list = [...columns.values()]
    this.needs = needs
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

  /** Fills the columns from a record that the session has begun. */
  fill(stack: Stack, record: FrameRecord, session: Session): Frame {
    const { buffer, view, start, end, linkType, fcsLength } = record
    for (let i = 0; i < this.list.length; i++) this.list[i]!.clear()
    this.view = view
    this.layer = 1
    this.cut = record.originalLength > end - start
    const missing = Math.max(0, record.originalLength - (end - start))
    if (this.facts.length > 0) this.fillFacts(record, session)
    this.frameOctets(record)
    // Where nobody watches the walk is still taken: the session must see every fragment.
    const witness = this.needs.walk ? this : undefined
    if (this.needs.layers) {
      this.protocols.length = 0
      this.begun.length = 0
      this.layerNumbers.length = 0
      this.numbers.clear()
      this.quotes = 0
      this.quoting = undefined
      this.isMute = false
    }
    const frame = stack.decodeIn(buffer, view, start, end, linkType, { witness, session, fcsLength, missing, time: record })
    this.columns.get(frameFields.protocols.name)?.put(this.protocols.join(':'), 1)
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

  beginLayer(protocol: Titled, at: number): void {
    if (!this.needs.layers) return
    const { name } = protocol
    // Ciphertext that nobody opened is shown as data; Wireshark leaves it to ESP.
    this.isMute = name === 'data' && this.protocols.at(-1) === 'esp'
    if (this.isMute) return
    // An NHRP packet quoted by one is read by the protocol itself, and so counts as the same layer.
    const isQuoteOfOwn = this.quoting === name
    this.quoting = undefined
    if (!isQuoteOfOwn) this.protocols.push(name)
    const number = (this.numbers.get(name) ?? 0) + (isQuoteOfOwn ? 0 : 1)
    this.numbers.set(name, number)
    const column = this.columns.get(name)
    const place = column?.count ?? 0
    column?.put(nothing, number)
    column?.whole.add(nothing)
    this.begun.push({ name, number, column, place, at })
    if (this.quotes === 0) this.layerNumbers.push(number)
    this.layer = number
  }

  endLayer(protocol: Titled, packet: unknown, body: number, end: number): void {
    if (!this.needs.layers) return
    if (this.isMute) {
      this.isMute = false
      return
    }
    if (packet !== undefined && carriesEtherType(protocol, packet)) this.protocols.push('ethertype')
    const open = this.begun.pop()
    this.layer = this.begun.at(-1)?.number ?? 1
    if (open?.column === undefined || !open.column.reads) return
    const { column, place, at } = open
    column.items[place] = this.octets(at, packet === undefined ? end : ownEnd(protocol.name, body, end))
    column.whole.items[place] = this.octets(at, end)
  }

  reopenLayer(index: number): void {
    if (this.needs.layers) this.layer = this.layerNumbers[index] ?? 1
  }

  beginSource(_title: string, _bytes: Uint8Array, view: DataView): void {
    this.view = view
  }

  rows(layout: Outline, at: number, available: number): void {
    if (this.isMute) return
    let wanted = this.byLayout.get(layout)
    if (wanted === undefined) {
      wanted = this.wantedOf(layout)
      this.byLayout.set(layout, wanted)
    }
    for (let i = 0; i < wanted.length; i++) {
      const { read, column, bits } = wanted[i]!
      if (bits <= 8 * available) column.put(column.reads ? read(this.view, at) : undefined, this.layer)
    }
  }

  value(field: Field, _at: number, _length: number, value: Value): void {
    const column = this.columnOf(field)
    if (column === null || this.isMute || (value === undefined && field.type !== 'none')) return
    column.put(column.reads ? compared(field, value) : undefined, this.layer)
  }

  below(): void {}

  openField(field: Field, at: number, value: Value): void {
    this.value(field, at, 0, value)
  }

  open(): void {}

  close(): void {}

  note(field: Field, _at: number, _length: number, text: string): void {
    if (!this.needs.notes) return
    this.columnOf(field)?.put(undefined, this.layer)
    if (isMalformed(field)) this.columns.get(malformedItem.name)?.put(nothing, this.layer)
    this.expert(text, severityOf(field), groupOf(field))
  }

  beginQuote(): void {
    this.quotes++
    this.quoting = this.begun.at(-1)?.name
  }

  endQuote(): void {
    this.quotes--
    this.quoting = undefined
    this.layer = this.begun.at(-1)?.number ?? 1
  }

  stopped(fault: Fault): void {
    const isShort = isCutShort(fault, this.cut)
    this.columns.get(isShort ? shortItem.name : malformedItem.name)?.put(nothing, 1)
    if (isShort || !this.needs.notes) return
    this.columns.get(malformedNote.name)?.put(undefined, 1)
    this.expert(malformedNote.label, severityOf(malformedNote), groupOf(malformedNote))
  }

  private expert(message: string, severity: number, group: number): void {
    const { columns, layer } = this
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
    return planOf(layout).rows.flatMap(row => {
      const column = this.columns.get(row.name)
      return column === undefined ? [] : [{ read: readerOf(row), column, bits: row.bit + row.width }]
    })
  }
}

const nothing = new Uint8Array(0)

function readerOf(row: Row): (view: DataView, at: number) => Value {
  if (row.type !== 'string') return row.read
  return (view, at) => compared(row, row.read(view, at))
}

/** A value as filters compare it: of text that is made of something else, the text. */
function compared(field: Field, value: Value): Value {
  if (field.type !== 'string' || field.text === undefined) return value
  return field.text(value as never)
}
