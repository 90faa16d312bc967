import { expect, test } from 'vitest'
import { KeptOctets } from './kept-octets.ts'

test('keeps each message as it was, whatever becomes of the buffer and of others', () => {
  const kept = new KeptOctets()
  const buffer = new Uint8Array(3000)
  const copies = Array.from({ length: 200 }, (_, i) => {
    buffer.fill(i)
    return kept.copyOf(buffer, 1, 1 + (i % 7) * 250)
  })
  copies.forEach((copy, i) => {
    expect(copy).toHaveLength((i % 7) * 250)
    expect(copy.every(octet => octet === i)).toBe(true)
  })
})

test('has as many octets as there are, and none where the end is before the beginning', () => {
  const kept = new KeptOctets()
  expect([...kept.copyOf(Uint8Array.of(1, 2, 3), 1, 9)]).toEqual([2, 3])
  expect(kept.copyOf(Uint8Array.of(1, 2, 3), 2, 1)).toHaveLength(0)
  expect(kept.copyOf(Uint8Array.of(1, 2, 3), 5, 9)).toHaveLength(0)
})
