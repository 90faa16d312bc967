/** `-Y` in front of every output: what is printed of a packet does not depend on whether others are. */
import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import type { Io } from './io.ts'
import { MemoryOutput } from './output.ts'
import { run } from './program.ts'

const sample = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../samples/captures/${name}`, import.meta.url)))
const files = new Map([
  ['hub.pcap', sample('02a-phase3-auth-frr10.hub-link.pcap')],
  ['fragments.pcap', sample('08-gre-variants.vlan100.s1-link.pcap')],
  ['ipsec.pcap', sample('07b-esp.3des-md5.s2-link.pcap')],
  ['keys', sample('07b-esp.esp_sa')],
])

async function command(words: readonly string[]) {
  const out = new MemoryOutput()
  const errors: string[] = []
  const stdin = (async function* (): AsyncGenerator<Uint8Array> {})()
  const io: Io = { out, err: line => errors.push(line), stdin, files, env: {}, isTTY: false }
  const code = await run(['dissect', ...words], io)
  return { code, out: out.text, err: errors.join('\n') }
}

describe.each([
  ['lines', []],
  ['coloured lines', ['--color']],
  ['trees', ['-V']],
  ['octets', ['-x']],
  ['fields', ['-T', 'fields', '-e', 'frame.number', '-e', 'ip.src', '-e', 'nhrp.code', '-e', 'ip.reassembled.length']],
  ['JSON', ['-T', 'json']],
  ['packets', ['--packets']],
])('%s', (_, words) => {
  it.each(['hub.pcap', 'fragments.pcap', 'ipsec.pcap'])('a filter that passes all changes nothing: %s', async file => {
    const more = file === 'ipsec.pcap' ? ['--esp-keys', 'keys'] : []
    const all = await command([file, ...more, ...words])
    expect(await command([file, ...more, ...words, '-Y', 'frame.protocols'])).toEqual(all)
    expect(await command([file, ...more, ...words, '-Y', 'frame'])).toEqual(all)
  })
})

const numbers = ['-T', 'fields', '-e', 'frame.number']

test('only what passes is printed, under its own number', async () => {
  const all = await command(['hub.pcap', ...numbers, '-e', 'nhrp.hdr.op.type'])
  const wanted = all.out
    .split('\n')
    .filter(line => line.endsWith('\t1'))
    .map(line => line.split('\t')[0])
  const { out, code } = await command(['hub.pcap', ...numbers, '-Y', 'nhrp.hdr.op.type == 1'])
  expect(code).toBe(0)
  expect(out.trimEnd().split('\n')).toEqual(wanted)
  const lines = await command(['hub.pcap', '-Y', 'nhrp.hdr.op.type == 1'])
  expect(
    lines.out
      .trimEnd()
      .split('\n')
      .map(line => line.trim().split(' ')[0]),
  ).toEqual(wanted)
})

test('fields inside opened ESP count', async () => {
  const closed = await command(['ipsec.pcap', ...numbers, '-Y', 'nhrp'])
  const opened = await command(['ipsec.pcap', '--esp-keys', 'keys', ...numbers, '-Y', 'nhrp'])
  expect(closed.out).toBe('')
  expect(opened.out.trimEnd().split('\n').length).toBeGreaterThan(10)
})

test('-c counts packets read, as in tshark', async () => {
  expect((await command(['hub.pcap', ...numbers, '-Y', 'frame.number > 3', '-c', '5'])).out).toBe('4\n5\n')
})

test('a wrong filter is refused before a file is opened', async () => {
  const { code, err, out } = await command(['nowhere.pcap', '-Y', 'nhrp.hdr.optype == 1'])
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toBe(`dmvpn: -Y: no field or protocol is named nhrp.hdr.optype; did you mean nhrp.hdr.op.type?
  nhrp.hdr.optype == 1
  ^~~~~~~~~~~~~~~`)
})
