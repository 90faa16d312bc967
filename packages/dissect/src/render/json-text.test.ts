import { Sink } from '@dmvpn/wire'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { writeJsonText } from './json-text.ts'

it('writes strings as JSON has them', () => {
  const some = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '\u007f', 'é', '→', '😀') }),
  )
  fc.assert(
    fc.property(some, some, (before, text) => {
      const s = new Sink(1)
      writeJsonText(s.text(before), text)
      expect(s.toString()).toBe(`${before}${JSON.stringify(text)}`)
    }),
  )
})
