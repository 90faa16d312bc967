/** Times as filters write them: ISO 8601 or Wireshark's own form, local unless they say otherwise; spans by their unit. */

const clock = String.raw`(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:[.,](\d+))?)?)?`
const iso = new RegExp(
  String.raw`^(\d{1,4})-(\d{1,2})-(\d{1,2})(?:(?:T|\s+)${clock})?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$`,
  'i',
)
const legacy = /^([A-Za-z]{3})\s+(\d{1,2}),\s*(\d{1,4})\s+(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?\s*(UTC|Z)?$/i
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** Nanoseconds since 1970 of `2026-11-21`, `2026-11-21T12:34:56.5+01:00`, `Nov 21, 2026 12:34:56 UTC`; undefined otherwise. */
export function absoluteTime(text: string): bigint | undefined {
  const trimmed = text.length > 64 ? '' : text.trim()
  const whole = iso.exec(trimmed)
  if (whole !== null) {
    const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = whole
    return moment([year!, month!, day!, hour, minute, second], fraction, zone)
  }
  const named = legacy.exec(trimmed)
  if (named === null) return undefined
  const [, name, day, year, hour, minute, second, fraction = '', zone] = named
  const month = months.indexOf(name!.toLowerCase()) + 1
  return moment([year!, String(month), day!, hour!, minute!, second!], fraction, zone)
}

function moment(parts: readonly string[], fraction: string, zone: string | undefined): bigint | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number)
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return undefined
  if (fraction.length > 9) return undefined
  const date = new Date(0)
  if (zone === undefined) {
    date.setFullYear(year, month - 1, day)
    date.setHours(hour, minute, second, 0)
  } else {
    date.setUTCFullYear(year, month - 1, day)
    date.setUTCHours(hour, minute, second, 0)
  }
  const seconds = BigInt(date.getTime() / 1000) - BigInt(60 * offsetOf(zone))
  return seconds * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))
}

/** Minutes east of Greenwich. */
function offsetOf(zone: string | undefined): number {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? '') ?? []
  if (hours === undefined) return 0
  return (sign === '-' ? -1 : 1) * (60 * Number(hours) + Number(minutes))
}

const units: Readonly<Record<string, number>> = { s: 9, ms: 6, us: 3, ns: 0 }

/** Nanoseconds of a number of seconds such as `0.25`, or of another unit: `250ms`; undefined otherwise. */
export function relativeTime(text: string): number | bigint | undefined {
  const [, whole, fraction = '', unit = 's'] = /^(\d{1,18})(?:\.(\d+))?(s|ms|us|ns)?$/.exec(text) ?? []
  const digits = fraction.replace(/0+$/, '')
  const decimals = units[unit]!
  if (whole === undefined || digits.length > decimals) return undefined
  const size = BigInt(whole + digits.padEnd(decimals, '0'))
  return size <= Number.MAX_SAFE_INTEGER ? Number(size) : size
}
