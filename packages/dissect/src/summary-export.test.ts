import { data, dmvpn, ethernet, ipv4, layer, udp } from '@dmvpn/protocols'
import { hostNames, ipv4Of, Sink } from '@dmvpn/wire'
import { describe, expect, it } from 'vitest'
import { type FrameRecord, recordOf } from './frame-record.ts'
import { Session } from './session/session.ts'
import { plainFrames, variedFrames } from './shapes/varied-frames.test.data.ts'
import { writeSummary } from './summary.ts'
import { SummaryExport } from './summary-export.ts'

const frames = variedFrames()

/** So often that every frame comes when the line of its shape is known. */
const often: readonly FrameRecord[] = Array.from({ length: 6 }, () => frames).flat()

function passive(): Session {
  const session = new Session()
  session.only([])
  return session
}

/** A packet to the hub, by way of another station or with an option that says nothing. */
function routed(isRouted: boolean): FrameRecord {
  const options = isRouted ? [0x83, 11, 4, 150, 9, 9, 9, 150, 9, 9, 8, 0] : Array.from({ length: 12 }, () => 1)
  const addresses = { source: ipv4Of('150.2.0.1'), destination: ipv4Of('150.1.1.1') }
  return recordOf(
    dmvpn.encode([
      layer(ethernet, {}),
      layer(ipv4, { ...addresses, options: Uint8Array.from(options) }),
      layer(udp, { sourcePort: 5000, destinationPort: 6000 }),
      layer(data, { bytes: new Uint8Array(40) }),
    ]),
    1,
  )
}

/** Writes the lines of all records, as they are expected to be; gives the number of those that were not walked. */
function compare(records: readonly FrameRecord[]): number {
  const summary = new SummaryExport(dmvpn)
  const sessions = [passive(), passive()] as const
  const wrong: [line: string, walked: string][] = []
  let known = 0
  for (const record of records) {
    const [line, walked] = [new Sink(), new Sink()]
    if (summary.write(line, record, sessions[0]) === undefined) known++
    writeSummary(walked, dmvpn, record, sessions[1])
    if (line.toString() !== walked.toString()) wrong.push([line.toString(), walked.toString()])
  }
  expect(wrong).toEqual([])
  return known
}

describe('the line of a frame whose shape is known', () => {
  it('is the line of the frame walked whole', () => {
    expect(compare(often)).toBeGreaterThan(0.1 * often.length)
    const plain = Array.from({ length: 10 }, () => [...plainFrames()]).flat()
    expect(compare(plain)).toBeGreaterThan(0.3 * plain.length)
  })

  it('names addresses that have names', () => {
    hostNames.add(ipv4Of('150.1.1.1'), 'hub')
    try {
      expect(compare(often.slice(0, 2000))).toBe(0)
      const s = new Sink()
      writeSummary(s, dmvpn, routed(false), passive())
      expect(s.toString()).toContain(' hub ')
    } finally {
      hostNames.clear()
    }
  })

  it('says where a routed packet goes in the end', () => {
    const some = (isRouted: boolean): readonly FrameRecord[] => Array.from({ length: 10 }, () => routed(isRouted))
    expect(compare([...some(true), ...some(false)])).toBeGreaterThan(8)
    const s = new Sink()
    writeSummary(s, dmvpn, routed(true), passive())
    expect(s.toString()).toContain(' → 150.9.9.8 ')
  })

  it('is not written where a session wants to see every frame', () => {
    const summary = new SummaryExport(dmvpn)
    const session = new Session()
    session.only(['udp.stream'])
    for (const record of often.slice(0, 4000)) expect(summary.write(new Sink(), record, session)).toBeDefined()
  })

  it('leaves faulty frames to the walk', () => {
    const summary = new SummaryExport(dmvpn)
    const session = passive()
    for (const record of often.slice(0, 6000)) {
      const frame = dmvpn.decodeIn(record.buffer, record.view, record.start, record.end, record.linkType)
      const shown = summary.write(new Sink(), record, session)
      if (frame.fault !== undefined) expect(shown?.fault).toEqual(frame.fault)
    }
  })
})
