import { Agenda, Random } from '@dmvpn/core'
import { expect, test } from 'vitest'
import { Flights } from './flights.ts'

test('what is under way arrives by instant and, of one instant, in the order it left, whatever overtakes it', () => {
  const random = new Random(7)
  const flights = new Flights<number>()
  const agenda = new Agenda<number>()
  let now = 0
  for (let round = 0; round < 20_000; round++) {
    // Falls and rises: the queue is empty at times, and has to grow at others.
    if (random.below(100) < (round % 4000 < 2000 ? 60 : 45)) {
      // Most take as long as the others; some are overtaken.
      const at = now + (random.below(8) > 0 ? 10 : random.below(40))
      flights.add(at, round)
      agenda.add(at, round)
    } else {
      now = agenda.next ?? now
      expect([flights.next, flights.take()]).toEqual([agenda.next, agenda.take()])
    }
  }
  while (agenda.length > 0) expect([flights.next, flights.take()]).toEqual([agenda.next, agenda.take()])
  expect([flights.next, flights.take()]).toEqual([undefined, undefined])
})
