import { expect, test } from 'vitest'
import { changeOf, mergeOf } from './merge.ts'

interface Facts {
  readonly type: number
  readonly key: number | undefined
  readonly names: readonly string[]
}

const defaults: Facts = { type: 1, key: undefined, names: [] }
const both = [{ interpreted: false }, { interpreted: true }]
const inherited = Object.create({ type: 9, valueOf: 1 }) as Facts

test.each(both)('merges as a spread does, in the same order ($interpreted)', options => {
  const merge = mergeOf(defaults, options)
  const cases: Partial<Facts>[] = [
    {},
    { key: 7 },
    { names: ['b'], type: 2, key: 0 },
    { type: undefined } as unknown as Partial<Facts>,
    { key: 1, more: true } as Partial<Facts>,
    { more: true, others: undefined } as Partial<Facts>,
    inherited,
  ]
  for (const facts of cases) {
    for (const under of [defaults, { ...defaults, more: 1 }, { key: 3 } as Facts, inherited]) {
      const merged = merge(under, facts)
      expect(Object.entries(merged)).toEqual(Object.entries({ ...under, ...facts }))
      expect(merged).not.toBe(under)
    }
  }
  expect(defaults).toEqual({ type: 1, key: undefined, names: [] })
})

test.each(both)('changes one key and nothing else ($interpreted)', options => {
  const change = changeOf(defaults, 'key', options)
  for (const under of [defaults, { ...defaults, more: 1 } as Facts, { names: ['a'] } as unknown as Facts]) {
    const before = { ...under }
    expect(change(under, 5)).toStrictEqual({ ...under, key: 5 })
    expect(under).toStrictEqual(before)
  }
  expect(changeOf(defaults, 'other', options)(defaults, 5)).toEqual({ ...defaults, other: 5 })
})

test('keys that are no identifiers are spread', () => {
  const odd = { 'a-b': 1, c: 2 }
  expect(mergeOf(odd)(odd, { c: 3 })).toEqual({ 'a-b': 1, c: 3 })
  expect(changeOf(odd, 'c')(odd, 4)).toEqual({ 'a-b': 1, c: 4 })
})
