import { never, Random } from '@dmvpn/core'
import { expect, test } from 'vitest'
import { Wakings } from './wakings.ts'

test.each([300, 200_000, 40_000_000])(
  'stations are woken when each of them wanted to be last, up to %d µs ahead',
  span => {
    const random = new Random(span)
    const wakings = new Wakings()
    const wanted = Array.from({ length: 200 }, () => never)
    expect(wanted.map(() => wakings.enlist())).toEqual(wanted.map((_, station) => station))
    let now = 0
    for (let round = 0; round < 10_000; round++) {
      const next = Math.min(...wanted)
      expect(wakings.next).toBe(next)
      // Falls and rises, and there is nobody to be woken at times.
      if (random.below(100) < (round % 2_000 < 1_000 ? 70 : 30)) {
        const station = random.below(wanted.length)
        // Some at the instant that is, some never, some as before.
        const chance = random.below(20)
        const at =
          chance === 0 ? now : chance === 1 ? never : chance === 2 ? wanted[station]! : now + random.below(span)
        wakings.set(station, at)
        wanted[station] = at
      } else if (next < never) {
        now = next
        const first = wanted.indexOf(next)
        expect(wakings.take()).toBe(first)
        wanted[first] = never
      } else expect(wakings.take()).toBeUndefined()
    }
  },
)
