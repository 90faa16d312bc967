import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checksumOf, checksumWithout, internetChecksum, sumWords, updateChecksum } from './checksum.ts'

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** RFC 1071 §1 as it reads: word by word, an odd octet padded behind with zero. */
function slowly(bytes: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < bytes.length; i += 2) {
    sum += bytes[i]! * 256 + (bytes[i + 1] ?? 0)
    if (sum > 0xffff) sum -= 0xffff
  }
  return ~sum & 0xffff
}

describe('the Internet checksum', () => {
  test('of the example in RFC 1071 §3', () => {
    expect(sumWords(viewOf(new Uint8Array([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7])), 0, 8)).toBe(0xddf2)
  })

  test('an odd last octet is the high half of its word', () => {
    expect(internetChecksum(new Uint8Array([0x12]))).toBe(~0x1200 & 0xffff)
    expect(internetChecksum(new Uint8Array([0, 1, 0x80]))).toBe(~0x8001 & 0xffff)
  })

  test('equals the definition for any bytes at any offset', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(5), (bytes, offset) => {
        const shifted = new Uint8Array(bytes.length + offset)
        shifted.set(bytes, offset)
        expect(checksumOf(viewOf(shifted), offset, shifted.length)).toBe(slowly(bytes))
      }),
    )
  })

  test('of 64 KiB of ones does not overflow', () => {
    expect(internetChecksum(new Uint8Array(65536).fill(0xff))).toBe(0)
  })

  test.each([65_535, 65_537, 131_073, 300_001])('of %i octets equals the definition', length => {
    const bytes = Uint8Array.from({ length }, (_, at) => (at % 3 === 0 ? 0xff : at * 7))
    expect(internetChecksum(bytes)).toBe(slowly(bytes))
    expect(internetChecksum(bytes.fill(0xff, 0, length - 1))).toBe(slowly(bytes))
  })

  test('continues over parts of even length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 60 }), fc.nat(30), (bytes, cut) => {
        const at = Math.min(bytes.length, 2 * cut)
        const first = sumWords(viewOf(bytes), 0, at)
        expect(checksumOf(viewOf(bytes), at, bytes.length, first)).toBe(slowly(bytes))
      }),
    )
  })

  test('without its own field is what the field should hold', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 61 }), fc.nat(20), (bytes, word) => {
        const field = Math.min(2 * word, bytes.length - 2 - (bytes.length % 2))
        const right = checksumWithout(viewOf(bytes), 0, bytes.length, field)
        const zeroed = bytes.slice()
        zeroed.fill(0, field, field + 2)
        expect(right).toBe(slowly(zeroed))
      }),
    )
  })

  test('without its own field, where nothing else is there, is all ones', () => {
    for (const stored of [0, 1, 0xffff]) {
      const bytes = Uint8Array.of(0, 0, stored >>> 8, stored & 0xff, 0, 0)
      expect(checksumWithout(viewOf(bytes), 0, bytes.length, 2)).toBe(0xffff)
    }
  })

  test('updated for one changed word equals the whole anew (RFC 1624)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), fc.nat(9), fc.nat(0xffff), (bytes, word, after) => {
        const view = viewOf(bytes)
        const old = checksumOf(view, 0, 20)
        const before = view.getUint16(2 * word)
        view.setUint16(2 * word, after)
        const fresh = checksumOf(view, 0, 20)
        expect(updateChecksum(old, before, after) % 0xffff).toBe(fresh % 0xffff)
      }),
    )
  })
})
