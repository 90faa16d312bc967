import { dmvpn } from '@dmvpn/protocols'
import { Sink } from '@dmvpn/wire'
import { expect, it } from 'vitest'
import { Catalogue } from '../catalogue.ts'
import { FieldsExport, type FieldsOptions } from '../fields-export.ts'
import { compileFilter, compileFilters } from '../filter/filter.ts'
import type { FrameRecord } from '../frame-record.ts'
import { Session } from '../session/session.ts'
import { isTold } from './readable.ts'
import { variedFrames } from './varied-frames.test.data.ts'

const frames = variedFrames()
const catalogue = new Catalogue(dmvpn)
const readable = catalogue.entries.filter(entry => !entry.name.startsWith('frame.') && isTold(dmvpn, entry))

/** A session for which no frame has to be walked, or one for which every frame has to. */
function sessionOf(isPassive: boolean): Session {
  const session = new Session()
  if (isPassive) session.only([])
  else session.only(['udp.stream'])
  return session
}

function linesOf(
  names: readonly string[],
  isPassive: boolean,
  options: Partial<FieldsOptions> = {},
): [string[], number] {
  const fields = new FieldsExport(dmvpn, names, options)
  const session = sessionOf(isPassive)
  let walked = 0
  const lines = frames.map(record => {
    const s = new Sink()
    if (fields.write(s, record, session) !== undefined) walked++
    return s.toString()
  })
  return [lines, walked]
}

/** The names whose values two lines have different. */
function differing(names: readonly string[], one = '', other = ''): readonly string[] {
  const [values, others] = [one.split('\t'), other.split('\t')]
  return names.filter((_, i) => values[i] !== others[i])
}

it('writes every readable field of frames of known shapes as if it had walked them', () => {
  expect(readable.length).toBeGreaterThan(500)
  for (let from = 0; from < readable.length; from += 200) {
    const names = readable.slice(from, from + 200).map(({ name }) => name)
    const [expected, all] = linesOf(names, false)
    const [lines, walked] = linesOf(names, true)
    const wrong = lines.findIndex((line, i) => line !== expected[i])
    expect([wrong, differing(names, lines[wrong], expected[wrong])]).toEqual([-1, []])
    expect(all).toBe(frames.length)
    expect(walked).toBeLessThan(frames.length * 0.7)
  }
})

it('lays lines of known shapes out as told', () => {
  const names = ['frame.number', 'ip.src', 'frame.time_epoch', 'frame.protocols', 'gre.key', 'ip.addr', 'frame.comment']
  for (const occurrence of ['all', 'first', 'last'] as const) {
    for (const quote of ['', '"']) {
      const options = { occurrence, quote, separator: ' | ', aggregator: '\t' }
      const [expected] = linesOf(names, false, options)
      const [lines, walked] = linesOf(names, true, options)
      expect(lines).toEqual(expected)
      expect(walked).toBeLessThan(frames.length * 0.7)
    }
  }
})

/** The numbers of the frames that pass, and how many were walked. */
function passing(text: string, isPassive: boolean): [readonly number[], number] {
  const filter = compileFilter(dmvpn, text, catalogue)
  const session = sessionOf(isPassive)
  let walked = 0
  const passed = frames.flatMap((record: FrameRecord, i) => {
    const passes = filter.passes(record, session)
    if (filter.frame !== undefined) walked++
    return passes ? [i] : []
  })
  return [passed, walked]
}

const filters = [
  'nhrp.hdr.op.type == 1',
  'nhrp',
  '!nhrp',
  'gre && !udp',
  'ip.src == 10.0.0.0/8',
  'ip.addr != 10.0.0.1',
  'all ip.ttl > 64',
  'nhrp.reqid > 3 && nhrp.flags',
  'nhrp.client.nbma.addr == 150.1.0.0/16 || esp.spi',
  'frame.len > 100 && gre.key',
  'frame.number in {3..40, 77} || vlan.id == 100',
  'eth.dst[0:3] == 02:00:00',
  'count(ip.ttl) == 2',
  'max(ip.ttl, ip.hdr_len) > 200',
  'ip.dsfield.dscp == 48 and not icmp',
  'udp.port == 4500 or tcp.flags.syn == 1',
]

it.each(filters)('%s holds of the same frames', text => {
  const [expected] = passing(text, false)
  const [passed, walked] = passing(text, true)
  expect(passed).toEqual(expected)
  expect(walked).toBeLessThan(frames.length * 0.7)
})

it('asks several filters at once', () => {
  const bank = compileFilters(dmvpn, filters, catalogue)
  const [passive, active] = [sessionOf(true), sessionOf(false)]
  const known = frames.map(record => [[...bank.passes(record, passive)], bank.frame === undefined] as const)
  const walked = frames.map(record => [...bank.matches(record, active)])
  expect(known.map(([answers]) => answers)).toEqual(walked)
  expect(known.filter(([, isKnown]) => isKnown).length).toBeGreaterThan(frames.length * 0.3)
})

it.each([
  'ip.checksum.status == 2',
  'frame.protocols contains "gre"',
  'ip#2',
  'icmp.data_time',
  'frame contains "abc" && ip',
  '_ws.malformed',
])('%s needs every frame walked', text => expect(passing(text, true)[1]).toBe(frames.length))
