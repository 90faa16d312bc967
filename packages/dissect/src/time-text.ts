/** Times as tshark writes them: nine digits behind the point. Values are nanoseconds. */
import { Literal, type Sink } from '@dmvpn/wire'

const perSecond = 1_000_000_000
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** Seconds with a fraction of `digits` digits (cut, not rounded). */
export function writeSeconds(s: Sink, nanoseconds: number | bigint, digits = 9): void {
  const negative = nanoseconds < 0
  if (negative) s.byte(0x2d)
  let seconds: number
  let fraction: number
  if (typeof nanoseconds === 'bigint') {
    const size = negative ? -nanoseconds : nanoseconds
    seconds = Number(size / 1_000_000_000n)
    fraction = Number(size % 1_000_000_000n)
  } else {
    const size = negative ? -nanoseconds : nanoseconds
    seconds = Math.floor(size / perSecond)
    fraction = size - seconds * perSecond
  }
  s.dec(seconds)
  writeFraction(s, fraction, digits)
}

/** The point and `digits` digits of so many nanoseconds (cut, not rounded). */
export function writeFraction(s: Sink, nanoseconds: number, digits: number): void {
  if (digits === 9) s.byte(0x2e).dec(nanoseconds, 9)
  else if (digits === 6) s.byte(0x2e).dec(Math.floor(nanoseconds / 1000), 6)
  else if (digits > 0) s.byte(0x2e).dec(Math.floor(nanoseconds / 10 ** (9 - digits)), digits)
}

/** Whole seconds and the nanoseconds beyond them, which are never negative. */
function splitTime(nanoseconds: bigint, write: (seconds: number, fraction: number) => void): void {
  const seconds = Number(nanoseconds / 1_000_000_000n)
  const fraction = Number(nanoseconds % 1_000_000_000n)
  if (fraction < 0) write(seconds - 1, fraction + perSecond)
  else write(seconds, fraction)
}

let cachedSecond = Number.NaN
let cachedDate = new Literal('')
let cachedZone = new Literal('')

/** No calendar of ECMAScript goes further from 1970 than this. */
const furthestSecond = 8.64e12

/** Local time: `Nov 21, 2026 23:20:23.505134000 UTC`; in Wireshark's words where there is no such date. */
export function writeAbsoluteTime(s: Sink, nanoseconds: bigint): void {
  splitTime(nanoseconds, (seconds, fraction) => {
    writeLocalTime(s, seconds, fraction)
  })
}

/** The same of seconds and nanoseconds. */
export function writeLocalTime(s: Sink, seconds: number, fraction: number): void {
  if (Math.abs(seconds) > furthestSecond) {
    s.text('Not representable')
    return
  }
  if (seconds !== cachedSecond) {
    const date = new Date(seconds * 1000)
    cachedSecond = seconds
    cachedDate = new Literal(
      `${months[date.getMonth()]!} ${String(date.getDate()).padStart(2)}, ${date.getFullYear()} ${clock(date)}.`,
    )
    cachedZone = new Literal(` ${zoneOf(date)}`)
  }
  s.put(cachedDate).dec(fraction, 9).put(cachedZone)
}

function clock(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(part => String(part).padStart(2, '0')).join(':')
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const

/** Local time as C's `asctime` has it: `Sun Nov 22 02:48:19 2026`. */
export function localClock(date: Date): string {
  const day = `${days[date.getDay()]!} ${months[date.getMonth()]!} ${String(date.getDate()).padStart(2)}`
  return `${day} ${clock(date)} ${date.getFullYear()}`
}

let zones: Intl.DateTimeFormat | undefined

/** The short name of the local zone at a moment; `Intl` is slow to load and left alone where the clock never leaves UTC. */
function zoneOf(date: Date): string {
  const year = date.getFullYear()
  if (new Date(year, 0, 1).getTimezoneOffset() === 0 && new Date(year, 6, 1).getTimezoneOffset() === 0) return 'UTC'
  zones ??= new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' })
  return zones.formatToParts(date).find(part => part.type === 'timeZoneName')?.value ?? 'UTC'
}

/** UTC as ISO 8601 with nanoseconds, as `-T ek` has it: `2026-11-21T23:20:23.505134000Z`. */
export function writeIsoTime(s: Sink, nanoseconds: bigint): void {
  splitTime(nanoseconds, (seconds, fraction) => {
    writeIso(s, seconds, fraction)
  })
}

let cachedIsoSecond = Number.NaN
let cachedIso = new Literal('')

/** The same of seconds and nanoseconds. */
export function writeIso(s: Sink, seconds: number, fraction: number): void {
  if (Math.abs(seconds) > furthestSecond) {
    s.text('1970-01-01T00:00:00.000000000Z')
    return
  }
  if (seconds !== cachedIsoSecond) {
    cachedIsoSecond = seconds
    cachedIso = new Literal(new Date(seconds * 1000).toISOString().slice(0, -4))
  }
  s.put(cachedIso).dec(fraction, 9).byte(0x5a)
}

let cachedDay = Number.NaN
let cachedDayText = ''

/** The day of a moment in UTC, as names of indexes carry it: `2026-11-21`. */
export function dayOf(seconds: number): string {
  const day = Math.floor(seconds / 86400)
  if (day !== cachedDay) {
    const date = new Date(day * 86_400_000)
    cachedDay = day
    cachedDayText = Number.isNaN(date.getTime()) ? '1970-01-01' : date.toISOString().slice(0, 10)
  }
  return cachedDayText
}
