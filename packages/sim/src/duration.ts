/** Spans of time as people write them: `20ms`, `90s`, `3m`, `1h`, `250us`. */
import type { Span } from '@dmvpn/core'

const units: Readonly<Record<string, number>> = { us: 1, ms: 1_000, s: 1_000_000, m: 60_000_000, h: 3_600_000_000 }

/** Undefined where the text is no span. */
export function parseDuration(text: string): Span | undefined {
  const match = /^(\d+(?:\.\d+)?)(us|ms|s|m|h)$/.exec(text)
  if (match === null) return undefined
  return Math.round(Number(match[1]) * units[match[2]!]!)
}

/** In the largest unit that leaves no fraction. */
export function formatDuration(span: Span): string {
  const [unit, size] = Object.entries(units).findLast(([, each]) => span % each === 0 && span >= each) ?? ['us', 1]
  return `${span / size}${unit}`
}
