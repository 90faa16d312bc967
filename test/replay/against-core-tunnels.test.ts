/** Stations with several tunnels: each is followed, and what belongs to one says nothing of the other. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dmvpn, gre, type NhrpKind } from '@dmvpn/protocols'
import type { CoreVerdict, Ip, StationSettings } from '@dmvpn/replay'
import { ipv4Of as ip } from '@dmvpn/wire'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changed, rekeyed } from './changed-message.ts'
import { type Compared, compareWithCore, configuredStations, departuresOf, judgedShare } from './compare-with-core.ts'
import { type DualClouds, writeDualClouds } from './dual-clouds.ts'
import { recordAt, type Timed } from './judge-capture.ts'
import { messageOf, play } from './scenes.ts'

const pings = [
  "{ at: 30s, do: 'R2: ping 10.1.3.3 source 10.1.2.2' }",
  "{ at: 40s, do: 'R2: ping 10.2.3.3 source 10.2.2.2' }",
  "{ at: 50s, do: 'R3: ping 10.2.1.1 source 10.2.3.3' }",
  "{ at: 60s, do: 'R3: ping 10.2.2.2 source 10.1.3.3' }",
]
/** Longer after the beginning than anything can be excused by what was before it. */
const failover = [
  "{ at: 200s, do: 'R2: shutdown Tunnel0' }",
  "{ at: 200s, do: 'R3: shutdown Tunnel0' }",
  "{ at: 300s, do: 'R3: ping 10.1.2.2 source 10.1.3.3' }",
  "{ at: 400s, do: 'R2: no shutdown Tunnel0' }",
  "{ at: 480s, do: 'R2: ping 10.1.3.3 source 10.1.2.2' }",
]

interface Case {
  readonly frames: readonly Timed[]
  readonly stations: ReadonlyMap<Ip, StationSettings>
}

const cases: Readonly<Record<string, DualClouds>> = {
  'by keys': { apart: 'keys', routing: 'static', until: '2m', events: pings },
  'by addresses': { apart: 'addresses', routing: 'static', until: '2m', events: pings },
  'the one in place of the other': { apart: 'keys', routing: 'eigrp', until: '10m', events: [...pings, ...failover] },
}
const folder = mkdtempSync(join(tmpdir(), 'dmvpn-tunnels-'))
const played = new Map<string, Case>()

beforeAll(async () => {
  for (const [name, clouds] of Object.entries(cases)) {
    const scenario = mkdtempSync(join(folder, 'scenario-'))
    writeDualClouds(scenario, clouds)
    const { frames } = await play(scenario)
    played.set(name, { frames, stations: configuredStations(scenario, '/') })
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const keyOf = ({ frame: { bytes, linkType } }: Timed): number | undefined =>
  dmvpn.decode(bytes, linkType).find(gre)?.key
const outerSourceOf = ({ frame: { bytes } }: Timed): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(12)
const inferred = (frames: readonly Timed[]): Compared => compareWithCore(() => frames.map(recordAt))
const given = ({ stations }: Case, frames: readonly Timed[]): Compared =>
  compareWithCore(() => frames.map(recordAt), { stations, fromStart: true })

describe.each(Object.keys(cases))('two tunnels told apart %s', name => {
  test('everything agrees with the routers’ own configurations', () => {
    const each = played.get(name)!
    const compared = given(each, each.frames)
    expect(departuresOf(compared)).toEqual([])
    expect(judgedShare(compared)).toBeGreaterThan(0.97)
  })

  test('everything agrees with what the capture shows of them', () => {
    const compared = inferred(played.get(name)!.frames)
    expect(departuresOf(compared)).toEqual([])
    expect(judgedShare(compared)).toBe(1)
  })

  test.each([0.1, 0.4, 0.75])('from %d on nothing is missed or made up', part => {
    const { frames } = played.get(name)!
    expect(departuresOf(inferred(frames.slice(Math.floor(frames.length * part))))).toEqual([])
  })
})

test('of a router with two addresses that is configured, both are one router', () => {
  const { frames, stations } = played.get('by addresses')!
  const some = new Map([...stations].filter(([nbma]) => nbma === ip('150.1.1.1') || nbma === ip('150.6.1.1')))
  const { counts } = compareWithCore(() => frames.map(recordAt), { stations: some, fromStart: true })
  expect([counts['150.1.1.1'], counts['150.6.1.1']].map(each => each?.agrees)).toEqual([20, 25])
})

test('what is inferred is told of the tunnel that it is of', () => {
  const told = inferred(played.get('by keys')!.frames).inferred
  expect(told.filter(([station]) => station === '150.1.2.2').map(([, because]) => because)).toEqual([
    'ios12: registration request with hop count 255 and no NAT extension in frame 1',
    '10.1.2.2/24 behind it (GRE key 1): frame 31',
    '10.2.2.2/24 behind it (GRE key 1): frame 61',
    'GRE key 1: frame 1',
    'tunnel address 172.16.0.2 (GRE key 1): frame 1',
    'server 172.16.0.1 at 150.1.1.1 (GRE key 1): frame 1',
    'holding time 60 (GRE key 1): frame 1',
    'authentication (GRE key 1): frame 1',
    'MTU in entries 1514 (GRE key 1): frame 1',
    'unique registrations (GRE key 1): frame 1',
    'asks, or answers for what is behind it (GRE key 1): frame 21',
    '0.0.0.0/0 by 172.16.0.1 (GRE key 1): frame 17',
    '10.2.2.2/24 behind it (GRE key 2): frame 61',
    '10.1.2.2/24 behind it (GRE key 2): frame 31',
    'GRE key 2: frame 2',
    'tunnel address 172.16.1.2 (GRE key 2): frame 2',
    'server 172.16.1.1 at 150.1.1.1 (GRE key 2): frame 2',
    'holding time 90 (GRE key 2): frame 2',
    'authentication (GRE key 2): frame 2',
    'MTU in entries 1514 (GRE key 2): frame 2',
    'unique registrations (GRE key 2): frame 2',
    'asks, or answers for what is behind it (GRE key 2): frame 43',
    '0.0.0.0/0 by 172.16.1.1 (GRE key 2): frame 39',
  ])
})

interface Mutation {
  readonly name: string
  readonly kind: NhrpKind
  /** Which of its kind in the second tunnel, from 0. */
  readonly nth: number
  readonly change: (picked: Timed) => Timed
  readonly fields: readonly string[]
}

const mutations: readonly Mutation[] = [
  {
    name: 'the holding time of the first tunnel in a registration',
    kind: 'registration-request',
    nth: 2,
    change: each => changed(each, ({ entries }) => ({ entries: entries.map(one => ({ ...one, holdingTime: 60 })) })),
    fields: ['nhrp.htime'],
  },
  {
    name: 'the password of the first tunnel in a request',
    kind: 'resolution-request',
    nth: 0,
    change: each =>
      changed(each, ({ extensions }) => ({
        extensions: extensions.map(one =>
          one.kind === 'authentication' && one.form === 'cleartext'
            ? { ...one, key: new TextEncoder().encode('alpha') }
            : one,
        ),
      })),
    fields: ['nhrp.auth_ext.key'],
  },
  {
    name: 'a hop count that is not taken down',
    kind: 'resolution-request',
    nth: 1,
    change: each => changed(each, ({ hopCount }) => ({ hopCount: hopCount + 1 })),
    fields: ['nhrp.hdr.hopcnt'],
  },
  {
    name: 'a flag in an answer',
    kind: 'resolution-reply',
    nth: 0,
    change: each => changed(each, ({ flags }) => ({ flags: flags ^ 0x4000 })),
    fields: ['nhrp.flag.a'],
  },
]

/** The capture with one frame of the second tunnel changed, and that frame's number. */
function mutated({ kind, nth, change }: Pick<Mutation, 'kind' | 'nth' | 'change'>): {
  readonly frames: readonly Timed[]
  readonly number: number
} {
  const { frames } = played.get('by keys')!
  const picked = frames.filter(each => keyOf(each) === 2 && messageOf(each)?.kind === kind)[nth]!
  const at = frames.indexOf(picked)
  return { frames: frames.with(at, change(picked)), number: at + 1 }
}

describe.each(mutations)('$name', mutation => {
  const { fields } = mutation
  const fieldsAt = ({ verdicts }: Compared, number: number): readonly string[] =>
    verdicts.flatMap((each: CoreVerdict) =>
      each.verdict === 'differs' && each.frame === number ? each.differences.map(({ field }) => field) : [],
    )

  test('is seen beside the routers’ own configurations', () => {
    const { frames, number } = mutated(mutation)
    expect(fieldsAt(given(played.get('by keys')!, frames), number)).toEqual(fields)
  })

  test('is seen beside what the capture shows of them', () => {
    const { frames, number } = mutated(mutation)
    expect(fieldsAt(inferred(frames), number)).toEqual(fields)
  })
})

describe('an answer that is sent by the other tunnel', () => {
  const mutation = { kind: 'registration-reply', nth: 4, change: (each: Timed) => rekeyed(each, 1) } as const

  test('has the wrong key beside the routers’ own configurations', () => {
    const { frames, number } = mutated(mutation)
    const [found] = given(played.get('by keys')!, frames).verdicts.filter(({ frame }) => frame === number)
    expect(found).toMatchObject({ verdict: 'differs', differences: [{ field: 'gre.key', expected: '0x00000002' }] })
  })

  test('is unexpected in the one and missing in the other beside what the capture shows of them', () => {
    const { frames } = mutated(mutation)
    const found = inferred(frames).verdicts.filter(({ verdict }) => verdict === 'unexpected' || verdict === 'missing')
    expect(found.map(({ verdict, subject }) => [verdict, subject.replace(/\d+ to/, 'to')])).toEqual(
      expect.arrayContaining([
        ['unexpected', 'Registration Reply to 150.1.2.2'],
        ['missing', 'Registration Reply to 150.1.2.2'],
      ]),
    )
  })
})

test('a message that is passed on from one tunnel to another is left alone', () => {
  const { frames } = played.get('by keys')!
  const isRelayed = (each: Timed): boolean =>
    keyOf(each) === 1 && messageOf(each)?.kind === 'resolution-request' && outerSourceOf(each) === ip('150.1.1.1')
  const at = frames.findIndex(isRelayed)
  const { verdicts } = inferred(frames.with(at, rekeyed(frames[at]!, 2)))
  const ofHub = verdicts.filter(({ station, verdict }) => station === '150.1.1.1' && verdict !== 'agrees')
  expect(ofHub).toMatchObject([{ frame: at + 1, verdict: 'cannot-judge', obstacle: 'not-modelled' }])
})

test('a packet with a key of nobody’s is no tunnel', () => {
  const { frames } = played.get('by keys')!
  const at = frames.findIndex(each => keyOf(each) === 1 && messageOf(each)?.kind === 'registration-request')
  const forged = Array.from({ length: 40 }, (_, key) => rekeyed(frames[at]!, 1000 + key))
  const list = [...frames.slice(0, at + 1), ...forged, ...frames.slice(at + 1)]
  const { inferred: told, verdicts } = inferred(list)
  expect(told.filter(([, because]) => /^GRE key \d{4}/.test(because))).toEqual([])
  const about = verdicts.filter(({ frame }) => frame > at + 1 && frame <= at + 41)
  expect(about.map(each => 'obstacle' in each && each.obstacle)).toEqual(forged.map(() => 'not-configured'))
})

test('no more than eight tunnels of a station are followed', () => {
  const { frames } = played.get('by keys')!
  const one = frames.find(each => keyOf(each) === 1 && messageOf(each)?.kind === 'registration-request')!
  const forged = Array.from({ length: 40 }, (_, index) => {
    const address = ip('172.20.0.0') + 256 * index + 2
    const other = changed(one, () => ({ sourceProtocol: address, requestId: 1000 + index }))
    return { ...rekeyed(other, 1000 + index), at: frames.at(-1)!.at + index / 1000 }
  })
  const { inferred: told, verdicts } = inferred([...frames, ...forged])
  const ofStation = told.filter(([station]) => station === '150.1.2.2')
  expect(ofStation.filter(([, because]) => because.startsWith('GRE key 1') && /: \S+ \d+$/.test(because))).toHaveLength(
    7,
  )
  const about = verdicts.filter(({ frame, subject }) => frame > frames.length && subject === 'NHRP message')
  expect(about.map(each => 'obstacle' in each && each.obstacle)).toEqual(forged.slice(6).map(() => 'not-configured'))
})
