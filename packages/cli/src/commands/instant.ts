/** Moments as people write them: `2024-01-01T00:00:00.5Z`, or seconds since 1970. */
import { spanOf } from '@dmvpn/synth'

/** Nanoseconds since 1970; undefined where the text says no moment. Without a zone it is UTC. */
export function instantOf(text: string): bigint | undefined {
  const [, day, clock = '00:00:00', fraction = '', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?)?$/.exec(text.trim()) ?? []
  if (day === undefined) return secondsOf(text)
  const milliseconds = Date.parse(`${day}T${clock}${zone}`)
  return Number.isNaN(milliseconds) ? undefined : BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}

function secondsOf(text: string): bigint | undefined {
  return /^-?\d+(\.\d{1,9})?$/.test(text.trim()) ? spanOf(text) : undefined
}
