import { Sink } from '@dmvpn/wire'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { escapeJson, writeJsonText } from './json-text.ts'

const some = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '\u007f', 'é', '→', '😀') }))

it('writes strings as JSON has them', () => {
  fc.assert(
    fc.property(some, some, (before, text) => {
      const s = new Sink(1)
      writeJsonText(s.text(before), text)
      expect(s.toString()).toBe(`${before}${JSON.stringify(text)}`)
    }),
  )
})

it('escapes what was written already', () => {
  fc.assert(
    fc.property(some, some, (before, text) => {
      const s = new Sink(1).text(before).byte(0x22)
      const from = s.length
      s.text(text)
      escapeJson(s, from)
      expect(s.byte(0x22).toString()).toBe(`${before}${JSON.stringify(text)}`)
    }),
  )
})
