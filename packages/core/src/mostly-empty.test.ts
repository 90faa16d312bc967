import { expect, test } from 'vitest'
import { added, empty } from './mostly-empty.ts'

test('a list grows in place, the shared one never', () => {
  const one = added<number>(empty, 1)
  expect(added(one, 2)).toBe(one)
  expect([one, empty]).toEqual([[1, 2], []])
  expect(() => (empty as number[]).push(1)).toThrow(TypeError)
})
