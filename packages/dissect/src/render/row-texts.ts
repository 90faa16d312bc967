/** What was written of rows, by their values: kept as octets, one behind the other, for all stencils of a renderer. */
import { type Field, type Row, wordsOf } from '@dmvpn/wire'

/** Words of eight octets at most; then all is forgotten. */
const mostWords = 131_072
/** A text's place: the word where it begins, this many times, and how many octets it has. */
export const perWord = 1024

/** So many slots are given to what there may be any number of: groups of rows, named values. */
const mostSlots = 262_144

/** How many values a row may have for each of them to have a slot. */
const mostValues = 256

export class RowTexts {
  /** The texts, eight octets to a word. */
  words: Float64Array = new Float64Array(512)
  /** Where the text of each value of each row lies; 0 where none is kept. */
  slots: Int32Array = new Int32Array(1024)
  private readonly tables = new Map<Field | string, number>()
  private readonly numbers = new Map<Row, number>()
  private usedWords = 1
  private usedSlots = 0

  /** Where the slots of a field, or of several rows with what stands between them, begin: one for each of `size` values. */
  tableOf(of: Field | string, size: number): number {
    let table = this.tables.get(of)
    if (table === undefined) {
      table = this.usedSlots
      this.usedSlots += size
      if (this.usedSlots > this.slots.length) this.slots = enlarged(this.slots, new Int32Array(2 * this.usedSlots))
      this.tables.set(of, table)
    }
    return table
  }

  /** Whether slots may still be given to what there may be any number of. */
  get hasRoom(): boolean {
    return this.usedSlots < mostSlots
  }

  /** A number for a row, the same every time. */
  numberOf(row: Row): number {
    const number = this.numbers.get(row) ?? this.numbers.size
    this.numbers.set(row, number)
    return number
  }

  /** Keeps a text, a copy of the octets given. */
  keep(slot: number, text: Uint8Array): void {
    if (text.length >= perWord) return
    const words = wordsOf(text)
    if (this.usedWords + words.length > mostWords) {
      this.slots.fill(0)
      this.usedWords = 1
    }
    const end = this.usedWords + words.length
    if (end > this.words.length) this.words = enlarged(this.words, new Float64Array(2 * end))
    this.words.set(words, this.usedWords)
    this.slots[slot] = this.usedWords * perWord + text.length
    this.usedWords = end
  }
}

/** Whether a row has so few values, in so few octets, that what is written of each is kept. */
export function isFew(row: Row): boolean {
  const isNumber = row.kind === 'uint' || row.kind === 'flag' || row.kind === 'word'
  return isNumber && 2 ** row.width <= mostValues && octetsOf(row) <= 2
}

/** In how many octets a row lies. */
export function octetsOf(row: Row): number {
  return ((row.bit + row.width + 7) >>> 3) - (row.bit >>> 3)
}

function enlarged<A extends Int32Array | Float64Array>(from: A, to: A): A {
  to.set(from)
  return to
}
