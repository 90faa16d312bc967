/**
 * What is due when: a 4-ary heap ordered by instant and, among equals, by the order of entry. Instants, orders and items
 * lie in lists of their own, so an agenda that empties as fast as it fills allocates nothing.
 */
import type { Instant } from './instant.ts'

export class Agenda<T> {
  private size = 0
  private entered = 0
  // Room for a few at the beginning: many routers wait for little. NaN, so that the list is one of doubles from the first.
  private readonly times: number[] = [Number.NaN, Number.NaN, Number.NaN, Number.NaN]
  private readonly orders: number[] = [0, 0, 0, 0]
  private readonly items: (T | undefined)[] = [undefined, undefined, undefined, undefined]

  get length(): number {
    return this.size
  }

  /** When the first item is due; undefined when there is none. */
  get next(): Instant | undefined {
    return this.size === 0 ? undefined : this.times[0]
  }

  /** The first item, and when the one behind it is due. */
  get first(): T | undefined {
    return this.items[0]
  }

  get second(): Instant | undefined {
    const { times, size } = this
    if (size < 2) return undefined
    let least = times[1]!
    for (let at = 2; at < size && at < 5; at++) if (times[at]! < least) least = times[at]!
    return least
  }

  /** The order of the first item among those due at its instant; undefined when there is none. */
  get nextOrder(): number | undefined {
    return this.size === 0 ? undefined : this.orders[0]
  }

  /** `order` tells items of one instant apart, where the caller counts for several agendas. */
  add(at: Instant, item: T, order: number = this.entered++): void {
    const last = this.size++
    if (last === this.times.length) {
      this.times.push(at)
      this.orders.push(0)
      this.items.push(item)
    }
    this.rise(last, at, order, item)
  }

  /** Takes the first item, whenever it is due. */
  take(): T | undefined {
    if (this.size === 0) return undefined
    const { times, orders, items } = this
    const item = items[0]
    const last = --this.size
    const moved = items[last]!
    items[last] = undefined
    if (last > 0) this.sink(times[last]!, orders[last]!, moved)
    return item
  }

  private rise(from: number, time: number, order: number, item: T): void {
    const { times, orders, items } = this
    let at = from
    while (at > 0) {
      const above = (at - 1) >> 2
      if (!isBefore(time, order, times, orders, above)) break
      times[at] = times[above]!
      orders[at] = orders[above]!
      items[at] = items[above]
      at = above
    }
    times[at] = time
    orders[at] = order
    items[at] = item
  }

  private sink(time: number, order: number, item: T): void {
    const { times, orders, items, size } = this
    let at = 0
    for (;;) {
      const first = 4 * at + 1
      if (first >= size) break
      let least = first
      const end = Math.min(first + 4, size)
      for (let child = first + 1; child < end; child++) {
        if (isBefore(times[child]!, orders[child]!, times, orders, least)) least = child
      }
      if (isBefore(time, order, times, orders, least)) break
      times[at] = times[least]!
      orders[at] = orders[least]!
      items[at] = items[least]
      at = least
    }
    times[at] = time
    orders[at] = order
    items[at] = item
  }
}

function isBefore(
  time: number,
  order: number,
  times: readonly number[],
  orders: readonly number[],
  at: number,
): boolean {
  const other = times[at]!
  return time < other || (time === other && order < orders[at]!)
}
