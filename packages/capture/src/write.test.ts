import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { describeInterface } from './interface-description.ts'
import { PcapWriter, writePcap } from './pcap-writer.ts'
import { PcapngWriter, writePcapng } from './pcapng-writer.ts'
import { readCapture } from './read.ts'
import { bytesOf, type CaptureRecord, keep, recordOf } from './record.ts'
import { type CaptureSink, CaptureWriteError, FileSink, MemorySink } from './sink.ts'
import { frame, pcapFile, pcapngVariants } from './variants.test.data.ts'

const made = [
  recordOf(frame(60, 1), { seconds: 1_785_542_400, nanoseconds: 123_456_789, linkType: 1 }),
  recordOf(frame(0, 2), { seconds: 0, nanoseconds: 0, linkType: 1, originalLength: 1500 }),
  recordOf(frame(1515, 3), { seconds: 4_294_967_295, nanoseconds: 999_999_999, linkType: 1 }),
]

const records = (bytes: Uint8Array): CaptureRecord[] => [...readCapture(bytes)].map(keep)
const facts = (r: CaptureRecord): unknown => [
  r.seconds,
  r.nanoseconds,
  r.originalLength,
  r.linkType,
  Buffer.from(bytesOf(r)).toString('hex'),
]

/** What a record says, without where it lies. */
const story = (r: CaptureRecord): unknown => {
  const interfaceFacts = { ...r.description, index: 0, options: undefined }
  return [facts(r), r.timed, r.fcsLength, r.flags, r.comments, interfaceFacts]
}

describe.each(['little', 'big'] as const)('%s-endian', order => {
  test('pcap, octet by octet', () => {
    const seen = made.map(r => ({
      seconds: r.seconds,
      fraction: r.nanoseconds,
      bytes: bytesOf(r),
      original: r.originalLength,
    }))
    const expected = pcapFile(order, { magic: 0xa1b23c4d, snapLength: 262144 }, seen)
    expect(Buffer.compare(writePcap(made, { nanoseconds: true, order }), expected)).toBe(0)
    const micro = seen.map(s => ({ ...s, fraction: Math.floor(s.fraction / 1000) }))
    expect(Buffer.compare(writePcap(made, { order }), pcapFile(order, { snapLength: 262144 }, micro))).toBe(0)
  })

  test('pcap: what is read and written is the same file', () => {
    for (const network of [1, 0x24000001]) {
      const file = pcapFile(order, { network, snapLength: 262144 }, [{ seconds: 1, fraction: 2, bytes: frame(64, 1) }])
      expect(writePcap(records(file), { order })).toEqual(file)
    }
    expect(writePcap([], { order, linkType: 101 })).toEqual(pcapFile(order, { network: 101, snapLength: 262144 }, []))
  })

  test('pcapng made by hand', () => {
    const eth0 = describeInterface({
      linkType: 1,
      name: 'eth0',
      comments: ['uplink'],
      snapLength: 1600,
      speed: 1e9,
      filter: 'ip',
      offset: -5,
    })
    const gre1 = describeInterface({
      linkType: 101,
      resolution: 6,
      fcsLength: 4,
      hardware: 'card',
      operatingSystem: 'system',
    })
    const own = [
      recordOf(frame(60, 1), {
        seconds: 5,
        nanoseconds: 7,
        linkType: 1,
        description: eth0,
        comments: ['one', 'two'],
        flags: 2,
      }),
      recordOf(frame(61, 2), { seconds: 6, nanoseconds: 1999, linkType: 101, description: gre1 }),
      recordOf(frame(62, 3), { seconds: 7, nanoseconds: 9, linkType: 113 }),
    ]
    const file = writePcapng(own, { order, application: 'dmvpn', comments: ['of the file'] })
    const capture = readCapture(file)
    const back = [...capture].map(keep)
    expect(capture.section).toMatchObject({ application: 'dmvpn', comments: ['of the file'], order })
    expect(back.map(r => [r.seconds, r.nanoseconds, r.linkType, r.comments, r.flags, bytesOf(r)])).toEqual([
      [5, 7, 1, ['one', 'two'], 2, frame(60, 1)],
      [6, 1000, 101, [], undefined, frame(61, 2)],
      [7, 9, 113, [], undefined, frame(62, 3)],
    ])
    expect({ ...back[0]!.description, options: undefined }).toEqual(eth0)
    expect({ ...back[1]!.description, index: 0, options: undefined }).toEqual(gre1)
  })

  test('pcapng read in any manner is written in this order and says the same', () => {
    for (const { bytes } of pcapngVariants) {
      const back = writePcapng(records(bytes), { order })
      expect(records(back).map(story)).toEqual(records(bytes).map(story))
      expect(readCapture(back).nextBatch()).toBeDefined()
    }
  })
})

test.each(pcapngVariants.filter(v => !v.name.includes('obsolete')))(
  '$name: copied with its blocks, octet by octet',
  ({ bytes }) => {
    const sink = new MemorySink()
    const writer = new PcapngWriter(sink)
    for (const record of readCapture(bytes, { onBlock: block => void writer.copy(block) })) void writer.write(record)
    void writer.close()
    expect(Buffer.from(sink.bytes).toString('hex')).toBe(Buffer.from(bytes).toString('hex'))
  },
)

test('what a format cannot hold is refused by name', () => {
  const refusal = (run: () => unknown): unknown => {
    try {
      return run()
    } catch (error) {
      return error instanceof CaptureWriteError ? [error.refusal, error.message] : error
    }
  }
  const raw = recordOf(frame(20, 1), { seconds: 1, nanoseconds: 0, linkType: 101 })
  expect(refusal(() => writePcap([...made, raw]))).toEqual([
    'link-type',
    'a pcap file has one link type: this record is raw (101), the file ethernet (1); use pcapng',
  ])
  expect(refusal(() => writePcap([{ ...raw, seconds: -1 }]))).toMatchObject(['time', expect.any(String)])
  expect(refusal(() => writePcap([{ ...raw, seconds: 2 ** 32 }]))).toMatchObject(['time', expect.any(String)])
  expect(refusal(() => writePcapng([{ ...raw, seconds: -1 }]))).toMatchObject(['time', expect.any(String)])
  expect(refusal(() => writePcapng([{ ...raw, seconds: 2 ** 36 }]))).toMatchObject(['time', expect.any(String)])
  expect(refusal(() => writePcapng([{ ...raw, linkType: 0x10000 }]))).toEqual([
    'link-type',
    'pcapng has no room for link type 65536',
  ])
})

describe('back pressure', () => {
  test('a slow sink gets everything in order, each write whole', async () => {
    const pieces: Uint8Array[] = []
    let busy = false
    const sink: CaptureSink = {
      async write(bytes) {
        expect(busy).toBe(false)
        busy = true
        const before = bytes.slice()
        await new Promise(resolve => setTimeout(resolve, 1))
        expect(Buffer.compare(bytes, before)).toBe(0)
        pieces.push(before)
        busy = false
      },
    }
    const writer = new PcapWriter(sink)
    const many = Array.from({ length: 2000 }, (_, i) => made[i % 3]!)
    for (const [i, record] of many.entries()) {
      const waiting = writer.write(record)
      // Whoever forgets to wait gets the right file all the same, for more memory.
      if (i % 2 === 0) await waiting
    }
    await writer.close()
    expect(pieces.length).toBeGreaterThan(3)
    let sofar = new Uint8Array(0)
    for (const piece of pieces) {
      sofar = new Uint8Array(Buffer.concat([sofar, piece]))
      const capture = readCapture(sofar)
      for (;;) if (capture.next() === undefined) break
      expect(capture.fault).toBeUndefined()
    }
    expect(records(sofar)).toHaveLength(2000)
  })
})

describe('files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'capture-'))
  afterAll(() => rmSync(directory, { recursive: true }))

  test('are written as they are', () => {
    const path = join(directory, 'out.pcap')
    const sink = new FileSink(path)
    const writer = new PcapWriter(sink)
    for (const record of made) void writer.write(record)
    void writer.close()
    sink.close()
    expect(Buffer.compare(readFileSync(path), writePcap(made))).toBe(0)
    expect(sink.written).toBe(readFileSync(path).length)
  })

  test('that cannot be made or written say why', () => {
    const failure = (run: () => void): CaptureWriteError => {
      try {
        run()
      } catch (error) {
        if (error instanceof CaptureWriteError) return error
      }
      throw new Error('should have been refused')
    }
    expect(failure(() => new FileSink(join(directory, 'no', 'such.pcap'))).message).toContain('no such directory')
    if (process.platform !== 'linux') return
    const full = new FileSink('/dev/full')
    const error = failure(() => full.write(frame(100, 1)))
    expect(error).toMatchObject({ refusal: 'sink', cause: { code: 'ENOSPC' } })
    expect(error.message).toBe('/dev/full: no space left on the device; 0 octets of whole records were written')
    const closed = openSync(join(directory, 'x'), 'w')
    closeSync(closed)
    expect(failure(() => new FileSink(closed).write(frame(1, 1))).refusal).toBe('sink')
  })
})
