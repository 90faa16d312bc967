import { expect, test } from 'vitest'
import { PairMap } from './pair-map.ts'

const high = 0xffffff01
const low = 0x0a000001

test('finds what was set for two addresses, in their order, whatever their size and family', () => {
  const map = new PairMap<string>(8)
  map.set(high, low, 'there')
  map.set(low, high, 'back')
  map.set(1n, 2n, 'wide')
  expect([map.get(high, low), map.get(low, high), map.get(1n, 2n), map.get(1, 2)]).toEqual([
    'there',
    'back',
    'wide',
    undefined,
  ])
  map.set(high, low, 'again')
  expect([...map.of(high)]).toEqual(['again'])
  expect(map.size).toBe(3)
})

test('never remembers more than it may: the first address that was met loses its first', () => {
  const map = new PairMap<number>(3)
  for (let i = 0; i < 100; i++) map.set(i % 2, i, i)
  expect(map.size).toBe(3)
  expect([...map.values()]).toHaveLength(3)
  expect(map.get(1, 99)).toBe(99)
})

test('forgets one pair, or all of one address', () => {
  const map = new PairMap<number>(8)
  map.set(high, 1, 1)
  map.set(high, 2, 2)
  map.set(low, 3, 3)
  map.delete(high, 1)
  map.delete(high, 1)
  map.delete(5, 5)
  expect([...map.values()]).toEqual([2, 3])
  map.deleteOf(high)
  map.deleteOf(high)
  expect([...map.values()]).toEqual([3])
  expect(map.size).toBe(1)
})
