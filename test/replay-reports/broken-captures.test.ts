/** Captures full of broken frames are drawn and compared like any others. */
import { bytesOf, type CaptureRecord, keep, readCaptureFile, writePcap } from '@dmvpn/capture'
import { MemoryOutput, run } from '@dmvpn/cli'
import { describe, expect, it } from 'vitest'
import { captureFiles } from '../samples.ts'
import { readXml } from './xml.ts'

const names = ['02a-phase3-auth-frr10.hub-link.pcap', '01-reg-auth-frr10.hub-gre1.pcap', 'vectors-dlt101.pcap']
const files = [...captureFiles(), ...captureFiles('vectors')].filter(file => names.some(name => file.endsWith(name)))

async function command(words: readonly string[], captures: Readonly<Record<string, Uint8Array>>) {
  const out = new MemoryOutput()
  const known = new Map(Object.entries(captures))
  const code = await run(words, { out, err: () => {}, stdin: nothing(), files: known, env: {}, isTTY: false })
  return { code, out: out.text }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The first hundred records, in each of them some octets that are not what they were, and some records cut. */
function broken(file: string, seed: number): readonly CaptureRecord[] {
  let state = seed
  const dice = (sides: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return (state >>> 8) % sides
  }
  const records = [...readCaptureFile(file)].slice(0, 100).map(keep)
  return records.map(record => {
    const octets = bytesOf(record).slice()
    for (let i = dice(4); i > 0; i--) octets[dice(octets.length)] = dice(256)
    const end = dice(10) === 0 ? dice(octets.length) : octets.length
    return { ...record, buffer: octets, view: new DataView(octets.buffer), start: 0, end }
  })
}

describe.each(files.map(file => [file.slice(file.lastIndexOf('/') + 1), file]))('%s', (_, file) => {
  it.each([1, 2, 3, 4])('broken in way %i', async seed => {
    const records = broken(file, seed)
    const captures = { a: writePcap([...readCaptureFile(file)].slice(0, 100).map(keep)), b: writePcap(records) }
    for (const format of ['text', 'mermaid', 'svg']) {
      const { code, out } = await command(['ladder', 'b', '--format', format], captures)
      expect(code).toBe(0)
      expect(out.length).toBeGreaterThan(100)
      // oxlint-disable-next-line no-control-regex -- these are what must not be there
      expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
      if (format === 'svg') expect(readXml(out).name).toBe('svg')
    }
    expect(await command(['diff', 'b', 'b'], captures)).toMatchObject({ code: 0 })
    const { code, out } = await command(['diff', 'a', 'b', '--most', '1000', '--format', 'json'], captures)
    expect(code).toBe(1)
    const { differences } = JSON.parse(out) as { differences: readonly { a?: number; b?: number }[] }
    // Every frame is in at most one difference, and frames keep their order.
    const inA = differences.flatMap(({ a }) => (a === undefined ? [] : [a]))
    const inB = differences.flatMap(({ b }) => (b === undefined ? [] : [b]))
    expect(inA).toEqual([...new Set(inA)].toSorted((one, other) => one - other))
    expect(new Set(inB).size).toBe(inB.length)
  })
})
