import { Sink } from '@dmvpn/wire'
import { describe, expect, it } from 'vitest'
import { Moment } from './moment.ts'
import { writeAbsoluteTime, writeIsoTime, writeSeconds } from './time-text.ts'

const text = (write: (s: Sink) => void): string => {
  const s = new Sink()
  write(s)
  return s.toString()
}

describe('a moment', () => {
  const moments: readonly (readonly [seconds: number, nanoseconds: number])[] = [
    [0, 0],
    [1_795_303_092, 505_134_000],
    [1_795_303_092, 7],
    [1, 4_294_967_295_000],
    [-2, 500_000_000],
    [4_294_967_296, 999_999_999],
    [1e13, 1],
  ]
  it.each(moments)('of %i s and %i ns is written as its nanoseconds are', (seconds, nanoseconds) => {
    const moment = new Moment({ seconds, nanoseconds })
    const { epoch } = moment
    expect(epoch).toBe(BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds))
    expect(text(s => moment.writeEpoch(s))).toBe(text(s => writeSeconds(s, epoch)))
    expect(text(s => moment.writeLocal(s))).toBe(text(s => writeAbsoluteTime(s, epoch)))
    expect(text(s => moment.writeIso(s))).toBe(text(s => writeIsoTime(s, epoch)))
  })
})
