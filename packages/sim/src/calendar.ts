/**
 * An agenda for very many: what is due in one stretch of time lies on a page of its own, in no order, and only the page
 * that is open is kept sorted. In a heap of ten thousand every step down is a place that no cache holds.
 */
import { Agenda, type Instant, type Span } from '@dmvpn/core'

/** What a page spans: where ten thousand stations wait, some dozens are due in it. */
const width: Span = 0x10000

/** What is due between two instants; used again for another page when it was read. */
class Page<T> {
  private size = 0
  // NaN, so that the list is one of doubles from the first.
  private readonly times: Instant[] = [Number.NaN]
  private readonly orders: number[] = [0]
  private readonly items: (T | undefined)[] = [undefined]

  add(at: Instant, item: T, order: number): void {
    const place = this.size++
    if (place === this.times.length) {
      this.times.push(at)
      this.orders.push(order)
      this.items.push(item)
      return
    }
    this.times[place] = at
    this.orders[place] = order
    this.items[place] = item
  }

  /** Moves everything to an agenda. */
  moveTo(agenda: Agenda<T>): void {
    for (let i = 0; i < this.size; i++) {
      agenda.add(this.times[i]!, this.items[i]!, this.orders[i]!)
      this.items[i] = undefined
    }
    this.size = 0
  }
}

export class Calendar<T> {
  /** What is due up to the end of the page that is open. */
  private readonly near = new Agenda<T>()
  private readonly pages = new Map<number, Page<T>>()
  /** The numbers of these pages, the first one first. */
  private readonly later = new Agenda<number>()
  private readonly blank: Page<T>[] = []
  private open = 0

  /** When the first item is due; undefined when there is none. */
  get next(): Instant | undefined {
    return this.near.next
  }

  /** The order of the first item among those due at its instant; undefined when there is none. */
  get nextOrder(): number | undefined {
    return this.near.nextOrder
  }

  /** `order` tells items of one instant apart. */
  add(at: Instant, item: T, order: number): void {
    const number = Math.floor(at / width)
    if (this.near.length === 0) this.open = number
    if (number <= this.open) this.near.add(at, item, order)
    else this.note(number, at, item, order)
  }

  /** Takes the first item, whenever it is due. */
  take(): T | undefined {
    const item = this.near.take()
    if (this.near.length === 0) this.turn()
    return item
  }

  private note(number: number, at: Instant, item: T, order: number): void {
    let page = this.pages.get(number)
    if (page === undefined) {
      page = this.blank.pop() ?? new Page()
      this.pages.set(number, page)
      this.later.add(number, number)
    }
    page.add(at, item, order)
  }

  /** Opens the next page that anything is written on. */
  private turn(): void {
    const number = this.later.take()
    if (number === undefined) return
    const page = this.pages.get(number)!
    this.pages.delete(number)
    this.open = number
    page.moveTo(this.near)
    this.blank.push(page)
  }
}
