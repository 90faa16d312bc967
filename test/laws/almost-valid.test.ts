/** Packets with one fault: the decoder and the dissector say exactly that, at that place, and nothing else. */
import { type AlmostValid, almostValid, flaws } from '@dmvpn/arbitraries'
import { dmvpn, nhrp, recode } from '@dmvpn/protocols'
import { formatHex } from '@dmvpn/wire'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { watched } from './recorder.ts'

/** What was said, each with its place: the fault, or else the notes and octets without a name. */
function saidOf({ protocol, bytes }: AlmostValid): string[] {
  const { seen } = watched(protocol, bytes)
  const { fault, notes, values } = seen
  const noted = notes
    .filter(({ field }) => field.severity !== 'chat')
    .map(({ field, at }) => ({ said: field.name, at }))
  const trailing = values
    .filter(({ field }) => field.name === 'data.trailing')
    .map(({ field, at }) => ({ said: field.name, at }))
  // Where the walk stops, a note may say why: it is the same fault.
  const others = noted.filter(({ at }) => at !== fault?.at)
  const stopped = fault === undefined ? noted : [{ said: fault.fault, at: fault.at }, ...others]
  return [...stopped, ...trailing].map(({ said, at }) => `${said} at ${at}`)
}

describe.each(flaws.map(flaw => [flaw.protocol.name, flaw.name, flaw] as const))('%s: %s', (_protocol, _name, flaw) => {
  test(`is said: ${flaw.expected} (${flaw.rule})`, () => {
    fc.assert(
      fc.property(flaw.packets, packet => {
        expect(saidOf(packet)).toEqual([`${packet.expected} at ${packet.at}`])
      }),
      { numRuns: 40 },
    )
  })
})

test('what is almost valid survives a round trip like everything else', () => {
  fc.assert(
    fc.property(almostValid(nhrp), ({ bytes, protocol }) => {
      const view = new DataView(bytes.buffer)
      const frame = dmvpn.walk(bytes, view, 0, bytes.length, protocol, {})
      expect(formatHex(recode(frame))).toBe(formatHex(bytes))
    }),
    { numRuns: 500 },
  )
})

test('every name is that of one flaw', () => {
  const names = flaws.map(({ protocol, name }) => `${protocol.name}: ${name}`)
  expect(new Set(names).size).toBe(names.length)
})
