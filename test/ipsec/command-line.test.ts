/** ESP and AH through the command: every sample with its keys, and what is wrong with a verdict of its own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bytesOf, FileSink, PcapWriter, readCaptureFile } from '@dmvpn/capture'
import { type Io, MemoryOutput, run } from '@dmvpn/cli'
import { afterAll, describe, expect, test } from 'vitest'

const captures = fileURLToPath(new URL('../../samples/captures/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'dmvpn-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function command(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const out = new MemoryOutput()
  const errors: string[] = []
  const stdin = (async function* (): AsyncGenerator<Uint8Array> {})()
  const io: Io = { out, err: line => errors.push(line), stdin, env: {}, isTTY: false }
  const code = await run(words, io)
  return { code, out: out.text, err: errors.join('\n') }
}

/** The verdicts of a capture, counted, as `-T fields` has them. */
async function verdicts(capture: string, ...options: string[]): Promise<Record<string, number>> {
  const { out, err } = await command(
    'dissect',
    capture,
    '-T',
    'fields',
    '-e',
    'esp.verdict',
    '-e',
    'ah.verdict',
    ...options,
  )
  expect(err).toBe('')
  const counts: Record<string, number> = {}
  for (const each of out.split('\n').flatMap(line => line.split('\t')))
    if (each !== '') counts[each] = (counts[each] ?? 0) + 1
  return counts
}

/** What names an NHRP packet to the octet: its checksum covers all of it, and the addresses and times are spelt out. */
const telling =
  'hdr.chksum hdr.pktsz hdr.hopcnt hdr.op.type flags reqid src.nbma.addr src.prot.addr dst.prot.addr htime ext.type'

/** The NHRP packets of a capture, each as text. */
async function nhrpOf(capture: string, ...options: string[]): Promise<string[]> {
  const fields = telling.split(' ').flatMap(name => ['-e', `nhrp.${name}`])
  const { out } = await command('dissect', capture, '-Y', 'nhrp', '-T', 'fields', ...fields, ...options)
  return out.trimEnd().split('\n')
}

describe.each([
  ['07a-esp.cbc256-sha256.s1-link.pcap', ['07a-esp.esp_sa', '07a-esp.keys.txt'], '07a-esp.plaintext-hub-gre1.pcap', 28],
  ['07a-esp.gcm256.s2-link.pcap', ['07a-esp.esp_sa', '07a-esp.keys.txt'], '07a-esp.plaintext-hub-gre1.pcap', 29],
  ['07a-esp.null-sha1.s3-link.pcap', ['07a-esp.esp_sa', '07a-esp.keys.txt'], '07a-esp.plaintext-hub-gre1.pcap', 17],
  [
    '07b-esp.udp-cbc128-sha256.s1-link.pcap',
    ['07b-esp.esp_sa', '07b-esp.keys.txt'],
    '07b-esp.plaintext-hub-gre1.pcap',
    27,
  ],
  ['07b-esp.3des-md5.s2-link.pcap', ['07b-esp.esp_sa', '07b-esp.keys.txt'], '07b-esp.plaintext-hub-gre1.pcap', 29],
  [
    '07b-esp.cbc128-sha1-tunnel.s3-link.pcap',
    ['07b-esp.esp_sa', '07b-esp.keys.txt'],
    '07b-esp.plaintext-hub-gre1.pcap',
    16,
  ],
  ['07f-ah.ah-sha1.s1-link.pcap', ['07f-ah.keys.txt'], undefined, 12],
  [
    '09-ikev2-strongswan-frr10.hub-link.pcap',
    ['09-ikev2-strongswan-frr10.esp_sa', '09-ikev2-strongswan-frr10.keys.txt'],
    '09-ikev2-strongswan-frr10.plaintext-hub-gre1.pcap',
    46,
  ],
] as const)('%s', (file, keyFiles, plaintext, packets) => {
  const good = file.includes('-ah.') ? 'ICV good' : 'opened, ICV good'

  test.each(keyFiles)('--esp-keys %s: ICV good on every packet', async keys => {
    expect(await verdicts(captures + file, '--esp-keys', captures + keys)).toEqual({ [good]: packets })
  })

  test('every NHRP packet inside is in the capture of the plaintext', async () => {
    const inside = await nhrpOf(captures + file, '--esp-keys', captures + keyFiles[0])
    expect(inside.length).toBeGreaterThan(3)
    if (plaintext === undefined) return
    const clear = new Set(await nhrpOf(captures + plaintext))
    expect(inside.filter(each => !clear.has(each))).toEqual([])
  })

  test('stats --esp counts every packet', async () => {
    const { out } = await command('stats', captures + file, '--esp', '--json', '--esp-keys', captures + keyFiles[0])
    const { esp } = JSON.parse(out) as { esp: { verdicts: Record<string, number>; replays: number; missing: number }[] }
    expect(esp.reduce((sum, each) => sum + each.verdicts['icv-good']!, 0)).toBe(packets)
    for (const each of esp) expect(each).toMatchObject({ replays: 0, duplicates: 0, missing: 0, late: 0 })
  })
})

describe('-o as for tshark', () => {
  const file = `${captures}07a-esp.cbc256-sha256.s1-link.pcap`
  const lines = readFileSync(`${captures}07a-esp.esp_sa`, 'utf8').trimEnd().split('\n')
  const table = lines.flatMap(line => ['-o', `uat:esp_sa:${line}`])

  test('uat:esp_sa', async () => {
    const words = [...table, '-o', 'esp.enable_encryption_decode:TRUE', '-o', 'esp.enable_authentication_check:TRUE']
    expect(await verdicts(file, ...words)).toEqual({ 'opened, ICV good': 28 })
  })

  test('keys that are not to be used', async () => {
    const words = [...table, '-o', 'esp.enable_encryption_decode:FALSE']
    expect(await verdicts(file, ...words)).toEqual({ 'no association for this destination and SPI': 28 })
  })

  test.each([
    [
      'uat:esp_sa:"IPv4","*","*","*","AES-CBC [RFC3602]","0x00","NULL",""',
      'has 2 hexadecimal digits; it needs 32, 48 or 64',
    ],
    ['esp.nonsense:TRUE', 'not one of uat:esp_sa:'],
    ['esp.do_esp_sequence_analysis:perhaps', 'neither TRUE nor FALSE'],
  ])('refuses %s', async (preference, message) => {
    const { code, err } = await command('dissect', file, '-o', preference)
    expect(code).toBe(2)
    expect(err).toContain(message)
    expect(err).not.toContain('0x00"')
  })

  test('sequence numbers are analysed unless told not to', async () => {
    const words = ['dissect', file, file, '-T', 'fields', '-e', 'esp.sequence-analysis.expected-sn']
    expect((await command(...words)).out.trim()).toBe('')
    const doubled = join(folder, 'doubled.pcap')
    await rewrite(file, doubled, (bytes, number) => (number === 8 ? [] : [bytes]))
    const one = ['dissect', doubled, '-T', 'fields', '-e', 'esp.sequence-analysis.expected-sn']
    expect((await command(...one)).out.trim()).not.toBe('')
    expect((await command(...one, '-o', 'esp.do_esp_sequence_analysis:FALSE')).out.trim()).toBe('')
  })
})

describe('what is wrong gets a verdict of its own, in text and in JSON', () => {
  const file = `${captures}07a-esp.cbc256-sha256.s1-link.pcap`
  const keys = `${captures}07a-esp.esp_sa`
  const changed = join(folder, 'changed.pcap')

  async function both(capture: string, keyFile: string): Promise<{ text: string; json: Record<string, number> }> {
    const text = (await command('dissect', capture, '-O', 'esp', '-c', '1', '--esp-keys', keyFile)).out
    const { out } = await command('stats', capture, '--esp', '--json', '--esp-keys', keyFile)
    const json: Record<string, number> = {}
    for (const each of (JSON.parse(out) as { esp: { verdicts: Record<string, number> }[] }).esp) {
      for (const [verdict, count] of Object.entries(each.verdicts))
        if (count > 0) json[verdict] = (json[verdict] ?? 0) + count
    }
    return { text, json }
  }

  function keysWith(name: string, change: (line: string) => string): string {
    const path = join(folder, name)
    writeFileSync(path, readFileSync(keys, 'utf8').split('\n').map(change).join('\n'))
    return path
  }

  test('a wrong encryption key', async () => {
    const wrong = keysWith('wrong.esp_sa', line => line.replace(/("AES-CBC \[RFC3602\]",")0x../, '$10x00'))
    const { text, json } = await both(file, wrong)
    expect(text).toContain('[Verdict: padding wrong, probably the wrong key')
    expect(json).toEqual({ 'padding-wrong': 28 })
  })

  test('a wrong authentication key', async () => {
    const wrong = keysWith('unauthentic.esp_sa', line => line.replace(/0x..([0-9a-f]*"\s*)$/, '0x00$1'))
    const { text, json } = await both(file, wrong)
    expect(text).toContain('[Verdict: ICV bad]')
    expect(json).toEqual({ 'icv-bad': 28 })
  })

  test('a flipped bit', async () => {
    await rewrite(file, changed, bytes => {
      if (bytes[12] === 8 && bytes[23] === 50) bytes[bytes.length - 5] = bytes[bytes.length - 5]! ^ 1
      return [bytes]
    })
    const { text, json } = await both(changed, keys)
    expect(text).toContain('[Verdict: ICV bad]')
    expect(json).toEqual({ 'icv-bad': 28 })
  })

  test('a cut packet', async () => {
    await rewrite(file, changed, bytes => [bytes.subarray(0, 90)])
    const { text, json } = await both(changed, keys)
    expect(text).toContain('[Verdict: cut short')
    expect(text).toContain('112 octets of the packet are not in the capture')
    expect(json).toEqual({ 'cut-short': 28 })
  })

  test('a missing association', async () => {
    const other = `${captures}09-ikev2-strongswan-frr10.esp_sa`
    const { text, json } = await both(file, other)
    expect(text).toContain('[Verdict: no association for this destination and SPI]')
    expect(text).toContain('[Reason: destination 150.1.1.1, SPI 0xc0de')
    expect(json).toEqual({ 'no-association': 28 })
  })

  test('no keys, looked into on request', async () => {
    const nothing = `${captures}07a-esp.null-sha1.s3-link.pcap`
    expect(await verdicts(nothing)).toEqual({ 'no association for this destination and SPI': 17 })
    expect(await verdicts(nothing, '--esp-null')).toEqual({ 'opened, nothing to check': 17 })
    const { out } = await command('dissect', nothing, '-O', 'esp', '-c', '3', '--esp-null')
    expect(out).toMatch(/Confidence that nothing is encrypted: (> )?0\.\d+/)
  })
})

describe('dmvpn keys convert', () => {
  const keys = `${captures}07a-esp.esp_sa`

  test.each(['wireshark', 'ip-xfrm', 'strongswan', 'list'])('%s opens as much as before', async form => {
    const out = join(folder, `converted.${form}`)
    expect(await command('keys', 'convert', keys, '--to', form, '-o', out)).toMatchObject({ code: 0, out: '', err: '' })
    const file = `${captures}07a-esp.gcm256.s2-link.pcap`
    expect(await verdicts(file, '--esp-keys', out)).toEqual({ 'opened, ICV good': 29 })
  })

  test('what a form has no words for is left out, and said', async () => {
    const { code, err } = await command('keys', 'convert', `${captures}07f-ah.keys.txt`, '--to', 'wireshark')
    expect(code).toBe(1)
    expect(err).toContain('left out: ah SPI 0x')
    expect(err).toContain('Wireshark has no keys for AH')
  })

  test.each([
    [[keys], 'no form given; --to takes one of wireshark'],
    [[keys, '--to', 'tcpdump'], '--to tcpdump: no such form'],
    [['--to', 'list'], 'no key file'],
    [[`${captures}07a-esp.gcm256.s2-link.pcap`, '--to', 'list'], 'no keys in it that can be used'],
  ])('refuses %j', async (words, message) => {
    const { code, err } = await command('keys', 'convert', ...words)
    expect(code).toBe(2)
    expect(err).toContain(message)
  })
})

/** Writes a capture with other octets than it was read with; lengths on the wire stay what they were. */
async function rewrite(
  from: string,
  to: string,
  change: (bytes: Uint8Array, number: number) => Uint8Array[],
): Promise<void> {
  const sink = new FileSink(to)
  const writer = new PcapWriter(sink, { linkType: 1 })
  let number = 0
  for (const record of readCaptureFile(from)) {
    const { seconds, nanoseconds, originalLength } = record
    for (const bytes of change(bytesOf(record).slice(), ++number)) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      const whole = {
        buffer: bytes,
        view,
        start: 0,
        end: bytes.length,
        linkType: 1,
        seconds,
        nanoseconds,
        originalLength,
      }
      await writer.write({ ...record, ...whole })
    }
  }
  await writer.close()
  sink.close()
}
