/** Lengths of time as people write them: `20ms`, `1.5s`, `2m`; a bare number is seconds. */

const second = 1_000_000_000n

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  ms: 1_000_000n,
  '': second,
  s: second,
  m: 60n * second,
  h: 3600n * second,
}

/** What `spanOf` reads. */
export const spanPattern: RegExp = /^([+-]?)(\d+)(?:\.(\d+))?\s*(ns|us|µs|ms|s|m|h|)$/

/** Nanoseconds; exact, what is finer is cut off. Throws RangeError where the text is no length of time. */
export function spanOf(written: string | number): bigint {
  const match = spanPattern.exec(String(written).trim())
  if (match === null) throw new RangeError(`${written}: not a length of time such as 20ms, 1.5s or 2m`)
  const [, sign, whole = '', fraction = '', unit = ''] = match
  const scale = units[unit]!
  const size = BigInt(whole) * scale + (BigInt(`0${fraction}`) * scale) / 10n ** BigInt(fraction.length)
  return sign === '-' ? -size : size
}

/** Seconds since 1970 and the nanoseconds behind them, of nanoseconds since 1970. */
export function timeOf(nanoseconds: bigint): { readonly seconds: number; readonly nanoseconds: number } {
  const rest = ((nanoseconds % second) + second) % second
  return { seconds: Number((nanoseconds - rest) / second), nanoseconds: Number(rest) }
}
