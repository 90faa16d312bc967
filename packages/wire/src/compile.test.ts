import { expect, test } from 'vitest'
import { compile } from './compile.ts'

test('a source finds the values that are bound to names, and errors name the place', () => {
  const fail = (): never => {
    throw new RangeError('odd')
  }
  const made = compile<(value: number) => number>(
    'some/pla ce',
    { two: 2, fail },
    'value => value === 0 ? fail() : value * two',
  )!
  expect(made(21)).toBe(42)
  try {
    made(0)
  } catch (wrong) {
    expect((wrong as Error).stack).toContain('compiled/some/pla_ce')
  }
  expect.assertions(2)
})

test('nothing is compiled where the caller may not', () => {
  expect(compile('x', {}, '() => 1', { interpreted: true })).toBeUndefined()
})
