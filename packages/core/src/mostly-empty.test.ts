import { expect, test } from 'vitest'
import { added, empty, fitted } from './mostly-empty.ts'

test('a list grows in place, the shared one never', () => {
  const one = added<number>(empty, 1)
  expect(added(one, 2)).toBe(one)
  expect([one, empty]).toEqual([[1, 2], []])
  expect(() => (empty as number[]).push(1)).toThrow(TypeError)
})

test('a fitted list is a copy, the shared one where nothing is in it', () => {
  const list = [1, 2]
  const copy = fitted(list)
  list.push(3)
  expect([copy, fitted([])]).toEqual([[1, 2], []])
  expect(fitted([])).toBe(empty)
})
