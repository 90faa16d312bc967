/** What a walk shows of a frame whose shape is learned: which bits may be anything, and where wanted values lie. */
import {
  allRows,
  type Field,
  type Outline as Layout,
  type Row,
  type Titled,
  type Value,
  type Witness,
} from '@dmvpn/wire'
import { carriesEtherType, listLayer } from '../layer-list.ts'
import { freeFields } from './free-fields.ts'
import { isSteering } from './steering.ts'
import { type Reader, readerOf } from './value-reader.ts'

/** A value that every frame of the shape has, and at the same place. */
export interface ShownValue {
  readonly field: Field
  /** The row of a layout that it is; undefined where it stands for itself. */
  readonly row: Row | undefined
  readonly read: Reader
  /** Where its layout, or the value itself, begins, from the frame's beginning. */
  readonly at: number
  /** Whether it is the same in all frames of the shape. */
  readonly isFixed: boolean
}

const nothing: ReadonlySet<string> = new Set()

export class ShapeWitness implements Witness {
  /** Whether the frame is of a kind that has no shape: a quoted packet, octets put together, values that are computed. */
  odd = false
  /** Protocol names as `frame.protocols` lists them. */
  protocols: string[] = []
  private readonly wanted: ReadonlySet<string>
  private readonly free: ReadonlySet<string>
  private readonly byLayout = new Map<Layout, readonly Row[]>()
  private mask: Uint8Array = new Uint8Array(0)
  private view: DataView = new DataView(this.mask.buffer as ArrayBuffer)
  private start = 0
  private values: { readonly value: ShownValue; readonly bit: number; readonly width: number }[] = []

  /** `wanted` are the names of fields whose places are of interest (see `readable.ts`), `free` of those that may be anything. */
  constructor(wanted: ReadonlySet<string> = nothing, free: ReadonlySet<string> = freeFields) {
    this.wanted = wanted
    this.free = free
  }

  reset(view: DataView, start: number, end: number): void {
    this.odd = false
    this.view = view
    this.start = start
    this.mask = new Uint8Array(end - start).fill(0xff)
    this.protocols = []
    this.values = []
  }

  /** The bits that count, for the first `length` octets. */
  masksOf(length: number): Uint8Array {
    return this.mask.subarray(0, length)
  }

  /** The wanted values in the order of the walk. Of octets behind the first `length`, which no frame has in common, none is fixed. */
  shownOf(length: number): readonly ShownValue[] {
    return this.values.map(({ value, bit, width }) =>
      isSteering(this.mask, bit, width) && bit + width <= 8 * length ? { ...value, isFixed: true } : value,
    )
  }

  wants(field: Field): boolean {
    return this.wanted.has(field.name)
  }

  beginLayer({ name }: Titled): void {
    listLayer(this.protocols, name, false)
  }

  endLayer(protocol: Titled, packet: unknown): void {
    if (packet !== undefined && carriesEtherType(protocol, packet)) this.protocols.push('ethertype')
  }

  rows(layout: Layout, at: number, available: number): void {
    for (const row of this.rowsOf(layout)) {
      const { name, bit, width, read } = row
      if (this.free.has(name)) this.release(at, bit, width)
      if (this.wanted.has(name) && bit + width <= 8 * available) this.show(row, row, read, at, bit, width)
    }
  }

  value(field: Field, at: number, length: number, value: Value): void {
    const { name } = field
    if (this.free.has(name)) this.release(at, 0, 8 * length)
    if (!this.wanted.has(name)) return
    const read = readerOf(this.view, at, length, value)
    if (read === undefined) this.odd = true
    else this.show(field, undefined, read, at, 0, 8 * length)
  }

  openField(field: Field, at: number, value: Value): void {
    this.value(field, at, 0, value)
  }

  beginSource(): void {
    this.odd = true
  }

  beginQuote(): void {
    this.odd = true
  }

  reopenLayer(): void {}
  below(): void {}
  open(): void {}
  close(): void {}
  note(): void {}
  endQuote(): void {}
  stopped(): void {}

  /** The rows of a layout that are of interest. */
  private rowsOf(layout: Layout): readonly Row[] {
    let rows = this.byLayout.get(layout)
    if (rows === undefined) {
      rows = [...allRows(layout.rows)].filter(({ name }) => this.free.has(name) || this.wanted.has(name))
      this.byLayout.set(layout, rows)
    }
    return rows
  }

  private show(field: Field, row: Row | undefined, read: Reader, at: number, bit: number, width: number): void {
    const from = at - this.start
    this.values.push({ value: { field, row, read, at: from, isFixed: false }, bit: 8 * from + bit, width })
  }

  private release(at: number, bit: number, width: number): void {
    const first = 8 * (at - this.start) + bit
    for (let each = first; each < first + width; each++) {
      const octet = each >>> 3
      if (octet < this.mask.length) this.mask[octet] = this.mask[octet]! & ~(0x80 >>> (each & 7))
    }
  }
}
