/** Values by network, found by the longest match: one hash table per length in use, tried from the longest. */
import { networkPart } from './prefix.ts'
import type { Ip, Prefix } from './settings.ts'

export class PrefixTable<T> {
  private readonly ipv4 = new Lengths<T>()
  private readonly ipv6 = new Lengths<T>()

  get size(): number {
    return this.ipv4.size + this.ipv6.size
  }

  exact(prefix: Prefix): T | undefined {
    return this.of(prefix.address).tables[prefix.length]?.get(prefix.address)
  }

  set(prefix: Prefix, value: T): void {
    const lengths = this.of(prefix.address)
    let table = lengths.tables[prefix.length]
    if (table === undefined) {
      table = new Map()
      lengths.tables[prefix.length] = table
      lengths.used.push(prefix.length)
      lengths.used.sort((one, other) => other - one)
    }
    table.set(prefix.address, value)
  }

  delete(prefix: Prefix): boolean {
    const lengths = this.of(prefix.address)
    const table = lengths.tables[prefix.length]
    if (table === undefined || !table.delete(prefix.address)) return false
    if (table.size === 0) {
      lengths.tables[prefix.length] = undefined
      lengths.used.splice(lengths.used.indexOf(prefix.length), 1)
    }
    return true
  }

  /** The value of the longest network that covers the address, among those that please. */
  longest(address: Ip, pleases?: (value: T) => boolean): T | undefined {
    const lengths = this.of(address)
    for (const length of lengths.used) {
      const value = lengths.tables[length]!.get(networkPart(address, length))
      if (value !== undefined && (pleases === undefined || pleases(value))) return value
    }
    return undefined
  }

  /** All values, IPv4 first, by address and then from the shortest prefix: the order tables are printed in. */
  sorted(): T[] {
    return [...this.ipv4.sorted(), ...this.ipv6.sorted()]
  }

  /** All values, in no order that matters. */
  *values(): Generator<T> {
    for (const lengths of [this.ipv4, this.ipv6]) {
      for (const length of lengths.used.slice()) yield* lengths.tables[length]?.values() ?? []
    }
  }

  private of(address: Ip): Lengths<T> {
    return typeof address === 'number' ? this.ipv4 : this.ipv6
  }
}

class Lengths<T> {
  readonly tables: (Map<Ip, T> | undefined)[] = []
  /** From the longest. */
  readonly used: number[] = []

  get size(): number {
    return this.used.reduce((sum, length) => sum + this.tables[length]!.size, 0)
  }

  sorted(): T[] {
    const all: { address: Ip; length: number; value: T }[] = []
    for (const length of this.used) {
      for (const [address, value] of this.tables[length]!) all.push({ address, length, value })
    }
    all.sort((one, other) =>
      one.address === other.address ? one.length - other.length : one.address < other.address ? -1 : 1,
    )
    return all.map(({ value }) => value)
  }
}
