/** The same records as tshark and capinfos see, on shipped captures and on every variant built by hand. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, type TestContext, test } from 'vitest'
import { writePcap } from './pcap-writer.ts'
import { PcapngWriter, writePcapng } from './pcapng-writer.ts'
import { readCapture, readCaptureFile } from './read.ts'
import type { CaptureRecord } from './record.ts'
import { keep } from './record.ts'
import { MemorySink } from './sink.ts'
import { frame, pcapFile, pcapngVariants } from './variants.test.data.ts'

const run = promisify(execFile)
const installed = spawnSync('tshark', ['--version']).error === undefined
const directory = mkdtempSync(join(tmpdir(), 'tshark-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** Without tshark nothing is compared: allowed at home, a failure where it is promised. */
function missing(context: TestContext): void {
  if (process.env['CI'] === 'true') throw new Error('tshark is not installed')
  context.skip('tshark is not installed: NOTHING IS COMPARED')
}

const sample = (name: string): Uint8Array =>
  readFileSync(fileURLToPath(new URL(`../../../samples/captures/${name}`, import.meta.url)))

const seen = [0, 1, 2].map(i => ({
  seconds: 1_785_542_400 + i,
  fraction: 999_999 - i,
  bytes: frame(60 + i, i),
  original: 100,
}))

const files: readonly (readonly [string, Uint8Array])[] = [
  ...pcapngVariants.map(({ name, bytes }) => [name, bytes] as const),
  ['pcap, big-endian nanoseconds', pcapFile('big', { magic: 0xa1b23c4d }, seen)],
  ['pcap, little-endian modified', pcapFile('little', { magic: 0xa1b2cd34, modified: true }, seen)],
  ['pcap, with frame check sequences', pcapFile('little', { network: 0x24000001 }, seen)],
  ...['02a-phase3-auth-frr10.multi-if.pcapng', '90-derived-snaplen80-of-02a-hub-link.pcapng'].map(
    name => [name, sample(name)] as const,
  ),
  ...['91-derived-nsec-of-06-hub-link.pcap', '08-gre-variants.vlan100.s1-link.pcap'].map(
    name => [name, sample(name)] as const,
  ),
]

/** As tshark prints frame.time_epoch, frame.cap_len, frame.len, frame.comment. */
function line(record: CaptureRecord): string {
  const time = record.timed ? `${record.seconds}.${String(record.nanoseconds).padStart(9, '0')}` : ''
  return [time, record.end - record.start, record.originalLength, record.comments.join(',')].join('\t')
}

async function capinfos(path: string): Promise<{ packets: string | undefined; complaint: string }> {
  const { stdout, stderr } = await run('capinfos', ['-c', '-M', '-T', '-r', path])
  return { packets: stdout.trim().split('\t').at(-1), complaint: stderr }
}

async function tshark(path: string): Promise<string[]> {
  const fields = ['frame.encap_type', 'frame.time_epoch', 'frame.cap_len', 'frame.len', 'frame.comment']
  const { stdout } = await run('tshark', ['-n', '-r', path, '-T', 'fields', ...fields.flatMap(name => ['-e', name])])
  // tshark also lists custom blocks, as frames without an encapsulation; capinfos counts packets alone, as we do.
  const lines = stdout
    .split('\n')
    .slice(0, -1)
    .filter(line => !line.startsWith('\t'))
  return lines.map(line => line.slice(line.indexOf('\t') + 1))
}

describe('tshark', () => {
  test.for(files)('%s', async ([name, bytes], context) => {
    if (!installed) return missing(context)
    const path = join(directory, name.replaceAll(/[^a-z0-9]+/gi, '-'))
    writeFileSync(path, bytes)
    const capture = readCaptureFile(path)
    const ours = [...capture].map(keep)
    expect(capture.fault).toBeUndefined()
    const [theirs, counted] = await Promise.all([tshark(path), capinfos(path)])
    expect(ours.map(line)).toEqual(theirs)
    expect(counted.packets).toBe(String(ours.length))
  })

  test('what is written opens without complaint and says the same', async context => {
    if (!installed) return missing(context)
    const records = [...readCapture(sample('02a-phase3-auth-frr10.multi-if.pcapng'))].map(keep)
    const ethernet = records.filter(record => record.linkType === 1)
    const mixed = pcapngVariants.find(v => v.name.startsWith('little: packet options'))!.bytes
    const copy = new MemorySink()
    const writer = new PcapngWriter(copy)
    for (const record of readCapture(mixed, { onBlock: block => void writer.copy(block) })) void writer.write(record)
    void writer.close()
    const written = [
      ['out-little.pcapng', writePcapng(records, { comments: ['one'], application: 'a test' }), records],
      ['out-big.pcapng', writePcapng(records, { order: 'big' }), records],
      ['out-ns.pcap', writePcap(ethernet, { nanoseconds: true, order: 'big' }), ethernet],
      ['out-copy.pcapng', copy.bytes, [...readCapture(mixed)].map(keep)],
    ] as const
    for (const [name, bytes, of] of written) {
      const path = join(directory, name)
      writeFileSync(path, bytes)
      expect(await tshark(path)).toEqual(of.map(line))
      expect(await capinfos(path)).toEqual({ packets: String(of.length), complaint: '' })
    }
  })
})
