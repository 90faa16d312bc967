import { expect, test } from 'vitest'
import { encode, encodeInto } from './encode.ts'
import { gre } from './gre/gre.ts'
import { PacketMemory } from './packet-memory.ts'

test('what is taken is zero, follows what was taken before, and never overlaps it', () => {
  const memory = new PacketMemory()
  const pieces: Uint8Array[] = []
  for (let n = 1; n <= 2_000; n++) {
    const from = memory.take(n % 97)
    const piece = memory.piece(from, memory.end)
    expect(piece.every(octet => octet === 0)).toBe(true)
    pieces.push(piece.fill(n % 251))
  }
  expect(pieces.every((piece, index) => piece.every(octet => octet === (index + 1) % 251))).toBe(true)
  expect(new Set(pieces.map(({ buffer }) => buffer)).size).toBeGreaterThan(1)
})

test('a packet longer than a block has one of its own', () => {
  const memory = new PacketMemory()
  memory.take(1)
  const from = memory.take(70_000)
  expect([from, memory.piece(from, memory.end).length]).toEqual([0, 70_000])
})

test('a packet in shared memory has the octets it has alone, behind the room that was asked for', () => {
  const memory = new PacketMemory()
  const packet = { ...gre.defaults, protocol: 0x0800, key: 7, checksummed: true }
  memory.take(13)
  const from = encodeInto(memory, gre, packet, 5)
  expect(from).toBe(13)
  expect([...memory.piece(from, memory.end)]).toEqual([0, 0, 0, 0, 0, ...encode(gre, packet)])
  expect(() => encodeInto(memory, gre, { ...packet, key: -1 }, 0)).toThrow(RangeError)
})
