import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { linkTypeName } from './link-types.ts'
import { writePcap } from './pcap-writer.ts'
import { writePcapng } from './pcapng-writer.ts'
import { readCapture, readCaptureFile } from './read.ts'
import { recordOf } from './record.ts'
import { openCapture } from './stream.ts'
import { frame, pcapFile, pcapngVariants } from './variants.test.data.ts'

const directory = mkdtempSync(join(tmpdir(), 'read-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** Four megabytes: several turns of every buffer on the way. */
const many = Array.from({ length: 20_000 }, (_, i) =>
  recordOf(frame(60 + ((i * 37) % 300), i), { seconds: i, nanoseconds: i * 1000, linkType: 1 }),
)

interface Total {
  count: number
  octets: number
  sum: number
}

function add(total: Total, { seconds, view, start, end }: ReturnType<typeof recordOf>): void {
  total.count++
  total.octets += end - start
  total.sum = (total.sum * 31 + seconds + view.getUint8(start) + view.getUint8(end - 1)) % 1e9
}

const expected: Total = { count: 0, octets: 0, sum: 0 }
for (const record of many) add(expected, record)

describe.each([
  ['pcap', writePcap(many)],
  ['pcapng', writePcapng(many)],
  ['pcap.gz', new Uint8Array(gzipSync(writePcap(many)))],
  ['pcapng.gz', new Uint8Array(gzipSync(writePcapng(many)))],
])('%s', (name, bytes) => {
  const path = join(directory, `many.${name}`)
  writeFileSync(path, bytes)
  const captures = [() => readCapture(bytes), () => readCaptureFile(path)]

  test.each(captures)('synchronously, one by one and in batches', open => {
    const singly: Total = { count: 0, octets: 0, sum: 0 }
    const capture = open()
    for (const record of capture) add(singly, record)
    expect([singly, capture.fault]).toEqual([expected, undefined])
    const batched: Total = { count: 0, octets: 0, sum: 0 }
    for (const batch of open().batches(100)) for (const record of batch) add(batched, record)
    expect(batched).toEqual(expected)
  })

  test.each(captures)('passed over in part', open => {
    const capture = open()
    for (const count of [0, 1, -1, 4999, 3, 10_000]) expect(capture.skip(count)).toBe(Math.max(0, count))
    const next = capture.next()!
    expect([next.seconds, next.view.getUint8(next.end - 1)]).toEqual([15_003, many[15_003]!.buffer.at(-1)])
    expect([capture.nextBatch(10)?.length, capture.skip(10), capture.next()?.seconds]).toEqual([10, 10, 15_024])
    expect([capture.skip(Number.POSITIVE_INFINITY), capture.skip(1)]).toEqual([4975, 0])
    expect([capture.next(), capture.fault]).toEqual([undefined, undefined])
  })

  test.each(captures)('by another reader from where one has found a record', open => {
    const one = open()
    const other = open()
    one.next()
    other.next()
    const leaps = one.format === 'pcap' && one.compression === undefined
    for (const count of [1, 40, 3000]) {
      const at = one.locate(count)
      const isThere = at !== undefined && other.leap(at)
      expect(isThere).toBe(leaps)
      one.skip(count - 1)
      if (!isThere) other.skip(count - 1)
      const [record, same] = [one.next()!, other.next()!]
      expect([same.seconds, same.fileOffset]).toEqual([record.seconds, record.fileOffset])
      if (isThere) expect(record.fileOffset).toBe(at)
    }
    expect([23, 24.5, -1, Number.NaN, 2 ** 60].map(offset => other.leap(offset))).not.toContain(true)
    // More than there are, or than are looked at.
    expect([one.locate(0), one.locate(17_000), one.locate(Number.POSITIVE_INFINITY)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(one.skip(Number.POSITIVE_INFINITY)).toBe(20_000 - 3042)
    expect(other.skip(Number.POSITIVE_INFINITY)).toBe(20_000 - 3042)
    expect([one.fault, other.fault, other.leap(24), other.locate(1)]).toEqual([undefined, undefined, false, undefined])
  })

  test('as a stream, from a path, bytes and chunks of one size', async () => {
    const chunks = Array.from({ length: Math.ceil(bytes.length / 7001) }, (_, i) =>
      bytes.slice(i * 7001, (i + 1) * 7001),
    )
    for (const source of [path, bytes, chunks]) {
      const total: Total = { count: 0, octets: 0, sum: 0 }
      const stream = openCapture(source)
      for await (const record of stream) add(total, record)
      expect([total, stream.fault]).toEqual([expected, undefined])
      expect(stream.format).toBe(name.startsWith('pcapng') ? 'pcapng' : 'pcap')
    }
  })
})

test('a record is given before the next chunk is asked for', async () => {
  const file = pcapFile(
    'little',
    {},
    [1, 2, 3].map(i => ({ seconds: i, fraction: 0, bytes: frame(50, i) })),
  )
  const events: string[] = []
  async function* slowly(): AsyncGenerator<Uint8Array> {
    for (const [start, end] of [
      [0, 30],
      [30, 90],
      [90, 100],
      [100, 222],
    ] as const) {
      events.push(`chunk to ${end}`)
      yield file.subarray(start, end)
    }
  }
  for await (const record of openCapture(slowly())) events.push(`record ${record.seconds}`)
  expect(events).toEqual([
    'chunk to 30',
    'chunk to 90',
    'record 1',
    'chunk to 100',
    'chunk to 222',
    'record 2',
    'record 3',
  ])
})

test('of what is passed over the blocks between are shown, in order and once', () => {
  for (const { bytes } of pcapngVariants) {
    const [plain, partly]: [number[], number[]] = [[], []]
    for (const _ of readCapture(bytes, { onBlock: ({ fileOffset }) => void plain.push(fileOffset) }));
    const capture = readCapture(bytes, { onBlock: ({ fileOffset }) => void partly.push(fileOffset) })
    while (capture.nextBatch(2) !== undefined && capture.skip(1) === 1);
    expect(partly).toEqual(plain)
  }
})

test('a file ends where its reader wants it to end, as one that was cut there', () => {
  const bytes = writePcap(many)
  const path = join(directory, 'grown.pcap')
  writeFileSync(path, bytes)
  for (const most of [0, 3, 24, 100, 1_500_000, bytes.length, bytes.length + 1]) {
    const cut = readCapture(bytes.subarray(0, most))
    const capture = readCaptureFile(path, { most })
    expect([capture.skip(20_001), capture.fault]).toEqual([cut.skip(20_001), cut.fault])
  }
})

test('a file that is not there is told as the system tells it', async () => {
  const path = join(directory, 'none')
  expect(() => readCaptureFile(path)).toThrow('ENOENT')
  await expect(openCapture(path).batches().next()).rejects.toThrow('ENOENT')
})

test('link types have names, and numbers where they have none', () => {
  expect([1, 101, 276, 999].map(linkTypeName)).toEqual(['ethernet', 'raw', 'linuxSll2', 'link type 999'])
})
