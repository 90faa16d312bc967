import { dmvpn } from '@dmvpn/protocols'
import { expect, it } from 'vitest'
import { type FrameRecord, recordOf } from '../frame-record.ts'
import { Session } from '../session/session.ts'
import { Counter } from '../statistics/counter.ts'
import { statisticOf } from '../statistics/parse.ts'
import { Shapes } from './shapes.ts'
import { plainFrames, variedFrames } from './varied-frames.test.data.ts'

const names = ['io,phs', 'nhrp', ...['eth', 'ip', 'udp'].flatMap(type => [`conv,${type}`, `endpoints,${type}`])]

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
  const all = [...plainFrames(), ...plainFrames()]
  expect(counted(all, true)).toEqual(counted(all, false))
})

it('does so whatever single octet is another', () => {
  const different = variedFrames()
  expect(different.length).toBeGreaterThan(2000)
  expect(counted(different, true)).toEqual(counted(different, false))
})

it('keeps frames apart that are of another length or on another link', () => {
  const shapes = new Shapes(dmvpn, [])
  const learned = [...plainFrames()].find(record => {
    shapes.learn(record, dmvpn.decodeIn(record.buffer, record.view, record.start, record.end, record.linkType))
    return shapes.find(record) !== undefined
  })!
  const { buffer, start, end, linkType } = learned
  const octets = buffer.slice(start, end)
  expect(shapes.find(recordOf(octets, linkType))).toBe(shapes.find(learned))
  expect(shapes.find(recordOf(octets, 101))).toBeUndefined()
  for (const more of [1, 2048]) {
    const longer = new Uint8Array(octets.length + more)
    longer.set(octets)
    expect(shapes.find(recordOf(longer, linkType))).toBeUndefined()
  }
})
