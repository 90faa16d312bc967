import { describe, expect, test } from 'vitest'
import type { CaptureBlock } from './block.ts'
import { readCapture } from './read.ts'
import { bytesOf, type CaptureRecord, keep } from './record.ts'
import { Blocks, frame, instant, joined, packed, pcapngVariants } from './variants.test.data.ts'

function all(bytes: Uint8Array): { records: CaptureRecord[]; fault: unknown; blocks: CaptureBlock[]; names: unknown } {
  const blocks: CaptureBlock[] = []
  const capture = readCapture(bytes, { onBlock: block => blocks.push({ ...block, bytes: block.bytes.slice() }) })
  return { records: [...capture].map(keep), fault: capture.fault, blocks, names: capture.names }
}

const variant = (name: string): Uint8Array => pcapngVariants.find(v => v.name === name)!.bytes

describe.each(['little', 'big'] as const)('%s-endian pcapng', order => {
  const b = new Blocks(order)

  test('times in powers of ten and two, with an offset', () => {
    const { records, fault } = all(variant(`${order}: several interfaces, resolutions of ten and two, offsets`))
    expect(fault).toBeUndefined()
    expect(records.map(r => [r.interface, r.seconds, r.nanoseconds])).toEqual([
      [0, 1_785_542_400, 123_456_000],
      [1, 1_785_542_400, 123_456_789],
      [2, 1_785_542_400, 123_000_000],
      [3, 1_785_542_400, 0],
      [4, 1_785_542_400, 123_046_875],
      [5, 1_785_542_400, 123_456_001],
      [6, 1_785_546_000, 123_456_780],
    ])
    expect(records.map(r => [r.end, r.originalLength, r.linkType])).toEqual([
      [60, 60, 1],
      [61, 61, 101],
      [62, 62, 1],
      [63, 63, 1],
      [64, 64, 1],
      [65, 1500, 1],
      [0, 14, 1],
    ])
    expect(records[0]!.description).toMatchObject({
      name: 'eth0',
      description: 'the first',
      snapLength: 65535,
      resolution: 6,
    })
  })

  test('options, names and every other block', () => {
    const { records, blocks, names, fault } = all(
      variant(`${order}: packet options, flags, comments, statistics, names, secrets, custom and unknown blocks`),
    )
    expect(fault).toBeUndefined()
    expect(records[0]).toMatchObject({ comments: ['first', 'größer'], flags: 0x81, fcsLength: 4 })
    expect(records[1]).toMatchObject({ comments: [], flags: undefined, fcsLength: 4 })
    expect(records[1]!.options?.bytes).toEqual(b.option(2989, [32, 32473], Uint8Array.of(1, 2, 3)))
    expect(records[0]!.description).toMatchObject({ fcsLength: 4, filter: 'proto gre', snapLength: 96 })
    expect(blocks.map(block => block.kind)).toEqual([
      'section',
      'custom',
      'interface',
      'names',
      'unknown',
      'secrets',
      'statistics',
      'custom',
    ])
    expect(blocks[4]!.bytes).toEqual(b.block(0x80000001, 'unknown to all'))
    expect(blocks[6]!.description).toBe(blocks[2]!.description)
    expect(names).toEqual([
      { address: '10.0.0.1', names: ['hub', 'hub.example'] },
      { address: '7:e15:1c23:2a31:383f:464d:88b5:6269', names: ['six'] },
    ])
  })

  test('simple packets have no time and are cut by the snap length; obsolete ones are packets', () => {
    const { records } = all(variant(`${order}: simple and obsolete packets`))
    expect(records.map(r => [r.timed, r.end, r.originalLength])).toEqual([
      [false, 64, 100],
      [false, 61, 61],
      [true, 60, 60],
      [true, 33, 33],
    ])
    expect(records[2]).toMatchObject({ flags: 1, comments: ['old'] })
  })

  test('interfaces are counted over all sections', () => {
    const { records } = all(variant(`${order}: sections in both byte orders`))
    expect(records.map(r => [r.interface, r.linkType, bytesOf(r)])).toEqual([
      [0, 1, frame(60, 1)],
      [1, 101, frame(20, 2)],
      [2, 1, frame(70, 3)],
      [3, 113, frame(80, 4)],
    ])
  })

  const start = joined(b.section(), b.interface(1, 0), b.packet(0, instant(1_000_000n), frame(60, 1)))
  test.each([
    ['a length shorter than a block', packed(order, [32, 6], [32, 8], [32, 0], [32, 8]), 'pcapng.block.length', 4],
    ['a length of 4 GiB', packed(order, [32, 6], [32, 0xfffffffc], [32, 0]), 'pcapng.block.length', 4],
    ['an odd length', packed(order, [32, 6], [32, 13], [32, 0], [32, 0]), 'pcapng.block.length', 4],
    ['two lengths', packed(order, [32, 9], [32, 16], [32, 0], [32, 20]), 'pcapng.block.length', 12],
    ['no such interface', b.packet(7, 0n, frame(1, 1)), 'pcapng.packet.interface', 8],
    [
      'more captured than the block holds',
      b.block(6, [32, 0], [32, 0], [32, 0], [32, 5], [32, 5], [32, 0]),
      'pcapng.packet.captured_length',
      20,
    ],
    ['a simple packet longer than its block', b.simplePacket(frame(4, 1), 9), 'pcapng.packet.original_length', 8],
    ['a short packet block', b.block(6, [32, 0]), 'pcapng.block.length', 4],
    [
      'a section of version 2',
      b.block(0x0a0d0d0a, [32, 0x1a2b3c4d], [16, 2], [16, 0], [32, 0], [32, 0]),
      'pcapng.section.version',
      12,
    ],
    [
      'a section without byte order',
      b.block(0x0a0d0d0a, [32, 5], [32, 0], [32, 0], [32, 0]),
      'pcapng.section.magic',
      8,
    ],
  ])('%s: what came before is delivered, then a fault', (_, damage, reading, at) => {
    const { records, fault } = all(joined(start, damage, start))
    expect(records).toHaveLength(1)
    expect(fault).toMatchObject({ fault: 'malformed', reading, at: start.length + at })
  })

  test('every prefix gives what is whole, then a fault unless the cut is between blocks', () => {
    const file = joined(start, b.packet(0, 5n, frame(7, 1)))
    const ends = [28, 48, start.length, file.length]
    for (let length = 0; length <= file.length; length++) {
      const { records, fault } = all(file.subarray(0, length))
      expect(records).toHaveLength([start.length, file.length].filter(end => end <= length).length)
      expect(fault === undefined).toBe(ends.includes(length))
    }
  })

  test('an option that reaches beyond its block is left out', () => {
    const odd = joined(b.option(1, 'whole'), packed(order, [16, 1], [16, 400], [32, 0]))
    const { records, fault } = all(joined(start, b.packet(0, 5n, frame(60, 1), 60, odd)))
    expect(fault).toBeUndefined()
    expect(records[1]).toMatchObject({ comments: ['whole'] })
  })
})

test('blocks are shown between the records they stand between, in batches too', () => {
  for (const { bytes } of pcapngVariants) {
    const singly: string[] = []
    const one = readCapture(bytes, { onBlock: block => singly.push(`block at ${block.fileOffset}`) })
    for (const record of one) singly.push(`record at ${record.fileOffset}`)
    const batched: string[] = []
    const two = readCapture(bytes, { onBlock: block => batched.push(`block at ${block.fileOffset}`) })
    for (const batch of two.batches()) for (const record of batch) batched.push(`record at ${record.fileOffset}`)
    expect(batched).toEqual(singly)
    const offsets = singly.map(line => Number(line.split(' ').at(-1)))
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b))
  }
})
