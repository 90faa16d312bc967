/** Damaged capture files: no exception, no hang, no memory, and only records that lie within what was given. */
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { CaptureFault } from './decoder.ts'
import { writePcapng } from './pcapng-writer.ts'
import { readCapture } from './read.ts'
import { CaptureReader } from './reader.ts'
import { type CaptureRecord, keep } from './record.ts'
import { CaptureWriteError } from './sink.ts'
import { openCapture } from './stream.ts'
import { Blocks, frame, joined, pcapFile, pcapngVariants } from './variants.test.data.ts'

/** Mulberry32: the same mutations on every machine. */
function random(seed: number): (below: number) => number {
  return below => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

const seen = [0, 1, 2, 3].map(i => ({ seconds: 1_785_542_400 + i, fraction: i, bytes: frame(40 + i, i) }))
const seeds: readonly Uint8Array[] = [
  ...pcapngVariants.map(v => v.bytes),
  pcapFile('little', {}, seen),
  pcapFile('big', { magic: 0xa1b23c4d }, seen),
  pcapFile('little', { magic: 0xa1b2cd34, modified: true }, seen),
  new Uint8Array(gzipSync(pcapFile('little', {}, seen))),
]

const edges = [0, 1, 4, 0x7f, 0x80, 0xff]

function mutated(file: Uint8Array, below: (limit: number) => number): Uint8Array {
  let bytes: Uint8Array = file.slice()
  for (let changes = 1 + below(4); changes > 0; changes--) {
    const at = below(bytes.length)
    const kind = below(5)
    if (kind === 0) bytes[at] = bytes[at]! ^ (1 << below(8))
    else if (kind === 1) bytes[at] = edges[below(edges.length)]!
    else if (kind === 2) bytes.fill(edges[below(edges.length)]!, at, at + 4)
    else if (kind === 3) bytes = bytes.slice(0, Math.max(1, at))
    else bytes = joined(bytes.subarray(0, at), bytes.subarray(below(bytes.length)))
  }
  return bytes
}

/** How many records are read of these, written. */
function rewritten(records: readonly CaptureRecord[]): number {
  try {
    return [...readCapture(writePcapng(records))].length
  } catch (error) {
    // Damage may give times that no count holds, and link types of more than 16 bits.
    if (error instanceof CaptureWriteError && error.refusal !== 'sink') return records.length
    throw error
  }
}

/** How many records a reader passes over that is given these pieces, and its fault. */
function passedOver(pieces: readonly Uint8Array[], most: number): [number, CaptureFault | undefined] {
  const reader = new CaptureReader()
  let passed = 0
  for (const piece of pieces) {
    reader.push(piece)
    for (let count = most; count === most; passed += count) count = reader.skip(most)
  }
  reader.finish()
  return [passed, reader.fault]
}

test('2,000 damaged files', async () => {
  const below = random(20_261_122)
  const before = process.memoryUsage().rss
  for (let round = 0; round < 2000; round++) {
    const bytes = mutated(seeds[round % seeds.length]!, below)
    const capture = readCapture(bytes)
    let count = 0
    const kept: CaptureRecord[] = []
    for (const record of capture) {
      expect(record.start <= record.end && record.end <= record.buffer.length).toBe(true)
      expect(Number.isInteger(record.seconds) && record.nanoseconds >= 0 && record.nanoseconds < 1e9).toBe(true)
      count++
      kept.push(keep(record))
    }
    expect(count).toBeLessThan(bytes.length)
    const { fault } = capture
    expect(capture.compression === undefined ? (fault?.at ?? 0) : 0).toBeLessThanOrEqual(bytes.length)

    // In pieces it is the same capture: as many records, the same fault.
    const size = 1 + below(60)
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.slice(i * size, (i + 1) * size),
    )
    const stream = openCapture(pieces)
    let streamed = 0
    for await (const batch of stream.batches()) streamed += batch.length
    // Of damaged gzip a slice is lost, and smaller pieces make smaller slices: they may show more.
    const slice = fault?.reading === 'gzip.body' && fault.fault === 'malformed'
    const seenBefore = slice && stream.fault?.fault === 'malformed' && streamed >= count
    expect(seenBefore ? [count, fault] : [streamed, stream.fault]).toEqual([count, fault])

    // Some passed over, those behind them are the same, and the fault is. What is located ahead is where another finds it.
    const partly = readCapture(bytes)
    const leaping = readCapture(bytes)
    leaping.next()
    let passed = 0
    for (let record = partly.next(); record !== undefined; record = partly.next()) {
      expect(keep(record)).toEqual(kept[passed])
      const ahead = 1 + below(4)
      const at = partly.locate(ahead)
      expect(at === undefined || (leaping.leap(at) && keep(leaping.next()!))).toEqual(
        at === undefined || kept[passed + ahead],
      )
      passed += 1 + partly.skip(below(4))
    }
    expect([passed, partly.fault]).toEqual([count, fault])
    if (capture.compression === undefined) expect(passedOver(pieces, 1 + below(3))).toEqual([count, fault])

    expect(rewritten(kept)).toBe(count)
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(500e6)
})

test('noise behind every magic', () => {
  const below = random(7)
  for (const magic of [0x0a0d0d0a, 0xa1b2c3d4, 0x34cdb2a1, 0x1f8b0800, 0x28b52ffd, 0x04224d18, 0x502a4d18]) {
    for (let round = 0; round < 300; round++) {
      const bytes = Uint8Array.from({ length: 4 + below(300) }, () => below(256))
      new DataView(bytes.buffer).setUint32(0, magic)
      const capture = readCapture(bytes)
      for (const record of capture) expect(record.end).toBeLessThanOrEqual(record.buffer.length)
    }
  }
})

test('a claim costs nothing: the reader holds what has come', () => {
  const reader = new CaptureReader()
  // A block of 64 MiB less 4, of which 100 octets come.
  const start = new Blocks('little').section()
  reader.push(start)
  reader.push(Uint8Array.of(9, 0, 0, 0, 0xfc, 0xff, 0xff, 3, ...new Uint8Array(100)))
  const before = process.memoryUsage().arrayBuffers
  expect(reader.next()).toBeUndefined()
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 22)
  reader.finish()
  expect(reader.fault).toMatchObject({ fault: 'truncated', reading: 'pcapng.block.body' })
})
