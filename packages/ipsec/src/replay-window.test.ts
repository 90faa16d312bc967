import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { ReplayWindow } from './replay-window.ts'

function accepting(size: number, numbers: readonly number[]): ReplayWindow {
  const window = new ReplayWindow(size)
  for (const number of numbers) window.commit(0, number)
  return window
}

describe('RFC 4303 §3.4.3', () => {
  test('number 0 is never sent', () => {
    expect(new ReplayWindow(64).classify(0, 0)).toBe('invalid')
    expect(accepting(64, [5]).classify(1, 0)).toBe('new')
  })

  test('right of the window, within it, seen, left of it', () => {
    const window = accepting(32, [1, 2, 40])
    expect(window.classify(0, 41)).toBe('new')
    expect(window.classify(0, 40)).toBe('repeated')
    expect(window.classify(0, 39)).toBe('late')
    expect(window.classify(0, 9)).toBe('late')
    expect(window.classify(0, 8)).toBe('too-old')
    expect(window.classify(0, 2)).toBe('too-old')
  })

  test('the print of a packet stays as long as its number is in the window', () => {
    const window = new ReplayWindow(32)
    window.commit(0, 7, 1234)
    expect(window.printOf(7)).toBe(1234)
    window.commit(0, 8, 5)
    expect(window.printOf(7)).toBe(1234)
    window.commit(0, 100, 6)
    expect(window.printOf(7)).toBeUndefined()
  })

  property.prop([fc.integer({ min: 1, max: 100 }), fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 60 })])(
    'says the same as a window that forgets nothing',
    (size, numbers) => {
      const window = new ReplayWindow(size)
      const seen = new Set<number>()
      let highest = 0
      for (const number of numbers) {
        const expected =
          number > highest ? 'new' : highest - number >= size ? 'too-old' : seen.has(number) ? 'repeated' : 'late'
        expect(window.classify(0, number)).toBe(expected)
        if (expected !== 'new' && expected !== 'late') continue
        window.commit(0, number)
        seen.add(number)
        highest = Math.max(highest, number)
      }
    },
  )
})

describe('RFC 4303 appendix A2: the upper half', () => {
  test('case A: the window lies within one upper half', () => {
    const window = new ReplayWindow(64)
    window.commit(5, 1000)
    expect(window.infer(1001)).toBe(5)
    expect(window.infer(937)).toBe(5)
    expect(window.infer(936)).toBe(6)
    expect(window.infer(3)).toBe(6)
  })

  test('case B: the window lies across the wrap', () => {
    const window = new ReplayWindow(64)
    window.commit(5, 10)
    expect(window.infer(11)).toBe(5)
    expect(window.infer(0xfffffff0)).toBe(4)
    expect(window.infer(0x80000000)).toBe(5)
  })

  test('numbers go on across the wrap', () => {
    const window = new ReplayWindow(64)
    window.commit(0, 0xfffffffe)
    window.commit(0, 0xffffffff)
    expect(window.infer(0)).toBe(1)
    expect(window.classify(1, 0)).toBe('new')
    window.commit(1, 0)
    expect(window.classify(window.infer(0xfffffffe), 0xfffffffe)).toBe('repeated')
    expect(window.classify(window.infer(0xfffffffd), 0xfffffffd)).toBe('late')
    expect(window.ahead(1, 5)).toBe(5)
  })

  property.prop([fc.bigInt({ min: 100n, max: (1n << 50n) - 1n }), fc.integer({ min: -60, max: 100_000 })])(
    'any number near the highest is inferred rightly',
    (highest, step) => {
      const window = new ReplayWindow(64)
      window.commit(Number(highest >> 32n), Number(highest & 0xffffffffn))
      const next = highest + BigInt(step)
      expect(window.infer(Number(next & 0xffffffffn))).toBe(Number(next >> 32n))
    },
  )
})
