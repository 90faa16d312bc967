/** What is missing because the capture began late, ended early or has one side is nobody's fault. */
import { basename } from 'node:path'
import { keep, readCaptureFile } from '@dmvpn/capture'
import type { FrameRecord } from '@dmvpn/dissect'
import type { Verdict } from '@dmvpn/replay'
import { formatIpv4, ipv4Of } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { captureFiles } from '../samples.ts'
import { judgeRecords, recordAt } from './judge-capture.ts'
import { sceneNames, sceneOf } from './scenes.ts'

/** The outer addresses of a record of Ethernet or of bare IPv4; undefined for others. */
function endsOf({ view, start, linkType }: FrameRecord): readonly [string, string] | undefined {
  const at = start + (linkType === 1 ? 14 : 0)
  if (linkType === 113 || view.getUint8(at) >>> 4 !== 4) return undefined
  return [formatIpv4(view.getUint32(at + 12)), formatIpv4(view.getUint32(at + 16))]
}

const name = ({ rule, station }: Verdict): string => `${rule} ${station}`
const failures = (records: readonly FrameRecord[], keyText: string): Verdict[] =>
  judgeRecords(records, keyText === '' ? {} : { keyText }).verdicts.filter(({ verdict }) => verdict === 'fail')

/** Ways to lose a part: what is left of the records. */
function parts(records: readonly FrameRecord[]): readonly (readonly FrameRecord[])[] {
  const share = (part: number): number => Math.floor(records.length * part)
  const ends = [...new Set(records.flatMap(each => endsOf(each) ?? []))].filter(each => ipv4Of(each) >>> 28 !== 14)
  return [
    ...[0.1, 0.4, 0.8].flatMap(part => [records.slice(share(part)), records.slice(0, share(part))]),
    ...ends.slice(0, 3).flatMap(end => [0, 1].map(side => records.filter(each => endsOf(each)?.[side] === end))),
    ...ends.slice(0, 3).map(end => records.filter(each => endsOf(each)?.includes(end))),
  ]
}

/** A request sent three times without an answer is unanswered, whatever else there is: N85 may come of a part. */
const ofAnyPart = 'N85'

function accusations(records: readonly FrameRecord[], keyText = ''): readonly Verdict[] {
  const whole = new Set(failures(records, keyText).map(name))
  return parts(records)
    .filter(({ length }) => length > 0)
    .flatMap(part => failures(part, keyText))
    .filter(each => !whole.has(name(each)) && (each.rule !== ofAnyPart || each.frames.length < 3))
}

describe('a part accuses nobody whom the whole does not accuse', () => {
  test.each(sceneNames)('%s', async scene => {
    const { frames, keyText } = await sceneOf(scene)
    expect(accusations(frames.map(recordAt), keyText)).toEqual([])
  })

  test.each(captureFiles().map(file => [basename(file), file]))('%s', (_, file) => {
    expect(accusations([...readCaptureFile(file)].map(keep))).toEqual([])
  })
})
