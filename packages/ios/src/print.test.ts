import { type InterfaceDraft, type Prefix, type SettingsDraft, settingsOf } from '@dmvpn/core'
import { networkOf } from '@dmvpn/wire'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseIos } from './parse.ts'
import { printIos } from './print.ts'

const perhaps = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })
const seconds = fc.integer({ min: 1, max: 65_535 })
const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,7}$/)
const sentence = fc
  .stringMatching(/^[A-Za-z0-9]([A-Za-z0-9 :/#!-]{0,20}[A-Za-z0-9])?$/)
  .map(each => each.replaceAll(/ +/g, ' '))
const ipv4 = fc.integer({ min: 0x01000000, max: 0xdfffffff })
const ipv6 = fc.bigInt({ min: 0x2000n << 112n, max: (0x3fffn << 112n) + 0xffffn })
const network4: fc.Arbitrary<Prefix> = fc
  .record({ address: ipv4, length: fc.integer({ min: 0, max: 32 }) })
  .map(({ address, length }) => ({ address: networkOf(address, length), length }))
const network6: fc.Arbitrary<Prefix> = fc
  .record({ address: ipv6, length: fc.integer({ min: 0, max: 128 }) })
  .map(({ address, length }) => ({ address: networkOf(address, length), length }))
const host4 = fc.record({ address: ipv4, length: fc.integer({ min: 1, max: 32 }) })
const host6 = fc.record({ address: ipv6, length: fc.integer({ min: 1, max: 128 }) })
const autonomousSystem = fc.integer({ min: 1, max: 65_535 })

/** The parts that a record has, without those that are undefined. */
function some<T extends Record<string, unknown>>(
  parts: { [Key in keyof T]: fc.Arbitrary<T[Key]> },
): fc.Arbitrary<Partial<T>> {
  return fc.record(parts, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>
}

/** Unique by a key, the first family before the second, as two commands print them. */
function families<T>(first: fc.Arbitrary<T>, second: fc.Arbitrary<T>, key: (each: T) => unknown): fc.Arbitrary<T[]> {
  const options = { selector: key, maxLength: 3 }
  return fc.tuple(fc.uniqueArray(first, options), fc.uniqueArray(second, options)).map(each => each.flat())
}

const addresses = families<Prefix>(host4, host6, each => each.address)

const eigrpThere = fc
  .uniqueArray(
    fc
      .record(
        {
          autonomousSystem,
          splitHorizon: fc.constant(false),
          nextHopSelf: fc.constant(false),
          summaries: fc.uniqueArray(fc.record({ prefix: network4, distance: fc.integer({ min: 1, max: 255 }) }), {
            selector: each => `${each.prefix.address}/${each.prefix.length}`,
            maxLength: 2,
            minLength: 1,
          }),
          hello: seconds,
          hold: seconds,
        },
        { requiredKeys: ['autonomousSystem'] },
      )
      .filter(each => Object.keys(each).length > 1),
    { selector: each => each.autonomousSystem, maxLength: 2 },
  )
  .map(all => all.toSorted((a, b) => a.autonomousSystem - b.autonomousSystem))

const ospfThere = some({
  runs: fc.record({ processId: fc.integer({ min: 1, max: 65_535 }), area: fc.nat(0xffffffff) }),
  network: fc.constantFrom(
    'broadcast',
    'non-broadcast',
    'point-to-point',
    'point-to-multipoint',
    'point-to-multipoint non-broadcast',
  ),
  priority: fc.integer({ min: 0, max: 255 }),
  cost: seconds,
  hello: seconds,
  dead: seconds,
  databaseFilter: fc.boolean(),
  mtuIgnore: fc.boolean(),
  authentication: fc.oneof(
    fc.record({ kind: fc.constant('simple' as const), key: word }),
    fc.record({ kind: fc.constant('md5' as const), keyId: fc.integer({ min: 1, max: 255 }), key: word }),
  ),
})

const common = {
  description: sentence,
  shutdown: fc.boolean(),
  addresses,
  bandwidth: fc.integer({ min: 1, max: 10_000_000 }),
  mtu: fc.integer({ min: 64, max: 18_000 }),
  delay: fc.integer({ min: 1, max: 1_000_000 }).map(tens => tens * 10),
  shortcutDestination: fc.boolean(),
  eigrp: eigrpThere,
  ospf: ospfThere,
}

const nhrp = some({
  networkId: fc.integer({ min: 1, max: 0xffffffff }),
  authentication: fc.stringMatching(/^[!-~]{1,8}$/),
  maps: families(
    fc.oneof(
      fc.record({ protocol: ipv4, nbma: ipv4 }),
      fc
        .record({ prefix: network4, nbma: ipv4 })
        .map(({ prefix, nbma }) => ({ protocol: prefix.address, length: prefix.length, nbma })),
    ),
    fc
      .record({ prefix: network6, nbma: ipv4 })
      .map(({ prefix, nbma }) => ({ protocol: prefix.address, length: prefix.length, nbma })),
    each => each.protocol,
  ),
  multicast: some({ static: fc.uniqueArray(ipv4, { maxLength: 3 }), dynamic: fc.boolean(), servers: fc.boolean() }),
  servers: families<{ protocol: number | bigint | undefined; nbma: number | undefined }>(
    fc.record({ protocol: perhaps(ipv4), nbma: ipv4, priority: fc.nat(255), cluster: fc.nat(10) }),
    fc.record({ protocol: ipv6, nbma: perhaps(ipv4), priority: fc.nat(255), cluster: fc.nat(10) }),
    each => each.protocol ?? each.nbma,
  ),
  holdingTime: seconds,
  registrationTimeout: seconds,
  unique: fc.boolean(),
  shortcut: fc.boolean(),
  redirect: fc.boolean(),
  redirectTimeout: seconds,
  serverOnly: fc.boolean(),
  mtu: fc.integer({ min: 576, max: 1500 }),
  group: word,
  responder: fc.constantFrom('Loopback0', 'Tunnel7'),
  useCount: seconds,
  cacheNonAuthoritative: fc.boolean(),
  maxSend: fc.record({ packets: seconds, seconds }),
})

const tunnel = some({
  ...common,
  mode: fc.constantFrom('point-to-point', 'multipoint'),
  source: fc.oneof(
    fc.record({ kind: fc.constant('interface' as const), name: fc.constantFrom('Loopback0', 'FastEthernet0/0') }),
    fc.record({ kind: fc.constant('address' as const), address: ipv4 }),
  ),
  destination: ipv4,
  key: fc.nat(0xffffffff),
  ipMtu: fc.integer({ min: 68, max: 65_535 }),
  switching: fc.constantFrom('cef', 'process'),
  protection: word,
  nhrp,
})

const interfaces = fc
  .tuple(
    fc.array(tunnel, { maxLength: 2 }),
    fc.array(some(common), { maxLength: 2 }),
    fc.array(some(common), { maxLength: 2 }),
  )
  .map(([tunnels, loopbacks, others]) => [
    ...tunnels.map((each, at) => ({ ...each, kind: 'tunnel', name: `Tunnel${at}` })),
    ...loopbacks.map((each, at) => ({ ...each, kind: 'loopback', name: `Loopback${at}` })),
    ...others.map((each, at) => ({ ...each, kind: 'physical', name: `GigabitEthernet0/${at}.${at}` })),
  ])

const wildcard = fc.record({ address: ipv4, wildcard: fc.nat(0xff) })
const process = {
  routerId: ipv4,
  networks: fc.uniqueArray(wildcard, { selector: each => each.address, maxLength: 3 }),
  passive: fc.subarray(['Tunnel0', 'Loopback0']),
}

const eigrp = fc.uniqueArray(
  fc.record(
    {
      autonomousSystem,
      ...process,
      stub: fc
        .record({
          connected: fc.boolean(),
          summary: fc.boolean(),
          static: fc.boolean(),
          redistributed: fc.boolean(),
          receiveOnly: fc.boolean(),
        })
        .filter(each => Object.values(each).includes(true)),
      autoSummary: fc.boolean(),
      distance: fc.record({ internal: fc.integer({ min: 1, max: 255 }), external: fc.integer({ min: 1, max: 255 }) }),
      redistribute: fc.subarray(['connected' as const, 'static' as const]),
      kValues: fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)),
    },
    { requiredKeys: ['autonomousSystem'] },
  ),
  { selector: each => each.autonomousSystem, maxLength: 2 },
)

const ospf = fc.uniqueArray(
  fc.record(
    {
      processId: autonomousSystem,
      ...process,
      networks: fc.array(fc.record({ address: ipv4, wildcard: ipv4, area: fc.nat(0xffffffff) }), { maxLength: 2 }),
      neighbors: fc.array(fc.record({ address: ipv4 }), { maxLength: 2 }),
      referenceBandwidth: fc.integer({ min: 1, max: 4_294_967 }),
      distance: fc.integer({ min: 1, max: 255 }),
      defaultInformation: fc.record({
        always: fc.boolean(),
        metric: fc.nat(16_777_214),
        type: fc.constantFrom(1 as const, 2 as const),
      }),
    },
    { requiredKeys: ['processId'] },
  ),
  { selector: each => each.processId, maxLength: 2 },
)

const bgp = fc.record(
  {
    autonomousSystem: fc.integer({ min: 1, max: 0xffffffff }),
    routerId: ipv4,
    networks: fc.array(network4, { maxLength: 2 }),
    neighbors: fc.uniqueArray(
      fc.record(
        {
          address: ipv4,
          remoteAs: fc.integer({ min: 1, max: 0xffffffff }),
          nextHopSelf: fc.boolean(),
          routeReflectorClient: fc.boolean(),
        },
        { requiredKeys: ['address', 'remoteAs'] },
      ),
      { selector: each => each.address, maxLength: 3 },
    ),
  },
  { requiredKeys: ['autonomousSystem'] },
)

const route = (
  network: fc.Arbitrary<Prefix>,
  nextHop: fc.Arbitrary<number | bigint>,
  most: number,
): fc.Arbitrary<unknown> =>
  fc
    .record({
      prefix: network,
      nextHop: perhaps(nextHop),
      interface: perhaps(fc.constantFrom('Tunnel0', 'Null0')),
      distance: fc.integer({ min: 1, max: most }),
    })
    .filter(each => each.nextHop !== undefined || each.interface !== undefined)

const sizes = { group: fc.constantFrom(1, 2, 5, 14, 15, 16, 19, 20, 21, 24) }
const crypto = some({
  isakmpPolicies: fc.uniqueArray(
    fc.record(
      {
        priority: fc.integer({ min: 1, max: 10_000 }),
        encryption: fc.constantFrom('des', '3des', 'aes-128', 'aes-192', 'aes-256'),
        hash: fc.constantFrom('md5', 'sha', 'sha256', 'sha384', 'sha512'),
        authentication: fc.constantFrom('pre-share', 'rsa-sig', 'rsa-encr'),
        group: fc.integer({ min: 1, max: 24 }),
        lifetime: fc.integer({ min: 60, max: 86_400 }),
      },
      { requiredKeys: ['priority'] },
    ),
    { selector: each => each.priority, maxLength: 2 },
  ),
  isakmpKeys: fc
    .tuple(
      fc.array(fc.record({ key: word, peers: network4 }), { maxLength: 2 }),
      fc.array(fc.record({ key: word, peers: network6 }), { maxLength: 1 }),
    )
    .map(each =>
      each.flat().map(({ key, peers }) => ({ key, peers: peers.address === 0 ? { address: 0, length: 0 } : peers })),
    ),
  transformSets: fc.uniqueArray(
    fc.record(
      {
        name: word,
        encryption: fc.constantFrom(
          'esp-null',
          'esp-des',
          'esp-3des',
          'esp-aes-128',
          'esp-aes-192',
          'esp-aes-256',
          'esp-gcm-128',
          'esp-gcm-256',
        ),
        authentication: fc.constantFrom('esp-md5-hmac', 'esp-sha-hmac', 'esp-sha256-hmac', 'esp-sha512-hmac'),
        mode: fc.constantFrom('tunnel', 'transport'),
      },
      { requiredKeys: ['name'] },
    ),
    { selector: each => each.name, maxLength: 2 },
  ),
  profiles: fc.uniqueArray(
    fc.record(
      {
        name: word,
        transformSets: fc.array(word, { maxLength: 2 }),
        lifetimeSeconds: fc.integer({ min: 120, max: 2_592_000 }),
        lifetimeKilobytes: fc.integer({ min: 2560, max: 4_294_967_295 }),
        pfsGroup: sizes.group,
      },
      { requiredKeys: ['name'] },
    ),
    { selector: each => each.name, maxLength: 2 },
  ),
  lifetimeSeconds: fc.integer({ min: 120, max: 2_592_000 }),
  lifetimeKilobytes: fc.integer({ min: 2560, max: 4_294_967_295 }),
  trigger: fc.constantFrom('install', 'first-use'),
  duringNegotiation: fc.constantFrom('drop', 'via-hub'),
})

const drafts = fc.record(
  {
    hostname: word,
    profile: fc.constantFrom('ios12', 'ios124t', 'ios15', 'frr', 'opennhrp'),
    switching: fc.constantFrom('cef', 'process'),
    interfaces: interfaces as unknown as fc.Arbitrary<InterfaceDraft[]>,
    routes: families(route(network4, ipv4, 255), route(network6, ipv6, 254), each => each),
    eigrp,
    ospf,
    bgp,
    crypto,
  },
  { requiredKeys: [] },
) as unknown as fc.Arbitrary<SettingsDraft>

describe('a printed configuration', () => {
  test('reads as the settings it was printed from, every line of it', () => {
    fc.assert(
      fc.property(drafts.map(settingsOf), settings => {
        const { settings: again, lines } = parseIos(printIos(settings))
        expect(again).toEqual(settings)
        expect(lines.filter(each => each.state === 'unrecognised')).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  test('is printed the same again, and knows nothing of how it was written', () => {
    fc.assert(
      fc.property(drafts.map(settingsOf), settings => {
        const text = printIos(settings)
        expect(printIos(parseIos(text).settings)).toBe(text)
        const shouted = text.replaceAll(/^ +(?!!)/gm, '').replaceAll('\n', '\r\n')
        expect(parseIos(shouted).settings).toEqual(settings)
      }),
      { numRuns: 100 },
    )
  })

  test('a word of it that is cut short means what it was, or nothing', () => {
    const place = fc.nat()
    const lengths = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(drafts.map(settingsOf), place, lengths, (settings, at, keep) => {
        const lines = printIos(settings).split('\n')
        const number = at % lines.length
        const line = lines[number]!
        // Text, names and keys are words as well, and none that can be cut.
        if (
          /^ *(!|description|hostname|crypto|set transform-set|mode|router)|authentication|key|stub|redistribute/.test(
            line,
          )
        )
          return
        const short = line.replaceAll(/(?<=^| )[a-z][a-z-]+(?= |$)/g, (word, offset: number) =>
          word.slice(0, keep[offset % 12]),
        )
        const reading = (each: string): string | undefined => {
          const found = parseIos(lines.with(number, each).join('\n')).lines.find(({ number: of }) => of === number + 1)
          return found?.state === 'understood' ? found.command : undefined
        }
        const cut = reading(short)
        if (cut !== undefined) expect(cut).toBe(reading(line))
      }),
      { numRuns: 150 },
    )
  })

  test('looks like IOS', () => {
    const text = `version 15.2
hostname R3
!
interface Loopback0
 ip address 150.1.3.3 255.255.255.0
!
interface Tunnel0
 bandwidth 1000
 ip address 10.0.0.3 255.255.255.0
 ip nhrp authentication cisco
 ip nhrp map multicast 150.1.1.1
 ip nhrp map 10.0.0.1 150.1.1.1
 ip nhrp network-id 123
 ip nhrp holdtime 60
 ip nhrp nhs 10.0.0.1 priority 1 cluster 2
 ip nhrp shortcut
 tunnel source Loopback0
 tunnel mode gre multipoint
 tunnel key 123
!
ip route 0.0.0.0 0.0.0.0 150.1.3.254
!
end
`
    expect(printIos(parseIos(text).settings)).toBe(text)
  })
})
