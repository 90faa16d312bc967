/** Points in time and spans of it, both whole microseconds. Where zero lies is the caller's business. */
export type Instant = number
export type Span = number

/** Later than any instant: when that is which never happens. */
export const never: Instant = Number.POSITIVE_INFINITY

/**
 * Zero, as clocks begin with it. The sign is for the engine, which takes a field that began with a small whole number for
 * one of those: after 36 minutes microseconds are none, and all that was compiled until then would be thrown away. Where
 * an instant is told from outside, the field begins with `never`, and is told it then.
 */
export const beginning: Instant = -0

export function microseconds(count: number): Span {
  return count
}

export function milliseconds(count: number): Span {
  return Math.round(count * 1_000)
}

export function seconds(count: number): Span {
  return Math.round(count * 1_000_000)
}

export function minutes(count: number): Span {
  return seconds(count * 60)
}

/** Whole seconds that have passed in a span: what a router prints as an age. */
export function wholeSeconds(span: Span): number {
  return Math.floor(span / 1_000_000)
}

/** Seconds that are left until `then`, rounded up and at least 0: what a message says of a remaining life. */
export function secondsLeft(now: Instant, then: Instant): number {
  return Math.max(0, Math.ceil((then - now) / 1_000_000))
}
