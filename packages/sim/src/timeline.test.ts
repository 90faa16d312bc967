import { Agenda, Random } from '@dmvpn/core'
import { expect, test } from 'vitest'
import { Timeline } from './timeline.ts'

test('items come by instant and, of one instant, in the order they were put, however they were put', () => {
  const random = new Random(7)
  const timeline = new Timeline<number>()
  const agenda = new Agenda<number>()
  let now = 0
  for (let round = 0; round < 20_000; round++) {
    // Falls and rises: the queue is empty at times, and has to grow at others.
    if (random.below(100) < (round % 4000 < 2000 ? 60 : 45)) {
      const isFlight = random.below(4) > 0
      // Most flights take as long as the others; some are overtaken.
      const at = now + (isFlight && random.below(8) > 0 ? 10 : random.below(40))
      if (isFlight) timeline.follow(at, round)
      else timeline.add(at, round)
      agenda.add(at, round)
    } else {
      now = agenda.next ?? now
      expect([timeline.next, timeline.take()]).toEqual([agenda.next, agenda.take()])
    }
  }
  while (agenda.length > 0) expect([timeline.next, timeline.take()]).toEqual([agenda.next, agenda.take()])
  expect([timeline.next, timeline.take()]).toEqual([undefined, undefined])
})
