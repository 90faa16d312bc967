import { dmvpn } from '@dmvpn/protocols'
import { Sink } from '@dmvpn/wire'
import { expect, it } from 'vitest'
import { recordOf, timeDigitsOf } from './frame-record.ts'
import { tunnelledBytes } from './sample-frames.test.data.ts'
import { Session } from './session/session.ts'
import { writeSummary } from './summary.ts'

it('writes the line of a packet in tshark’s widths', () => {
  const s = new Sink()
  const session = new Session()
  writeSummary(s, dmvpn, recordOf(tunnelledBytes, 1, { seconds: 10, nanoseconds: 999_999_000 }), session)
  writeSummary(s, dmvpn, recordOf(tunnelledBytes, 1, { seconds: 11, nanoseconds: 2_000 }), session)
  const [first, second] = s.toString().split('\n')
  expect(first).toMatch(/^ {4}1 {3}0\.000000 {5}10\.0\.0\.3 → 10\.0\.0\.1 {5}IPv4 62 /)
  expect(second).toMatch(/^ {4}2 {3}0\.000003 /)
})

it('ends with what went wrong', () => {
  const line = (originalLength: number): string => {
    const s = new Sink()
    writeSummary(s, dmvpn, recordOf(tunnelledBytes.subarray(0, 37), 1, { originalLength }), new Session())
    return s.toString()
  }
  expect(line(37)).toContain(' GRE 37 [Malformed Packet]\n')
  expect(line(62)).toContain(' GRE 62 [Packet size limited during capture]\n')
})

it('shows times as finely as the file has them', () => {
  const digits = (resolution: number): number =>
    timeDigitsOf(recordOf(tunnelledBytes, 1, { description: { resolution } }))
  expect([0, 3, 6, 9, 0x80 | 10, 0x80 | 30].map(digits)).toEqual([0, 3, 6, 9, 6, 9])
})
