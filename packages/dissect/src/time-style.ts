/** The time column, in each of the ways tshark's `-t` and `-u` have it. */
import type { Sink } from '@dmvpn/wire'
import { type FrameRecord, timeDigitsOf } from './frame-record.ts'
import type { Session } from './session/session.ts'
import { writeFraction, writeSeconds } from './time-text.ts'

/**
 * `-t`: absolute (`a`), with its date (`ad`) or the day of its year (`adoy`), the same in UTC (`u`, `ud`, `udoy`), since
 * 1970 (`e`), since the first frame (`r`), the frame before (`d`), the frame shown before (`dd`).
 */
export type TimeStyle = (typeof timeStyles)[number]

export const timeStyles = ['a', 'ad', 'adoy', 'u', 'ud', 'udoy', 'e', 'r', 'd', 'dd'] as const

/** `-u`: differences as seconds, or as hours, minutes and seconds. */
export type SecondsStyle = 's' | 'hms'

/** Writes the time of the session's present frame, as finely as the file has it. */
export function writeTime(
  s: Sink,
  style: TimeStyle,
  record: FrameRecord,
  session: Session,
  seconds: SecondsStyle = 's',
): void {
  const digits = timeDigitsOf(record)
  switch (style) {
    case 'r':
      writeDifference(s, session.relative, digits, seconds)
      break
    case 'd':
      writeDifference(s, session.delta, digits, seconds)
      break
    case 'dd':
      writeDifference(s, session.deltaDisplayed, digits, seconds)
      break
    case 'e':
      if (record.seconds < 0) s.byte(minus).dec(-record.seconds)
      else s.dec(record.seconds)
      writeFraction(s, record.nanoseconds, digits)
      break
    default:
      s.text(clockOf(record.seconds, style))
      writeFraction(s, record.nanoseconds, digits)
  }
}

const minus = 0x2d
const space = 0x20
const perSecond = 1_000_000_000

function writeDifference(s: Sink, nanoseconds: number, digits: number, style: SecondsStyle): void {
  if (style === 's') {
    writeSeconds(s, nanoseconds, digits)
    return
  }
  if (nanoseconds < 0) s.byte(minus).byte(space)
  const all = Math.abs(nanoseconds)
  const seconds = Math.floor(all / perSecond)
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  if (hours > 0) s.text(`${hours}h ${String(minutes).padStart(2)}m ${String(seconds % 60).padStart(2)}`)
  else if (minutes > 0) s.text(`${minutes}m ${String(seconds % 60).padStart(2)}`)
  else s.dec(seconds)
  writeFraction(s, all - seconds * perSecond, digits)
  s.text('s')
}

type Clock = Exclude<TimeStyle, 'e' | 'r' | 'd' | 'dd'>

let cachedSecond = Number.NaN
let cachedStyle: Clock = 'a'
let cachedText = ''

/** A second as a clock and a calendar have it; the last one is kept. */
function clockOf(second: number, style: Clock): string {
  if (second !== cachedSecond || style !== cachedStyle) {
    cachedSecond = second
    cachedStyle = style
    cachedText = clockText(second, style)
  }
  return cachedText
}

function clockText(second: number, style: Clock): string {
  const moment = new Date(second * 1000)
  if (Number.isNaN(moment.getTime())) return 'Not representable'
  // The local time as if it were UTC, so that one way of asking serves both.
  const date = style.startsWith('u') ? moment : new Date(moment.getTime() - offsetOf(moment))
  const text = date.toISOString()
  const clock = text.slice(-13, -5)
  switch (style) {
    case 'a':
    case 'u':
      return clock
    case 'ad':
    case 'ud':
      return `${text.slice(0, -14)} ${clock}`
    default: {
      const year = date.getUTCFullYear()
      const day = Math.floor((date.getTime() - Date.UTC(year, 0, 1)) / 86_400_000) + 1
      return `${year}/${String(day).padStart(3, '0')} ${clock}`
    }
  }
}

/** How far the local clock is behind UTC, in milliseconds. `getTimezoneOffset` has whole minutes only, as zones of today do. */
function offsetOf(moment: Date): number {
  return moment.getTimezoneOffset() * 60_000
}
