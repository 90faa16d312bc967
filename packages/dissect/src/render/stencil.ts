/**
 * A stencil is the text of all frames of one shape, with holes where their values go. What stands between two holes is
 * copied at once, however many keys, brackets and line breaks it consists of.
 */
import { hostNames, type Row, Sink, wordsOf } from '@dmvpn/wire'
import type { RowWriter } from '../row-writer.ts'
import type { TreeWitness } from '../tree-witness.ts'
import { fillOf, fills, type PlainForm, shiftOf } from './row-fill.ts'
import { isFew, octetsOf, perWord, type RowTexts } from './row-texts.ts'

/** Writes what is to be said of a node. */
export type NodeWriter = (s: Sink, witness: TreeWitness, node: number) => void

/**
 * A hole is eight numbers: the word where the text before it begins, and how many octets that has; how the hole is filled;
 * the node; where in its layout a row begins; by how much its bits are shifted and which of them are its own; and the
 * place of the node's writer or of the row's slots. Writers of rows have the number of their hole.
 */
const perHole = 8

export class Stencil {
  private readonly holes: Int32Array
  /** The texts between the holes, each from a word of its own on. */
  private readonly words: Float64Array
  private readonly rowWriters: readonly RowWriter[]
  private readonly nodeWriters: readonly NodeWriter[]
  private readonly texts: RowTexts

  constructor(
    holes: Int32Array,
    words: Float64Array,
    rowWriters: readonly RowWriter[],
    nodeWriters: readonly NodeWriter[],
    texts: RowTexts,
  ) {
    this.holes = holes
    this.words = words
    this.rowWriters = rowWriters
    this.nodeWriters = nodeWriters
    this.texts = texts
  }

  /** Writes a tree of the stencil's shape. */
  write(s: Sink, witness: TreeWitness): void {
    const { holes, words, texts } = this
    const { base, source, sources } = witness
    const only = sources.length === 1 ? sources[0]!.view : undefined
    const end = holes.length - 2
    for (let i = 0; i < end; i += perHole) {
      s.copy(words, holes[i]!, holes[i + 1]!)
      const fill = holes[i + 2]!
      const node = holes[i + 3]!
      if (fill === fills.node) {
        this.nodeWriters[holes[i + 7]!]!(s, witness, node)
        continue
      }
      if (fill === fills.count) {
        const value = witness.values[node]
        if (typeof value === 'number') s.dec(value)
        else this.nodeWriters[holes[i + 7]!]!(s, witness, node)
        continue
      }
      const view = only ?? sources[source[node]!]!.view
      const at = base[node]! + holes[i + 4]!
      switch (fill) {
        case fills.octet:
        case fills.word: {
          const bits = fill === fills.octet ? view.getUint8(at) : view.getUint16(at)
          const slot = holes[i + 7]! + ((bits >>> holes[i + 5]!) & holes[i + 6]!)
          const text = texts.slots[slot]!
          if (text === 0) this.fill(s, view, i, slot, base[node]!)
          else s.copy(texts.words, (text / perWord) | 0, text & (perWord - 1))
          break
        }
        case fills.dec16:
          s.dec((view.getUint16(at) >>> holes[i + 5]!) & holes[i + 6]!)
          break
        case fills.dec24:
          s.dec((view.getUint16(at) << 8) | view.getUint8(at + 2))
          break
        case fills.dec32:
          s.dec(view.getUint32(at))
          break
        case fills.hex16:
          s.hex((view.getUint16(at) >>> holes[i + 5]!) & holes[i + 6]!, 4)
          break
        case fills.hex32:
          s.hex(view.getUint32(at), 8)
          break
        case fills.ipv4:
          s.ipv4(view.getUint32(at))
          break
        case fills.host:
          if (hostNames.size === 0) s.ipv4(view.getUint32(at))
          else this.rowWriters[i / perHole]!(s, view, base[node]!)
          break
        case fills.mac:
          s.mac(view.getUint16(at) * 0x100000000 + view.getUint32(at + 2))
          break
        default:
          this.rowWriters[i / perHole]!(s, view, base[node]!)
      }
    }
    s.copy(words, holes[end]!, holes[end + 1]!)
  }

  /** Fills a hole and keeps what was written. */
  private fill(s: Sink, view: DataView, hole: number, slot: number, base: number): void {
    const from = s.length
    this.rowWriters[hole / perHole]!(s, view, base)
    this.texts.keep(slot, s.bytes.subarray(from, s.length))
  }
}

/** Collects texts and holes, from an example of the shape. */
export class StencilBuilder {
  /** Characters and holes so far: whether anything was added. */
  size = 0
  private readonly holes: number[] = []
  /** The texts between the holes, each filled up to a whole word. */
  private readonly sink = new Sink(4096)
  private begun = 0
  private readonly rowWriters: RowWriter[] = []
  private readonly nodeWriters: NodeWriter[] = []
  private readonly texts: RowTexts

  constructor(texts: RowTexts) {
    this.texts = texts
  }

  text(text: string): this {
    this.sink.text(text)
    this.size += text.length
    return this
  }

  /** A hole for what a writer makes of a node. */
  node(node: number, write: NodeWriter): this {
    this.nodeWriters.push(write)
    return this.hole(fills.node, node, undefined, this.nodeWriters.length - 1)
  }

  /** A hole for a named value that is a whole number in decimal; for the writer where it is none. */
  count(node: number, write: NodeWriter): this {
    this.nodeWriters.push(write)
    return this.hole(fills.count, node, undefined, this.nodeWriters.length - 1)
  }

  /**
   * A hole for what a writer makes of a row, by its value alone: kept where the row is short, whoever wrote it first.
   * `host` leaves an IPv4 address to the writer only where names are known.
   */
  row(node: number, row: Row, write: RowWriter, form?: 'host'): this {
    this.rowWriters[this.holes.length / perHole] = write
    if (form === 'host') return this.hole(fills.host, node, row, 0)
    if (!isFew(row)) return this.hole(fills.row, node, row, 0)
    return this.hole(octetsOf(row) === 1 ? fills.octet : fills.word, node, row, this.texts.tableOf(row))
  }

  /** A hole for an address or a number without names; false where the row is nothing of that. */
  plain(node: number, row: Row, form: PlainForm): boolean {
    const fill = fillOf(row, form)
    if (fill === undefined) return false
    if (form === 'hex16' || form === 'hex32') this.text('0x')
    this.hole(fill, node, row, 0)
    return true
  }

  build(): Stencil {
    this.holes.push(...this.literal())
    return new Stencil(
      Int32Array.from(this.holes),
      wordsOf(this.sink.bytes.subarray(0, this.sink.length)),
      this.rowWriters,
      this.nodeWriters,
      this.texts,
    )
  }

  private hole(fill: number, node: number, row: Row | undefined, place: number): this {
    const shift = row === undefined || octetsOf(row) > 2 ? 0 : shiftOf(row)
    const mask = row === undefined || octetsOf(row) > 2 ? 0 : 2 ** row.width - 1
    this.holes.push(...this.literal(), fill, node, row === undefined ? 0 : row.bit >>> 3, shift, mask, place)
    this.size++
    return this
  }

  /** Ends the text before a hole: the word where it begins, and how many octets it has. */
  private literal(): [from: number, size: number] {
    const { sink, begun } = this
    const size = sink.length - begun
    while (sink.length % 8 !== 0) sink.byte(0)
    this.begun = sink.length
    return [begun / 8, size]
  }
}
