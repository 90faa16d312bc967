import { expect, test } from 'vitest'
import { type Entry, type Measured, worseThanBefore } from './history.ts'

const row = (seconds: number, tshark: number): Measured => ({
  what: 'summary lines',
  frames: 1000,
  rounds: 5,
  seconds,
  peers: { tshark },
})
const entry = (...rows: Measured[]): Entry => ({ commit: '0', date: '2026-01-01', machine: '', versions: {}, rows })

test('a ratio that is worse by more than a quarter is named, a slower machine is not', () => {
  const history = [entry(row(1, 5))]
  expect(worseThanBefore([row(2, 10)], history)).toEqual([])
  expect(worseThanBefore([row(1.2, 5)], history)).toEqual([])
  expect(worseThanBefore([row(1.5, 5)], history)).toEqual(["summary lines: 0.30 of tshark's time, 0.20 before"])
})

test('the last table that has the row counts, and rows of other files do not', () => {
  const history = [entry(row(1, 5)), entry(row(4, 5)), entry()]
  expect(worseThanBefore([row(4, 5)], history)).toEqual([])
  expect(worseThanBefore([{ ...row(9, 5), frames: 10 }], history)).toEqual([])
})
