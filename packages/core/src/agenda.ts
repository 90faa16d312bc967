/**
 * What is due when: a 4-ary heap ordered by instant and, among equals, by the order of entry. Instants and orders lie side
 * by side in one list and items in another, so an agenda that empties as fast as it fills allocates nothing, and one that
 * was left alone for long is found again in few places.
 */
import type { Instant } from './instant.ts'

export class Agenda<T> {
  private size = 0
  private entered = 0
  // Room for a few at the beginning: many routers wait for little. NaN, so that the list is one of doubles from the first.
  private readonly keys: number[] = [
    Number.NaN,
    Number.NaN,
    Number.NaN,
    Number.NaN,
    Number.NaN,
    Number.NaN,
    Number.NaN,
    Number.NaN,
  ]
  private readonly items: (T | undefined)[] = [undefined, undefined, undefined, undefined]

  get length(): number {
    return this.size
  }

  /** When the first item is due; undefined when there is none. */
  get next(): Instant | undefined {
    return this.size === 0 ? undefined : this.keys[0]
  }

  /** When the item at a place is due, and that item: the first lies at 0, the others up to `length` in no order. */
  dueAt(place: number): Instant {
    return this.keys[2 * place]!
  }

  itemAt(place: number): T {
    return this.items[place]!
  }

  /** The order of the first item among those due at its instant; undefined when there is none. */
  get nextOrder(): number | undefined {
    return this.size === 0 ? undefined : this.keys[1]
  }

  /** `order` tells items of one instant apart, where the caller counts for several agendas. */
  add(at: Instant, item: T, order: number = this.entered++): void {
    const last = this.size++
    if (last === this.items.length) {
      this.keys.push(at, order)
      this.items.push(item)
    }
    this.rise(last, at, order, item)
  }

  /** Takes the first item, whenever it is due. */
  take(): T | undefined {
    if (this.size === 0) return undefined
    const { keys, items } = this
    const item = items[0]
    const last = --this.size
    const moved = items[last]!
    items[last] = undefined
    if (last > 0) this.sink(0, keys[2 * last]!, keys[2 * last + 1]!, moved)
    return item
  }

  /** Has an item be due then and not when it was to be before, as if it were added now; false where it is not found. */
  move(item: T, at: Instant): boolean {
    const place = this.items.indexOf(item)
    if (place < 0) return false
    const order = this.entered++
    if (isBefore(at, order, this.keys, place)) this.rise(place, at, order, item)
    else this.sink(place, at, order, item)
    return true
  }

  private rise(from: number, time: number, order: number, item: T): void {
    const { keys, items } = this
    let at = from
    while (at > 0) {
      const above = (at - 1) >> 2
      if (!isBefore(time, order, keys, above)) break
      this.copy(above, at)
      at = above
    }
    keys[2 * at] = time
    keys[2 * at + 1] = order
    items[at] = item
  }

  private sink(from: number, time: number, order: number, item: T): void {
    const { keys, items, size } = this
    let at = from
    for (;;) {
      const first = 4 * at + 1
      if (first >= size) break
      let least = first
      const end = Math.min(first + 4, size)
      for (let child = first + 1; child < end; child++) {
        if (isBefore(keys[2 * child]!, keys[2 * child + 1]!, keys, least)) least = child
      }
      if (isBefore(time, order, keys, least)) break
      this.copy(least, at)
      at = least
    }
    keys[2 * at] = time
    keys[2 * at + 1] = order
    items[at] = item
  }

  private copy(from: number, to: number): void {
    const { keys, items } = this
    keys[2 * to] = keys[2 * from]!
    keys[2 * to + 1] = keys[2 * from + 1]!
    items[to] = items[from]
  }
}

function isBefore(time: number, order: number, keys: readonly number[], at: number): boolean {
  const other = keys[2 * at]!
  // Asked in any case: who first asks late, after minutes without two of one instant, has all that asks compiled anew.
  const isFirst = order < keys[2 * at + 1]!
  return time < other || (time === other && isFirst)
}
