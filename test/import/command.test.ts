/** `dmvpn import`: what it prints, what it writes, how it ends. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesOf, keep, readCapture } from '@dmvpn/capture'
import { MemoryOutput, run } from '@dmvpn/cli'
import { dmvpn, gre, ipv4, nhrp } from '@dmvpn/protocols'
import { afterAll, describe, expect, test } from 'vitest'
import { debugLog } from './logs.ts'

const folder = mkdtempSync(join(tmpdir(), 'dmvpn-import-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function command(words: readonly string[], files: Readonly<Record<string, string>> = {}, stdin = '') {
  const out = new MemoryOutput()
  const errors: string[] = []
  const encoded = Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)] as const)
  const io = {
    out,
    err: (line: string) => void errors.push(line),
    stdin: inPieces(stdin),
    files: new Map(encoded),
    env: {},
    isTTY: false,
  }
  return { code: await run(['import', ...words], io), out: out.text, err: errors.join('\n') }
}

/** As a pipe hands text on: cut anywhere. */
async function* inPieces(text: string): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7)
}

const log = debugLog('phase-2-cef')
const frr = `2024-07-22 09:21:05.096 [DEBG] nhrpd: [K0534-5VD2M] PACKET: Recv 192.0.2.11 -> 192.0.2.100
2024-07-22 09:21:05.096 [DEBG] nhrpd: [PTQ80-8JY6C] Recv Resolution-Request(1) 172.16.0.11 -> 10.0.103.2
`

describe('what it prints', () => {
  test('a line for every packet, and what was assumed', async () => {
    const { code, out, err } = await command(['debug.txt'], { 'debug.txt': debugLog('purge') })
    expect([code, err]).toEqual([0, ''])
    expect(out).toBe(
      [
        '     8    Rack1R3  sent purge request 36      10.0.0.3 > 10.0.0.2  outside 150.1.3.3 > 150.1.2.2, 73 octets',
        '    22    Rack1R2  received purge request 36  10.0.0.3 > 10.0.0.2  outside 150.1.3.3 > 150.1.2.2, 73 octets',
        '    38    Rack1R2  sent purge reply 36        10.0.0.3 > 10.0.0.2  outside 150.1.2.2 > 150.1.3.3, 73 octets',
        '    55    Rack1R3  received purge reply 36    10.0.0.3 > 10.0.0.2  outside 150.1.2.2 > 150.1.3.3, 73 octets',
        '4 packets rebuilt, 4 of the printed size',
        'assumed in 4 packets: the password of 5 octets is not printed: zeros',
        '',
      ].join('\n'),
    )
  })

  test('standard input is read as it comes', async () => {
    const piped = await command(['-'], {}, log)
    expect(piped.out).toBe((await command(['debug.txt'], { 'debug.txt': log })).out)
    expect(piped.out).toContain('10 packets rebuilt, 10 of the printed size')
    expect(piped.out).toContain(', 81 octets, never left\n')
  })

  test('JSON, an object a line', async () => {
    const broken = log.replace('reqid: 1012', 'reqid: none')
    const { code, out } = await command(['debug.txt', '--format', 'json'], { 'debug.txt': broken })
    const found = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>)
    expect(code).toBe(1)
    expect(found.filter(each => each['found'] === 'packet')).toHaveLength(9)
    expect(found[0]).toMatchObject({
      file: 'debug.txt',
      line: 12,
      router: 'Rack1R3',
      verb: 'Send',
      kind: 'resolution-request',
      printedSize: 81,
      size: 81,
      flags: 0xc800,
      sourceNbma: '150.1.3.3',
      from: '150.1.3.3',
      transmitted: false,
    })
    expect(found.filter(each => each['found'] === 'fault')).toMatchObject([
      { line: 83 },
      { line: 87, file: 'debug.txt' },
    ])
  })

  test('messages of FRRouting, without packets', async () => {
    const { code, out } = await command(['nhrpd.log'], { 'nhrpd.log': frr })
    expect(code).toBe(0)
    expect(out).toBe(
      '     2  2024-07-22 09:21:05.096    received resolution request  172.16.0.11 > 10.0.103.2  outside 192.0.2.11 > 192.0.2.100\n' +
        '1 message of FRRouting, which does not log what is in them\n',
    )
  })

  test('of several files each is a router', async () => {
    const one = debugLog('purge').replaceAll(/^Rack.*\n/gm, '')
    const { out } = await command(['hub.log', 'spoke.log'], { 'hub.log': one, 'spoke.log': one })
    expect(out).toMatch(/^hub\.log:\n.* hub {2}sent purge request 36/)
    expect(out).toMatch(/\nspoke\.log:\n.* spoke {2}sent purge request 36/)
  })

  test('a password that was printed is not', async () => {
    const said = log.replaceAll(
      /(client protocol: 10\.0\.0\.2|pref: 0)\n/g,
      '$1\nAuthentication Extension(7):\n  type:Cleartext(1), data:hush1\n',
    )
    for (const format of ['text', 'json']) {
      const { out, err } = await command(['debug.txt', '--format', format], { 'debug.txt': said })
      expect(`${out}${err}`).not.toContain('hush1')
    }
  })
})

describe('what it writes', () => {
  const written = (name: string) => [...readCapture(readFileSync(join(folder, name)))].map(keep)

  test('packets in the tunnel, with a comment each', async () => {
    const file = join(folder, 'out.pcapng')
    const { code, out } = await command(['debug.txt', '-w', file, '--key', '123'], { 'debug.txt': log })
    expect([code, out.trimEnd().split('\n').at(-1)]).toEqual([0, `8 packets written to ${file}`])
    const records = written('out.pcapng')
    expect(records).toHaveLength(8)
    expect(records[0]!.comments).toEqual([
      'rebuilt from debug output, debug.txt line 27: sent by Rack1R3 on Tunnel0; the password of 5 octets is not printed: zeros; GRE header, key 123, and outer header as such routers write them',
    ])
    expect(records.map(each => each.description!.name)).toContain('Rack1R1 Tunnel0')
    expect(records.map(({ nanoseconds }) => nanoseconds / 1e6)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    const frame = dmvpn.decode(bytesOf(records[0]!), records[0]!.linkType)
    expect(frame.find(ipv4)).toMatchObject({ source: 0x96010303, destination: 0x96010101, ttl: 255, dscp: 48 })
    expect(frame.find(gre)).toMatchObject({ key: 123 })
    expect(frame.find(nhrp)).toMatchObject({ kind: 'resolution-request', requestId: 994 })
  })

  test('times, where the lines have them; of several logs in their order', async () => {
    const timed = (second: number): string => debugLog('purge').replaceAll(/^(?=.)/gm, `*Mar  1 00:00:${second}.250: `)
    const files = { 'b.log': timed(20), 'a.log': timed(10) }
    await command(['b.log', 'a.log', '-w', join(folder, 'timed.pcapng')], files)
    const seconds = written('timed.pcapng').map(each => each.seconds % 60)
    expect(seconds).toEqual([10, 10, 10, 10, 20, 20, 20, 20])
    expect(written('timed.pcapng')[0]!.nanoseconds).toBe(250_000_000)
  })

  test('octets of a dump as they are', async () => {
    const dump =
      '11:13:00.593 EDT Mar 21 2007 : IPv4 : Tu0\n\n65B6F5C0: 45C0001C 00000000 FF2F0000 C0000202  E......./......\n65B6F5D0: C0000201 20002001 0000007B  .... . ....{\n'
    const { code } = await command(['dump.txt', '-w', join(folder, 'dump.pcap')], { 'dump.txt': dump })
    const [record] = written('dump.pcap')
    expect([code, record!.linkType, record!.seconds]).toEqual([0, 101, Date.UTC(2007, 2, 21, 11, 13) / 1000])
    expect(bytesOf(record!)).toHaveLength(28)
  })

  test('pcap has no comments, which is said', async () => {
    const { code, err } = await command(['-', '-w', join(folder, 'out.pcap')], {}, log)
    expect([code, written('out.pcap').length]).toEqual([0, 8])
    expect(err).toContain('pcap has no place for comments')
  })
})

describe('how it ends', () => {
  test('1 where lines within a packet were not understood, each with what was expected', async () => {
    const { code, err } = await command(['debug.txt'], { 'debug.txt': log.replace('hop: 255', 'hop: many') })
    expect(code).toBe(1)
    expect(err).toContain('dmvpn: debug.txt:14: expected (F) afn: <family>(<familyNumber>), type: ')
  })

  test.each([
    [['debug.txt', '--key', '-1']],
    [['debug.txt', '--format', 'xml']],
    [['debug.txt', 'debug.txt']],
    [['debug.txt', '-w', 'out.txt']],
    [[]],
    [['frr.log', '-w', join(folder, 'none.pcap')]],
    [['empty.txt', '-w', join(folder, 'none.pcap')]],
  ])('2 for %j', async words => {
    const { code, err } = await command(words, { 'debug.txt': log, 'frr.log': frr, 'empty.txt': 'hello\n' })
    expect([code, err === '']).toEqual([2, false])
  })

  test('3 where a file cannot be read', async () => {
    const { code, err } = await command([join(folder, 'nowhere.txt')])
    expect([code, err]).toEqual([3, `dmvpn: cannot read ${join(folder, 'nowhere.txt')}: no such file`])
  })

  test('0 where there is nothing, which is said', async () => {
    expect(await command(['empty.txt'], { 'empty.txt': 'hello\n' })).toEqual({
      code: 0,
      out: '',
      err: 'dmvpn: empty.txt: no debug output of NHRP, no capture dump and no log of FRRouting in it',
    })
  })
})
