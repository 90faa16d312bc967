import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesOf, type CaptureBlock, type CaptureRecord, keep, readCapture } from '@dmvpn/capture'
import { dmvpn, nhrp } from '@dmvpn/protocols'
import { afterAll, describe, expect, it } from 'vitest'
import { MemoryOutput } from '../output.ts'
import { run } from '../program.ts'

const folder = mkdtempSync(join(tmpdir(), 'dmvpn-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const samples = new URL('../../../../samples/captures/', import.meta.url)
const sample = (name: string): string => new URL(name, samples).pathname
const at = (name: string): string => join(folder, name)

async function command(words: readonly string[], stdin = '') {
  const out = new MemoryOutput()
  const errors: string[] = []
  const code = await run(words, { out, err: line => errors.push(line), stdin: chunk(stdin), env: {}, isTTY: false })
  return { code, out: out.text, err: errors.join('\n') }
}

async function* chunk(text: string): AsyncGenerator<Uint8Array> {
  if (text !== '') yield new TextEncoder().encode(text)
}

function recordsIn(name: string): CaptureRecord[] {
  return [...readCapture(readFileSync(at(name)))].map(keep)
}

function messageIn({ linkType, ...record }: CaptureRecord) {
  return dmvpn.decode(bytesOf({ linkType, ...record }), linkType).find(nhrp)!
}

const ends = ['--hub', '172.16.0.1', '--hub-nbma', '192.0.2.1', '--spoke', '172.16.0.3', '--nbma', '192.0.2.33']

describe('dmvpn synth', () => {
  it('writes a capture by the extension of its name', async () => {
    const words = ['synth', 'registration', ...ends, '--hold', '60', '--unique', '--auth', 'secret', '--key', '7']
    for (const name of ['a.pcap', 'a.pcapng']) {
      expect(await command([...words, '--time', '2024-01-01T00:00:00.25Z', '-w', at(name)])).toEqual({
        code: 0,
        out: '',
        err: '',
      })
      const [record] = recordsIn(name)
      expect(record).toMatchObject({ seconds: 1_704_067_200, nanoseconds: 250_000_000, linkType: 101 })
      expect(messageIn(record!)).toMatchObject({ kind: 'registration-request', entries: [{ holdingTime: 60 }] })
    }
    expect(readFileSync(at('a.pcap'))[0]).toBe(0xd4)
    expect(readFileSync(at('a.pcapng'))[0]).toBe(0x0a)
  })

  it('prints octets that convert reads', async () => {
    const { out } = await command([
      'synth',
      'keepalive',
      ...ends.slice(2, 4),
      ...ends.slice(6),
      '--count',
      '2',
      '--every',
      '10s',
    ])
    expect(out).toMatch(/^# link-type 101\n# time 0\.0{9}\n000000 {2}45 c0 00 30/)
    expect(await command(['convert', '-', at('b.pcap')], out)).toMatchObject({ code: 0, err: '' })
    expect(recordsIn('b.pcap').map(({ seconds, linkType }) => [seconds, linkType])).toEqual([
      [0, 101],
      [10, 101],
    ])
  })

  it('counts ids on', async () => {
    await command([
      'synth',
      'resolution',
      ...ends,
      '--target',
      '172.17.2.2',
      '--count',
      '3',
      '--request-id',
      '0xffffffff',
      '-w',
      at('c.pcap'),
    ])
    const ids = recordsIn('c.pcap')
      .map(record => messageIn(record))
      .map(message => 'requestId' in message && message.requestId)
    expect(ids).toEqual([0xffffffff, 0, 1])
  })

  it('sets fields, and lies', async () => {
    const words = ['synth', 'resolution', ...ends, '--target', '172.17.2.2', '--set', 'nhrp.hdr.hopcnt=0', '-w']
    await command([...words, at('set.pcap')])
    await command([...words, at('lie.pcap'), '--lie'])
    const [set, lie] = [recordsIn('set.pcap')[0]!, recordsIn('lie.pcap')[0]!].map(record => bytesOf(record))
    const differing = [...set!.keys()].filter(index => set![index] !== lie![index])
    // The checksum alone.
    expect(differing.every(index => index === 36 || index === 37)).toBe(true)
    expect(differing.length).toBeGreaterThan(0)
  })

  it('keeps a comment, or says that it cannot', async () => {
    const words = [
      'synth',
      'data',
      ...ends.slice(2, 4),
      ...ends.slice(6),
      '--source',
      '172.17.3.3',
      '--destination',
      '172.17.2.2',
    ]
    await command([...words, '--comment', 'why', '-w', at('d.pcapng')])
    expect(recordsIn('d.pcapng')[0]!.comments).toEqual(['why'])
    expect((await command([...words, '--comment', 'why', '-w', at('d.pcap')])).err).toContain(
      'pcap has no place for comments',
    )
  })

  it.each([
    [['synth'], 2, 'Usage: dmvpn synth'],
    [['synth', 'registration', ...ends.slice(2)], 2, 'dmvpn: registration: hub is missing'],
    [['synth', 'registration', '--hub', 'hub'], 2, "argument 'hub' is invalid. not an IPv4 or IPv6 address."],
    [['synth', 'registration', ...ends, '--hold', '65536'], 2, 'must be a whole number from 0 to 65535.'],
    [['synth', 'registration', ...ends, '--auth', 'toolongaword'], 2, 'the password has 12 octets, not 1 to 8'],
    [['synth', 'purge', ...ends, '--address', '172.17.3.3', '--set', 'nhrp.htim=1'], 2, 'did you mean nhrp.htime?'],
    [
      ['synth', 'purge', ...ends, '--address', '172.17.3.3', '--set', 'nhrp.hdr.chksum=1'],
      2,
      'only a lie writes over it',
    ],
    [['synth', 'purge', ...ends, '--address', '172.17.3.3', '--hold', '1'], 2, "unknown option '--hold'"],
    [['synth', 'registraton'], 2, "unknown command 'registraton'"],
    [['synth', 'keepalive', ...ends.slice(2, 4), ...ends.slice(6), '-w', at('x.txt')], 2, 'neither .pcap nor .pcapng'],
    [['synth', 'keepalive', ...ends.slice(2, 4), ...ends.slice(6), '-w', '/nowhere/x.pcap'], 3, 'no such directory'],
  ])('%j is refused', async (words, code, because) => {
    const refused = await command(words)
    expect(refused.err).toContain(because)
    expect(refused.code).toBe(code)
  })

  it('has help for every recipe, with an example that works', async () => {
    const { out, code } = await command(['synth', '--help'])
    expect(code).toBe(0)
    const recipes = [...out.matchAll(/^ {2}([a-z]+) \[options\] {2}/gm)].map(([, name]) => name!)
    expect(recipes).toEqual(['registration', 'resolution', 'purge', 'error', 'redirect', 'keepalive', 'data'])
    for (const recipe of recipes) {
      const help = await command(['synth', recipe, '--help'])
      const example = /^ {2}dmvpn (synth .*)$/m.exec(help.out)![1]!.split(' ')
      const words = example.map((word, index) => (example[index - 1] === '-w' ? at(word) : word))
      expect(await command(words)).toMatchObject({ code: 0, err: '' })
    }
  })
})

describe('dmvpn synth script', () => {
  const script = `start: 2024-01-01T00:00:00Z
defaults: { profile: ios12, hub: 172.16.0.1, hub-nbma: 192.0.2.1, spoke: 172.16.0.3, nbma: 192.0.2.33, key: 7, hold: 60 }
packets:
  - { packet: registration, comment: the first }
  - { packet: registration, reply: true, after: 20ms }
  - packet: keepalive
    at: 1s
    count: 3
    every: 500ms
  - { packet: resolution, target: 172.17.2.2, set: { nhrp.hdr.hopcnt: 0, nhrp.htime: 17 }, lie: { nhrp.hdr.chksum: 0xdead } }
`

  it('writes packets at their times', async () => {
    expect(await command(['synth', 'script', '-', '-w', at('s.pcapng')], script)).toEqual({ code: 0, out: '', err: '' })
    const records = recordsIn('s.pcapng')
    const times = records.map(({ seconds, nanoseconds }) => seconds - 1_704_067_200 + nanoseconds / 1e9)
    expect(times).toEqual([0, 0.02, 1, 1.5, 2, 2])
    expect(records[0]!.comments).toEqual(['the first'])
    const last = bytesOf(records.at(-1)!)
    expect(messageIn(records.at(-1)!)).toMatchObject({ hopCount: 0, entries: [{ holdingTime: 17 }] })
    expect([last[40], last[41]]).toEqual([0xde, 0xad])
  })

  it.each([
    ['packets:\n  - packet: registration\n    hub: 1.2.3\n', 's.yaml:3:10: not an IPv4 or IPv6 address'],
    ['packets:\n  - packet: keepalive\n    hold: 5\n', 's.yaml:3:5: there is no such option here'],
    ['packets:\n  - packet: nothing\n', 's.yaml:2:13: not one of registration, resolution,'],
    ['packets: []\n', 's.yaml:1:10: '],
    ['packts: []\n', 's.yaml:1:1: packets is missing\ns.yaml:1:1: there is no such option here'],
    ['packets:\n  - packet: keepalive\n    nbma: 192.0.2.1\n', 's.yaml:2:5: hub-nbma is missing'],
    [
      'packets:\n  - packet: keepalive\n    nbma: 192.0.2.1\n    hub-nbma: 192.0.2.2\n    set: { ip.lenn: 5 }\n',
      's.yaml:5:12: no field is named ip.lenn; did you mean ip.len',
    ],
    [
      'packets:\n  - packet: keepalive\n    nbma: 192.0.2.1\n    hub-nbma: 192.0.2.2\n    set: { ip.len: 5 }\n',
      's.yaml:5:12: ip.len cannot be set',
    ],
    ['packets:\n  - packet: keepalive\n    at: soon\n', 's.yaml:3:9: not a length of time'],
    ['packets:\n  - packet: "keepalive\n', 's.yaml:'],
    ['packets: [{ packet: keepalive }, { packet: keepalive, at: 1x }]', 's.yaml:1:59: not a length of time'],
    ['', 's.yaml:1:1: '],
  ])('a mistake is told with its line and column: %j', async (text, place) => {
    writeFileSync(at('s.yaml'), text)
    const { code, err } = await command(['synth', 'script', at('s.yaml')])
    expect(err.replaceAll(`${folder}/`, '')).toContain(`dmvpn: ${place}`)
    expect(code).toBe(2)
  })

  it('tells all mistakes of a script at once', async () => {
    const { err } = await command(
      ['synth', 'script', '-'],
      'packets:\n  - { packet: data, ttl: 256 }\n  - { packet: data, key: x }\n',
    )
    expect(err.split('\n')).toHaveLength(2)
  })

  it('has a published schema (vitest -u writes it anew)', async () => {
    const { scriptJsonSchema } = await import('./script-schema.ts')
    const schema = `${JSON.stringify(scriptJsonSchema(), undefined, 2)}\n`
    await expect(schema).toMatchFileSnapshot('../../../synth/schema/script.schema.json')
  })
})

describe('dmvpn encode', () => {
  it('is the inverse of dissect --packets', async () => {
    for (const name of ['01-reg-auth-frr10.hub-gre1.pcap', '08-gre-variants.vlan100.s1-link.pcap']) {
      const { out } = await command(['dissect', sample(name), '--packets'])
      expect(await command(['encode', '-', '-w', at(name)], out)).toMatchObject({ code: 0, err: '' })
      expect(readFileSync(at(name)).equals(readFileSync(sample(name)))).toBe(true)
    }
  })

  it('takes a single packet, over many lines, with facts changed', async () => {
    const { out } = await command(['dissect', sample('01-reg-auth-frr10.hub-link.pcap'), '-c', '3', '--packets'])
    const packet = JSON.parse(out.trimEnd().split('\n')[2]!) as {
      layers: { protocol: string; facts: object; claims: object }[]
    }
    for (const layer of packet.layers) layer.claims = {}
    const message = packet.layers.find(({ protocol }) => protocol === 'nhrp')!
    message.facts = { ...message.facts, hopCount: 7, extensions: [] }
    expect(await command(['encode', '-', '-w', at('e.pcap')], JSON.stringify(packet, undefined, 2))).toMatchObject({
      code: 0,
    })
    expect(messageIn(recordsIn('e.pcap')[0]!)).toMatchObject({ hopCount: 7, extensions: [] })
    expect((await command(['encode', '-'], JSON.stringify([packet, packet]))).out.match(/# time/g)).toHaveLength(2)
  })

  it.each([
    ['', 'no packets in it'],
    ['{', '-: '],
    ['{"time":"0.000000000"}', '-: layers: not an array'],
    [
      '{"time":"0.000000000","linkType":101,"originalLength":0,"layers":[{"protocol":"nope","facts":{}}]}',
      'no protocol is named nope',
    ],
    [
      '{"time":"0.000000000","linkType":101,"originalLength":0,"layers":[{"protocol":"ip","facts":{"ttl":300}}]}',
      '-: ',
    ],
    ['[1]', '-: packet 1: packet: not an object'],
  ])('refuses %j', async (text, because) => {
    const { code, err } = await command(['encode', '-'], text)
    expect(err).toContain(because)
    expect(code).toBe(2)
  })
})

describe('dmvpn convert', () => {
  it('copies a pcapng file octet for octet, and loses what pcap has no place for with a word', async () => {
    const words = ['synth', 'keepalive', ...ends.slice(2, 4), ...ends.slice(6), '--comment', 'kept']
    await command([...words, '-w', at('comment.pcapng')])
    await command(['convert', at('comment.pcapng'), at('copy.pcapng')])
    expect(readFileSync(at('copy.pcapng')).equals(readFileSync(at('comment.pcapng')))).toBe(true)
    const { code, err } = await command(['convert', at('comment.pcapng'), at('copy.pcap')])
    expect(err).toContain('pcap has no place for 1 comment or name')
    expect(code).toBe(0)
  })

  it('splits, and describes the interfaces in every file', async () => {
    const blocks: CaptureBlock[] = []
    await command(['convert', sample('02a-phase3-auth-frr10.multi-if.pcapng'), at('part.pcapng'), '--split', '100'])
    const parts = ['part_00000.pcapng', 'part_00001.pcapng', 'part_00002.pcapng']
    const lengths = parts.map(name => {
      const capture = readCapture(readFileSync(at(name)), { onBlock: block => blocks.push(block) })
      return [...capture].map(({ description }) => expect(description?.name).toMatch(/^r-/)).length
    })
    expect(lengths.slice(0, 2)).toEqual([100, 100])
    expect(blocks.filter(({ kind }) => kind === 'section')).toHaveLength(3)
  })

  it('copies what precedes the damage', async () => {
    writeFileSync(at('cut.pcap'), readFileSync(sample('06-nat-frr10.hub-link.pcap')).subarray(0, 1000))
    const { code, err } = await command(['convert', at('cut.pcap'), at('whole.pcap')])
    expect(err).toMatch(/cut\.pcap: the file is damaged/)
    expect(code).toBe(1)
    expect(recordsIn('whole.pcap').length).toBeGreaterThan(3)
  })

  it.each([
    [['convert', at('whole.pcap'), at('whole.pcap')], 2, 'is also read: write to another file'],
    [['convert', at('nothing.pcap'), at('y.pcap')], 3, 'no such file'],
    [['convert', sample('../README.md'), at('y.pcap')], 3, 'neither a capture nor a hex dump'],
    [
      ['convert', at('whole.pcap'), at('y.pcap'), '--shift-time', 'later'],
      2,
      '--shift-time later: not a length of time',
    ],
    [['convert', at('whole.pcap'), at('y.pcap'), '--link', 'ether'], 2, '--link ether'],
    [['convert', at('whole.pcap'), '-', '--split', '5'], 2, 'name one'],
    [['convert', at('whole.pcap'), at('y.pcap'), '--shift-time', '-9999999999s'], 2, 'times from 1970 to 2106'],
    [['merge', at('whole.pcap'), at('a.pcap'), '-w', at('mixed.pcap')], 2, 'a pcap file has one link type'],
  ])('%j is refused', async (words, code, because) => {
    const refused = await command(words)
    expect(refused.err).toContain(because)
    expect(refused.code).toBe(code)
  })
})

describe('dmvpn dissect -w', () => {
  const input = sample('02a-phase3-auth-frr10.multi-if.pcapng')

  it('keeps what the filter kept, with what the file says of it', async () => {
    const { code, out } = await command(['dissect', input, '-Y', 'nhrp.hdr.op.type == 2', '-w', at('kept.pcapng')])
    expect([code, out]).toEqual([0, ''])
    const records = recordsIn('kept.pcapng')
    expect(records.length).toBeGreaterThan(3)
    for (const record of records) {
      expect(messageIn(record).kind).toBe('resolution-reply')
      expect(record.description).toMatchObject({
        resolution: 9,
        operatingSystem: expect.stringContaining('Linux') as string,
      })
    }
  })

  it('keeps everything where there is no filter, but for the statistics at the end', async () => {
    await command(['dissect', input, '-w', at('all.pcapng')])
    const [kept, all] = [readFileSync(at('all.pcapng')), readFileSync(input)]
    expect(kept.equals(all.subarray(0, kept.length))).toBe(true)
    expect(recordsIn('all.pcapng')).toHaveLength([...readCapture(all)].length)
  })

  it('prints as well where asked, and reads hex dumps', async () => {
    const { out } = await command(['synth', 'keepalive', ...ends.slice(2, 4), ...ends.slice(6)])
    writeFileSync(at('hex.txt'), out)
    const { code, out: lines } = await command(['dissect', at('hex.txt'), '-w', at('p.pcap'), '-P'])
    expect([code, lines.trimEnd().split('\n').length]).toEqual([0, 1])
    expect(lines).toContain('192.0.2.33')
    expect(recordsIn('p.pcap')).toHaveLength(1)
  })

  it('does not write over what it reads', async () => {
    const { code, err } = await command(['dissect', at('p.pcap'), '-w', at('p.pcap')])
    expect(err).toContain('is also read')
    expect(code).toBe(2)
  })
})
