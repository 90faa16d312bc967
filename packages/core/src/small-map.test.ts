import { expect, test } from 'vitest'
import { Random } from './random.ts'
import { SmallMap } from './small-map.ts'

test('a small map holds what a Map holds, in the same order, few entries or many', () => {
  const random = new Random(11)
  for (const keys of [4, 8, 9, 30]) {
    const map = new SmallMap<number, number>()
    const expected = new Map<number, number>()
    for (let round = 0; round < 400; round++) {
      const key = random.below(keys)
      if (random.below(3) > 0) {
        expect(map.set(key, round)).toBe(map)
        expected.set(key, round)
      } else expect(map.delete(key)).toBe(expected.delete(key))
      const probe = random.below(keys)
      expect([map.size, map.get(probe), map.has(probe)]).toEqual([
        expected.size,
        expected.get(probe),
        expected.has(probe),
      ])
      expect([...map]).toEqual([...expected])
    }
    expect([map.keys(), map.values()]).toEqual([[...expected.keys()], [...expected.values()]])
    map.clear()
    expect([map.size, map.keys(), map.get(0), map.has(0), map.delete(0)]).toEqual([0, [], undefined, false, false])
  }
})

test('what is deleted or set while its entries are walked changes nothing of the walk', () => {
  const map = new SmallMap<string, number>().set('a', 1).set('b', 2).set('c', 3)
  const walked: string[] = []
  for (const [key, value] of map) {
    walked.push(key)
    map.delete(key)
    map.set(`${key}${value}`, value)
  }
  expect([walked, map.keys()]).toEqual([
    ['a', 'b', 'c'],
    ['a1', 'b2', 'c3'],
  ])
})
