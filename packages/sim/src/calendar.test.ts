import { Agenda, Random } from '@dmvpn/core'
import { expect, test } from 'vitest'
import { Calendar } from './calendar.ts'

test.each([300, 200_000, 40_000_000])('a calendar gives what an agenda gives, up to %d µs ahead', span => {
  const random = new Random(span)
  const calendar = new Calendar<number>()
  const agenda = new Agenda<number>()
  let now = 0
  for (let round = 0; round < 6_000; round++) {
    // Falls and rises, and is empty at times.
    if (random.below(100) < (round % 2_000 < 1_000 ? 60 : 40)) {
      // Some for the instant that is, or for one that was.
      const at = random.below(10) === 0 ? now - random.below(2) : now + random.below(span)
      calendar.add(at, round, round)
      agenda.add(at, round, round)
    } else {
      now = Math.max(now, agenda.next ?? now)
      expect([calendar.next, calendar.nextOrder]).toEqual([agenda.next, agenda.nextOrder])
      expect(calendar.take()).toBe(agenda.take())
    }
  }
  while (agenda.length > 0) expect([calendar.next, calendar.take()]).toEqual([agenda.next, agenda.take()])
  expect([calendar.next, calendar.nextOrder, calendar.take()]).toEqual([undefined, undefined, undefined])
})

test('what is due never is taken last', () => {
  const calendar = new Calendar<string>()
  calendar.add(Number.POSITIVE_INFINITY, 'never', 0)
  calendar.add(5, 'soon', 1)
  expect([calendar.take(), calendar.take(), calendar.take()]).toEqual(['soon', 'never', undefined])
})
