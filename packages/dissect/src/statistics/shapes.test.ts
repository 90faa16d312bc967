import { dmvpn } from '@dmvpn/protocols'
import { expect, it } from 'vitest'
import type { FrameRecord } from '../frame-record.ts'
import { recordOf } from '../frame-record.ts'
import { sampleRecords } from '../sample-frames.test.data.ts'
import { Session } from '../session/session.ts'
import { Counter } from './counter.ts'
import { statisticOf } from './parse.ts'

const samples = [
  '02a-phase3-auth-frr10.hub-link',
  '07b-esp.udp-cbc128-sha256.s1-link',
  '08-gre-variants.vlan100.s1-link',
]
const names = ['io,phs', 'nhrp', ...['eth', 'ip', 'udp'].flatMap(type => [`conv,${type}`, `endpoints,${type}`])]

function* frames(): Generator<FrameRecord> {
  for (const name of samples) yield* sampleRecords(`captures/${name}.pcap`)
}

/** What is counted of records; without `begin` every one of them is decoded. */
function counted(records: Iterable<FrameRecord>, knowsShapes: boolean): unknown {
  const counter = new Counter(
    dmvpn,
    names.map(name => statisticOf(dmvpn, name)),
  )
  const session = new Session()
  session.only(counter.fields)
  if (knowsShapes) counter.begin(session, '')
  else for (const each of counter.statistics) each.begin?.(session, '')
  for (const record of records) counter.take(record, session)
  counter.end(session)
  return counter.statistics.map(each => [each.name, each.report()])
}

it('counts frames whose layers it knows as if it had decoded them', () => {
  const all = [...frames(), ...frames()]
  expect(counted(all, true)).toEqual(counted(all, false))
})

it('does so whatever single octet is another', () => {
  const different: FrameRecord[] = []
  let seed = 1
  for (const { buffer, start, end, linkType, seconds, nanoseconds } of frames()) {
    const bytes = buffer.slice(start, end)
    different.push(recordOf(bytes, linkType, { seconds, nanoseconds }))
    for (let i = 0; i < 12; i++) {
      seed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + i
      const changed = bytes.slice()
      // Headers decide; what they carry does not.
      const at = (seed >>> 8) % Math.min(bytes.length, 110)
      changed[at] = changed[at]! ^ (1 << (seed & 7))
      different.push(recordOf(changed, linkType, { seconds, nanoseconds }))
    }
  }
  expect(different.length).toBeGreaterThan(2000)
  expect(counted(different, true)).toEqual(counted(different, false))
})
