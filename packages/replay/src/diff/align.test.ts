import { describe, expect, it } from 'vitest'
import { align } from './align.ts'

/** The length of the longest common subsequence, by the table everybody knows. */
function longest(a: readonly number[], b: readonly number[]): number {
  let row = Array.from({ length: b.length + 1 }, () => 0)
  for (const each of a) {
    const next = [0]
    b.forEach((other, j) => next.push(each === other ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!)))
    row = next
  }
  return row[b.length]!
}

describe('align', () => {
  it.each([
    [[], [], []],
    [[1], [], []],
    [
      [1, 2, 3],
      [1, 2, 3],
      [
        [0, 0],
        [1, 1],
        [2, 2],
      ],
    ],
    [
      [1, 2, 3],
      [1, 3],
      [
        [0, 0],
        [2, 1],
      ],
    ],
    [[1, 2], [3, 4], []],
  ])('%j and %j', (a, b, matches) => {
    expect(align(a, b)).toEqual(matches)
  })

  it('finds the longest, and only what is equal, in order', () => {
    let state = 7
    const dice = (sides: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
      return (state >>> 8) % sides
    }
    for (let round = 0; round < 500; round++) {
      const a = Array.from({ length: dice(14) }, () => dice(4))
      const b = Array.from({ length: dice(14) }, () => dice(4))
      const matches = align(a, b)
      expect(matches).toHaveLength(longest(a, b))
      matches.forEach(([i, j], at) => {
        expect(a[i]).toBe(b[j])
        const [before, beforeOther] = matches[at - 1] ?? [-1, -1]
        expect(i).toBeGreaterThan(before)
        expect(j).toBeGreaterThan(beforeOther)
      })
    }
  })

  it('gives up on lists without anything in common, but not on their ends', () => {
    const a = Array.from({ length: 5000 }, (_, i) => i)
    const b = a.map(each => each + 10_000)
    expect(align([-1, ...a, -2], [-1, ...b, -2])).toEqual([
      [0, 0],
      [5001, 5001],
    ])
  })
})
