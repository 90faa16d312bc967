/**
 * What happens when, of a whole simulation. Packets that all take the same time to cross a link come out in the order
 * they went in: those stand in a queue, and only what overtakes them, and whoever waits for his own time, in a calendar.
 */
import type { Instant } from '@dmvpn/core'
import { Calendar } from './calendar.ts'

/** Places in the queue at the beginning: a power of two, as ever after. */
const fewest = 16

export class Timeline<T> {
  private readonly calendar = new Calendar<T>()
  private entered = 0
  // The queue, as a ring.
  private times: number[] = Array.from({ length: fewest }, () => Number.NaN)
  private orders: number[] = Array.from({ length: fewest }, () => 0)
  private items: (T | undefined)[] = Array.from({ length: fewest }, () => undefined)
  private first = 0
  private queued = 0
  private last: Instant = 0

  /** When the first item is due; undefined when there is none. */
  get next(): Instant | undefined {
    const { next } = this.calendar
    if (this.queued === 0) return next
    const queued = this.times[this.first]!
    return next === undefined || queued < next ? queued : next
  }

  /** For whatever is due at a time of its own. */
  add(at: Instant, item: T): void {
    this.calendar.add(at, item, this.entered++)
  }

  /** For what mostly is due after all that was put here before. */
  follow(at: Instant, item: T): void {
    if (this.queued > 0 && at < this.last) return this.add(at, item)
    if (this.queued === this.times.length) this.grow()
    const place = (this.first + this.queued++) & (this.times.length - 1)
    this.times[place] = at
    this.orders[place] = this.entered++
    this.items[place] = item
    this.last = at
  }

  /** Takes the first item; of one instant, the first that was put here. */
  take(): T | undefined {
    return this.isQueueFirst() ? this.takeQueued() : this.calendar.take()
  }

  private isQueueFirst(): boolean {
    if (this.queued === 0) return false
    const { next } = this.calendar
    if (next === undefined) return true
    const time = this.times[this.first]!
    return time < next || (time === next && this.orders[this.first]! < this.calendar.nextOrder!)
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
