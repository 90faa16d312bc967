import { Sink } from '@dmvpn/wire'
import { expect, it } from 'vitest'
import { dayOf, writeAbsoluteTime, writeIsoTime, writeSeconds } from './time-text.ts'

const text = (write: (s: Sink) => void): string => {
  const s = new Sink()
  write(s)
  return s.toString()
}

it('cuts fractions, and never rounds', () => {
  expect(text(s => writeSeconds(s, 9_999_999_999, 6))).toBe('9.999999')
  expect(text(s => writeSeconds(s, 12_345_678_901n))).toBe('12.345678901')
  expect(text(s => writeSeconds(s, -1_000_000, 3))).toBe('-0.001')
  expect(text(s => writeSeconds(s, 5, 0))).toBe('0')
})

it('writes local dates as the clock shows them', () => {
  const date = new Date(2026, 10, 1, 3, 4, 5)
  const written = text(s => writeAbsoluteTime(s, BigInt(date.getTime()) * 1_000_000n + 7n))
  expect(written).toMatch(/^Nov {2}1, 2026 03:04:05\.000000007 \S+$/)
})

it('writes times before 1970', () => {
  expect(text(s => writeAbsoluteTime(s, -1n))).toMatch(/\.999999999 /)
})

it('knows days', () => {
  expect(dayOf(1795303092)).toBe('2026-11-21')
  expect(dayOf(1e15)).toBe('1970-01-01')
})

it('writes UTC for Elasticsearch', () => {
  expect(text(s => writeIsoTime(s, 1_795_303_092_505_134_000n))).toBe('2026-11-21T23:18:12.505134000Z')
  expect(text(s => writeIsoTime(s, -1n))).toBe('1969-12-31T23:59:59.999999999Z')
  expect(text(s => writeIsoTime(s, 10n ** 25n))).toBe('1970-01-01T00:00:00.000000000Z')
})
