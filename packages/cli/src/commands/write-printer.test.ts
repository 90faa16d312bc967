import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesOf, readCapture } from '@dmvpn/capture'
import { dmvpn, nhrp } from '@dmvpn/protocols'
import { afterAll, expect, it } from 'vitest'
import { MemoryOutput } from '../output.ts'
import { run } from '../program.ts'

const folder = mkdtempSync(join(tmpdir(), 'dmvpn-write-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const capture = new URL('../../../../samples/captures/02a-phase3-auth-frr10.hub-link.pcap', import.meta.url).pathname

async function printed(...words: readonly string[]): Promise<string> {
  const out = new MemoryOutput()
  const io = { out, err: () => {}, stdin: nobody(), env: {}, isTTY: false }
  expect(await run(['dissect', '-n', ...words, capture], io)).toBe(0)
  return out.text
}

async function* nobody(): AsyncGenerator<Uint8Array> {}

/** The octets of the packets of a file, in hexadecimal. */
function packetsIn(file: string): readonly string[] {
  return Array.from(readCapture(readFileSync(file)), record => Buffer.from(bytesOf(record)).toString('hex'))
}

it('writes the packets that pass, walked or not', async () => {
  const file = join(folder, 'requests.pcap')
  expect(await printed('-Y', 'nhrp.hdr.op.type == 3', '-w', file)).toBe('')
  const expected = Array.from(readCapture(readFileSync(capture)), record => ({ ...record, bytes: bytesOf(record) }))
    .filter(({ bytes, linkType }) => dmvpn.decode(bytes, linkType).find(nhrp)?.type === 3)
    .map(({ bytes }) => Buffer.from(bytes).toString('hex'))
  expect(expected.length).toBeGreaterThan(4)
  expect(packetsIn(file)).toEqual(expected)
})

it('prints what it writes with -P', async () => {
  const file = join(folder, 'printed.pcap')
  const lines = await printed('-Y', 'nhrp.hdr.op.type == 3', '-P', '-w', file)
  expect(lines).toBe(await printed('-Y', 'nhrp.hdr.op.type == 3'))
  expect(packetsIn(file)).toHaveLength(lines.trimEnd().split('\n').length)
})
