/**
 * When each of very many stations is to be woken. What is due in one stretch of time stands on a page of its own, in no
 * order, and only what is due on the page that is open is kept sorted: in a heap of ten thousand every step down is a
 * place that no cache holds. A page is a chain through tables of all stations: nothing is made for it, and who changes his
 * mind is taken out of it; only on the open page he is passed over where he was.
 */
import { Agenda, type Instant, never, type Span } from '@dmvpn/core'

/** What a page spans: where ten thousand stations wait, some dozens are due in it. */
const width: Span = 0x10000

/** The page of who is due on none that is yet to be opened. */
const nowhere = -1

/** Where a chain begins and ends. */
const nobody = -1

export class Wakings {
  /** When the first station is due; infinity where none is. */
  next: Instant = never
  private readonly due: Instant[] = []
  /** The page yet to be opened that a station is due on, and its neighbours there. */
  private readonly pageOf: number[] = []
  private readonly before: number[] = []
  private readonly after: number[] = []
  /** What is due up to the end of the page that is open, and what was until somebody changed his mind. */
  private readonly near = new Agenda<number>()
  private open = 0
  /** The first station of every page. */
  private readonly pages = new Map<number, number>()
  /** The numbers of these pages, the first one first. */
  private readonly later = new Agenda<number>()

  /** The number of one station more, which is not to be woken. */
  enlist(): number {
    this.pageOf.push(nowhere)
    this.before.push(nobody)
    this.after.push(nobody)
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
    const number = at === never ? nowhere : Math.floor(at / width)
    const page = number > this.open ? number : nowhere
    if (page !== this.pageOf[station]) {
      this.strike(station)
      if (page !== nowhere) this.write(page, station)
    }
    if (page === nowhere && at < never) this.near.add(at, station, station)
  }

  private write(page: number, station: number): void {
    const first = this.pages.get(page)
    if (first === undefined) this.later.add(page, page)
    else if (first !== nobody) this.before[first] = station
    this.before[station] = nobody
    this.after[station] = first ?? nobody
    this.pages.set(page, station)
    this.pageOf[station] = page
  }

  /** Takes a station off its page. */
  private strike(station: number): void {
    const page = this.pageOf[station]!
    if (page === nowhere) return
    const before = this.before[station]!
    const after = this.after[station]!
    if (before === nobody) this.pages.set(page, after)
    else this.after[before] = after
    if (after !== nobody) this.before[after] = before
    this.pageOf[station] = nowhere
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

  /** Opens the next page; whether there is one. */
  private turn(): boolean {
    const number = this.later.take()
    if (number === undefined) return false
    this.open = number
    for (let station = this.pages.get(number)!; station !== nobody; station = this.after[station]!) {
      this.pageOf[station] = nowhere
      this.near.add(this.due[station]!, station, station)
    }
    this.pages.delete(number)
    return true
  }
}
