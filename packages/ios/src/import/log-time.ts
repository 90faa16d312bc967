/** The times in front of log lines. */

/** When a line was written, as far as it says. */
export interface LogTime {
  /** Since 1970 where the line says a date, 1970 being its year where it says none; since the router's start otherwise. */
  readonly seconds: number
  readonly nanoseconds: number
  readonly since: 'date' | 'date without year' | 'start'
}

/** A time that was found, and the text behind it. */
export interface Timed {
  readonly time: LogTime
  readonly rest: string
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const clock = String.raw`(\d{1,2}):(\d\d):(\d\d)(?:[.,](\d{1,9}))?`
/** `*Mar  1 2002 00:12:01.123 UTC`: a mark for a clock that is not set, a year and a zone where the router was told to. */
const dated = new RegExp(
  String.raw`^[*.]?(${months.join('|')}) {1,2}(\d{1,2})(?: (\d{4}))? ${clock}(?:(?! NHRP) [A-Z][A-Za-z]{1,5}(?=:))?`,
)
/** `2024-07-22 09:21:05.096`, `2019/08/17 02:34:14`, `2024-07-22T09:21:05Z`. */
const isoDated = new RegExp(String.raw`^(\d{4})[-/](\d\d)[-/](\d\d)[ T]${clock}(Z|[+-]\d\d:?\d\d)?`)
/** `00:12:01`, `1d02h`, `3w4d`, `1y10w`: the time since the router started. */
const sinceStart = new RegExp(String.raw`^(?:${clock}|(\d{1,3})d(\d\d)h|(\d{1,3})w(\d)d|(\d{1,2})y(\d{1,2})w)(?=: )`)

/** The time that a text begins with; undefined where it begins otherwise. Zones are taken for UTC where not a number. */
export function timeAt(text: string): Timed | undefined {
  const found = fromDate(text) ?? fromIsoDate(text) ?? fromStart(text)
  return found === undefined ? undefined : { time: found.time, rest: text.slice(found.length) }
}

interface Found {
  readonly time: LogTime
  readonly length: number
}

function fromDate(text: string): Found | undefined {
  const match = dated.exec(text)
  if (match === null) return undefined
  const [all, month, day, year, ...rest] = match
  const days = Date.UTC(Number(year ?? 1970), months.indexOf(month!), Number(day)) / 86_400_000
  return found(all, days, rest, year === undefined ? 'date without year' : 'date')
}

function fromIsoDate(text: string): Found | undefined {
  const match = isoDated.exec(text)
  if (match === null) return undefined
  const [all, year, month, day, ...rest] = match
  const days = Date.UTC(Number(year), Number(month) - 1, Number(day)) / 86_400_000
  return found(all, days, rest, 'date', -minutesOfZone(rest[4]))
}

function minutesOfZone(zone: string | undefined): number {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone ?? '')
  if (match === null) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return match[1] === '-' ? -minutes : minutes
}

function fromStart(text: string): Found | undefined {
  const match = sinceStart.exec(text)
  if (match === null) return undefined
  const [all, hours, minutes, seconds, fraction, days, hoursOfDay, weeks, daysOfWeek, years, weeksOfYear] = match
  if (hours !== undefined) return found(all, 0, [hours, minutes, seconds, fraction], 'start')
  const whole = Number(days ?? daysOfWeek ?? 0) + 7 * Number(weeks ?? weeksOfYear ?? 0) + 365 * Number(years ?? 0)
  return found(all, whole, [hoursOfDay, undefined, undefined, undefined], 'start')
}

function found(
  all: string,
  days: number,
  [hours, minutes, seconds, fraction]: readonly (string | undefined)[],
  since: LogTime['since'],
  moreMinutes = 0,
): Found {
  const ofDay = (Number(hours ?? 0) * 60 + Number(minutes ?? 0) + moreMinutes) * 60 + Number(seconds ?? 0)
  const nanoseconds = Number((fraction ?? '').padEnd(9, '0'))
  // A capture's clock begins in 1970: what a zone moves before that stays there.
  return { time: { seconds: Math.max(0, days * 86_400 + ofDay), nanoseconds, since }, length: all.length }
}
