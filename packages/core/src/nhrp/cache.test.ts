import { expect, test } from 'vitest'
import { hostPrefix } from '../prefix.ts'
import { Random } from '../random.ts'
import { Cache, type EntryKind } from './cache.ts'

const kinds: readonly EntryKind[] = ['incomplete', 'negative', 'cached', 'dynamic', 'nhs', 'static', 'local']

test('a cache knows which kinds of entries it has, whatever was learned, replaced and removed', () => {
  const random = new Random(5)
  const cache = new Cache()
  for (let now = 0; now < 500; now++) {
    const via = random.below(5)
    const entry = cache.exact(hostPrefix(via))
    if (entry !== undefined && random.below(3) === 0) {
      cache.remove(entry)
      expect(cache.remove(entry)).toBe(false)
    } else {
      const kind = kinds[random.below(kinds.length)]!
      cache.learn(now, { prefix: hostPrefix(via), kind, via, nbma: random.below(2), expires: now + random.below(9) })
    }
    const there = new Set(Array.from(cache.values(), ({ kind }) => kind))
    expect(kinds.filter(kind => cache.hasAny(kind))).toEqual(kinds.filter(kind => there.has(kind)))
  }
})
