import { describe, expect, test } from 'vitest'
import { Stretches } from './stretches.ts'
import { type TextPlace, Texts } from './texts.ts'

/** What two threads have of one memory. */
function both() {
  const one = new Stretches(2)
  return [one, new Stretches(2, one.memory)] as const
}

describe('what threads agree on', () => {
  test('a stretch is of one thread', () => {
    const [one, other] = both()
    expect([one.claim(0), other.claim(0), other.claim(1), one.claim(1), one.claim(1)]).toEqual([
      true,
      false,
      true,
      false,
      false,
    ])
  })

  test('where its last packet lies, as long as that is remembered', () => {
    const [one, other] = both()
    expect([0, 1, 512].map(number => other.lastOf(number))).toEqual([undefined, undefined, undefined])
    one.found(0, 24)
    one.found(1, 2 ** 40 - 1)
    expect([0, 1, 512, 513].map(number => other.lastOf(number))).toEqual([24, 2 ** 40 - 1, undefined, undefined])
    one.found(512, 2 ** 33 + 5)
    expect([0, 1, 512].map(number => other.lastOf(number))).toEqual([undefined, 2 ** 40 - 1, 2 ** 33 + 5])
  })

  test('and nothing of files or captures that are too large for a word', () => {
    const [one, other] = both()
    one.found(3, 2 ** 40)
    one.found(2 ** 23 + 4, 100)
    expect([3, 4, 2 ** 23 + 4].map(number => other.lastOf(number))).toEqual([undefined, undefined, undefined])
    one.found(2 ** 23 - 1, 100)
    expect(other.lastOf(2 ** 23 - 1)).toBe(100)
  })

  test('what was delivered, whole', () => {
    const [one, other] = both()
    const deliveries = [
      { number: 0, thread: 0, text: 3, length: 70_000, packets: 1024, isLed: true, faulty: false },
      { number: 700, thread: 6, text: 0, length: 0, packets: 0, isLed: false, faulty: true },
    ]
    for (const each of deliveries) one.deliver(each)
    expect(deliveries.map(({ number }) => other.delivery(number))).toEqual(deliveries)
    expect([1, 188, 512].map(number => other.delivery(number))).toEqual([undefined, undefined, undefined])
    expect(other.deliveries).toBe(2)
  })

  test('how far one may go ahead, until nobody wants more', () => {
    const [one, other] = both()
    expect([31, 32].map(number => one.isNear(number))).toEqual([true, false])
    other.wrote(1)
    expect([one.isNear(32), one.written]).toEqual([true, 1])
    one.approach(32)
    other.end()
    one.approach(1e6)
    expect(one.ended).toBe(true)
  })
})

test('a text lies where none is that is still to be written', () => {
  const told: TextPlace[] = []
  const texts = new Texts(place => told.push(place))
  const text = (length: number, octet: number) => new Uint8Array(length).fill(octet)
  expect(texts.put(4, text(100, 1), 4)).toBe(0)
  expect(texts.put(7, text(50, 2), 4)).toBe(1)
  // Written: its place is free, and large enough; then it is not.
  expect(texts.put(8, text(120, 3), 5)).toBe(0)
  expect(texts.put(9, text(200, 4), 9)).toBe(0)
  expect(told.map(place => [place.text, place.memory.byteLength])).toEqual([
    [0, 125],
    [1, 62],
    [0, 250],
  ])
  expect([texts.at(0, 200), texts.at(1, 50)]).toEqual([text(200, 4), text(50, 2)])
  // Who writes has what it was told last.
  expect(new Uint8Array(told[2]!.memory)[199]).toBe(4)
})
