/**
 * A map for few entries, and mostly for none: a `Map` has tables even where it is empty, and ten thousand routers have
 * ten each. Up to eight entries lie in a list that is searched from its beginning; more, in a `Map`.
 */
const mostListed = 8

interface Entry<K, V> {
  readonly key: K
  value: V
}

export class SmallMap<K extends number | bigint | string, V> {
  private listed: Entry<K, V>[] | undefined = undefined
  private mapped: Map<K, V> | undefined = undefined

  get size(): number {
    return this.mapped === undefined ? (this.listed?.length ?? 0) : this.mapped.size
  }

  get(key: K): V | undefined {
    if (this.listed === undefined) return this.mapped?.get(key)
    const { listed } = this
    for (let i = 0; i < listed.length; i++) if (listed[i]!.key === key) return listed[i]!.value
    return undefined
  }

  has(key: K): boolean {
    return this.indexOf(key) >= 0 || this.mapped?.has(key) === true
  }

  set(key: K, value: V): this {
    const at = this.indexOf(key)
    if (at >= 0) this.listed![at]!.value = value
    else if (this.mapped !== undefined) this.mapped.set(key, value)
    else if (this.listed === undefined) this.listed = [{ key, value }]
    // In as much room as they need: a list that grows takes four times as much.
    else if (this.listed.length < mostListed) this.listed = this.listed.concat({ key, value })
    else {
      this.mapped = new Map(this.entries()).set(key, value)
      this.listed = undefined
    }
    return this
  }

  /** Whether it was there. */
  delete(key: K): boolean {
    const at = this.indexOf(key)
    if (at < 0) return this.mapped?.delete(key) === true
    this.listed!.splice(at, 1)
    return true
  }

  clear(): void {
    this.listed = undefined
    this.mapped = undefined
  }

  /** Keys in the order of entry, as they are now: what changes meanwhile changes nothing here. The same for the others. */
  keys(): K[] {
    return this.mapped === undefined ? (this.listed ?? []).map(({ key }) => key) : [...this.mapped.keys()]
  }

  values(): V[] {
    return this.mapped === undefined ? (this.listed ?? []).map(({ value }) => value) : [...this.mapped.values()]
  }

  entries(): [K, V][] {
    return this.mapped === undefined ? (this.listed ?? []).map(({ key, value }) => [key, value]) : [...this.mapped]
  }

  [Symbol.iterator](): Iterator<[K, V]> {
    return this.entries()[Symbol.iterator]()
  }

  private indexOf(key: K): number {
    const { listed } = this
    if (listed === undefined) return -1
    for (let i = 0; i < listed.length; i++) if (listed[i]!.key === key) return i
    return -1
  }
}
