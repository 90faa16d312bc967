/** Texts that are written again and again: kept as octets, and copied eight at a time. */

const encoder = new TextEncoder()

export class Literal {
  readonly text: string
  readonly octets: Uint8Array
  /** How many octets. */
  readonly size: number
  /** The octets, eight to a word, the last one filled up with zeros. */
  readonly words: Float64Array

  constructor(text: string) {
    this.text = text
    this.octets = encoder.encode(text)
    this.size = this.octets.length
    this.words = wordsOf(this.octets)
  }
}

/**
 * Octets of UTF-8 as numbers of 64 bits, the first octet lowest, the last word filled up with zeros. None of them is a
 * NaN, whose bits a machine may change: its last two octets would be 0x7f or 0xff and, before it, 0xf0 or more, and no
 * UTF-8 has 0xff, or 0x7f in the middle of a character.
 */
export function wordsOf(text: Uint8Array): Float64Array {
  const words = new Float64Array(Math.ceil(text.length / 8))
  const view = new DataView(new ArrayBuffer(8 * words.length))
  for (let i = 0; i < text.length; i++) view.setUint8(i, text[i]!)
  for (let i = 0; i < words.length; i++) words[i] = view.getFloat64(8 * i, true)
  return words
}

const few = 256

/** Literals made on demand and kept, but not without bound: names come from packets, too. */
export class Literals<K> {
  private readonly known = new Map<K, Literal>()
  /** Of small numbers, which most are: an array finds them without hashing. */
  private readonly small: (Literal | undefined)[] = []
  private readonly textOf: (key: K) => string
  private readonly most: number

  constructor(textOf: (key: K) => string, most = 4096) {
    this.textOf = textOf
    this.most = most
  }

  of(key: K): Literal {
    if (typeof key === 'number' && key >= 0 && key < few && Number.isInteger(key)) {
      return this.small[key] ?? (this.small[key] = new Literal(this.textOf(key)))
    }
    return this.known.get(key) ?? this.make(key)
  }

  private make(key: K): Literal {
    if (this.known.size >= this.most) this.known.clear()
    const made = new Literal(this.textOf(key))
    this.known.set(key, made)
    return made
  }
}
