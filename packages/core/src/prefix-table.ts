/** Values by network, found by the longest match: one hash table per length in use, tried from the longest. */
import { networkPart } from './prefix.ts'
import type { Ip, Prefix } from './settings.ts'

export class PrefixTable<T> {
  private ipv4: readonly Networks<T>[] = []
  private ipv6: readonly Networks<T>[] = []

  get size(): number {
    let size = 0
    for (const { values } of this.ipv4) size += values.size
    for (const { values } of this.ipv6) size += values.size
    return size
  }

  exact(prefix: Prefix): T | undefined {
    return ofLength(this.of(prefix.address), prefix.length)?.get(prefix.address)
  }

  set(prefix: Prefix, value: T): void {
    const { address, length } = prefix
    const known = ofLength(this.of(address), length)
    if (known !== undefined) {
      known.set(address, value)
      return
    }
    const fresh = { length, values: new Map<Ip, T>([[address, value]]) }
    this.put(
      address,
      [...this.of(address), fresh].sort((one, other) => other.length - one.length),
    )
  }

  delete(prefix: Prefix): boolean {
    const { address, length } = prefix
    const all = this.of(address)
    const values = ofLength(all, length)
    if (values === undefined || !values.delete(address)) return false
    if (values.size === 0) {
      this.put(
        address,
        all.filter(each => each.values !== values),
      )
    }
    return true
  }

  /** The value of the longest network that covers the address, among those that please. */
  longest(address: Ip, pleases?: (value: T) => boolean): T | undefined {
    const all = this.of(address)
    for (let i = 0; i < all.length; i++) {
      const { length, values } = all[i]!
      const value = values.get(networkPart(address, length))
      if (value !== undefined && (pleases === undefined || pleases(value))) return value
    }
    return undefined
  }

  /** All values, IPv4 first, by address and then from the shortest prefix: the order tables are printed in. */
  sorted(): T[] {
    return [...sorted(this.ipv4), ...sorted(this.ipv6)]
  }

  /** All values, in no order that matters; what is put in or taken out meanwhile may be among them. */
  values(): Iterable<T> {
    const { ipv4, ipv6 } = this
    if (ipv4.length + ipv6.length > 1) return this.all()
    return (ipv4[0] ?? ipv6[0])?.values.values() ?? []
  }

  private *all(): Generator<T> {
    for (const lengths of [this.ipv4, this.ipv6]) for (const { values } of lengths) yield* values.values()
  }

  private of(address: Ip): readonly Networks<T>[] {
    return typeof address === 'number' ? this.ipv4 : this.ipv6
  }

  /** Lists are replaced, not changed: who walks one walks it to its end. */
  private put(address: Ip, all: readonly Networks<T>[]): void {
    if (typeof address === 'number') this.ipv4 = all
    else this.ipv6 = all
  }
}

/** The values of one length. */
interface Networks<T> {
  readonly length: number
  readonly values: Map<Ip, T>
}

function ofLength<T>(all: readonly Networks<T>[], length: number): Map<Ip, T> | undefined {
  for (let i = 0; i < all.length; i++) if (all[i]!.length === length) return all[i]!.values
  return undefined
}

function sorted<T>(networks: readonly Networks<T>[]): T[] {
  const all: { address: Ip; length: number; value: T }[] = []
  for (const { length, values } of networks) for (const [address, value] of values) all.push({ address, length, value })
  all.sort((one, other) =>
    one.address === other.address ? one.length - other.length : one.address < other.address ? -1 : 1,
  )
  return all.map(({ value }) => value)
}
