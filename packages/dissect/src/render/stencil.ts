/**
 * A stencil is the text of all frames of one shape, with holes where their values go. What stands between two holes is
 * copied at once, however many keys, brackets and line breaks it consists of.
 */
import { hostNames, type Sink } from '@dmvpn/wire'
import type { RowWriter } from '../row-writer.ts'
import type { TreeWitness } from '../tree-witness.ts'
import { fills } from './row-fill.ts'
import { perWord, type RowTexts } from './row-texts.ts'

/** Writes what is to be said of an entry of the witness. */
export type EntryWriter = (s: Sink, witness: TreeWitness, entry: number) => void

/**
 * A hole is eight numbers: the word where the text before it begins, and how many octets that has; how the hole is filled;
 * the witness's entry; where in its layout a row begins; by how much its bits are shifted, or the number of the entry's
 * writer; which bits are its own, or how many values are kept; and where the slots of these begin. Writers of rows have
 * the number of their hole.
 */
export const perHole = 8

export class Stencil {
  private readonly holes: Int32Array
  /** The texts between the holes, each from a word of its own on. */
  private readonly words: Float64Array
  private readonly rowWriters: readonly RowWriter[]
  private readonly entryWriters: readonly EntryWriter[]
  /** Which source each hole is in. */
  private readonly sources: Uint8Array
  private readonly texts: RowTexts

  constructor(
    holes: Int32Array,
    words: Float64Array,
    rowWriters: readonly RowWriter[],
    entryWriters: readonly EntryWriter[],
    sources: Uint8Array,
    texts: RowTexts,
  ) {
    this.holes = holes
    this.words = words
    this.rowWriters = rowWriters
    this.entryWriters = entryWriters
    this.sources = sources
    this.texts = texts
  }

  /** Writes what the witness took down, the tree of which has the stencil's shape. */
  write(s: Sink, witness: TreeWitness): void {
    const { holes, words, texts } = this
    const { at: begins, values, sources } = witness
    const only = sources.length === 1 ? sources[0]!.view : undefined
    const end = holes.length - 2
    for (let i = 0; i < end; i += perHole) {
      s.copy(words, holes[i]!, holes[i + 1]!)
      const fill = holes[i + 2]!
      const entry = holes[i + 3]!
      const view = only ?? sources[this.sources[i / perHole]!]!.view
      const begin = begins[entry]!
      const at = begin + holes[i + 4]!
      switch (fill) {
        case fills.entry:
          this.entryWriters[holes[i + 5]!]!(s, witness, entry)
          break
        case fills.count: {
          const value = values[entry]
          if (typeof value === 'number') s.dec(value)
          else this.entryWriters[holes[i + 5]!]!(s, witness, entry)
          break
        }
        case fills.address: {
          const value = values[entry]
          if (typeof value === 'number' && hostNames.size === 0) s.ipv4(value)
          else this.entryWriters[holes[i + 5]!]!(s, witness, entry)
          break
        }
        case fills.few: {
          const value = values[entry]
          const number = typeof value === 'boolean' ? Number(value) : value
          if (typeof number !== 'number' || !(number >= 0 && number < holes[i + 6]!) || !Number.isInteger(number)) {
            this.entryWriters[holes[i + 5]!]!(s, witness, entry)
            break
          }
          const slot = holes[i + 7]! + number
          const text = texts.slots[slot]!
          if (text === 0) this.fillEntry(s, witness, i, slot)
          else s.copy(texts.words, (text / perWord) | 0, text & (perWord - 1))
          break
        }
        case fills.octet:
        case fills.word: {
          const bits = fill === fills.octet ? view.getUint8(at) : view.getUint16(at)
          const slot = holes[i + 7]! + ((bits >>> holes[i + 5]!) & holes[i + 6]!)
          const text = texts.slots[slot]!
          if (text === 0) this.fill(s, view, i, slot, begin)
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
          else this.rowWriters[i / perHole]!(s, view, begin)
          break
        case fills.mac:
          s.mac(view.getUint16(at) * 0x100000000 + view.getUint32(at + 2))
          break
        default:
          this.rowWriters[i / perHole]!(s, view, begin)
      }
    }
    s.copy(words, holes[end]!, holes[end + 1]!)
  }

  /** Fills a hole and keeps what was written. */
  private fillEntry(s: Sink, witness: TreeWitness, hole: number, slot: number): void {
    const from = s.length
    this.entryWriters[this.holes[hole + 5]!]!(s, witness, this.holes[hole + 3]!)
    this.texts.keep(slot, s.bytes.subarray(from, s.length))
  }

  /** The same of a row. */
  private fill(s: Sink, view: DataView, hole: number, slot: number, base: number): void {
    const from = s.length
    this.rowWriters[hole / perHole]!(s, view, base)
    this.texts.keep(slot, s.bytes.subarray(from, s.length))
  }
}
