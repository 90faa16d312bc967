/** Ages and remaining lives as IOS prints them. */
import { type CacheEntry, type Instant, never, type Span } from '@dmvpn/core'

/** `00:01:05` below a day, `1d02h` below a week, `2w3d` from then on; fractions of a second are dropped. */
export function clock(span: Span): string {
  const all = Math.max(0, Math.floor(span / 1_000_000))
  const days = Math.floor(all / 86_400)
  const hours = Math.floor(all / 3600) % 24
  if (days >= 7) return `${Math.floor(days / 7)}w${days % 7}d`
  if (days > 0) return `${days}d${two(hours)}h`
  return `${two(hours)}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`
}

const two = (value: number): string => String(value).padStart(2, '0')

/**
 * How long an entry has been there and how long it will be. Both are truncated, the second from below the next whole
 * second: together they are one less than its life.
 */
export function lifeOf({ created, expires }: CacheEntry, now: Instant): string {
  const age = `created ${clock(now - created)}`
  if (expires === never) return `${age}, never expire`
  return `${age}, expire ${clock(1_000_000 * (Math.ceil((expires - now) / 1_000_000) - 1))}`
}

/** `1d02h` and the like since the last change, or `never`. */
export function since(then: Instant | undefined, now: Instant): string {
  return then === undefined ? 'never' : clock(now - then)
}
