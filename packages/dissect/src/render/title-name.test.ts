import { expect, it } from 'vitest'
import { isName } from './title-name.ts'

it.each([
  ['NHRP Fixed Header', true],
  ['Option: Pad', true],
  ['', true],
  ['Entry 1', false],
  ['Peer fe::cafe', false],
  ['From aa:bb:cc:dd:ee:ff', false],
])('knows a name by what is not in it: %s', (title, expected) => {
  expect(isName(title)).toBe(expected)
})
