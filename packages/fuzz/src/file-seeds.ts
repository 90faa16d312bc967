/** What a search for capture files that a reader does not survive begins with: every format, small, and whole. */
import { gzipSync } from 'node:zlib'
import {
  type ByteOrder,
  type CaptureRecord,
  describeInterface,
  type InterfaceDescription,
  recordOf,
  writePcap,
  writePcapng,
} from '@dmvpn/capture'
import { builtInSeeds } from './corpus.ts'
import { type FuzzCase, wholeFile } from './fuzz-case.ts'

const orders: readonly ByteOrder[] = ['little', 'big']

/** pcap and pcapng in both byte orders, each kind of block, several sections, and the three compressions. */
export function builtInFiles(): FuzzCase[] {
  const frames = builtInSeeds().slice(0, 4)
  const classic = writePcap(records(frames))
  const files = [
    ...orders.flatMap(order => [
      writePcap(records(frames), { order }),
      writePcap(records(frames), { order, nanoseconds: true }),
      withInterfaces(frames, order),
      everyBlock(order),
      joined(withInterfaces(frames, order), everyBlock(order), everyBlock(order === 'little' ? 'big' : 'little')),
    ]),
    new Uint8Array(gzipSync(classic)),
    storedZstd(classic),
    storedLz4(classic),
  ]
  return files.map(bytes => ({ bytes, linkType: wholeFile }))
}

function records(frames: readonly FuzzCase[], description?: InterfaceDescription): CaptureRecord[] {
  return frames.map(({ bytes, linkType }, index) => {
    const facts = { seconds: 1_800_000_000 + index, nanoseconds: 1000 * index, linkType }
    return recordOf(bytes, description === undefined ? facts : { ...facts, description, comments: ['seen'], flags: 1 })
  })
}

function withInterfaces(frames: readonly FuzzCase[], order: ByteOrder): Uint8Array {
  const linkType = frames[0]!.linkType
  const tunnel = describeInterface({ linkType, name: 'tun0', filter: 'ip proto 47', resolution: 6, comments: ['one'] })
  const coarse = describeInterface({
    linkType,
    index: 1,
    resolution: 0x80 | 10,
    offset: 3600,
    fcsLength: 4,
    speed: 1e9,
  })
  const all = [...records(frames, tunnel), ...records(frames.slice(0, 2), coarse)]
  return writePcapng(all, { order, hardware: 'h', operatingSystem: 'o', application: 'a', comments: ['file'] })
}

/** Blocks that our writer makes only of what it read: simple and obsolete packets, names, statistics, secrets, custom. */
function everyBlock(order: ByteOrder): Uint8Array {
  const bytes: number[] = []
  const word = (value: number, octets = 4): number[] => {
    const number = Array.from({ length: octets }, (_, at) => Math.floor(value / 256 ** at) & 255)
    return order === 'little' ? number : number.reverse()
  }
  const words = (...values: readonly number[]): number[] => values.flatMap(value => word(value))
  const block = (type: number, body: readonly number[]): void => {
    bytes.push(...words(type, body.length + 12), ...body, ...words(body.length + 12))
  }
  const option = (code: number, value: readonly number[]): number[] => [
    ...word(code, 2),
    ...word(value.length, 2),
    ...value,
    ...new Uint8Array(-value.length & 3),
  ]
  const payload = Array.from({ length: 20 }, (_, at) => at)
  const name = [0x68, 0x75, 0x62, 0]
  block(0x0a0d0d0a, words(0x1a2b3c4d, order === 'little' ? 1 : 0x10000, 0xffffffff, 0xffffffff))
  block(1, [...word(228, 2), ...word(0, 2), ...words(64), ...option(9, [9]), ...option(0, [])])
  block(3, [...words(20), ...payload])
  block(2, [...word(0, 2), ...word(7, 2), ...words(0, 5, 20, 20), ...payload, ...option(2, words(1)), ...option(0, [])])
  block(4, [...option(1, [10, 0, 0, 1, ...name]), ...option(2, [...payload.slice(4), ...name]), ...option(0, [])])
  block(5, [...words(0, 0, 9), ...option(4, words(0, 3)), ...option(0, [])])
  block(6, [...words(0, 0, 9, 20, 40), ...payload, ...option(1, name), ...option(2989, [...words(32473), 1])])
  block(10, [...words(0x544c534b, 4), ...name])
  block(0x0bad, [...words(32473), ...payload])
  block(0x80000001, payload)
  return Uint8Array.from(bytes)
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap(part => [...part]))
}

/** A frame of RFC 8878 §3.1.1: one segment with its size in four octets, one raw block. */
function storedZstd(content: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(12))
  header.setUint32(0, 0x28b52ffd)
  header.setUint8(4, 0xa0)
  header.setUint32(5, content.length, true)
  const block = (content.length << 3) | 1
  header.setUint8(9, block & 255)
  header.setUint16(10, block >>> 8, true)
  return joined(new Uint8Array(header.buffer), content)
}

/** A frame of version 1 with independent blocks and no checksums, one block as it stands, and the end mark. */
function storedLz4(content: Uint8Array): Uint8Array {
  const start = new DataView(new ArrayBuffer(11))
  start.setUint32(0, 0x04224d18)
  // Flags, largest block of 64 KiB, and of both the checksum of the frame's descriptor.
  start.setUint16(4, 0x6040)
  start.setUint8(6, 0x82)
  start.setUint32(7, (0x80000000 | content.length) >>> 0, true)
  return joined(new Uint8Array(start.buffer), content, new Uint8Array(4))
}
