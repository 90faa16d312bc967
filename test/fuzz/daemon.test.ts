import { framesAsBytes, mutated } from '@dmvpn/arbitraries'
import { bytesOf, readCapture } from '@dmvpn/capture'
import { type Labelled, labelledCorpus } from '@dmvpn/fuzz'
import fc from 'fast-check'
import { expect, test } from 'vitest'
// Takes a frame from its IPv4 header on; 'accepted' or 'refused', and nothing else.
import { parse } from './parser.ts'

test('no octets are fatal', () => {
  const anything = mutated(framesAsBytes().map(({ bytes }) => bytes))
  fc.assert(
    fc.property(anything, bytes => ['accepted', 'refused'].includes(parse(bytes))),
    { numRuns: 2000 },
  )
})

/** What this parser leaves to those that act on a packet. */
const leftToOthers = ['nhrp-error-about-error', 'nhrp-record-cut']

const corpus = labelledCorpus().filter(({ name }) => name.startsWith('nhrp-') && !leftToOthers.includes(name))
const isMalformed = ({ reaction }: Labelled): boolean => reaction === 'discard'
const isHarmless = ({ reaction }: Labelled): boolean =>
  reaction === 'accept and report' || reaction === 'ignore the part'

function parsed({ file }: Labelled): string {
  const [record] = readCapture(file)
  return parse(bytesOf(record!))
}

test.each(corpus.filter(isMalformed))('$name is refused: $rule', each => {
  expect(parsed(each)).toBe('refused')
})

test.each(corpus.filter(isHarmless))('$name is accepted: $rule', each => {
  expect(parsed(each)).toBe('accepted')
})
