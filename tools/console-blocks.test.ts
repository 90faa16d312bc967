import { expect, test } from 'vitest'
import { agrees, consoleCommands } from './console-blocks.ts'

const text = 'a\n```console\n$ one\nx\ny\n$ two\n```\n```sh\n$ not this\n```\n'

test('finds commands and what they print', () => {
  expect(consoleCommands(text).map(({ command, output }) => [command, output])).toEqual([
    ['one', 'x\ny'],
    ['two', ''],
  ])
  const [one] = consoleCommands(text)
  expect(text.slice(one!.from, one!.to)).toBe('x\ny\n')
})

test('a line of … stands for any lines', () => {
  expect(agrees('a\nb', 'a\nb')).toBe(true)
  expect(agrees('a\nb', 'a\nc')).toBe(false)
  expect(agrees('a\n…\nz', 'a\nb\nc\nz')).toBe(true)
  expect(agrees('a\n…\nz', 'a\nb\nc')).toBe(false)
  expect(agrees('a\n…', 'a\nb')).toBe(true)
  expect(agrees('b\n…', 'a\nb')).toBe(false)
})
