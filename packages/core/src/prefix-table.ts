/**
 * Values by network, found by the longest match. A few networks are one list, the longest first; more are one hash table
 * per length in use. Most tables of most routers hold two or three.
 */
import { maskOf } from '@dmvpn/wire'
import { fitted } from './mostly-empty.ts'
import { networkPart } from './prefix.ts'
import type { Ip, Prefix } from './settings.ts'

/** As many as are sooner looked through than hashed. */
const mostListed = 8

export class PrefixTable<T> {
  /** Undefined from the time on that there were too many. */
  private listed: readonly Network<T>[] | undefined = none
  private ipv4: readonly Networks<T>[] = none
  private ipv6: readonly Networks<T>[] = none

  get size(): number {
    if (this.listed !== undefined) return this.listed.length
    let size = 0
    for (const { values } of this.ipv4) size += values.size
    for (const { values } of this.ipv6) size += values.size
    return size
  }

  exact({ address, length }: Prefix): T | undefined {
    const { listed } = this
    if (listed === undefined) return ofLength(this.of(address), length)?.get(keyOf(address))
    const at = indexIn(listed, address, length)
    return at < 0 ? undefined : listed[at]!.value
  }

  set(prefix: Prefix, value: T): void {
    const { listed } = this
    if (listed === undefined) return this.hash(prefix, value)
    const { address, length } = prefix
    const at = indexIn(listed, address, length)
    if (at >= 0) {
      listed[at]!.value = value
      return
    }
    if (listed.length < mostListed) {
      this.listed = fitted([...listed, { address, length, value }].sort(byLength))
      return
    }
    this.listed = undefined
    for (const each of listed) this.hash(each, each.value)
    this.hash(prefix, value)
  }

  delete({ address, length }: Prefix): boolean {
    const { listed } = this
    if (listed !== undefined) {
      const at = indexIn(listed, address, length)
      if (at >= 0) this.listed = listed.filter((_, index) => index !== at)
      return at >= 0
    }
    const all = this.of(address)
    const values = ofLength(all, length)
    if (values === undefined || !values.delete(keyOf(address))) return false
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
    const { listed } = this
    if (listed !== undefined) {
      for (let i = 0; i < listed.length; i++) {
        const each = listed[i]!
        if (isIn(address, each) && (pleases === undefined || pleases(each.value))) return each.value
      }
      return undefined
    }
    const all = this.of(address)
    for (let i = 0; i < all.length; i++) {
      const { length, values } = all[i]!
      const value = values.get(keyOf(networkPart(address, length)))
      if (value !== undefined && (pleases === undefined || pleases(value))) return value
    }
    return undefined
  }

  /** All values, IPv4 first, by address and then from the shortest prefix: the order tables are printed in. */
  sorted(): T[] {
    return this.networks()
      .sort(
        (one, other) =>
          familyOrder(one.address) - familyOrder(other.address) ||
          (one.address === other.address ? one.length - other.length : one.address < other.address ? -1 : 1),
      )
      .map(({ value }) => value)
  }

  /** All values, in no order that matters; what is put in or taken out meanwhile may be among them. */
  values(): Iterable<T> {
    const { listed, ipv4, ipv6 } = this
    if (listed !== undefined) return listed.map(({ value }) => value)
    if (ipv4.length + ipv6.length > 1) return this.all()
    return (ipv4[0] ?? ipv6[0])?.values.values() ?? []
  }

  private *all(): Generator<T> {
    for (const lengths of [this.ipv4, this.ipv6]) for (const { values } of lengths) yield* values.values()
  }

  private hash(prefix: Pick<Network<T>, 'address' | 'length'>, value: T): void {
    const { address, length } = prefix
    const known = ofLength(this.of(address), length)
    if (known !== undefined) {
      known.set(keyOf(address), value)
      return
    }
    const fresh = { length, values: new Map([[keyOf(address), value]]) }
    this.put(
      address,
      [...this.of(address), fresh].sort((one, other) => other.length - one.length),
    )
  }

  private networks(): Network<T>[] {
    if (this.listed !== undefined) return [...this.listed]
    const all: Network<T>[] = []
    for (const { length, values } of [...this.ipv4, ...this.ipv6]) {
      for (const [key, value] of values) {
        all.push({ address: typeof key === 'number' ? key >>> 0 : key, length, value })
      }
    }
    return all
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

const none: readonly never[] = []

interface Network<T> {
  readonly address: Ip
  readonly length: number
  value: T
}

/** The values of one length, by network. */
interface Networks<T> {
  readonly length: number
  readonly values: Map<Ip, T>
}

/** Numbers as signed ones: those need no memory of their own, and are hashed sooner. */
function keyOf(address: Ip): Ip {
  return typeof address === 'number' ? address | 0 : address
}

function ofLength<T>(all: readonly Networks<T>[], length: number): Map<Ip, T> | undefined {
  for (let i = 0; i < all.length; i++) if (all[i]!.length === length) return all[i]!.values
  return undefined
}

function indexIn<T>(listed: readonly Network<T>[], address: Ip, length: number): number {
  for (let i = 0; i < listed.length; i++) if (listed[i]!.length === length && listed[i]!.address === address) return i
  return -1
}

function isIn<T>(address: Ip, of: Network<T>): boolean {
  if (typeof address === 'bigint')
    return typeof of.address === 'bigint' && networkPart(address, of.length) === of.address
  return typeof of.address === 'number' && ((address ^ of.address) & maskOf(of.length)) === 0
}

/** IPv4 first, each family from the longest. */
function byLength<T>(one: Network<T>, other: Network<T>): number {
  return familyOrder(one.address) - familyOrder(other.address) || other.length - one.length
}

function familyOrder(address: Ip): number {
  return typeof address === 'number' ? 0 : 1
}
