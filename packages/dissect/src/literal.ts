/** Texts that are written again and again, as octets: copied whole, which is three times as fast as a character at a time. */

const encoder = new TextEncoder()

/** The octets of a text. */
export function literal(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Literals made on demand and kept, but not without bound: names come from packets, too. */
export class Literals<K> {
  private readonly known = new Map<K, Uint8Array>()
  private readonly textOf: (key: K) => string
  private readonly most: number

  constructor(textOf: (key: K) => string, most = 4096) {
    this.textOf = textOf
    this.most = most
  }

  of(key: K): Uint8Array {
    let octets = this.known.get(key)
    if (octets === undefined) {
      if (this.known.size >= this.most) this.known.clear()
      octets = literal(this.textOf(key))
      this.known.set(key, octets)
    }
    return octets
  }
}
