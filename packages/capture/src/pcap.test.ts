import { describe, expect, test } from 'vitest'
import { readCapture } from './read.ts'
import { CaptureReader } from './reader.ts'
import { bytesOf, type CaptureRecord, keep } from './record.ts'
import { frame, joined, packed, pcapFile } from './variants.test.data.ts'

const seen = [
  { seconds: 1_785_542_400, fraction: 123_456, bytes: frame(60, 1) },
  { seconds: 4_294_967_295, fraction: 999_999, bytes: frame(0, 2), original: 1500 },
  { seconds: 0, fraction: 0, bytes: frame(1, 3), original: 60 },
]

const all = (bytes: Uint8Array): { records: CaptureRecord[]; fault: unknown } => {
  const capture = readCapture(bytes)
  return { records: [...capture].map(keep), fault: capture.fault }
}

describe.each(['little', 'big'] as const)('%s-endian pcap', order => {
  test.each([
    ['microseconds', 0xa1b2c3d4, 1000],
    ['nanoseconds', 0xa1b23c4d, 1],
    ['modified', 0xa1b2cd34, 1000],
  ])('%s', (_, magic, scale) => {
    const { records, fault } = all(pcapFile(order, { magic, modified: magic === 0xa1b2cd34 }, seen))
    expect(fault).toBeUndefined()
    expect(records.map(r => [r.seconds, r.nanoseconds, r.originalLength, bytesOf(r)])).toEqual(
      seen.map(s => [s.seconds, s.fraction * scale, s.original ?? s.bytes.length, s.bytes]),
    )
    expect(records.map(r => r.flags)).toEqual(seen.map(() => (magic === 0xa1b2cd34 ? 0b00110 : undefined)))
    expect(records[0]).toMatchObject({ linkType: 1, interface: 0, fcsLength: undefined, timed: true, comments: [] })
  })

  test('the frame check sequence in the link type word, in 16-bit words', () => {
    const { records } = all(pcapFile(order, { network: 0x24000001 }, seen))
    expect(records.map(r => [r.linkType, r.fcsLength])).toEqual([1, 2, 3].map(() => [1, 4]))
    expect(all(pcapFile(order, { network: 0x20000001 }, seen)).records[0]).toMatchObject({
      linkType: 1,
      fcsLength: undefined,
    })
  })

  test('a fraction of more than a second is carried and noted', () => {
    const { records } = all(pcapFile(order, {}, [{ seconds: 5, fraction: 2_000_001, bytes: frame(1, 1) }]))
    expect(records[0]).toMatchObject({ seconds: 7, nanoseconds: 1000, note: expect.stringContaining('2000001') })
  })

  test('versions: 2.0 to 2.4 and their order of lengths', () => {
    const one = [{ seconds: 1, fraction: 0, bytes: frame(100, 1), original: 60 }]
    const swapped = pcapFile(order, { version: [2, 2] }, [])
    const record = packed(order, [32, 1], [32, 0], [32, 1500], [32, 60], frame(60, 1))
    expect(all(joined(swapped, record)).records[0]).toMatchObject({ end: 60, originalLength: 1500 })
    expect(all(joined(pcapFile(order, { version: [2, 3] }, []), record)).records[0]).toMatchObject({ end: 60 })
    for (const version of [
      [2, 5],
      [1, 0],
      [9, 4],
      [3, 4],
    ] as const) {
      expect(all(pcapFile(order, { version }, one))).toMatchObject({
        records: [],
        fault: { reading: 'pcap.version', at: 4 },
      })
    }
  })

  test('every prefix gives the whole records before the cut, then a fault', () => {
    const file = pcapFile(order, {}, seen)
    const ends = [24, 24 + 16 + 60, 24 + 16 + 60 + 16, file.length]
    for (let length = 0; length < file.length; length++) {
      const { records, fault } = all(file.subarray(0, length))
      expect(records).toHaveLength(ends.filter(end => end > 24 && end <= length).length)
      const at = Math.max(0, ...ends.filter(end => end < length))
      const cut = expect.objectContaining({ fault: 'truncated', at, have: length - at, limitedBy: 'capture' })
      expect(fault).toEqual(ends.includes(length) ? undefined : cut)
    }
  })

  test('a record that claims 4 GiB is refused at once', () => {
    const claim = packed(order, [32, 1], [32, 0], [32, 0xffffffff], [32, 0xffffffff])
    const file = joined(pcapFile(order, { snapLength: 0xffffffff }, seen), claim, frame(100, 1))
    const { records, fault } = all(file)
    expect(records).toHaveLength(3)
    expect(fault).toMatchObject({ fault: 'malformed', reading: 'pcap.record.length', at: file.length - 108 })
  })
})

test('octet by octet gives the same as at once, and a record as soon as its last octet is there', () => {
  const file = pcapFile('little', {}, seen)
  const reader = new CaptureReader()
  const arrived: number[] = []
  const bytes: Uint8Array[] = []
  for (let at = 0; at < file.length; at++) {
    reader.push(file.subarray(at, at + 1))
    for (let record = reader.next(); record !== undefined; record = reader.next()) {
      arrived.push(at + 1)
      bytes.push(bytesOf(record).slice())
    }
  }
  reader.finish()
  expect(reader.fault).toBeUndefined()
  expect(arrived).toEqual([100, 116, 133])
  expect(bytes).toEqual(seen.map(s => s.bytes))
})

test('a record longer than any buffer so far', () => {
  const long = frame(3_000_000, 1)
  const file = pcapFile('big', { snapLength: 4_000_000 }, [...seen, { seconds: 1, fraction: 1, bytes: long }, ...seen])
  const reader = new CaptureReader()
  const lengths: number[] = []
  let same = false
  for (let at = 0; at < file.length; at += 65_521) {
    reader.push(file.subarray(at, at + 65_521))
    for (let r = reader.next(); r !== undefined; r = reader.next()) {
      lengths.push(r.end - r.start)
      if (lengths.length === 4) same = Buffer.compare(bytesOf(r), long) === 0
    }
  }
  expect(same).toBe(true)
  expect(lengths).toEqual([60, 0, 1, 3_000_000, 60, 0, 1])
})

test('what is no capture is refused by name', () => {
  const fault = (...octets: number[]): unknown => all(Uint8Array.of(...octets)).fault
  expect(fault()).toMatchObject({ fault: 'truncated', reading: 'capture.magic', at: 0, need: 4, have: 0 })
  expect(fault(0xa1, 0xb2)).toMatchObject({ need: 4, have: 2 })
  expect(fault(0x1c, 0, 1, 0xac)).toMatchObject({ because: expect.stringContaining('Ixia hardware') })
  expect(fault(0xfd, 0x37, 0x7a, 0x58)).toMatchObject({ because: expect.stringContaining('xz') })
  expect(fault(1, 2, 3, 4)).toMatchObject({ because: 'magic number 0x01020304 is not that of a capture' })
})

test('a kept record survives', () => {
  const capture = readCapture(Buffer.from(pcapFile('little', {}, seen)))
  const kept = keep(capture.next()!)
  const { buffer } = kept
  expect(buffer).toHaveLength(60)
  expect(Object.getPrototypeOf(buffer)).toBe(Uint8Array.prototype)
  expect(kept.view.getUint8(59)).toBe(buffer[59])
})
