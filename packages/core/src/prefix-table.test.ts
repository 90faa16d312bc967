import { networkOf } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { PrefixTable } from './prefix-table.ts'
import { Random } from './random.ts'

test('the longest network that covers an address is found, and the next one where it does not please', () => {
  const table = new PrefixTable<string>()
  table.set({ address: 0x0a000000, length: 8 }, 'eight')
  table.set({ address: 0x0a010000, length: 16 }, 'sixteen')
  table.set({ address: 0x0a010203, length: 32 }, 'host')
  table.set({ address: 0n, length: 0 }, 'everything')
  expect(table.longest(0x0a010203)).toBe('host')
  expect(table.longest(0x0a010204)).toBe('sixteen')
  expect(table.longest(0x0a010203, value => value === 'eight')).toBe('eight')
  expect([table.longest(0x0b000000), table.longest(5n)]).toEqual([undefined, 'everything'])
  expect([...table.values()].sort()).toEqual(['eight', 'everything', 'host', 'sixteen'])
  expect(table.sorted()).toEqual(['eight', 'sixteen', 'host', 'everything'])
})

test('what is taken out while all values are walked does not end the walk', () => {
  const table = new PrefixTable<number>()
  for (let n = 0; n < 64; n++) table.set({ address: n * 0x1000000, length: 8 + (n % 3) }, n)
  const seen: number[] = []
  for (const value of table.values()) {
    seen.push(value)
    table.delete({ address: value * 0x1000000, length: 8 + (value % 3) })
  }
  expect([seen.length, table.size, [...table.values()]]).toEqual([64, 0, []])
})

test('few networks and many are found alike, whatever comes and goes', () => {
  const random = new Random(5)
  for (const most of [6, 8, 9, 40]) {
    const table = new PrefixTable<string>()
    const expected = new Map<string, { address: number; length: number; value: string }>()
    for (let round = 0; round < 500; round++) {
      const length = [0, 8, 16, 24, 32][random.below(5)]!
      // Addresses with the highest bit set, too: those are negative where they are signed.
      const address = networkOf((0xfe000000 + (random.below(most) << 8) + random.below(2)) >>> 0, length)
      const key = `${address}/${length}`
      if (random.below(3) > 0 && (expected.size < most || expected.has(key))) {
        table.set({ address, length }, `${round}`)
        expected.set(key, { address, length, value: `${round}` })
      } else expect(table.delete({ address, length })).toBe(expected.delete(key))
      const probe = (0xfe000000 + (random.below(most) << 8) + random.below(2)) >>> 0
      const covering = [...expected.values()]
        .filter(each => networkOf(probe, each.length) === each.address)
        .sort((one, other) => other.length - one.length)
      expect(table.longest(probe)).toBe(covering[0]?.value)
      expect(table.longest(probe, value => value !== covering[0]?.value)).toBe(covering[1]?.value)
      expect([table.size, table.exact({ address, length })]).toEqual([expected.size, expected.get(key)?.value])
    }
    const sorted = [...expected.values()].sort((one, other) => one.address - other.address || one.length - other.length)
    expect(table.sorted()).toEqual(sorted.map(({ value }) => value))
    expect([...table.values()].sort()).toEqual(sorted.map(({ value }) => value).sort())
  }
})

test('IPv4 and IPv6 networks do not cover each other', () => {
  const table = new PrefixTable<string>()
  table.set({ address: 0, length: 0 }, 'four')
  expect(table.longest(0n)).toBeUndefined()
  table.set({ address: 0n, length: 0 }, 'six')
  expect([table.longest(5n), table.longest(5)]).toEqual(['six', 'four'])
  expect([table.delete({ address: 0n, length: 0 }), table.longest(5n), table.longest(5)]).toEqual([
    true,
    undefined,
    'four',
  ])
})
