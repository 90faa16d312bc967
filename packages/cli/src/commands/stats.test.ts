import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Io } from '../io.ts'
import { MemoryOutput } from '../output.ts'
import { run } from '../program.ts'

const captures = new URL('../../../../samples/captures/', import.meta.url)
const files = new Map(
  [
    ['hub', '02a-phase3-auth-frr10.hub-link'],
    ['auth', '04a-auth-errors-frr10.hub-link.trimmed'],
    ['six', '05c-ipv6-over-gre-frr10.hub-link'],
  ].map(([name, file]) => [`${name}.pcap`, new Uint8Array(readFileSync(new URL(`${file}.pcap`, captures)))]),
)

async function command(words: readonly string[], more: Partial<Io> = {}) {
  const out = new MemoryOutput()
  const errors: string[] = []
  const io: Io = {
    out,
    err: line => errors.push(line),
    stdin: chunks([]),
    files,
    env: {},
    isTTY: false,
    ...more,
  }
  const code = await run(words, io)
  return { code, out: out.text, err: errors.join('\n') }
}

async function* chunks(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts
}

async function json(words: readonly string[], more: Partial<Io> = {}) {
  const { out } = await command([...words, '--json'], more)
  return JSON.parse(out)
}

describe('dmvpn stats', () => {
  it('shows what a capture consists of and what NHRP does in it', async () => {
    const { code, out, err } = await command(['stats', 'hub.pcap'])
    expect(out).toContain('      nhrp                               frames:73 bytes:11671\n')
    expect(out).toContain(
      '       31  Resolution 4     10.0.0.2 at 150.1.2.2  10.0.3.1   9.263 ms  Success in frame 37, passed on once\n',
    )
    expect(out).toContain('Cloud 150.1.1.1 ↔ 150.1.4.4, key 123: 18 messages\n')
    expect([code, err]).toEqual([0, ''])
  })

  it('lists what was refused, sent again and not answered', async () => {
    const { out } = await command(['stats', 'auth.pcap', '--nhrp'])
    expect(out).toMatch(/^NHRP: 246 messages, 13 transactions, 11 answered, 2 refused\n/)
    expect(out).toMatch(/ 1025\.010 ms {2}refused: Authentication Failure in frame 10, sent 2 times\n/)
    const six = await json(['stats', 'six.pcap', '--nhrp'])
    const silent = six.nhrp.transactions.filter(({ outcome }: { outcome: string }) => outcome === 'unanswered')
    expect(silent).toEqual([
      {
        request: 'resolution',
        frame: 83,
        requestId: 9,
        sourceNbma: '150.1.2.2',
        sourceProtocol: 'fd00::2',
        destinationProtocol: 'fd00:0:0:3::1',
        tries: 1,
        forwarded: 1,
        outcome: 'unanswered',
      },
    ])
  })

  it('counts messages by cloud, station, type and code', async () => {
    const { nhrp } = await json(['stats', 'auth.pcap', '--nhrp'])
    const [cloud] = nhrp.clouds
    expect(cloud).toMatchObject({ between: ['150.1.1.1', '150.1.2.2'], key: 123, messages: 223 })
    expect(cloud.counts).toContainEqual({
      type: 'NHRP Error Indication',
      station: '150.1.2.2',
      code: 'Authentication Failure',
      count: 106,
    })
    const messages = nhrp.clouds.map((each: { messages: number }) => each.messages)
    expect(messages.reduce((sum: number, each: number) => sum + each, 0)).toBe(nhrp.messages)
  })

  it('takes tshark’s names, each with a filter where one is wanted', async () => {
    const reports = await json([
      'stats',
      'hub.pcap',
      ...['conv,ip,icmp', 'endpoints,ip', 'io,stat,0', 'io,stat,10,nhrp', 'expert,warn'].flatMap(name => ['-z', name]),
    ])
    expect(Object.keys(reports)).toEqual(['conversations.ip', 'endpoints.ip', 'io', 'io.2', 'expert'])
    expect(reports['conversations.ip'].map(({ a, b }: { a: string; b: string }) => `${a} ${b}`)).toContain(
      '10.0.2.1 10.0.3.1',
    )
    expect(reports['conversations.ip'].length).toBeLessThan(reports['endpoints.ip'].length)
    expect(reports.io[0].columns).toEqual([{ filter: '', frames: 109, bytes: 15479 }])
    expect(reports['io.2'].length).toBe(9)
  })

  it('counts only packets that pass -Y, and the transactions they are part of', async () => {
    const { nhrp } = await json(['stats', 'hub.pcap', '--nhrp', '-Y', 'nhrp.reqid == 4 && ip.src == 150.1.2.2'])
    expect(nhrp.messages).toBe(2)
    expect(nhrp.transactions.map(({ frame }: { frame: number }) => frame)).toEqual([31, 32])
    const all = await json(['stats', 'hub.pcap', '-z', 'nhrp,nhrp.reqid == 4 && ip.src == 150.1.2.2'])
    expect(all.nhrp).toEqual(nhrp)
  })

  it('adds several files up, and says which transaction is in which', async () => {
    const words = ['stats', 'hub.pcap', '-r', 'auth.pcap', '--nhrp']
    const { nhrp } = await json(words)
    expect(nhrp.messages).toBe(73 + 246)
    expect(nhrp.transactions.map(({ file }: { file: string }) => file)).toEqual([
      ...Array(13).fill('auth.pcap'),
      ...Array(29).fill('hub.pcap'),
    ])
    expect((await command(words)).out).toMatch(/\n +hub\.pcap: 3 {2}/)
  })

  it('stops after -c packets', async () => {
    const { nhrp } = await json(['stats', 'hub.pcap', '--nhrp', '-c', '5'])
    expect(nhrp.transactions.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['answered', 'unanswered'])
  })

  it('knows fields that later frames tell', async () => {
    const words = ['stats', 'six.pcap', '-z', 'io,stat,0,nhrp.unanswered']
    expect((await json(words)).io[0].columns[0].frames).toBe(2)
    const stdin = chunks([files.get('six.pcap')!])
    expect(
      (await json(['stats', '-', '-2', '-z', 'io,stat,0,nhrp.unanswered'], { stdin })).io[0].columns[0].frames,
    ).toBe(2)
  })

  it('says what tshark leaves out', async () => {
    const { err } = await command(['stats', 'auth.pcap'])
    expect(err).toBe('dmvpn: 215 frames are not in the hierarchy, as tshark has it: an error quotes a packet in part')
  })

  it.each([
    ['help', /^dmvpn: -z takes io,phs, io,stat,<seconds>/],
    ['conv,atm', /^dmvpn: -z conv,atm: not one of io,phs/],
    ['io,stat,x', /^dmvpn: -z io,stat,x: an interval in seconds is expected/],
    ['io,stat,1,LOAD(ip.ttl)', /^dmvpn: -z ip\.ttl is no span of time: LOAD\(ip\.ttl\) makes no sense/],
    ['io,stat,1,SUM(ip.src)', /^dmvpn: -z ip\.src is no number: only COUNT\(ip\.src\) makes sense/],
    ['conv,ip,nhrp.cod == 1', /^dmvpn: -z .*nhrp\.cod/s],
  ])('refuses -z %s', async (name, message) => {
    const { code, err } = await command(['stats', 'none.pcap', '-z', name])
    expect(code).toBe(2)
    expect(err).toMatch(message)
  })

  it('reports damage after what was counted before it', async () => {
    const cut = new Map([['cut.pcap', files.get('hub.pcap')!.subarray(0, 3000)]])
    const { code, out, err } = await command(['stats', 'cut.pcap', '-z', 'io,phs'], { files: cut })
    expect(code).toBe(1)
    expect(out).toContain('eth ')
    expect(err).toMatch(/^dmvpn: cut\.pcap: the file is damaged/)
  })
})

describe('dmvpn dissect -z', () => {
  const words = ['-z', 'conv,ip', '-z', 'nhrp']

  it('prints with -q what dmvpn stats prints', async () => {
    const { out } = await command(['dissect', '-q', '-r', 'hub.pcap', ...words])
    expect(out).toBe((await command(['stats', 'hub.pcap', ...words])).out)
  })

  it('prints the packets first; -Y is about them alone, as for tshark', async () => {
    const lines = (await command(['dissect', 'hub.pcap', '-Y', 'arp'])).out
    const counts = (await command(['stats', 'hub.pcap', ...words])).out
    expect((await command(['dissect', 'hub.pcap', '-Y', 'arp', ...words])).out).toBe(lines + counts)
  })

  it('leaves what is printed as it is', async () => {
    for (const form of [[], ['-V'], ['-T', 'json', '-2'], ['-T', 'fields', '-e', 'nhrp.response_in']]) {
      const printed = (await command(['dissect', 'hub.pcap', ...form])).out
      const both = (await command(['dissect', 'hub.pcap', ...form, ...words])).out
      expect(both.startsWith(printed)).toBe(true)
      expect(both.slice(printed.length)).toBe((await command(['stats', 'hub.pcap', ...words])).out)
    }
  })
})
