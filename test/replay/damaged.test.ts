/** Whatever octets come, the judge comes to an end and throws nothing. */
import { basename } from 'node:path'
import { bytesOf, keep, readCaptureFile } from '@dmvpn/capture'
import { type FrameRecord, recordOf } from '@dmvpn/dissect'
import { fc } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { captureFiles } from '../samples.ts'
import { judgeRecords } from './judge-capture.ts'

/** A record with some octets changed, or cut off, behind the link's own header. */
function damaged(record: FrameRecord & { readonly linkType: number }, random: () => number): FrameRecord {
  const bytes = bytesOf(record as never).slice()
  const times = random() < 0.5 ? 0 : 1 + Math.floor(random() * 4)
  for (let i = 0; i < times; i++) bytes[Math.floor(14 + random() * (bytes.length - 14))] = Math.floor(random() * 256)
  const end = random() < 0.1 ? Math.floor(random() * bytes.length) : bytes.length
  const { seconds, nanoseconds, originalLength } = record
  return recordOf(bytes.subarray(0, end), record.linkType, { seconds, nanoseconds, originalLength })
}

/** A sequence of numbers from 0 to 1 that its seed decides. */
function sequence(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 0) / 2 ** 32
  }
}

describe('damaged captures', () => {
  test.each(captureFiles().map(file => [basename(file), file]))('%s', (_, file) => {
    const records = [...readCaptureFile(file)].map(keep)
    fc.assert(
      fc.property(fc.integer(), seed => {
        const random = sequence(seed)
        const { judge } = judgeRecords(records.map(each => damaged(each, random)))
        const { counts } = judge
        expect(Object.values(counts).every(each => Object.values(each).every(Number.isSafeInteger))).toBe(true)
      }),
      { numRuns: 4 },
    )
  })
})
