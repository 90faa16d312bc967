import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatIpv4 } from './address.ts'
import { Literal } from './literal.ts'
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

test('writes every number of digits, alone and filled up', () => {
  const s = new Sink(1)
  for (const value of [0, 9, 10, 99, 100, 999, 1000, 9999, 999_999, 1_000_000, 999_999_999, 1e9, 4294967295, 1e15]) {
    for (const width of [1, 2, 3, 6, 9, 12]) {
      s.clear()
      s.dec(value, width).byte(0x7c)
      expect(s.toString()).toBe(`${String(value).padStart(width, '0')}|`)
    }
  }
  s.clear()
  expect(s.dec(-12).toString()).toBe('-12')
})

test('writes hexadecimal of any width, addresses of stations, and spaces', () => {
  const s = new Sink(1)
  s.hex(0xabc, 3).byte(0x20).hex(0xf, 1).byte(0x20).mac(0x020a_ff00_0180).spaces(5).byte(0x7c)
  expect(s.toString()).toBe('abc f 02:0a:ff:00:01:80     |')
})

test('copies literals of any length to any place', () => {
  for (const text of ['', 'a', 'ab', 'abc', 'abcd', 'abcde', ' → ', 'x'.repeat(1000)]) {
    for (let before = 0; before < 5; before++) {
      const s = new Sink(1)
      s.text('-'.repeat(before)).put(new Literal(text)).byte(0x7c)
      expect(s.toString()).toBe(`${'-'.repeat(before)}${text}|`)
    }
  }
})

test('copies literals of any characters: no eight octets of UTF-8 are a NaN', () => {
  const characters = fc.constantFrom('a', '\u0000', '\u007f', 'ÿ', '\u0080', '\uffff', '😀', '\u{10ffff}')
  fc.assert(
    fc.property(fc.string({ unit: characters, maxLength: 30 }), text => {
      const s = new Sink(1)
      expect(s.put(new Literal(text)).toString()).toBe(text)
    }),
  )
})

test('separates octets by colons', () => {
  const s = new Sink(1)
  s.hexColons(new Uint8Array([0, 255, 10]))
    .byte(0x7c)
    .hexColons(new Uint8Array())
    .byte(0x7c)
  expect(s.hexColons(new Uint8Array([7])).toString()).toBe('00:ff:0a||07')
})
