import { describe, expect, test } from 'vitest'
import { MemoryOutput } from '../../output.ts'
import { Joint } from './joint.ts'
import type { Stretch } from './stretches.ts'

const length = 10

function stretch(number: number, text: string, more: Partial<Stretch> = {}): Stretch {
  return { number, packets: length, text: new TextEncoder().encode(text), isLed: false, faulty: false, ...more }
}

function joined(between: string, stretches: readonly Stretch[]) {
  const out = new MemoryOutput()
  const joint = new Joint(out, between, length)
  for (const each of stretches) joint.take(each)
  return { text: out.text, joint }
}

describe('stretches are joined', () => {
  test('in order, as soon as the next is there', () => {
    const out = new MemoryOutput()
    const joint = new Joint(out, '', length)
    const after: string[] = []
    for (const number of [2, 0, 3, 1]) {
      joint.take(stretch(number, `${number}`))
      after.push(out.text)
    }
    expect(after).toEqual(['', '0', '0', '0123'])
    expect([joint.written, joint.packets]).toEqual([4, 40])
  })

  test('with one thing between two packets, whoever printed them', () => {
    const led = { isLed: true }
    const empty = stretch(0, '', led)
    expect(joined(',', [stretch(0, 'a'), stretch(1, 'b'), stretch(2, ',c', led)]).text).toBe('a,b,c')
    expect(joined(',', [empty, stretch(1, ',b', led), stretch(2, ''), stretch(3, 'd')]).text).toBe('b,d')
    expect(joined(',', [empty]).text).toBe('')
  })

  test('up to the one that is not whole: reading was stopped there', () => {
    const { text, joint } = joined('', [stretch(2, 'c'), stretch(1, 'b', { packets: 3 }), stretch(0, 'a')])
    expect([text, joint.isOver, joint.packets]).toEqual(['ab', true, 13])
  })

  test('telling whether a packet was faulty', () => {
    const all = [1, 0].map(number => stretch(number, 'x', { faulty: number === 1 }))
    expect(joined('', all).joint.faulty).toBe(true)
    expect(joined('', all.slice(1)).joint.faulty).toBe(false)
  })
})
