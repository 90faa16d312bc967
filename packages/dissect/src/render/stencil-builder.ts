/** Makes a stencil from an example of the shape: texts and holes, in order. */
import { type Field, type Row, Sink, wordsOf } from '@dmvpn/wire'
import type { RowWriter } from '../row-writer.ts'
import { nodeKind, type TreeNodes } from '../tree-nodes.ts'
import { fillOf, fills, type PlainForm, shiftOf, writeNumber } from './row-fill.ts'
import { type Before, RowGroup } from './row-group.ts'
import { isFew, octetsOf, type RowTexts } from './row-texts.ts'
import { type EntryWriter, perHole, Stencil } from './stencil.ts'

/** Escapes what was written since `from`. */
export type Escape = (s: Sink, from: number) => void

export class StencilBuilder {
  /** Characters and holes so far: whether anything was added. */
  size = 0
  private readonly holes: number[] = []
  /** The texts between the holes, each filled up to a whole word. */
  private readonly sink = new Sink(4096)
  private begun = 0
  private readonly rowWriters: RowWriter[] = []
  private readonly entryWriters: EntryWriter[] = []
  private readonly sources: number[] = []
  /** Rows of one octet, whose hole is not yet made: there may be more of them. */
  private group: RowGroup | undefined = undefined
  private escape: Escape | undefined = undefined
  private readonly tree: TreeNodes
  private readonly texts: RowTexts

  constructor(tree: TreeNodes, texts: RowTexts) {
    this.tree = tree
    this.texts = texts
  }

  /** Everything that `add` adds is escaped. A renderer escapes what it adds of a row each time or never: texts are kept. */
  escaped(escape: Escape, add: () => void): this {
    this.escape = escape
    add()
    this.escape = undefined
    return this
  }

  text(text: string): this {
    return this.written(s => s.text(text))
  }

  /** What a writer makes now, and in all trees of the shape. */
  written(write: (s: Sink) => void): this {
    const from = this.sink.length
    write(this.sink)
    this.escape?.(this.sink, from)
    this.size += this.sink.length - from
    return this
  }

  /** A hole for what a writer makes of what a node was made from. */
  node(node: number, write: EntryWriter): this {
    return this.hollow(node, write, this.isFixedValue(node))
  }

  /** A hole for what a writer makes of the line of a node without a field. */
  line(node: number, write: EntryWriter): this {
    return this.hollow(node, write, this.isFixed(node))
  }

  /** A hole for what a writer makes of where a node lies. */
  place(node: number, write: EntryWriter): this {
    const { witness, entry } = this.tree
    return this.hollow(node, write, witness.known?.isPlaced(witness, entry[node]!) ?? false)
  }

  /** A hole for what a writer makes of these bits of a layout, and of nothing else. */
  bits(node: number, bits: Pick<Row, 'bit' | 'width'>, write: EntryWriter): this {
    return this.hollow(node, write, this.isFixedRow(node, bits))
  }

  /** A hole for a named value that is a whole number in decimal; for the writer where it is none. */
  count(node: number, write: EntryWriter): this {
    if (this.isFixedValue(node)) return this.entry(node, write)
    return this.entryHole(fills.count, node, write, 0, 0)
  }

  /** A hole for a named value that is an IPv4 address; for the writer where it is none, and where names are known. */
  address(node: number, write: EntryWriter): this {
    if (this.isFixedValue(node)) return this.entry(node, write)
    return this.entryHole(fills.address, node, write, 0, 0)
  }

  /**
   * A hole for what a writer makes of a named value, by the value alone: kept where that is a boolean or a whole number
   * below `size`. `of` is the field, or tells what else is written of it.
   */
  few(node: number, of: Field | string, size: number, write: EntryWriter): this {
    // Fields of interfaces are made as they come: not every one of them can have slots.
    if (!this.texts.hasRoom || this.isFixedValue(node)) return this.node(node, write)
    return this.entryHole(fills.few, node, write, size, this.texts.tableOf(of, size))
  }

  /**
   * A hole for what a writer makes of a row, by its value alone: kept where the row is short, whoever wrote it first.
   * `host` leaves an IPv4 address to the writer only where names are known.
   */
  row(node: number, row: Row, writer: RowWriter, form?: 'host'): this {
    const { tree, escape } = this
    if (this.isFixedRow(node, row)) return this.written(s => writer(s, viewOf(tree, node), tree.base[node]!))
    const write = escape === undefined ? writer : escapedRow(writer, escape)
    if (form !== 'host' && isFew(row) && octetsOf(row) === 1) return this.fewBits(node, row, write)
    this.endGroup()
    this.rowWriters[this.holes.length / perHole] = write
    if (form === 'host') return this.hole(fills.host, node, row, 0)
    return isFew(row)
      ? this.hole(fills.word, node, row, this.texts.tableOf(row, 2 ** row.width))
      : this.hole(fills.row, node, row, 0)
  }

  /** A hole for an address or a number without names; false where the row is nothing of that. */
  plain(node: number, row: Row, form: PlainForm): boolean {
    const fill = fillOf(row, form)
    if (fill === undefined) return false
    if (form === 'hex16' || form === 'hex32') this.text('0x')
    const { tree } = this
    if (!this.isFixedRow(node, row)) this.hole(fill, node, row, 0)
    else this.written(s => writeNumber(s, form, row.raw(viewOf(tree, node), tree.base[node]!) as number))
    return true
  }

  build(): Stencil {
    this.endGroup()
    this.holes.push(...this.literal())
    return new Stencil(
      Int32Array.from(this.holes),
      wordsOf(this.sink.bytes.subarray(0, this.sink.length)),
      this.rowWriters,
      this.entryWriters,
      Uint8Array.from(this.sources),
      this.texts,
    )
  }

  /** A hole for what a writer makes of an entry; its text where that is the same in all trees of the shape. */
  private hollow(node: number, write: EntryWriter, isFixed: boolean): this {
    return isFixed ? this.entry(node, write) : this.entryHole(fills.entry, node, write, 0, 0)
  }

  /** What a writer makes of what a node was made from, now and in all trees of the shape. */
  private entry(node: number, write: EntryWriter): this {
    const { witness, entry } = this.tree
    return this.written(s => write(s, witness, entry[node]!))
  }

  /** Whether the tree's frame is of a known shape, all frames of which have a row alike. */
  private isFixedRow(node: number, row: Pick<Row, 'bit' | 'width'>): boolean {
    const { witness, entry } = this.tree
    return witness.known?.isFixed(witness, entry[node]!, row) ?? false
  }

  /** The same of a named value. */
  private isFixedValue(node: number): boolean {
    return this.tree.kind[node] === nodeKind.value && this.isFixed(node)
  }

  private isFixed(node: number): boolean {
    const { witness, entry } = this.tree
    return witness.known?.isFixed(witness, entry[node]!) ?? false
  }

  /** Rows of the same octet that follow each other are one hole, and so is the text between them. */
  private fewBits(node: number, row: Row, write: RowWriter): this {
    const { sink, begun, group, tree } = this
    this.size++
    const entry = tree.entry[node]!
    if (group !== undefined && this.texts.hasRoom && group.takes(entry, row, sink.length - begun)) {
      group.add(row, write, sink.toString(begun))
      sink.length = begun
      return this
    }
    this.endGroup()
    this.group = new RowGroup(entry, tree.source[node]!, row, write, this.literal())
    return this
  }

  private endGroup(): void {
    const { group } = this
    if (group === undefined) return
    this.group = undefined
    this.rowWriters[this.holes.length / perHole] = group.writer()
    this.sources.push(group.source)
    const { entry, octet, shift, mask } = group
    this.holes.push(...group.before, fills.octet, entry, octet, shift, mask, group.tableIn(this.texts))
  }

  private hole(fill: number, node: number, row: Row, table: number): this {
    const isShort = octetsOf(row) <= 2
    const shift = isShort ? shiftOf(row) : 0
    return this.add(fill, node, row.bit >>> 3, shift, isShort ? 2 ** row.width - 1 : 0, table)
  }

  private entryHole(fill: number, node: number, write: EntryWriter, size: number, table: number): this {
    this.entryWriters.push(this.escape === undefined ? write : escapedEntry(write, this.escape))
    return this.add(fill, node, 0, this.entryWriters.length - 1, size, table)
  }

  private add(fill: number, node: number, octet: number, shift: number, mask: number, table: number): this {
    this.endGroup()
    const { entry, source } = this.tree
    this.sources.push(source[node]!)
    this.holes.push(...this.literal(), fill, entry[node]!, octet, shift, mask, table)
    this.size++
    return this
  }

  /** Ends the text before a hole: the word where it begins, and how many octets it has. */
  private literal(): Before {
    const { sink, begun } = this
    const size = sink.length - begun
    while (sink.length % 8 !== 0) sink.byte(0)
    this.begun = sink.length
    return [begun / 8, size]
  }
}

function viewOf({ sources, source }: TreeNodes, node: number): DataView {
  return sources[source[node]!]!.view
}

function escapedRow(write: RowWriter, escape: Escape): RowWriter {
  return (s, view, at) => {
    const from = s.length
    write(s, view, at)
    escape(s, from)
  }
}

function escapedEntry(write: EntryWriter, escape: Escape): EntryWriter {
  return (s, witness, entry) => {
    const from = s.length
    write(s, witness, entry)
    escape(s, from)
  }
}
