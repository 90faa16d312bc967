import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatIpv4 } from './address.ts'
import { Sink } from './sink.ts'

test('writes what strings would say', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.maxSafeNat(),
      fc.nat(0xffffffff),
      (text, number, word) => {
        const s = new Sink(4)
        s.text(text).byte(0x7c).dec(number).byte(0x7c).hex(word, 8).byte(0x7c).ipv4(word)
        // Lone surrogates become the replacement character, as in any encoder of UTF-8.
        const clean = new TextDecoder().decode(new TextEncoder().encode(text))
        expect(s.toString()).toBe(`${clean}|${number}|${word.toString(16).padStart(8, '0')}|${formatIpv4(word)}`)
      },
    ),
  )
})

test('pads to a width, zero-fills decimals, and starts over', () => {
  const s = new Sink()
  s.text('ab')
    .pad(0, 5)
    .dec(7, 3)
    .hexBytes(new Uint8Array([0, 255]))
  expect(s.toString()).toBe('ab   00700ff')
  s.clear()
  expect(s.toString()).toBe('')
})
