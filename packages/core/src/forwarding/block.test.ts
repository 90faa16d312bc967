import { expect, test } from 'vitest'
import { blockOf } from './block.ts'

test('pieces of one block share its views, and a piece of another has its own', () => {
  const memory = new Uint8Array(64).map((_, at) => at)
  const one = blockOf(memory.subarray(8, 16))
  expect(blockOf(memory.subarray(40))).toBe(one)
  expect([one.bytes.length, one.bytes[8], one.view.getUint8(8)]).toEqual([64, 8, 8])
  const other = blockOf(new Uint8Array([9, 9]))
  expect([other.bytes.length, other.view.getUint16(0)]).toEqual([2, 0x0909])
  expect(blockOf(memory).view.getUint8(63)).toBe(63)
})
