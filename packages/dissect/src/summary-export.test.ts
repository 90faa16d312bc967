import { dmvpn } from '@dmvpn/protocols'
import { Sink } from '@dmvpn/wire'
import { describe, expect, it } from 'vitest'
import type { FrameRecord } from './frame-record.ts'
import { Session } from './session/session.ts'
import { variedFrames } from './shapes/varied-frames.test.data.ts'
import { writeSummary } from './summary.ts'
import { SummaryExport } from './summary-export.ts'

const frames = variedFrames()

/** Twice, so that every frame comes when its shape is known. */
const twice: readonly FrameRecord[] = [...frames, ...frames]

function passive(): Session {
  const session = new Session()
  session.only([])
  return session
}

describe('the line of a frame whose shape is known', () => {
  it('is the line of the frame walked whole', () => {
    const summary = new SummaryExport(dmvpn)
    const sessions = [passive(), passive()] as const
    let known = 0
    for (const record of twice) {
      const [line, walked] = [new Sink(), new Sink()]
      if (summary.write(line, record, sessions[0]) === undefined) known++
      const frame = writeSummary(walked, dmvpn, record, sessions[1])
      expect(line.toString(), `${frame.layers.map(({ protocol }) => protocol.name).join(':')}`).toBe(walked.toString())
    }
    expect(known).toBeGreaterThan(0.3 * twice.length)
  })

  it('is not written where a session wants to see every frame', () => {
    const summary = new SummaryExport(dmvpn)
    const session = new Session()
    session.only(['udp.stream'])
    for (const record of twice) expect(summary.write(new Sink(), record, session)).toBeDefined()
  })

  it('leaves faulty frames to the walk', () => {
    const summary = new SummaryExport(dmvpn)
    const session = passive()
    for (const record of twice) {
      const frame = dmvpn.decodeIn(record.buffer, record.view, record.start, record.end, record.linkType)
      const shown = summary.write(new Sink(), record, session)
      if (frame.fault !== undefined) expect(shown?.fault).toEqual(frame.fault)
    }
  })
})
