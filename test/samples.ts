/** Every frame the project ships: the captures, the vectors. Read once per test file. */

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bytesOf, readCaptureFile } from '@dmvpn/capture'
import { parseHex } from '@dmvpn/wire'

export interface SampleFrame {
  /** `file#number`, or a vector's id. */
  readonly name: string
  readonly bytes: Uint8Array
  readonly linkType: number
  readonly originalLength: number
  readonly fcsLength: number | undefined
}

const samples = new URL('../samples/', import.meta.url)

/** The capture files, sorted by name. */
export function captureFiles(folder: 'captures' | 'vectors' = 'captures'): string[] {
  const directory = fileURLToPath(new URL(folder, samples))
  return readdirSync(directory)
    .filter(name => /\.pcap(ng)?$/.test(name))
    .sort()
    .map(name => `${directory}/${name}`)
}

export interface Vector {
  readonly id: string
  readonly title: string
  readonly linktype: 'RAW' | 'ETHERNET'
  readonly hex: string
}

/** The hand-built vectors. */
export function vectors(): readonly Vector[] {
  return JSON.parse(readFileSync(new URL('vectors/vectors.json', samples), 'utf8')) as Vector[]
}

/** Every frame of every capture file, then every vector. */
export function sampleFrames(): SampleFrame[] {
  const frames: SampleFrame[] = []
  for (const file of [...captureFiles(), ...captureFiles('vectors')]) {
    let number = 0
    for (const record of readCaptureFile(file)) {
      number++
      const { linkType, originalLength, fcsLength } = record
      const name = `${file.slice(file.lastIndexOf('/') + 1)}#${number}`
      frames.push({ name, bytes: bytesOf(record).slice(), linkType, originalLength, fcsLength })
    }
  }
  for (const { id, linktype, hex } of vectors()) {
    const bytes = parseHex(hex)!
    frames.push({
      name: id,
      bytes,
      linkType: linktype === 'RAW' ? 101 : 1,
      originalLength: bytes.length,
      fcsLength: undefined,
    })
  }
  return frames
}

/** Frames that differ in more than addresses and times: one of each shape, so that laws quadratic in length stay quick. */
export function distinctFrames(frames: readonly SampleFrame[]): SampleFrame[] {
  const seen = new Map<string, SampleFrame>()
  for (const frame of frames) {
    const { bytes, linkType } = frame
    const shape = `${linkType}/${bytes.length}/${[12, 13, 23, 34, 35, 36, 37, 55].map(at => bytes[at] ?? '').join('.')}`
    if (!seen.has(shape)) seen.set(shape, frame)
  }
  return [...seen.values()]
}
