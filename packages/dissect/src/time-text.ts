/** Times as tshark writes them: nine digits behind the point. Values are nanoseconds. */
import type { Sink } from '@dmvpn/wire'

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
  if (digits === 9) s.byte(0x2e).dec(fraction, 9)
  else if (digits === 6) s.byte(0x2e).dec(Math.floor(fraction / 1000), 6)
  else if (digits > 0) s.byte(0x2e).dec(Math.floor(fraction / 10 ** (9 - digits)), digits)
}

let cachedSecond = Number.NaN
let cachedDate = ''
let cachedZone = ''

/** Local time: `Nov 21, 2026 23:20:23.505134000 UTC`. */
export function writeAbsoluteTime(s: Sink, nanoseconds: bigint): void {
  let seconds = Number(nanoseconds / 1_000_000_000n)
  let fraction = Number(nanoseconds % 1_000_000_000n)
  if (fraction < 0) {
    fraction += perSecond
    seconds -= 1
  }
  if (seconds !== cachedSecond) {
    const date = new Date(seconds * 1000)
    cachedSecond = seconds
    cachedDate = `${months[date.getMonth()]!} ${String(date.getDate()).padStart(2)}, ${date.getFullYear()} ${clock(date)}.`
    cachedZone = ` ${zoneOf(date)}`
  }
  s.text(cachedDate).dec(fraction, 9).text(cachedZone)
}

function clock(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(part => String(part).padStart(2, '0')).join(':')
}

let zones: Intl.DateTimeFormat | undefined

/** The short name of the local zone at a moment; `Intl` is slow to load and left alone where the clock never leaves UTC. */
function zoneOf(date: Date): string {
  const year = date.getFullYear()
  if (new Date(year, 0, 1).getTimezoneOffset() === 0 && new Date(year, 6, 1).getTimezoneOffset() === 0) return 'UTC'
  zones ??= new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' })
  return zones.formatToParts(date).find(part => part.type === 'timeZoneName')?.value ?? 'UTC'
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
