import { ipv4Of } from '@dmvpn/wire'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dialectOf, parseConfiguration } from './configuration.ts'
import { parseFrr } from './frr.ts'
import type { LineState } from './line.ts'
import { parseOpenNhrp } from './opennhrp.ts'
import { parseIos } from './parse.ts'

function states(text: string): readonly [number, LineState][] {
  return parseIos(text).lines.map(({ number, state }) => [number, state])
}

describe('every line ends in a state', () => {
  test.each<[LineState, string]>([
    ['understood', 'interface Tunnel0\n ip nhrp holdtime 60'],
    ['irrelevant', 'service timestamps debug datetime msec'],
    ['irrelevant', 'interface Tunnel0\n no ip redirects'],
    ['irrelevant', 'interface Tunnel0\n ip tcp adjust-mss 1360'],
    ['irrelevant', 'line vty 0 4\n transport input ssh'],
    ['irrelevant', 'line con 0\n logging synchronous'],
    ['irrelevant', 'snmp-server community public RO'],
    ['not-yet', 'router bgp 65000\n redistribute connected'],
    ['not-yet', 'interface Tunnel0\n tunnel vrf INTERNET'],
    ['not-yet', 'interface Tunnel0\n ip nhrp nhs dynamic nbma hub.example.com multicast'],
    ['not-yet', 'crypto ikev2 proposal P\n encryption aes-cbc-256'],
    ['not-yet', 'interface FastEthernet0/0\n ip nhrp network-id 1'],
    ['questionable', 'interface Tunnel0\n ip address 10.0.0.1 255.0.255.0'],
    ['questionable', 'interface Tunnel0\n ip address 10.0.0.0 255.255.255.0'],
    ['questionable', 'interface Tunnel0\n ip nhrp authentication longerthan8'],
    ['questionable', 'ip route 10.0.0.1 255.255.255.0 10.1.1.1'],
    ['questionable', 'interface Tunnel0\n tunnel mode gre multipoint\n tunnel destination 150.1.1.1'],
    ['unrecognised', 'interface Tunnel0\n ip nhpr network-id 1'],
    ['unrecognised', 'frobnicate'],
  ])('%s: %j', (state, text) => expect(parseIos(text).lines.at(-1)!.state).toBe(state))
})

describe('pasted text', () => {
  test('with prompts, a banner, a pager, markup and what the router says', () => {
    const text = [
      'Rack1R3#sh run',
      'Building configuration...',
      '',
      'Current configuration : 1234 bytes',
      '!',
      'banner motd ^C',
      'interface Tunnel9 is not configured here',
      '^C',
      'R3(config)#interface Tunnel0',
      'R3(config-if)#ip nhrp network-id 7',
      ' --More-- ',
      ' --More--  <b>ip nhrp shortcut</b>',
      '```',
      'end',
      'R3#',
    ].join('\r\n')
    const { settings, lines } = parseIos(text)
    expect(settings.interfaces).toHaveLength(1)
    expect(settings.interfaces[0]).toMatchObject({ name: 'Tunnel0', nhrp: { networkId: 7, shortcut: true } })
    expect(lines.filter(each => each.state === 'understood').map(each => each.number)).toEqual([9, 10, 12])
    expect(lines.every(each => each.state === 'understood' || each.state === 'irrelevant')).toBe(true)
  })

  test('a label names the router and begins at the margin', () => {
    const { settings } = parseIos('R4:\ninterface Tunnel0\n ip nhrp map 10.0.0.3 150.1.3.3')
    expect(settings.hostname).toBe('R4')
  })

  test('commands of an outer mode leave the inner one, indented or not', () => {
    const { settings } = parseIos(
      'interface Tunnel0\nip nhrp nhs 10.0.0.1\nip route 0.0.0.0 0.0.0.0 Tunnel0\nno ip cef',
    )
    expect(settings.routes).toHaveLength(1)
    expect(settings.switching).toBe('process')
    expect(settings.interfaces).toHaveLength(1)
  })

  test('no text throws', () => {
    for (const text of [
      '',
      '\n',
      '!',
      'no',
      'no no',
      ':',
      'interface',
      'interface 0',
      'banner motd',
      ' \t\u0000',
      '!dmvpn ',
      'exit\nexit',
    ])
      expect(() => states(text)).not.toThrow()
  })
})

const vocabulary =
  'no ip ipv6 nhrp map multicast dynamic nhs nbma interface Tunnel0 Loopback 1 Null0 router eigrp ospf 123 70000 NAME address 10.0.0.1 255.255.255.0 255.0.255.0 fd00::1/64 10.0.0.0/8 network area tunnel source mode gre multipoint crypto isakmp policy key 0 ipsec profile P transform-set esp-aes 256 set address-family ipv4 autonomous-system af-interface exit end ! # !dmvpn profile banner motd ^C add gre1 dev eth0 holding-time register'.split(
    ' ',
  )

test('no words in any order throw, and every line that is not empty has a state', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.oneof(fc.constantFrom(...vocabulary), fc.string()), { maxLength: 8 }), { maxLength: 12 }),
      words => {
        const text = words.map(each => each.join(' ')).join('\n')
        for (const parse of [parseIos, parseFrr, parseOpenNhrp]) {
          const { lines } = parse(text)
          expect(new Set(lines.map(each => each.number)).size).toBe(lines.length)
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('a mode that takes whatever stands in it gives way to the next section', () => {
  const text = 'crypto pki certificate chain TP\n certificate 01\n  3082 0201\n  quit\ninterface Tunnel0\n shutdown'
  expect(states(text).map(([, state]) => state)).toEqual([
    'irrelevant',
    'irrelevant',
    'irrelevant',
    'irrelevant',
    'understood',
    'understood',
  ])
})

test('the release tells the profile, and the caller overrides it', () => {
  expect(parseIos('version 12.4').settings.profile).toBe('ios12')
  expect(parseIos('version 15.6').settings.profile).toBe('ios15')
  expect(parseIos('version 17.9').settings.profile).toBe('ios15')
  expect(parseIos('version 12.4\n!dmvpn profile ios124t').settings.profile).toBe('ios124t')
  expect(parseIos('version 15.6', { profile: 'ios12' }).settings.profile).toBe('ios12')
})

test('the named mode of EIGRP gives the same settings as the classic one', () => {
  const named = `
interface Tunnel0
 ip address 10.0.0.1 255.255.255.0
router eigrp LAB
 address-family ipv4 unicast autonomous-system 5
  af-interface Tunnel0
   no split-horizon
   no next-hop-self
   hello-interval 20
   summary-address 10.0.0.0/8 200
  exit-af-interface
  topology base
   redistribute static
  exit-af-topology
  network 10.0.0.0
  eigrp stub connected summary
 exit-address-family
`
  const classic = `
interface Tunnel0
 ip address 10.0.0.1 255.255.255.0
 no ip split-horizon eigrp 5
 no ip next-hop-self eigrp 5
 ip hello-interval eigrp 5 20
 ip summary-address eigrp 5 10.0.0.0 255.0.0.0 200
router eigrp 5
 redistribute static
 network 10.0.0.0 0.255.255.255
 eigrp stub connected summary
`
  expect(parseIos(named).settings).toEqual(parseIos(classic).settings)
  expect(parseIos(named).lines.filter(each => each.state !== 'understood' && each.state !== 'irrelevant')).toEqual([])
})

test('every interface passive but one', () => {
  const { settings } = parseIos(
    'router eigrp 1\n passive-interface default\n no passive-interface Tunnel0\ninterface Tunnel0\ninterface Loopback1',
  )
  expect(settings.eigrp[0]!.passive).toEqual(['Loopback1'])
})

describe('Linux routers', () => {
  const kernel = [
    'ip link add lan0 type dummy',
    'ip addr add 10.0.2.1/24 dev lan0',
    'ip tunnel add gre1 mode gre ttl 64 local 150.1.2.2 dev eth0 key 123',
    'ip link set gre1 mtu 1400 up',
    'ip addr add 10.0.0.2/32 dev gre1',
    'ip -6 addr add fd00::2/128 dev gre1',
    'ip route add 10.0.0.0/16 via 10.0.0.1 dev gre1 onlink',
    'ip route add default via 150.1.2.254',
  ].join('\n')

  test("the commands that made the interfaces complete the daemon's file", () => {
    const { dialect, settings, lines } = parseConfiguration(
      `hostname s1\nnhrp nflog-group 1\ninterface gre1\n ip nhrp network-id 123\n ip nhrp nhs dynamic nbma 150.1.1.1\n tunnel source eth0\nexit\n${kernel}`,
    )
    expect(dialect).toBe('frr')
    expect(lines.filter(each => each.state !== 'understood' && each.state !== 'irrelevant')).toEqual([])
    expect(settings.profile).toBe('frr')
    const gre1 = settings.interfaces.find(each => each.name === 'gre1')!
    expect(gre1).toMatchObject({ kind: 'tunnel', mode: 'multipoint', key: 123, mtu: 1400, ipMtu: 1400 })
    expect(gre1).toMatchObject({ source: { kind: 'address', address: ipv4Of('150.1.2.2') } })
    expect(gre1.addresses).toEqual([
      { address: ipv4Of('10.0.0.2'), length: 32 },
      { address: (0xfd00n << 112n) + 2n, length: 128 },
    ])
    expect(gre1).toMatchObject({ nhrp: { servers: [{ protocol: undefined, nbma: ipv4Of('150.1.1.1') }] } })
    expect(settings.routes).toHaveLength(2)
  })

  test('OpenNHRP is told by its words', () => {
    const { dialect, settings } = parseConfiguration(
      `interface gre1\n  holding-time 30\n  map 10.0.0.1/24 150.1.1.1 register cisco\n  multicast nhs\n  non-caching\ninterface lan0\n  shortcut-destination\n${kernel}`,
    )
    expect(dialect).toBe('opennhrp')
    expect(settings.interfaces.find(each => each.name === 'gre1')).toMatchObject({
      nhrp: {
        networkId: 1,
        holdingTime: 30,
        maps: [{ protocol: ipv4Of('10.0.0.1'), length: 24, nbma: ipv4Of('150.1.1.1') }],
        servers: [{ protocol: ipv4Of('10.0.0.1'), nbma: ipv4Of('150.1.1.1') }],
        multicast: { servers: true, static: [] },
        cacheNonAuthoritative: false,
      },
    })
    expect(settings.interfaces.find(each => each.name === 'lan0')).toMatchObject({ shortcutDestination: true })
  })

  test('IOS is what is neither', () => {
    expect(dialectOf('interface tunnel0\n ip nhrp nhs 10.0.0.1 nbma 150.1.1.1\n tunnel mode gre multipoint')).toBe(
      'ios',
    )
    expect(dialectOf('')).toBe('ios')
  })
})
