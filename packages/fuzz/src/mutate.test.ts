import { dmvpn, nhrp } from '@dmvpn/protocols'
import { formatHex } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { blueprintOf, built } from './blueprint.ts'
import { Chance } from './chance.ts'
import { builtInSeeds, distinct, isUnderstood } from './corpus.ts'
import { differences, pathsOf, valueAt, withValue } from './facts.ts'
import { placesOf } from './field-at.ts'
import { mutate } from './mutate.ts'
import { longestFrame, spliced } from './mutate-octets.ts'

test('built-in seeds are understood, and each is of another shape', () => {
  const seeds = builtInSeeds()
  expect(seeds.length).toBeGreaterThan(10)
  expect(seeds.every(isUnderstood)).toBe(true)
  expect(distinct([...seeds, ...seeds]).length).toBe(distinct(seeds).length)
})

test('a blueprint makes the frame it was made of', () => {
  for (const seed of builtInSeeds()) expect(formatHex(built(blueprintOf(seed))!.bytes)).toBe(formatHex(seed.bytes))
})

test('the same seed of chance makes the same cases', () => {
  const series = (): string[] => {
    const chance = new Chance(7)
    const pool = builtInSeeds()
    return Array.from({ length: 300 }, () => formatHex(mutate(chance.pick(pool), pool, chance).bytes))
  }
  expect(series()).toEqual(series())
  expect(new Set(series()).size).toBeGreaterThan(200)
})

test('mutants are short enough, mostly still NHRP, and their source is left alone', () => {
  const chance = new Chance(1)
  const pool = builtInSeeds().filter(({ bytes, linkType }) => dmvpn.decode(bytes, linkType).find(nhrp) !== undefined)
  const before = pool.map(({ bytes }) => formatHex(bytes))
  let still = 0
  for (let i = 0; i < 1000; i++) {
    const { bytes, linkType } = mutate(chance.pick(pool), pool, chance)
    expect(bytes.length).toBeLessThanOrEqual(longestFrame)
    if (dmvpn.decode(bytes, linkType).find(nhrp) !== undefined) still++
  }
  expect(still).toBeGreaterThan(500)
  expect(pool.map(({ bytes }) => formatHex(bytes))).toEqual(before)
})

test('chance is even, and goes on from where it was written down', () => {
  const chance = new Chance(3)
  const counts = [0, 0, 0, 0]
  for (let i = 0; i < 4000; i++) counts[chance.below(4)]!++
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150)
  const later = new Chance(chance.state)
  expect([later.below(1000), later.below(1000)]).toEqual([chance.below(1000), chance.below(1000)])
})

test('facts: ways, values, changes, differences', () => {
  const facts = { a: 1, list: [{ b: 2 }, { b: 3 }], octets: Uint8Array.of(1) }
  expect(pathsOf(facts)).toEqual([['a'], ['list'], ['list', 0, 'b'], ['list', 1, 'b'], ['octets']])
  const other = withValue(facts, ['list', 1, 'b'], 4)
  expect(valueAt(other, ['list', 1, 'b'])).toBe(4)
  expect(differences(facts, other)).toEqual([['list', 1, 'b']])
  expect(differences(facts, { ...facts, list: [] })).toEqual([['list']])
  expect(differences(facts, { ...facts, octets: Uint8Array.of(2) })).toEqual([['octets']])
  expect(withValue(facts, ['none', 'b'], 4)).toEqual(facts)
})

test('places of fields lie in the frame', () => {
  const seed = builtInSeeds()[0]!
  const places = placesOf(seed)
  expect(places.map(({ name }) => name)).toContain('nhrp.hdr.extoff')
  for (const { from, width } of places) expect(from + width).toBeLessThanOrEqual(8 * seed.bytes.length)
})

test('splicing keeps within its limit', () => {
  expect([...spliced(Uint8Array.of(1, 2, 3), 1, 1, Uint8Array.of(9, 9))]).toEqual([1, 9, 9, 3])
  expect(spliced(new Uint8Array(longestFrame), longestFrame - 1, 0, new Uint8Array(50))).toHaveLength(longestFrame)
})
