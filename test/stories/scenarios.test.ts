/** Every scenario folder, played by the command itself: twice the same octets, and what its story says comes true. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bytesOf, readCaptureFile } from '@dmvpn/capture'
import { type Io, MemoryOutput, run as runCommand } from '@dmvpn/cli'
import { AssociationTable, IpsecSession, readKeys } from '@dmvpn/ipsec'
import { dmvpn, gre, icmp, ipv4, type Nhrp, nhrp } from '@dmvpn/protocols'
import { formatIp } from '@dmvpn/wire'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mergeInOrder, run, tsharkVersion } from '../tshark/tshark.ts'
import { traceOf } from './lab.ts'

const scenarios = fileURLToPath(new URL('../../samples/scenarios/', import.meta.url))
const names = readdirSync(scenarios, { withFileTypes: true }).flatMap(each => (each.isDirectory() ? [each.name] : []))
const folder = mkdtempSync(join(tmpdir(), 'dmvpn-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const captureOf = (name: string): string => join(folder, `${name}.pcapng`)
const keysOf = (name: string): string => join(folder, `${name}.esp_sa`)

async function command(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const out = new MemoryOutput()
  const errors: string[] = []
  const stdin = (async function* (): AsyncGenerator<Uint8Array> {})()
  const io: Io = { out, err: line => errors.push(line), stdin, env: {}, isTTY: false }
  const code = await runCommand(words, io)
  return { code, out: out.text, err: errors.join('\n') }
}

const summaries = new Map<string, string>()
beforeAll(async () => {
  for (const name of names) {
    const words = ['simulate', `${scenarios}${name}`, '-w', captureOf(name), '--esp-keys-out', keysOf(name)]
    const { code, out, err } = await command(...words)
    expect([name, code, err]).toEqual([name, 0, ''])
    summaries.set(name, out)
  }
}, 240_000)

/** The pings of a run, `!` or `.` for each echo. */
const pings = (name: string): string[] => [...summaries.get(name)!.matchAll(/: ([!.]+)$/gm)].map(each => each[1]!)

interface Message {
  readonly at: number
  readonly way: string
  readonly message: Nhrp
}

/** The NHRP messages of a capture, opened with the exported keys. */
function messagesOf(name: string): Message[] {
  const { associations } = readKeys(readFileSync(keysOf(name), 'utf8'))
  const session = new IpsecSession(new AssociationTable(associations))
  let number = 0
  return [...readCaptureFile(captureOf(name))].flatMap(record => {
    session.beginFrame(++number)
    const frame = dmvpn.decode(bytesOf(record), record.linkType, { session })
    const outer = frame.find(ipv4)!
    const message = frame.find(nhrp)
    const at = record.seconds + record.nanoseconds / 1e9
    return message === undefined
      ? []
      : [{ at, way: `${formatIp(outer.source)} > ${formatIp(outer.destination)}`, message }]
  })
}

const kindsOf = (name: string): string[] => messagesOf(name).map(({ message }) => message.kind)

/** The outer ways of echo requests, in order. */
function waysOfEchoes(name: string): string[] {
  const { associations } = readKeys(readFileSync(keysOf(name), 'utf8'))
  const session = new IpsecSession(new AssociationTable(associations))
  return [...readCaptureFile(captureOf(name))].flatMap((record, index) => {
    session.beginFrame(index + 1)
    const frame = dmvpn.decode(bytesOf(record), record.linkType, { session })
    const { source, destination } = frame.find(ipv4)!
    return frame.find(icmp)?.type === 8 && frame.find(nhrp) === undefined
      ? [`${formatIp(source)} > ${formatIp(destination)}`]
      : []
  })
}

test.each(names)('%s: twice the same octets', async name => {
  const again = join(folder, 'again.pcapng')
  await command('simulate', `${scenarios}${name}`, '-w', again)
  expect(readFileSync(again).equals(readFileSync(captureOf(name)))).toBe(true)
  expect(readFileSync(again).length).toBeGreaterThan(200)
})

test('phase-1-static: not one NHRP packet', () => {
  expect(kindsOf('phase-1-static')).toEqual([])
  expect(summaries.get('phase-1-static')).toContain('NHRP messages: none')
})

/** As the article prints them; the remaining holding time of answers depends on when it was asked. */
const tracesOf = (name: string): string[] => messagesOf(name).map(({ message }) => traceOf(message))

test('phase-1-eigrp: the article’s lines 223 to 285', () => {
  expect(tracesOf('phase-1-eigrp').slice(0, 4)).toEqual([
    'registration-request 81 26 255 8000 150.1.3.3 10.0.0.3 > 10.0.0.1 [0 /255 1514 60 – –]',
    'registration-reply 101 26 255 8000 150.1.3.3 10.0.0.3 > 10.0.0.1 [0 /255 1514 60 – –]',
    'registration-request 81 38 255 8000 150.1.2.2 10.0.0.2 > 10.0.0.1 [0 /255 1514 60 – –]',
    'registration-reply 101 38 255 8000 150.1.2.2 10.0.0.2 > 10.0.0.1 [0 /255 1514 60 – –]',
  ])
})

// The article's traces say 360 s, its configuration 60: the folder has the configuration.
test('phase-2-eigrp: the article’s lines 772 to 977', () => {
  const resolutions = tracesOf('phase-2-eigrp').filter(each => each.startsWith('resolution'))
  expect(resolutions.map(each => each.replace(/^(\S+ \d+) \d+/, '$1').replace(/ \d+( 150\S+ 10\S+\])$/, '$1'))).toEqual(
    [
      'resolution-request 81 255 c800 150.1.3.3 10.0.0.3 > 10.0.0.2 [0 /0 1514 60 – –]',
      'resolution-reply 109 255 f800 150.1.3.3 10.0.0.3 > 10.0.0.2 [0 /32 1514 150.1.2.2 10.0.0.2]',
      'resolution-request 81 255 c800 150.1.2.2 10.0.0.2 > 10.0.0.3 [0 /0 1514 60 – –]',
      'resolution-reply 109 255 f800 150.1.2.2 10.0.0.2 > 10.0.0.3 [0 /32 1514 150.1.3.3 10.0.0.3]',
    ],
  )
})

test('phase-2-process: the article’s lines 1041 to 1289', () => {
  expect(tracesOf('phase-2-process').filter(each => each.startsWith('resolution'))).toEqual([
    'resolution-request 81 900 255 c800 150.1.3.3 10.0.0.3 > 10.0.2.2 [0 /0 1514 360 – –]',
    'resolution-request 101 900 254 c800 150.1.3.3 10.0.0.3 > 10.0.2.2 [0 /0 1514 360 – –]',
    'resolution-request 81 919 255 c800 150.1.2.2 10.0.0.2 > 10.0.3.3 [0 /0 1514 360 – –]',
    'resolution-reply 129 900 255 f800 150.1.3.3 10.0.0.3 > 10.0.2.2 [0 /24 1514 360 150.1.2.2 10.0.2.2]',
    'resolution-request 101 919 254 c800 150.1.2.2 10.0.0.2 > 10.0.3.3 [0 /0 1514 360 – –]',
    'resolution-reply 129 919 255 f800 150.1.2.2 10.0.0.2 > 10.0.3.3 [0 /24 1514 360 150.1.3.3 10.0.3.3]',
  ])
})

test('purge: the article’s lines 1375 to 1441', () => {
  expect(tracesOf('purge').filter(each => each.startsWith('purge'))).toEqual([
    'purge-request 73 36 255 0000 150.1.3.3 10.0.0.3 > 10.0.0.2 [0 /0 1514 0 – 10.0.3.3]',
    'purge-reply 73 36 255 0000 150.1.3.3 10.0.0.3 > 10.0.0.2 [0 /0 1514 0 – 10.0.3.3]',
  ])
})

test('phase-1-eigrp: registrations alone, and the ping by the hub', () => {
  expect(new Set(kindsOf('phase-1-eigrp'))).toEqual(new Set(['registration-request', 'registration-reply']))
  expect(pings('phase-1-eigrp')).toEqual(['!!!!!'])
  expect(new Set(waysOfEchoes('phase-1-eigrp'))).toEqual(new Set(['150.1.3.3 > 150.1.1.1', '150.1.1.1 > 150.1.2.2']))
})

test.each(['phase-2-eigrp', 'phase-2-process'])('%s: the first echo by the hub, the last straight', name => {
  expect(pings(name)).toEqual(['!!!!!'])
  expect(kindsOf(name)).toContain('resolution-reply')
  const ways = waysOfEchoes(name)
  expect([ways[0], ways.at(-1)]).toEqual(['150.1.3.3 > 150.1.1.1', '150.1.3.3 > 150.1.2.2'])
})

test('phase-2-next-hop-self: no resolution', () => {
  expect(kindsOf('phase-2-next-hop-self').filter(kind => kind.startsWith('resolution'))).toEqual([])
  expect(pings('phase-2-next-hop-self')).toEqual(['!!!!!', '!!!!!'])
})

test('purge: the requester is told, and answers', () => {
  const purges = messagesOf('purge').filter(({ message }) => message.kind.startsWith('purge'))
  expect(purges.map(({ way, message }) => `${way} ${message.kind}`)).toEqual([
    '150.1.3.3 > 150.1.2.2 purge-request',
    '150.1.2.2 > 150.1.3.3 purge-reply',
  ])
})

test('phase-3: a shortcut after exactly one indication per direction', () => {
  const indications = messagesOf('phase-3').filter(({ message }) => message.kind === 'traffic-indication')
  expect(new Set(indications.map(({ way }) => way)).size).toBe(2)
  expect(indications).toHaveLength(2)
  expect(kindsOf('phase-3').filter(kind => kind === 'resolution-reply')).toHaveLength(2)
  expect(pings('phase-3')).toEqual(['!!!!!'])
  const hub = '150.1.3.3'
  const ways = waysOfEchoes('phase-3')
  expect(ways[0]).toContain(hub)
  expect(ways.at(-1)).not.toContain(hub)
})

describe('phase-2-ipsec', () => {
  test('the first ping by the hub, at least one lost, the last straight', () => {
    const [line] = pings('phase-2-ipsec')
    expect(line).toMatch(/^!.*\..*!$/)
    const ways = waysOfEchoes('phase-2-ipsec')
    expect(ways[0]).toBe('150.1.3.3 > 150.1.1.1')
    expect(ways.at(-1)).toBe('150.1.3.3 > 150.1.2.2')
  })

  test('opens with the exported keys, every packet with a good code', () => {
    const { associations, problems } = readKeys(readFileSync(keysOf('phase-2-ipsec'), 'utf8'))
    expect(problems).toEqual([])
    const session = new IpsecSession(new AssociationTable(associations))
    const verdicts = [...readCaptureFile(captureOf('phase-2-ipsec'))].flatMap((record, index) => {
      session.beginFrame(index + 1)
      dmvpn.decode(bytesOf(record), record.linkType, { session })
      return session.findings.map(({ verdict }) => verdict)
    })
    expect(verdicts.length).toBeGreaterThan(100)
    expect(new Set(verdicts)).toEqual(new Set(['icv-good']))
    expect(kindsOf('phase-2-ipsec')).toContain('resolution-reply')
  })

  test('without them nothing of the tunnel is seen', () => {
    const seen = [...readCaptureFile(captureOf('phase-2-ipsec'))].filter(
      record => dmvpn.decode(bytesOf(record), record.linkType).find(gre) !== undefined,
    )
    expect(seen).toEqual([])
  })

  test.skipIf(tsharkVersion === undefined)('opens with them in tshark', () => {
    const lines = readFileSync(keysOf('phase-2-ipsec'), 'utf8')
      .split('\n')
      .filter(each => each.startsWith('"'))
    const options = [
      'esp.enable_encryption_decode:TRUE',
      'esp.enable_authentication_check:TRUE',
      ...lines.map(each => `uat:esp_sa:${each}`),
    ]
    const fields = (filter: string): string[] =>
      run('tshark', [
        '-n',
        '-r',
        captureOf('phase-2-ipsec'),
        ...options.flatMap(each => ['-o', each]),
        '-Y',
        filter,
        '-T',
        'fields',
        '-e',
        'frame.number',
      ])
        .split('\n')
        .filter(each => each !== '')
    expect(fields('esp').length).toBeGreaterThan(100)
    expect(fields('esp && (!gre || esp.icv_bad == 1)')).toEqual([])
    expect(fields('nhrp')).toHaveLength(kindsOf('phase-2-ipsec').length)
  })
})

test('unique-conflict: refused with code 14 until the registration of the other has ended', () => {
  const answers = messagesOf('unique-conflict').flatMap(({ way, message }) =>
    message.kind === 'registration-reply' && way.endsWith('150.1.4.4') ? [message.entries[0]!.code] : [],
  )
  expect(answers.slice(0, 4)).toEqual([14, 14, 14, 0])
  expect(new Set(answers.slice(3))).toEqual(new Set([0]))
})

test('nhs-chain: R2 passes the request of R1 on to R3, which has R4 registered', () => {
  const ofR1 = messagesOf('nhs-chain').filter(
    ({ message }) =>
      message.kind.startsWith('resolution') && 'sourceProtocol' in message && message.sourceProtocol === 0x0a000001,
  )
  expect(ofR1.map(({ way, message }) => `${message.kind} ${way} ${message.hopCount}`)).toEqual([
    'resolution-request 150.1.1.1 > 150.1.2.2 255',
    'resolution-request 150.1.2.2 > 150.1.3.3 254',
    'resolution-reply 150.1.3.3 > 150.1.2.2 255',
    'resolution-reply 150.1.2.2 > 150.1.1.1 254',
  ])
  const ways = waysOfEchoes('nhs-chain')
  expect(ways.slice(0, 3)).toEqual(['150.1.1.1 > 150.1.2.2', '150.1.2.2 > 150.1.3.3', '150.1.3.3 > 150.1.4.4'])
  expect(ways.at(-1)).toBe('150.1.1.1 > 150.1.4.4')
})

test('spoke-behind-nat: the claimed address in the messages, the real one on the wire', () => {
  expect(pings('spoke-behind-nat')).toEqual(['!!!!!', '!!!!!'])
  const messages = messagesOf('spoke-behind-nat')
  expect(messages.flatMap(({ way }) => way.split(' > '))).not.toContain('192.168.2.2')
  const registration = messages.find(
    ({ way, message }) => message.kind === 'registration-reply' && way.endsWith('150.1.2.2'),
  )!.message
  expect(registration.extensions.find(each => each.kind === 'nat-address')).toMatchObject({
    entries: [{ nbma: 0x96010101 }, { nbma: 0x96010202 }],
  })
  expect(waysOfEchoes('spoke-behind-nat').at(-1)).toBe('150.1.2.2 > 150.1.3.3')
})

test('hub-restart: everything comes back', () => {
  expect(pings('hub-restart')).toEqual(['!!!!!', '!!!!!'])
  const later = messagesOf('hub-restart').filter(({ at }) => at > 41)
  expect(new Set(later.map(({ message }) => message.kind))).toContain('registration-reply')
  expect(waysOfEchoes('hub-restart').at(-1)).toBe('150.1.3.3 > 150.1.2.2')
})

test('two-hubs: the second answers when the first is gone', () => {
  expect(pings('two-hubs')).toEqual(['!!!!!', '!!!!!'])
  const replies = messagesOf('two-hubs').filter(({ message }) => message.kind === 'resolution-reply')
  const byFirst = (at: number): boolean => at < 30
  for (const { at, way } of replies) expect(way.startsWith(byFirst(at) ? '150.1.1.1' : '150.1.2.2')).toBe(true)
  expect(replies.some(({ at }) => !byFirst(at))).toBe(true)
})

test('lossy: some echoes are lost, none after the network healed', () => {
  const [before, after] = pings('lossy')
  expect(before).toContain('.')
  expect(after).toBe('!!!!!')
})

test.skipIf(tsharkVersion === undefined)('tshark: no malformed frame, no bad checksum', () => {
  const merged = join(folder, 'all.pcapng')
  mergeInOrder(names.map(captureOf), merged)
  const keys = names.flatMap(name =>
    readFileSync(keysOf(name), 'utf8')
      .split('\n')
      .filter(each => each.startsWith('"')),
  )
  const verify = [
    'ip.check_checksum:TRUE',
    'udp.check_checksum:TRUE',
    'esp.enable_encryption_decode:TRUE',
    ...keys.map(each => `uat:esp_sa:${each}`),
  ]
  const bad = ['ip', 'udp', 'nhrp.hdr', 'eigrp', 'icmp'].map(each =>
    each === 'nhrp.hdr' ? 'nhrp.hdr.chksum.status == 0' : `${each}.checksum.status == 0`,
  )
  const options = ['-n', '-r', merged, ...verify.flatMap(each => ['-o', each])]
  expect(run('tshark', [...options, '-Y', ['_ws.malformed', ...bad].join(' || ')])).toBe('')
  expect(
    run('tshark', [...options, '-Y', 'nhrp', '-T', 'fields', '-e', 'frame.number']).split('\n').length,
  ).toBeGreaterThan(100)
})

describe('the command line changes a story', () => {
  const words = ['simulate', `${scenarios}phase-3`]

  test('more events, a longer run, another profile, another seed', async () => {
    const more = await command(
      ...words,
      '--until',
      '3m',
      '--at',
      '90s',
      'R4: ping 10.0.5.5 source 10.0.4.4',
      '--seed',
      '9',
    )
    expect(more.out).toContain('3m, seed 9')
    expect(more.out).toContain('R4 at 90s: ping 10.0.5.5: !!!!!')
    const gone = await command(...words, '--at', '10s', 'R5: shutdown Loopback1', '--profile', 'ios15')
    expect(gone.out).toContain('R4 at 20s: ping 10.0.5.5: .....')
  })

  test('mistakes are told with their place', async () => {
    const at = join(folder, 'wrong')
    mkdirSync(at)
    for (const [text, place] of [
      ['routers:\n  R1: { start: soon }\n', '2:16: routers.R1.start'],
      ['routers: { R1: {} }\nevents:\n  - { at: 1s, do: "R9: reload" }\n', '3:19: R9: reload: there is no router R9'],
      ['routers: [\n', '2:1: '],
    ] as const) {
      writeFileSync(join(at, 'story.yaml'), text)
      const { code, err } = await command('simulate', at)
      expect(code).toBe(2)
      expect(err).toContain(`story.yaml:${place}`)
    }
    expect(await command('simulate', `${scenarios}none`)).toMatchObject({ code: 3 })
    expect(await command(...words, '--at', '1s')).toMatchObject({ code: 2 })
    expect(await command(...words, '--profile', 'ios99')).toMatchObject({ code: 2 })
    expect(await command(...words, '--until', 'ever')).toMatchObject({ code: 2 })
    expect(await command(...words, '--at', '1s', 'R4: dance')).toMatchObject({ code: 2 })
  })
})

describe('dmvpn config check', () => {
  const file = (name: string): string => `${scenarios}phase-2-eigrp/${name}.cfg`

  test('nothing is found where nothing is wrong', async () => {
    const { code, out } = await command('config', 'check', file('R1'), file('R2'), file('R3'))
    expect(code).toBe(0)
    expect(out).toMatch(/R1\.cfg: ios, \d+ lines: \d+ understood, \d+ irrelevant\n/)
  })

  test('a wrong key is', async () => {
    const wrong = join(folder, 'R3.cfg')
    writeFileSync(wrong, readFileSync(file('R3'), 'utf8').replace('tunnel key 123', 'tunnel key 132\n frobnicate'))
    const { code, out } = await command('config', 'check', file('R1'), wrong)
    expect(code).toBe(1)
    expect(out).toContain('[key-mismatch]')
    expect(out).toMatch(/unrecognised +frobnicate/)
    expect((await command('config', 'check', '--all', file('R1'))).out).toMatch(/understood +tunnel key 123/)
    expect(await command('config', 'check', join(folder, 'none.cfg'))).toMatchObject({ code: 3 })
  })
})
