/**
 * What is under way, of a whole simulation. Packets that all take the same time to cross a link come out in the order they
 * went in: those stand in a queue, and only what overtakes them in an agenda.
 */
import { Agenda, beginning, type Instant } from '@dmvpn/core'

/** Places in the queue at the beginning: a power of two, as ever after. */
const fewest = 16

export class Flights<T> {
  private readonly overtaking = new Agenda<T>()
  private entered = 0
  // The queue, as a ring.
  private times: number[] = Array.from({ length: fewest }, () => Number.NaN)
  private orders: number[] = Array.from({ length: fewest }, () => 0)
  private items: (T | undefined)[] = Array.from({ length: fewest }, () => undefined)
  private first = 0
  private queued = 0
  private last: Instant = beginning

  /** When the first one arrives; undefined when there is none. */
  get next(): Instant | undefined {
    const { next } = this.overtaking
    if (this.queued === 0) return next
    const queued = this.times[this.first]!
    return next === undefined || queued < next ? queued : next
  }

  add(at: Instant, item: T): void {
    if (this.queued > 0 && at < this.last) return this.overtaking.add(at, item, this.entered++)
    if (this.queued === this.times.length) this.grow()
    const place = (this.first + this.queued++) & (this.times.length - 1)
    this.times[place] = at
    this.orders[place] = this.entered++
    this.items[place] = item
    this.last = at
  }

  /** Takes the first one; of one instant, the first that left. */
  take(): T | undefined {
    return this.isQueueFirst() ? this.takeQueued() : this.overtaking.take()
  }

  private isQueueFirst(): boolean {
    if (this.queued === 0) return false
    const { next } = this.overtaking
    if (next === undefined) return true
    const time = this.times[this.first]!
    return time < next || (time === next && this.orders[this.first]! < this.overtaking.nextOrder!)
  }

  private takeQueued(): T {
    const { first, items } = this
    const item = items[first]!
    items[first] = undefined
    this.first = (first + 1) & (items.length - 1)
    this.queued--
    return item
  }

  private grow(): void {
    this.times = unrolled(this.times, this.first, Number.NaN)
    this.orders = unrolled(this.orders, this.first, 0)
    this.items = unrolled<T | undefined>(this.items, this.first, undefined)
    this.first = 0
  }
}

/** A ring from its first place on, and as many empty places behind it. */
function unrolled<E>(ring: readonly E[], first: number, empty: E): E[] {
  return [...ring.slice(first), ...ring.slice(0, first), ...ring.map(() => empty)]
}
