/** When stations were heard, and when they were not. */

import type { Ip } from '../observation.ts'
import { most } from './bounds.ts'
import { second } from './parts.ts'

/** When a station was last heard, and when it was not for a while. */
interface Heard {
  readonly first: number
  latest: number
  /** Pauses longer than a second, the latest. */
  readonly silences: (readonly [from: number, to: number])[]
}

/** Nanoseconds after which silence is worth a note. */
const pause = second
/** Pauses remembered of one station. */
const mostPauses = 64

export class Silences {
  private readonly heard = new Map<Ip, Heard>()

  /** A station sends something. */
  hear(station: Ip, time: number): void {
    const heard = this.heard.get(station)
    if (heard === undefined) {
      if (this.heard.size < most) this.heard.set(station, { first: time, latest: time, silences: [] })
      return
    }
    if (time - heard.latest > pause) {
      if (heard.silences.length >= mostPauses) heard.silences.shift()
      heard.silences.push([heard.latest, time])
    }
    heard.latest = time
  }

  /** Whether a station that had been there sent nothing to anybody for that long: it was switched off, or cut off. */
  wasAway(station: Ip, from: number, to: number): boolean {
    const heard = this.heard.get(station)
    if (heard === undefined || heard.first >= from) return false
    if (heard.latest <= from + pause) return true
    return heard.silences.some(([begin, end]) => begin <= from + pause && end >= to)
  }
}
