import { expect, it } from 'vitest'
import { Progress } from './progress.ts'

/** What is said of a file of 1000 octets, when the reading is looked at in these milliseconds. */
function said(times: readonly number[], size: number | undefined = 1000): string[] {
  const words: string[] = []
  const progress = new Progress(text => words.push(text), size, 0)
  for (const time of times) progress.at(time / 10, time, time)
  progress.end()
  return words
}

it('says nothing of what takes no longer than a second', () => {
  expect(said([0, 300, 999])).toEqual([])
})

it('says how far it is five times a second, and takes it back in the end', () => {
  expect(said([999, 1000, 1100, 1199, 1200, 5000])).toEqual([
    '\r10 % 1000 packets\u001b[K',
    '\r12 % 1200 packets\u001b[K',
    '\r50 % 5000 packets\u001b[K',
    '\r\u001b[K',
  ])
})

it('says nothing of what has no size, or where there is no terminal for it', () => {
  expect(said([2000], 0)).toEqual([])
  const progress = new Progress(undefined, 1000, 0)
  progress.at(10, 10, 5000)
  progress.end()
  expect(said([2000])).not.toEqual([])
})
