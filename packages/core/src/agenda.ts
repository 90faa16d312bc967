/**
 * What is due when: a 4-ary heap ordered by instant and, among equals, by the order of entry. Keys lie in typed arrays;
 * a slot per item is reused, so an agenda that empties as fast as it fills allocates nothing.
 */
import type { Instant } from './instant.ts'

/** Room at the beginning: many routers wait for a few things each, and so little lies in the heap with the agenda itself. */
const fewest = 8

export class Agenda<T> {
  private size = 0
  private entered = 0
  private times = new Float64Array(fewest)
  private orders = new Float64Array(fewest)
  private slots = new Int32Array(fewest)
  private readonly items: (T | undefined)[] = []
  private readonly free: number[] = []

  get length(): number {
    return this.size
  }

  /** When the first item is due; undefined when there is none. */
  get next(): Instant | undefined {
    return this.size === 0 ? undefined : this.times[0]
  }

  add(at: Instant, item: T): void {
    if (this.size === this.times.length) this.grow()
    const slot = this.free.pop() ?? this.items.length
    this.items[slot] = item
    this.rise(this.size++, at, this.entered++, slot)
  }

  /** Takes the first item, whenever it is due. */
  take(): T | undefined {
    if (this.size === 0) return undefined
    const slot = this.slots[0]!
    const item = this.items[slot]
    this.items[slot] = undefined
    this.free.push(slot)
    const last = --this.size
    if (last > 0) this.sink(this.times[last]!, this.orders[last]!, this.slots[last]!)
    return item
  }

  private rise(from: number, time: number, order: number, slot: number): void {
    let at = from
    while (at > 0) {
      const above = (at - 1) >> 2
      if (!this.isBefore(time, order, above)) break
      this.move(above, at)
      at = above
    }
    this.put(at, time, order, slot)
  }

  private sink(time: number, order: number, slot: number): void {
    let at = 0
    for (;;) {
      const first = 4 * at + 1
      if (first >= this.size) break
      let least = first
      const end = Math.min(first + 4, this.size)
      for (let child = first + 1; child < end; child++) {
        if (this.isBefore(this.times[child]!, this.orders[child]!, least)) least = child
      }
      if (this.isBefore(time, order, least)) break
      this.move(least, at)
      at = least
    }
    this.put(at, time, order, slot)
  }

  private isBefore(time: number, order: number, at: number): boolean {
    const other = this.times[at]!
    return time < other || (time === other && order < this.orders[at]!)
  }

  private move(from: number, to: number): void {
    this.put(to, this.times[from]!, this.orders[from]!, this.slots[from]!)
  }

  private put(at: number, time: number, order: number, slot: number): void {
    this.times[at] = time
    this.orders[at] = order
    this.slots[at] = slot
  }

  private grow(): void {
    const length = 2 * this.times.length
    const times = new Float64Array(length)
    const orders = new Float64Array(length)
    const slots = new Int32Array(length)
    times.set(this.times)
    orders.set(this.orders)
    slots.set(this.slots)
    this.times = times
    this.orders = orders
    this.slots = slots
  }
}
