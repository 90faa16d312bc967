/** Something of every two addresses, without a text made of them for every packet. Bounded: what is oldest goes first. */
import type { Ip } from '../observation.ts'

export class PairMap<V> {
  private readonly rows = new Map<Ip, Map<Ip, V>>()
  private readonly most: number
  private count = 0

  /** `most` pairs are remembered. */
  constructor(most: number) {
    this.most = most
  }

  get size(): number {
    return this.count
  }

  get(one: Ip, other: Ip): V | undefined {
    return this.rows.get(keyOf(one))?.get(keyOf(other))
  }

  /** Everything of the first address, what was set first in front. */
  of(one: Ip): Iterable<V> {
    return this.rows.get(keyOf(one))?.values() ?? []
  }

  *values(): Iterable<V> {
    for (const row of this.rows.values()) yield* row.values()
  }

  set(first: Ip, second: Ip, value: V): void {
    const one = keyOf(first)
    const other = keyOf(second)
    let row = this.rows.get(one)
    if (row?.has(other) !== true) {
      if (this.count >= this.most) this.forgetOldest()
      this.count++
      row = this.rows.get(one)
      if (row === undefined) {
        row = new Map()
        this.rows.set(one, row)
      }
    }
    row!.set(other, value)
  }

  delete(first: Ip, second: Ip): void {
    const one = keyOf(first)
    const row = this.rows.get(one)
    if (row?.delete(keyOf(second)) !== true) return
    this.count--
    if (row.size === 0) this.rows.delete(one)
  }

  /** Deletes everything of the first address. */
  deleteOf(one: Ip): void {
    const key = keyOf(one)
    this.count -= this.rows.get(key)?.size ?? 0
    this.rows.delete(key)
  }

  private forgetOldest(): void {
    for (const [one, row] of this.rows) {
      for (const other of row.keys()) {
        this.delete(one, other)
        return
      }
    }
  }
}

/** Numbers with a sign of their own are found in half the time: the engine keeps them without a place in memory. */
function keyOf(address: Ip): Ip {
  return typeof address === 'number' ? address | 0 : address
}
