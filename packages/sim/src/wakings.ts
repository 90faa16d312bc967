/**
 * When each of very many stations is to be woken. What is due in one stretch of time lies on a page of its own, in no
 * order, and only what is due on the page that is open is kept sorted: in a heap of ten thousand every step down is a
 * place that no cache holds. Who changes his mind is put on another page, and passed over where he was.
 */
import { Agenda, type Instant, type Span } from '@dmvpn/core'

export const never: Instant = Number.POSITIVE_INFINITY

/** What a page spans: where ten thousand stations wait, some dozens are due in it. */
const width: Span = 0x10000

/** The page of who is due on none that is yet to be opened. */
const nowhere = -1

export class Wakings {
  /** When the first station is due; infinity where none is. */
  next: Instant = never
  private readonly due: Instant[] = []
  /** The page yet to be opened that a station is due on. */
  private readonly pageOf: number[] = []
  /** What is due up to the end of the page that is open, and what was until somebody changed his mind. */
  private readonly near = new Agenda<number>()
  private open = 0
  private readonly pages = new Map<number, number[]>()
  /** The numbers of these pages, the first one first. */
  private readonly later = new Agenda<number>()
  private readonly blank: number[][] = []

  /** The number of one station more, which is not to be woken. */
  enlist(): number {
    this.pageOf.push(nowhere)
    return this.due.push(never) - 1
  }

  /** The station is to be woken then, and not when it was to be before. */
  set(station: number, at: Instant): void {
    const { due, next } = this
    const before = due[station]!
    if (before === at) return
    due[station] = at
    this.put(station, at)
    if (before === next || at < next) this.settle()
  }

  /** Takes the first station: of those of one instant, that of the least number. Undefined when there is none. */
  take(): number | undefined {
    const station = this.near.take()
    if (station === undefined) return undefined
    this.due[station] = never
    this.settle()
    return station
  }

  private put(station: number, at: Instant): void {
    const page = at === never ? nowhere : Math.floor(at / width)
    if (page > this.open) {
      if (this.pageOf[station] !== page) this.write(page, station)
      this.pageOf[station] = page
    } else {
      this.pageOf[station] = nowhere
      if (at < never) this.near.add(at, station, station)
    }
  }

  private write(number: number, station: number): void {
    let page = this.pages.get(number)
    if (page === undefined) {
      page = this.blank.pop() ?? []
      this.pages.set(number, page)
      this.later.add(number, number)
    }
    page.push(station)
  }

  /** Passes over what is due no more, until the first one is. */
  private settle(): void {
    const { near, due } = this
    for (;;) {
      const next = near.next
      if (next === undefined) {
        if (this.turn()) continue
        this.next = never
        return
      }
      if (due[near.itemAt(0)] === next) {
        this.next = next
        return
      }
      near.take()
    }
  }

  /** Opens the next page that anything is written on; whether there is one. */
  private turn(): boolean {
    const number = this.later.take()
    if (number === undefined) return false
    const page = this.pages.get(number)!
    this.pages.delete(number)
    this.open = number
    for (let i = 0; i < page.length; i++) {
      const station = page[i]!
      // It may be due on another page by now, or written here twice.
      if (this.pageOf[station] !== number) continue
      this.pageOf[station] = nowhere
      this.near.add(this.due[station]!, station, station)
    }
    page.length = 0
    this.blank.push(page)
    return true
  }
}
