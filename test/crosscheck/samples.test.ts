/** Law 12, the second witness: every sample and vector is read alike by parsers that are not ours. */
import { readFileSync } from 'node:fs'
import { mutated } from '@dmvpn/arbitraries'
import {
  compareCapture,
  compareFrame,
  compareRecords,
  type Disagreement,
  isKnown,
  knownDisagreements,
} from '@dmvpn/crosscheck'
import { formatHex } from '@dmvpn/wire'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { captureFiles, distinctFrames, sampleFrames } from '../samples.ts'

const files = [...captureFiles(), ...captureFiles('vectors')]
const frames = sampleFrames()

/** A capture whose last record lacks its last three octets. */
function cutShort(): Uint8Array {
  return new Uint8Array(readFileSync(files[0]!)).subarray(0, -3)
}

const found: readonly Disagreement[] = [
  ...files.flatMap(file => compareCapture(file).disagreements),
  ...compareCapture(cutShort()).disagreements,
  ...frames.flatMap(({ bytes, linkType }) => compareFrame(bytes, linkType)),
]

describe('law 12, second witness', () => {
  test('no disagreement but the listed ones', () => {
    expect(found.filter(each => !isKnown(each))).toEqual([])
  })

  test.each(knownDisagreements.map(known => [known.name, known] as const))('%s still occurs', (_, known) => {
    expect(found.some(each => known.covers(each))).toBe(true)
  })

  test('most captures are read by pcap-parser too', () => {
    const asked = files.filter(file => compareCapture(file).unasked === undefined)
    expect(asked.length).toBeGreaterThan(20)
  })

  test('of records alone the same is said', () => {
    const of = (file: Uint8Array): readonly Disagreement[] =>
      compareCapture(file).disagreements.filter(({ by }) => by === 'pcap-parser')
    expect(compareRecords(cutShort())).toEqual(of(cutShort()))
    expect(compareRecords(cutShort())).toHaveLength(1)
  })

  test('nor in mutated frames', () => {
    const any = fc.constantFrom(...distinctFrames(frames))
    fc.assert(
      fc.property(any, fc.context(), mutated(any.map(({ bytes }) => bytes)), ({ linkType }, context, bytes) => {
        context.log(`${linkType} ${formatHex(bytes)}`)
        expect(compareFrame(bytes, linkType).filter(each => !isKnown(each))).toEqual([])
      }),
      { numRuns: 20_000 },
    )
  })
})
