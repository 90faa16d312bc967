import { expect, test } from 'vitest'
import { Random } from './random.ts'

const words = (random: Random): number[] => Array.from({ length: 8 }, () => random.word())

test('a seed and a name give one stream, whatever was drawn before', () => {
  const one = new Random(7)
  const other = new Random(7)
  other.word()
  expect(words(one.fork('link/R1'))).toEqual(words(other.fork('link/R1')))
  expect(words(one.fork('link/R1'))).not.toEqual(words(one.fork('link/R2')))
  expect(words(new Random(7))).not.toEqual(words(new Random(8)))
})

test('draws are spread and stay below their bound', () => {
  const random = new Random('dice')
  const counts = new Map<number, number>()
  for (let round = 0; round < 6000; round++) {
    const side = random.below(6)
    counts.set(side, (counts.get(side) ?? 0) + 1)
  }
  expect(new Set(counts.keys())).toEqual(new Set([0, 1, 2, 3, 4, 5]))
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
})
