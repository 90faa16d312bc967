import { expect, test } from 'vitest'
import { PrefixTable } from './prefix-table.ts'

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
