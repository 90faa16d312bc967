import { Sink } from '@dmvpn/wire'
import { expect, it } from 'vitest'
import { recordOf } from './frame-record.ts'
import { writeLineStart } from './line-start.ts'
import { Session } from './session/session.ts'

const session = new Session()

function written(number: number, relative: number, resolution = 6): string {
  session.number = number
  session.relative = relative
  const s = new Sink()
  writeLineStart(s, recordOf(new Uint8Array(0), 1, { description: { resolution } }), session)
  return s.toString()
}

/** The same in words: whole nanoseconds, cut to so many digits. */
function expected(number: number, relative: number, digits = 6): string {
  const size = BigInt(Math.abs(relative))
  const fraction = String(size % 1_000_000_000n)
    .padStart(9, '0')
    .slice(0, digits)
  const time = `${relative < 0 ? '-' : ''}${size / 1_000_000_000n}${digits === 0 ? '' : `.${fraction}`}`
  return `${String(number).padStart(5)} ${time.padStart(10)} `
}

it('counts on over every place there is', () => {
  const numbers = [1, 9_900, 99_900].flatMap(from => Array.from({ length: 1200 }, (_, i) => from + i))
  const wrong = numbers.filter(number => {
    const relative = number * 777_777
    return written(number, relative) !== expected(number, relative)
  })
  expect(wrong).toEqual([])
  for (const number of [999_998, 999_999, 1_000_000, 1_000_001, 2 ** 53 - 1]) {
    expect(written(number, 0)).toBe(expected(number, 0))
  }
})

it('follows numbers and times that go back, leap and change their sign', () => {
  let seed = 1
  let number = 1
  let relative = 0
  const wrong: string[] = []
  for (let i = 0; i < 20_000; i++) {
    seed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + i
    const dice = seed >>> 24
    number = dice < 16 ? (seed & 0xffff) + 1 : dice < 24 ? number : number + 1
    relative = dice > 240 ? (seed & 0xffffff) * 4093 - 30_000_000_000 : relative + (seed & 0xfffffff)
    const digits = [6, 9, 3, 0][dice > 128 ? (seed >>> 8) & 3 : 0]!
    const line = written(number, relative, digits)
    if (line !== expected(number, relative, digits)) wrong.push(line)
  }
  expect(wrong).toEqual([])
})

it('has room for the longest', () => {
  expect(written(2 ** 53 - 1, 1.5e28, 9)).toMatch(/^9007199254740991 15000000000000000000\.\d{9} $/)
  expect(written(2 ** 53 - 1, -1.5e28, 9)).toMatch(/^9007199254740991 -15000000000000000000\.\d{9} $/)
})
