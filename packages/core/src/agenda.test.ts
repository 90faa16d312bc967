import { expect, test } from 'vitest'
import { Agenda } from './agenda.ts'
import { Random } from './random.ts'

test('items come by instant, and those of one instant in the order they were added', () => {
  const random = new Random(3)
  const agenda = new Agenda<number>()
  const due: { at: number; order: number }[] = []
  const taken: (number | undefined)[] = []
  const expected: (number | undefined)[] = []
  let added = 0
  for (let round = 0; round < 5000; round++) {
    if (random.below(3) > 0) {
      const at = random.below(50)
      agenda.add(at, added)
      due.push({ at, order: added++ })
    } else {
      due.sort((one, other) => one.at - other.at || one.order - other.order)
      expect([agenda.next, agenda.first, agenda.nextOrder]).toEqual([due[0]?.at, due[0]?.order, due[0]?.order])
      expect(agenda.second).toBe(due[1]?.at)
      expected.push(due.shift()?.order)
      taken.push(agenda.take())
    }
  }
  expect(taken).toEqual(expected)
  expect(agenda.length).toBe(due.length)
})

test('an empty agenda has nothing', () => {
  const agenda = new Agenda<string>()
  expect([agenda.next, agenda.take(), agenda.length]).toEqual([undefined, undefined, 0])
  agenda.add(5, 'x')
  expect([agenda.next, agenda.take(), agenda.next]).toEqual([5, 'x', undefined])
})
