/** Parts of captures: what was before them, beside them or lost is nobody's fault. */
import { bytesOf, readCaptureFile } from '@dmvpn/capture'
import { type FrameRecord, recordOf } from '@dmvpn/dissect'
import { describe, expect, test } from 'vitest'
import { compareWithCore, configuredStations, departuresOf } from './compare-with-core.ts'
import { recordAt, type Timed } from './judge-capture.ts'
import { sceneOf } from './scenes.ts'

const scenes = [
  'phase-2-process',
  'phase-3',
  'purge',
  'spoke-behind-nat',
  'nhs-chain',
  'hub-restart',
  'phase-1-ospf',
  'two-clouds',
]
const samples = [
  '01-reg-auth-frr10.hub-link.pcap',
  '02a-phase3-auth-frr10.multi-if.pcapng',
  '05c-ipv6-over-gre-frr10.hub-link.pcap',
  '06-nat-frr10.hub-link.pcap',
  '02a-phase3-auth-frr10.hub-link.pcap',
]

function recordsIn(file: string): readonly FrameRecord[] {
  return [...readCaptureFile(new URL(`../../samples/captures/${file}`, import.meta.url))].map(record =>
    recordOf(bytesOf(record).slice(), record.linkType, {
      seconds: record.seconds,
      nanoseconds: record.nanoseconds,
      originalLength: record.originalLength,
      interface: record.interface,
    }),
  )
}

const parts = [0.1, 0.4, 0.75]

describe.each(scenes)('%s', name => {
  test.each(parts)('from %d on', async part => {
    const { frames } = await sceneOf(name)
    const rest = frames.slice(Math.floor(frames.length * part))
    expect(departuresOf(compareWithCore(() => rest.map(recordAt)))).toEqual([])
    const stations = configuredStations(name)
    expect(departuresOf(compareWithCore(() => rest.map(recordAt), { stations }))).toEqual([])
  })

  test('up to any of four places', async () => {
    const { frames } = await sceneOf(name)
    const stations = configuredStations(name)
    for (let i = 1; i < 5; i++) {
      const some = frames.slice(0, Math.floor((frames.length * i) / 5))
      expect(departuresOf(compareWithCore(() => some.map(recordAt), { stations, fromStart: true }))).toEqual([])
    }
  })

  test('one direction, and one link, alone', async () => {
    const { frames } = await sceneOf(name)
    const sourceOf = ({ frame: { bytes } }: Timed): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(12)
    const destinationOf = ({ frame: { bytes } }: Timed): number =>
      new DataView(bytes.buffer, bytes.byteOffset).getUint32(16)
    for (const station of new Set(frames.map(sourceOf))) {
      const sent = frames.filter(each => sourceOf(each) === station)
      const received = frames.filter(each => destinationOf(each) === station)
      const link = frames.filter(each => sourceOf(each) === station || destinationOf(each) === station)
      for (const some of [sent, received, link]) {
        const stations = configuredStations(name)
        const how = some === link ? {} : { stations }
        expect(departuresOf(compareWithCore(() => some.map(recordAt), how))).toEqual([])
      }
    }
  })
})

describe.each(samples)('%s', file => {
  test.each(parts)('from %d on', part => {
    const all = recordsIn(file)
    const rest = all.slice(Math.floor(all.length * part))
    expect(departuresOf(compareWithCore(() => rest))).toEqual([])
  })

  test('cut to 100 octets a frame', () => {
    const short = recordsIn(file).map(each => ({ ...each, end: Math.min(each.end, 100) }))
    expect(departuresOf(compareWithCore(() => short))).toEqual([])
  })
})
