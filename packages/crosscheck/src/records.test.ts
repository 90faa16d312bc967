import { expect, test } from 'vitest'
import { compareCapture } from './compare-capture.ts'
import { isKnown } from './known.ts'
import { readRecords } from './records.ts'

interface Options {
  readonly little?: boolean
  readonly magic?: number
  readonly version?: readonly [number, number]
  readonly linkType?: number
}

/** A capture file of these packets, a second apart. */
function pcap(packets: readonly Uint8Array[], options: Options = {}): Uint8Array {
  const { little = true, magic = 0xa1b2c3d4, version = [2, 4], linkType = 101 } = options
  const file = new Uint8Array(24 + packets.reduce((sum, { length }) => sum + 16 + length, 0))
  const view = new DataView(file.buffer)
  view.setUint32(0, magic, little)
  view.setUint16(4, version[0], little)
  view.setUint16(6, version[1], little)
  view.setUint32(16, 65_535, little)
  view.setUint32(20, linkType, little)
  let at = 24
  for (const [index, packet] of packets.entries()) {
    view.setUint32(at, 1000 + index, little)
    view.setUint32(at + 4, (999_990 + index) % 1_000_000, little)
    view.setUint32(at + 8, packet.length, little)
    view.setUint32(at + 12, packet.length + 5, little)
    file.set(packet, at + 16)
    at += 16 + packet.length
  }
  return file
}

const packets = [Uint8Array.of(1, 2, 3), new Uint8Array(0), Uint8Array.of(4)]

test.each([true, false])('records in both byte orders (little: %s)', little => {
  expect(readRecords(pcap(packets, { little }))).toMatchObject({
    linkType: 101,
    leftover: 0,
    records: [
      { seconds: 1000, microseconds: 999_990, originalLength: 8 },
      { seconds: 1001, microseconds: 999_991, originalLength: 5 },
      { seconds: 1002, microseconds: 999_992, originalLength: 6 },
    ],
  })
  expect(compareCapture(pcap(packets, { little })).disagreements).toEqual([])
})

test('the length of frame check sequences is no part of the link type', () => {
  expect(readRecords(pcap(packets, { linkType: 0x24000001 }))).toMatchObject({ linkType: 1 })
})

test('what it cannot read it is not shown', () => {
  const fraction = pcap(packets)
  new DataView(fraction.buffer).setUint32(28, 1_000_000, true)
  const huge = pcap(packets)
  new DataView(huge.buffer).setUint32(32, 0xffffffff, true)
  const unasked = [
    pcap(packets, { magic: 0xa1b23c4d }),
    pcap(packets, { version: [9, 4] }),
    pcap(packets).subarray(0, 20),
    fraction,
    huge,
  ]
  for (const file of unasked) expect(readRecords(file)).toHaveProperty('because')
})

test('a record cut short is told from a whole file, which pcap-parser does not', () => {
  const file = pcap(packets)
  expect(readRecords(file.subarray(0, -1))).toMatchObject({ leftover: 16, records: { length: 2 } })
  const { disagreements } = compareCapture(file.subarray(0, -1))
  expect(disagreements).toHaveLength(1)
  expect(disagreements.every(isKnown)).toBe(true)
})

test('megabytes of records are read at once', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => new Uint8Array(100).fill(i))
  expect(readRecords(pcap(many))).toHaveProperty('records.length', 20_000)
})
