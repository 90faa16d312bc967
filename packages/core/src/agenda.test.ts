import { expect, test } from 'vitest'
import { Agenda } from './agenda.ts'
import { Random } from './random.ts'

test('items come by instant, and those of one instant in the order they were added', () => {
  const random = new Random(3)
  const agenda = new Agenda<number>()
  const due: Due[] = []
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
      expect([agenda.next, agenda.nextOrder]).toEqual([due[0]?.at, due[0]?.order])
      if (round % 64 === 0) expectAll(agenda, due)
      expected.push(due.shift()?.order)
      taken.push(agenda.take())
    }
  }
  expect(taken).toEqual(expected)
  expect(agenda.length).toBe(due.length)
})

interface Due {
  readonly at: number
  readonly order: number
}

/** All items are found by their places, the first one at the first. */
function expectAll(agenda: Agenda<number>, due: readonly Due[]): void {
  const lying = due.map((_, place) => ({ at: agenda.dueAt(place), order: agenda.itemAt(place) }))
  expect(lying[0]).toEqual(due[0])
  const inOrder = (all: readonly Due[]): Due[] => all.toSorted((one, other) => one.order - other.order)
  expect(inOrder(lying)).toEqual(inOrder(due))
}

test('an item that is moved comes at its new instant, behind those that were due then before', () => {
  const random = new Random(4)
  const agenda = new Agenda<number>()
  const due: (Due & { readonly item: number })[] = []
  let order = 0
  for (let round = 0; round < 5000; round++) {
    const at = random.below(50)
    const what = random.below(3)
    if (what === 0) {
      agenda.add(at, round)
      due.push({ at, order: order++, item: round })
    } else if (what === 1 && due.length > 0) {
      const [{ item }] = due.splice(random.below(due.length), 1) as [(typeof due)[number]]
      expect(agenda.move(item, at)).toBe(true)
      due.push({ at, order: order++, item })
    } else {
      due.sort((one, other) => one.at - other.at || one.order - other.order)
      const first = due.shift()
      expect([agenda.next, agenda.take()]).toEqual([first?.at, first?.item])
      expect(agenda.move(-1, at)).toBe(false)
    }
    expect(agenda.length).toBe(due.length)
  }
})

test('an empty agenda has nothing', () => {
  const agenda = new Agenda<string>()
  expect([agenda.next, agenda.take(), agenda.length]).toEqual([undefined, undefined, 0])
  agenda.add(5, 'x')
  expect([agenda.next, agenda.take(), agenda.next]).toEqual([5, 'x', undefined])
})
