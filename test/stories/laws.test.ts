/** What holds whatever the addresses, keys, times and numbers of spokes: sizes, profiles, seeds, witnesses, loops. */
import {
  type NhrpDraft,
  type ProfileName,
  profiles,
  type Settings,
  type Switching,
  seconds,
  settingsOf,
} from '@dmvpn/core'
import { ipv4, type Nhrp, nhrp } from '@dmvpn/protocols'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { articleRouter } from './articles.ts'
import { decoded, type Lab, lab, messagesOf, stepsOf } from './lab.ts'

interface Cloud {
  readonly profile: ProfileName
  readonly switching: Switching
  readonly key: number | undefined
  readonly authentication: string | undefined
  readonly holdingTime: number
  readonly spokes: number
  /** The three networks, as their first two octets: outside, on the tunnel, behind the routers. */
  readonly nets: readonly [number, number, number]
}

const anyCloud: fc.Arbitrary<Cloud> = fc.record({
  profile: fc.constantFrom<ProfileName[]>('ios12', 'ios124t', 'ios15'),
  switching: fc.constantFrom<Switching[]>('cef', 'process'),
  key: fc.option(fc.nat(0xffffffff), { nil: undefined }),
  authentication: fc.option(fc.stringMatching(/^[!-~]{1,8}$/), { nil: undefined }),
  holdingTime: fc.integer({ min: 60, max: 7200 }),
  spokes: fc.integer({ min: 2, max: 6 }),
  nets: fc
    .uniqueArray(fc.integer({ min: 0x0100, max: 0xdfff }), { minLength: 3, maxLength: 3 })
    .map(each => [each[0]!, each[1]!, each[2]!] as const),
})

const at = (net: number, host: number): number => net * 0x10000 + host

/** Router 0 is the hub; behind router n is network n of the third block. */
function routerOf(cloud: Cloud, n: number): Settings {
  const [outside, overlay, behind] = cloud.nets
  const nhrpOf: NhrpDraft =
    n === 0
      ? { multicast: { dynamic: true } }
      : {
          maps: [{ protocol: at(overlay, 1), nbma: at(outside, 1) }],
          servers: [{ protocol: at(overlay, 1) }],
          holdingTime: cloud.holdingTime,
        }
  const others = [...Array(cloud.spokes + 1).keys()].filter(other => other !== n)
  return settingsOf({
    profile: cloud.profile,
    switching: n === 0 ? 'cef' : cloud.switching,
    interfaces: [
      { kind: 'loopback', name: 'Loopback0', addresses: [{ address: at(outside, n + 1), length: 32 }] },
      { kind: 'loopback', name: 'Loopback1', addresses: [{ address: at(behind, 256 * n + 1), length: 24 }] },
      {
        kind: 'tunnel',
        name: 'Tunnel0',
        mode: 'multipoint',
        source: { kind: 'interface', name: 'Loopback0' },
        key: cloud.key,
        addresses: [{ address: at(overlay, n + 1), length: 24 }],
        nhrp: { networkId: 7, authentication: cloud.authentication, ...nhrpOf },
      },
    ],
    routes: others.map(other => ({
      prefix: { address: at(behind, 256 * other), length: 24 },
      nextHop: at(overlay, n === 0 || cloud.switching === 'cef' ? other + 1 : 1),
      interface: 'Tunnel0',
    })),
  })
}

function played(cloud: Cloud): Lab {
  const of = lab([...Array(cloud.spokes + 1).keys()].map(n => ({ name: `R${n}`, settings: routerOf(cloud, n) })))
  of.simulation.at(seconds(5), () =>
    of
      .station('R1')
      .perform({ order: 'ping', source: at(cloud.nets[2], 257), destination: at(cloud.nets[2], 513), count: 3 }),
  )
  of.simulation.run({ until: seconds(12) })
  return of
}

/** The size of a message by its parts: fixed and common part 40, entries 12 or 20, records 20, extension heads 4. */
function sizeByParts(message: Nhrp, { authentication, profile }: Cloud): number {
  const key = authentication === undefined ? 0 : 8 + authentication.length
  const isNat = profiles[profile].natExtension
  const records = message.extensions.reduce(
    (sum, each) => sum + (each.kind.endsWith('-transit') && 'entries' in each ? 20 * each.entries.length : 0),
    0,
  )
  const nat = isNat ? 4 : 0
  switch (message.kind) {
    case 'registration-request':
      return 52 + 12 + key + (isNat ? 24 : 0) + 4
    case 'registration-reply':
      return 52 + 32 + key + (isNat ? 24 : 0) + 4
    case 'resolution-request':
      return 52 + 12 + key + nat + 4 + records
    case 'resolution-reply':
      return 60 + 32 + key + nat + 4 + records
    default:
      return 56 + key + 4
  }
}

describe('over random clouds', () => {
  test('every message has the size of its parts and the fields of its profile', () => {
    fc.assert(
      fc.property(anyCloud, cloud => {
        const of = played(cloud)
        const profile = profiles[cloud.profile]
        const all = messagesOf(of).map(({ message }) => message)
        expect(all.some(({ kind }) => kind === 'resolution-reply')).toBe(true)
        expect(all.map(message => nhrp.size(message))).toEqual(all.map(message => sizeByParts(message, cloud)))
        const requests = all.flatMap(message => (message.kind === 'resolution-request' ? [message] : []))
        const { resolution, hopCount, reply } = profile
        for (const message of requests) {
          expect(message.flags).toBe(resolution.flags)
          expect([hopCount.request, hopCount.request - 1]).toContain(message.hopCount)
          expect(message.entries[0]?.prefixLength).toBe(resolution.prefix === 'host' ? 32 : resolution.prefix)
        }
        const replies = all.flatMap(message => (message.kind === 'resolution-reply' ? [message] : []))
        for (const message of replies) expect(message.flags).toBe((resolution.flags & reply.copies) | reply.sets)
        const overhead = cloud.key === undefined ? 24 : 28
        const sizes = of.frames.flatMap(({ bytes }) => {
          const message = decoded(bytes).find(nhrp)
          return message === undefined ? [] : [bytes.length - nhrp.size(message)]
        })
        expect(new Set(sizes)).toEqual(new Set([overhead]))
        expect(stepsOf(of, 'R1', 'ping finished')).toMatchObject([{ answered: [true, true, true] }])
      }),
      { numRuns: 40 },
    )
  })

  test('the same seed gives the same octets, another does not change what happens, and watching changes nothing', () => {
    const frames = (seed: number, watched: boolean): string[] => {
      const of = lab(
        [1, 2, 3].map(n => ({ name: `R${n}`, settings: articleRouter(n, { protection: true }) })),
        { seed, loss: 0.05 },
      )
      if (watched) of.simulation.watch(() => undefined)
      of.simulation.run({ until: seconds(60) })
      return of.frames.map(({ at: when, bytes }) => `${when} ${Buffer.from(bytes).toString('hex')}`)
    }
    expect(frames(3, true)).toEqual(frames(3, false))
    expect(frames(4, false)).not.toEqual(frames(3, false))
  })

  test('a network that loses, doubles, delays and breaks packets leaves no router stuck, and no packet circling', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.constantFrom<Switching[]>('cef', 'process'), (seed, switching) => {
        const of = lab(
          [1, 2, 3, 4].map(n => ({
            name: `R${n}`,
            settings: articleRouter(n, { spokeSwitching: switching, registrationTimeout: 10, holdingTime: 30 }),
          })),
          { seed, loss: 0.1 },
        )
        for (const name of ['R1', 'R2', 'R3', 'R4'])
          of.cloud.impair(of.station(name), { duplicate: 0.05, corrupt: 0.05, jitter: 30_000 })
        of.simulation.at(seconds(20), () =>
          of.station('R3').perform({ order: 'ping', destination: 0x0a000202, source: 0x0a000303 }),
        )
        of.simulation.at(seconds(30), () => of.station('R1').perform({ order: 'reload' }))
        of.simulation.at(seconds(40), () => of.cloud.connect(of.station('R2'), false))
        of.simulation.at(seconds(70), () => of.cloud.connect(of.station('R2'), true))
        of.simulation.run({ until: seconds(100), atMost: 200_000 })
        for (const name of ['R1', 'R2', 'R3', 'R4'])
          of.cloud.impair(of.station(name), { loss: 0, duplicate: 0, corrupt: 0, jitter: 0 })
        of.simulation.at(seconds(190), () =>
          of.station('R3').perform({ order: 'ping', destination: 0x0a000202, source: 0x0a000303 }),
        )
        of.simulation.run({ until: seconds(205), atMost: 200_000 })
        expect(stepsOf(of, 'R3', 'ping finished').at(-1)).toMatchObject({ answered: [true, true, true, true, true] })
        // A broken version nibble makes an IPv6 packet of nothing: only what is whole can circle.
        const dead = of.steps.filter(
          ({ step }) =>
            step.step === 'packet' && step.disposition === 'dropped: ttl' && typeof step.source === 'number',
        )
        expect(dead).toEqual([])
      }),
      { numRuns: 12 },
    )
  })
})

test('no packet leaves by a mapping that has ended', () => {
  const of = lab(
    [1, 2, 3].map(n => ({ name: `R${n}`, settings: articleRouter(n, { holdingTime: 30, registrationTimeout: 10 }) })),
  )
  for (let time = 10; time < 200; time += 7) {
    of.simulation.at(seconds(time), () =>
      of.station('R3').perform({ order: 'ping', destination: 0x0a000202, count: 1 }),
    )
  }
  const ends = new Map<number, number>()
  const late: number[] = []
  of.simulation.watch((step, now, { name }) => {
    if (name !== 'R3') return
    const isLearned = step.step === 'entry added' || step.step === 'entry refreshed'
    if (isLearned && step.entry.nbma !== undefined) ends.set(step.entry.nbma, step.entry.expires)
    const leaves = step.step === 'packet' && step.disposition === 'encapsulated' && step.nbma !== undefined
    if (leaves && (ends.get(step.nbma!) ?? 0) <= now) late.push(now)
  })
  of.simulation.run({ until: seconds(220) })
  expect(late).toEqual([])
  expect(of.frames.some(({ bytes }) => decoded(bytes).find(ipv4)?.destination === 0x96010202)).toBe(true)
})
