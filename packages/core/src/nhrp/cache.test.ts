import { expect, test } from 'vitest'
import { hostPrefix } from '../prefix.ts'
import { Random } from '../random.ts'
import { Cache, type EntryKind } from './cache.ts'

const kinds: readonly EntryKind[] = ['incomplete', 'negative', 'cached', 'dynamic', 'nhs', 'static', 'local']

/** Packets go by them. */
const carrying: readonly EntryKind[] = ['cached', 'dynamic', 'nhs', 'static']

test('a cache knows which entries it has, of which kinds, whatever was learned, replaced and removed', () => {
  const random = new Random(5)
  const cache = new Cache()
  for (let now = 0; now < 500; now++) {
    const via = random.below(5)
    const entry = cache.exact(hostPrefix(via))
    cache.usable(via)
    if (entry !== undefined && random.below(3) === 0) {
      cache.remove(entry)
      expect([cache.remove(entry), entry.held]).toEqual([false, false])
    } else {
      const kind = kinds[random.below(kinds.length)]!
      cache.learn(now, { prefix: hostPrefix(via), kind, via, nbma: random.below(2), expires: now + random.below(9) })
      // Nobody is held any more who was replaced.
      expect(entry?.held ?? true).toBe(entry === undefined || cache.exact(hostPrefix(via)) === entry)
    }
    expect(Array.from(cache.values()).every(({ held }) => held)).toBe(true)
    const there = new Set(Array.from(cache.values(), ({ kind }) => kind))
    expect([cache.hasAny('cached'), cache.hasAny('local')]).toEqual([there.has('cached'), there.has('local')])
    // Mostly the one that was changed, which is asked for once before and once after.
    for (const address of [random.below(5), via]) {
      const found = cache.exact(hostPrefix(address))
      expect(cache.usable(address)).toBe(found !== undefined && carrying.includes(found.kind) ? found : undefined)
    }
  }
})
