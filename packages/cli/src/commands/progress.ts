/** How far a command has come, on a terminal, for whoever waits longer than a second. */
import type { Io } from '../io.ts'
import { milliseconds } from './clock.ts'

/** Milliseconds before the first word, and between words. */
const patience = 1000
const pause = 200

export class Progress {
  private readonly notice: ((text: string) => void) | undefined
  private readonly size: number
  private last: number
  private shown = false

  /** `notice` is told; `size` is the file's in octets. Where either is not known, nothing is said. */
  constructor(notice: Io['notice'], size: number | undefined, now: number = milliseconds()) {
    this.notice = size === undefined || size === 0 ? undefined : notice
    this.size = size ?? 0
    this.last = now + patience - pause
  }

  /** Told where in the file the reading is. Says so if it is time. */
  at(offset: number, packets: number, now: number = milliseconds()): void {
    if (this.notice === undefined || now - this.last < pause) return
    this.last = now
    this.shown = true
    const percent = Math.min(100, Math.floor((100 * offset) / this.size))
    this.notice(`\r${percent} % ${packets} packets${clear}`)
  }

  /** Takes the words away. */
  end(): void {
    if (this.shown) this.notice?.(`\r${clear}`)
    this.shown = false
  }
}

/** From the cursor to the end of the line (ECMA-48 EL). */
const clear = '\u001b[K'
