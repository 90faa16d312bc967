import { data, dmvpn, encodeLayers, ethernet, gre, icmp, ipv4, type LayerToEncode, layer, udp } from '@dmvpn/protocols'
import { ipv4Of, Sink } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { dissect } from './dissect.ts'
import { FirstPass } from './first-pass.ts'
import { FrameFollower } from './follow-frame.ts'
import { type FrameRecord, recordOf } from './frame-record.ts'
import { TreeTextExport } from './render/tree-text.ts'
import type { Foresight } from './session/foresight.ts'
import { Session } from './session/session.ts'
import { variedFrames } from './shapes/varied-frames.test.data.ts'
import { TreeWitness } from './tree-witness.ts'

function foresightOf(records: readonly FrameRecord[]): Foresight | undefined {
  const pass = new FirstPass(dmvpn, new Session({ keeps: true }))
  for (const record of records) pass.take(record)
  return pass.foresight
}

/** The trees of the frames that `shows` names; the others are followed, or where nobody is to follow shown to nobody. */
function trees(
  records: readonly FrameRecord[],
  known: Foresight | undefined,
  shows: (index: number) => boolean,
  follows: boolean,
): readonly string[] {
  const session = new Session({ known })
  const follower = new FrameFollower(dmvpn)
  const text = new TreeTextExport()
  const witness = new TreeWitness()
  return records.map((record, index) => {
    if (follows && !shows(index)) {
      follower.follow(record, session)
      session.displayed()
      return ''
    }
    const s = new Sink()
    text.frame(s, dissect(dmvpn, record, { session, witness }))
    session.displayed()
    return shows(index) ? s.toString() : ''
  })
}

/** Every third frame, then two of every five: what is told apart lies on both sides. */
const choices = [(index: number) => index % 3 === 0, (index: number) => index % 5 > 2]

const around: readonly LayerToEncode[] = [
  layer(ethernet, { destination: 0x020000000001, source: 0x020000000003 }),
  layer(ipv4, { source: ipv4Of('150.1.3.3'), destination: ipv4Of('150.1.1.1'), ttl: 63 }),
  layer(gre, { key: 123 }),
]

function record(index: number, inside: readonly LayerToEncode[]): FrameRecord {
  const bytes = encodeLayers([...around, ...inside])
  return recordOf(bytes, 1, { seconds: index >> 2, nanoseconds: 1_000_000 * (index % 4) })
}

/** Pings that are answered, some too late to be next, datagrams of some streams, both ways, and complaints about others. */
function traffic(): readonly FrameRecord[] {
  return Array.from({ length: 400 }, (_, index) => {
    const isBack = index % 4 > 1
    const ends = [ipv4Of('10.0.0.3'), ipv4Of(`10.0.0.${4 + ((index >> 2) % 3)}`)] as const
    const source = ends[isBack ? 1 : 0]
    const destination = ends[isBack ? 0 : 1]
    const inner = layer(ipv4, { source, destination, identification: index })
    const payload = layer(data, { bytes: new Uint8Array(24) })
    // Streams of which nothing but a quote is seen count, too.
    if (index % 15 === 7) {
      const lost = layer(udp, { sourcePort: 1000 + index, destinationPort: 40_000, checksummed: true })
      const quoted = encodeLayers([layer(ipv4, { source: destination, destination: source }), lost, payload])
      return record(index, [inner, layer(icmp, { kind: 'error', type: 3, code: 3, word: 0, quoted })])
    }
    if (index % 2 === 0) {
      const type = isBack ? 0 : 8
      return record(index, [
        inner,
        layer(icmp, { kind: 'query', type, code: 0, identifier: 7, sequence: index >> 2, data: new Uint8Array(0) }),
        payload,
      ])
    }
    const ports = { sourcePort: isBack ? 40_000 : 50_001 + (index % 9), destinationPort: isBack ? 50_001 : 40_000 }
    return record(index, [inner, layer(udp, { ...ports, checksummed: true }), payload])
  })
}

describe('a session that others show frames to says of its own what it would say', () => {
  test.each([
    ['the samples, varied', variedFrames().filter((_, index) => index % 4 < 2)],
    ['pings and streams', traffic()],
  ])('%s', (_, records) => {
    for (const known of [foresightOf(records), undefined]) {
      for (const shows of choices) {
        const wanted = trees(records, known, shows, false)
        expect(trees(records, known, shows, true)).toEqual(wanted)
      }
    }
  })

  test('of which there is something to say', () => {
    const text = trees(traffic(), foresightOf(traffic()), () => true, false).join('')
    expect(text).toMatch(/\[Response frame: 3\]/)
    expect(text).toMatch(/\[Stream index: 2\]/)
    expect(text).toMatch(/\[Time since first frame: 1?\d+\.\d+ seconds\]/)
  })
})
