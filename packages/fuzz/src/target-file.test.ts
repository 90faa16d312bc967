import { bytesOf, compressionOf, formatOf, readCapture } from '@dmvpn/capture'
import { formatHex } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { Chance } from './chance.ts'
import { builtInSeeds } from './corpus.ts'
import { builtInFiles } from './file-seeds.ts'
import { captureOf } from './finding.ts'
import { wholeFile } from './fuzz-case.ts'
import { minimise } from './minimise.ts'
import { mutate } from './mutate.ts'
import { longestFile } from './mutate-file.ts'
import { judgeFile } from './target-file.ts'
import { wrongFields } from './wrong-fields.ts'

const files = builtInFiles()

test('the built-in files are whole, of every format and compression, and keep the laws', () => {
  for (const file of files) {
    const capture = readCapture(file.bytes)
    expect([...capture].length).toBeGreaterThan(2)
    expect(capture.fault).toBeUndefined()
    expect(judgeFile(file)).toBeUndefined()
    expect(captureOf(file)).toBe(file.bytes)
  }
  const kinds = new Set(files.map(({ bytes }) => compressionOf(bytes) ?? formatOf(bytes)))
  expect(kinds).toEqual(new Set(['gzip', 'lz4', 'pcap', 'pcapng', 'zstd']))
})

test('the same frames come out of each compression', () => {
  const packed = files.filter(({ bytes }) => compressionOf(bytes) !== undefined)
  const frames = packed.map(({ bytes }) => [...readCapture(bytes)].map(record => formatHex(bytesOf(record))))
  expect(frames).toEqual(
    packed.map(() =>
      builtInSeeds()
        .slice(0, 4)
        .map(({ bytes }) => formatHex(bytes)),
    ),
  )
})

test('the laws hold for mutants, which are still files, not too long, and the same for the same seed', () => {
  const series = (seed: number): string[] => {
    const chance = new Chance(seed)
    return Array.from({ length: 100 }, () => {
      const made = mutate(chance.pick(files), files, chance)
      expect(made.linkType).toBe(wholeFile)
      expect(made.bytes.length).toBeLessThanOrEqual(longestFile)
      expect(judgeFile(made)).toBeUndefined()
      return formatHex(made.bytes)
    })
  }
  const before = files.map(({ bytes }) => formatHex(bytes))
  expect(series(1)).toEqual(series(1))
  expect(new Set(series(2)).size).toBeGreaterThan(75)
  expect(files.map(({ bytes }) => formatHex(bytes))).toEqual(before)
})

test('a file is shrunk to the octets that matter', async () => {
  const marked = (octets: Uint8Array): boolean => formatHex(octets).includes('deadbeef')
  const bytes = Uint8Array.from({ length: 3000 }, (_, at) => [0xde, 0xad, 0xbe, 0xef][at - 1999] ?? 0x55)
  const judge = (input: { readonly bytes: Uint8Array }) =>
    marked(input.bytes) ? { law: 'planted', field: '', detail: '' } : undefined
  const minimal = await minimise({ bytes, linkType: wholeFile }, 'planted', judge, files)
  expect(formatHex(minimal.input.bytes)).toBe('deadbeef')
  expect(minimal.changed).toEqual([])
})

test('the fields that a valid frame has otherwise are named, checksums and lengths last', () => {
  const base = builtInSeeds()[2]!
  const bytes = base.bytes.slice()
  bytes[28 + 9] = 7
  bytes[28 + 12]! ^= 1
  const input = { ...base, bytes }
  expect(wrongFields({ input, base, changed: [] })).toEqual(['nhrp.hdr.hopcnt', 'nhrp.hdr.chksum'])
  expect(wrongFields({ input: base, base, changed: [] })).toEqual([])
})
