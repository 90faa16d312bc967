import { expect, test } from 'vitest'
import { Cursor } from './cursor.ts'
import { isFault, Stopped, describe as sentence } from './fault.ts'
import { field } from './field.ts'
import { layout } from './layout/layout.ts'
import { u8, u16 } from './layout/part.ts'

const pair = layout<{ first: number; second: number }>('p', 'Pair', {
  first: u8('p.first', 'First'),
  second: u16('p.second', 'Second'),
})
const rest = field('p.rest', 'Rest', 'bytes')

function cursorOn(octets: number[], origin = 0): Cursor {
  const bytes = new Uint8Array([...Array<number>(origin).fill(0xa5), ...octets])
  const c = new Cursor()
  c.reset(bytes, new DataView(bytes.buffer), origin, bytes.length)
  return c
}

function stops(walk: () => unknown): string {
  try {
    walk()
  } catch (stopped) {
    if (stopped instanceof Stopped) return sentence(stopped.fault)
    throw stopped
  }
  return 'does not stop'
}

test('takes layouts and octets in order', () => {
  const c = cursorOn([1, 2, 3, 4, 5])
  expect(c.take(pair)).toEqual({ first: 1, second: 0x0203 })
  expect(c.takeRest(rest)).toEqual(new Uint8Array([4, 5]))
  expect(c.left).toBe(0)
})

test('running out names the field that is not there, counted from the source', () => {
  const c = cursorOn([1, 2], 7)
  expect(stops(() => c.take(pair))).toBe('p.second: 2 octets needed at 1, 1 there, limited by the capture')
})

test('a region ends where its length field says, and names it', () => {
  const c = cursorOn([1, 2, 3, 4, 5, 6])
  c.enter(2, 'p.length')
  expect(stops(() => c.take(pair))).toBe('p.second: 2 octets needed at 1, 1 there, limited by p.length')
})

test('leaving a region skips what nobody read of it', () => {
  const c = cursorOn([1, 2, 3, 4, 5])
  expect(c.within(4, 'p.length', () => c.take(pair).first)).toBe(1)
  expect(c.at).toBe(4)
  expect(c.limitedBy).toBe('capture')
})

test('a region that promises more than there is, is walked as far as the octets reach, then reported', () => {
  const c = cursorOn([1, 2, 3])
  let seen: unknown
  expect(
    stops(() =>
      c.within(9, 'p.length', () => {
        seen = c.take(pair)
      }),
    ),
  ).toBe('p.length: 9 octets needed at 0, 3 there, limited by the capture')
  expect(seen).toEqual({ first: 1, second: 0x0203 })
})

test('limit shortens the region for good, and never lengthens it', () => {
  const c = cursorOn([1, 2, 3, 4])
  c.limit(3, 'p.total')
  c.limit(9, 'p.more')
  expect([c.left, c.limitedBy]).toEqual([3, 'p.total'])
})

test.each([0, 1, 3, 4, 9])('to narrow to %i octets and put it back is to enter and to leave', length => {
  const walks = [0, 2, 4].map(taken => {
    const narrowing = cursorOn([1, 2, 3, 4, 5], 7)
    narrowing.enter(4, 'p.outer')
    const { at, end, limitedBy, absent } = narrowing
    const entering = cursorOn([1, 2, 3, 4, 5], 7)
    entering.enter(4, 'p.outer')
    narrowing.narrow(length, 'p.length')
    entering.enter(length, 'p.length')
    const inside = [narrowing, entering].map(c => [c.end, c.limitedBy, c.absent, stops(() => c.takeBytes(rest, taken))])
    const narrowed = stops(() => {
      narrowing.limitedBy = limitedBy
      if (length > end - at) narrowing.runOut('p.length', length, at, end)
      narrowing.at = at + length
      narrowing.end = end
      narrowing.absent = absent
    })
    const left = stops(() => entering.leave())
    const behind = [narrowing, entering].map(c => [c.at, c.end, c.limitedBy, length > 4 || c.absent])
    return { narrow: [inside[0], narrowed, behind[0]], enter: [inside[1], left, behind[1]] }
  })
  expect(walks.map(({ narrow }) => narrow)).toEqual(walks.map(({ enter }) => enter))
})

test('octets that a length claims and that are not there', () => {
  const c = cursorOn([1, 2, 3])
  expect(c.absent).toBe(0)
  c.enter(5, 'p.outer')
  expect(c.absent).toBe(2)
  c.enter(1, 'p.inner')
  expect(c.absent).toBe(0)
  c.leave()
  expect(c.absent).toBe(2)
  expect(stops(() => c.leave())).toBe('p.outer: 5 octets needed at 0, 3 there, limited by the capture')
})

test('an attempt that stops does not stop the walk, and leaves the region as it was', () => {
  const c = cursorOn([1, 2, 3, 4])
  const out = c.attempt(() => c.within(2, 'p.length', () => c.take(pair)))
  expect(isFault(out)).toBe(true)
  expect([c.end, c.limitedBy]).toEqual([4, 'capture'])
})

test('addresses are told apart by length', () => {
  const faces = { ipv4: field('a', 'A', 'ipv4'), ipv6: field('a6', 'A', 'ipv6'), bytes: field('ab', 'A', 'bytes') }
  const c = cursorOn([10, 0, 0, 1, 9, 9, ...Array<number>(15).fill(0), 1])
  expect(c.takeAddress(faces, 4)).toBe(0x0a000001)
  expect(c.takeAddress(faces, 2)).toEqual(new Uint8Array([9, 9]))
  expect(c.takeAddress(faces, 0)).toBeUndefined()
  expect(c.takeAddress(faces, 16)).toBe(1n)
  expect(stops(() => c.takeAddress(faces, 4))).toBe('a: 4 octets needed at 22, 0 there, limited by the capture')
})

test('malformed says why and by which rule', () => {
  const c = cursorOn([1])
  expect(stops(() => c.malformed('p.first', 'is 1, not 0', 'RFC 0 §1'))).toBe('p.first at 0: is 1, not 0 (RFC 0 §1)')
})
