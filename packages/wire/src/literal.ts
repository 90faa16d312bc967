/** Texts that are written again and again: kept as octets, and copied four at a time. */

const encoder = new TextEncoder()

export class Literal {
  readonly text: string
  readonly octets: Uint8Array
  /** The octets as big-endian words, the last one filled up with zeros. */
  readonly words: Int32Array

  constructor(text: string) {
    this.text = text
    this.octets = encoder.encode(text)
    const { length } = this.octets
    this.words = new Int32Array((length + 3) >>> 2)
    for (let i = 0; i < length; i++) this.words[i >>> 2]! |= this.octets[i]! << (24 - 8 * (i & 3))
  }
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
