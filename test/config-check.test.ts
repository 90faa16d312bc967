import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type CheckedRouter, checkConfigs, describeFindings, parseConfiguration } from '@dmvpn/ios'
import { describe, expect, test } from 'vitest'

const scenarios = fileURLToPath(new URL('../samples/scenarios/', import.meta.url))

/** A mistake: in a lab's router a line becomes another, or none. */
type Mistake = readonly [name: string, folder: string, file: string, from: string, to: string]

const mistakes: readonly Mistake[] = [
  ['address-twice', 'phase-2-eigrp', 'R3.cfg', 'ip address 10.0.0.3', 'ip address 10.0.0.2'],
  ['authentication-mismatch', 'phase-2-eigrp', 'R2.cfg', 'authentication cisco', 'authentication Cisco'],
  ['authentication-missing', 'phase-2-eigrp', 'R2.cfg', 'ip nhrp authentication cisco\n', ''],
  ['destination-wrong', 'phase-1-eigrp', 'R2.cfg', 'tunnel destination 150.1.1.1', 'tunnel destination 150.1.1.9'],
  ['eigrp-one-side', 'phase-2-eigrp', 'R2.cfg', 'network 10.0.0.0 0.255.255.255', 'network 10.0.2.0 0.0.0.255'],
  ['eigrp-passive', 'phase-2-eigrp', 'R2.cfg', 'eigrp stub connected', 'passive-interface Tunnel0'],
  ['eigrp-system-mismatch', 'phase-2-eigrp', 'R2.cfg', 'router eigrp 123', 'router eigrp 124'],
  ['eigrp-weights-mismatch', 'phase-2-eigrp', 'R2.cfg', 'eigrp stub connected', 'metric weights 0 1 1 1 0 0'],
  ['holding-time-short', 'phase-2-eigrp', 'R2.cfg', 'holdtime 60', 'holdtime 20'],
  ['hub-map-missing', 'phase-1-static', 'R1.cfg', 'ip nhrp map 10.0.0.3 150.1.3.3\n', '\n'],
  ['hub-map-wrong', 'phase-1-static', 'R1.cfg', 'map 10.0.0.3 150.1.3.3', 'map 10.0.0.3 150.1.3.4'],
  ['hub-point-to-point', 'phase-2-eigrp', 'R1.cfg', 'tunnel mode gre multipoint', 'tunnel destination 150.1.2.2'],
  ['isakmp-policy-mismatch', 'phase-2-ipsec', 'R2.cfg', 'hash md5', 'hash sha'],
  ['key-mismatch', 'phase-2-eigrp', 'R3.cfg', 'tunnel key 123', 'tunnel key 132'],
  ['key-missing', 'phase-2-eigrp', 'R3.cfg', 'tunnel key 123', ''],
  ['map-missing', 'phase-2-eigrp', 'R2.cfg', 'ip nhrp map 10.0.0.1 150.1.1.1\n', ''],
  ['map-wrong', 'phase-2-eigrp', 'R2.cfg', 'map 10.0.0.1 150.1.1.1', 'map 10.0.0.1 150.1.1.2'],
  ['mtu-differs', 'phase-2-eigrp', 'R2.cfg', 'tunnel key 123', 'tunnel key 123\n ip mtu 1400'],
  ['multicast-map-missing', 'phase-2-eigrp', 'R2.cfg', 'ip nhrp map multicast 150.1.1.1\n', ''],
  ['multicast-map-missing-at-hub', 'phase-2-eigrp', 'R1.cfg', 'ip nhrp map multicast dynamic\n', '\n'],
  ['network-id-differs', 'phase-2-eigrp', 'R2.cfg', 'network-id 123', 'network-id 124'],
  ['network-id-missing', 'phase-2-eigrp', 'R2.cfg', 'ip nhrp network-id 123\n', ''],
  ['networks-overlap', 'phase-2-eigrp', 'R2.cfg', 'ip address 10.0.2.2 255.255.255.0', 'ip address 10.0.2.2 255.0.0.0'],
  ['next-hop-self', 'phase-2-eigrp', 'R1.cfg', 'no ip next-hop-self eigrp 123', 'ip next-hop-self eigrp 123'],
  ['ospf-area-mismatch', 'phase-2-ospf-broadcast', 'R3.cfg', 'area 0', 'area 1'],
  [
    'ospf-authentication-mismatch',
    'phase-2-ospf-broadcast',
    'R3.cfg',
    'priority 0',
    'priority 0\n ip ospf authentication-key x',
  ],
  ['ospf-network-mismatch', 'phase-1-ospf', 'R2.cfg', 'network point-to-multipoint', 'network broadcast'],
  ['ospf-nobody-designated', 'two-clouds', 'R1.cfg', 'ip ospf cost 10', 'ip ospf priority 0'],
  ['ospf-router-id-twice', 'phase-2-ospf-broadcast', 'R3.cfg', 'router-id 10.0.0.3', 'router-id 10.0.0.4'],
  ['ospf-spoke-designated', 'phase-2-ospf-broadcast', 'R3.cfg', ' ip ospf priority 0\n', ''],
  ['ospf-timers-mismatch', 'phase-1-ospf', 'R2.cfg', ' ip ospf network point-to-multipoint\n', ''],
  ['pre-shared-key-mismatch', 'phase-2-ipsec', 'R2.cfg', 'key 0 CISCO', 'key 0 cisco'],
  ['profile-unknown', 'phase-2-ipsec', 'R2.cfg', 'protection ipsec profile DMVPN', 'protection ipsec profile DMVPM'],
  ['protection-one-side', 'phase-2-ipsec', 'R2.cfg', 'tunnel protection ipsec profile DMVPN', ''],
  ['redirect-without-shortcut', 'phase-3', 'R4.cfg', 'ip nhrp shortcut\n', '\n'],
  ['server-absent', 'phase-2-eigrp', 'R2.cfg', 'nhs 10.0.0.1', 'nhs 10.0.0.9'],
  ['shortcut-without-redirect', 'phase-3', 'R3.cfg', 'ip nhrp redirect\n', '\n'],
  ['source-in-tunnel', 'phase-2-eigrp', 'R2.cfg', 'network 10.0.0.0 0.255.255.255', 'network 0.0.0.0 255.255.255.255'],
  ['source-twice', 'phase-2-eigrp', 'R3.cfg', 'ip address 150.1.3.3', 'ip address 150.1.2.2'],
  ['split-horizon', 'phase-2-eigrp', 'R1.cfg', 'no ip split-horizon eigrp 123\n', '\n'],
  [
    'subnet-mismatch',
    'phase-2-eigrp',
    'R2.cfg',
    'ip address 10.0.0.2 255.255.255.0',
    'ip address 10.0.0.2 255.255.255.128',
  ],
  [
    'summary-in-phase-2',
    'phase-2-eigrp',
    'R1.cfg',
    'no ip next-hop-self eigrp 123',
    'no ip next-hop-self eigrp 123\n ip summary-address eigrp 123 10.0.0.0 255.0.0.0',
  ],
  ['transform-set-mismatch', 'phase-2-ipsec', 'R2.cfg', 'esp-3des esp-md5-hmac', 'esp-aes 256 esp-sha-hmac'],
  ['transform-set-unknown', 'phase-2-ipsec', 'R2.cfg', 'set transform-set 3DES_MD5', 'set transform-set AES'],
  [
    'tunnel-destination-given',
    'phase-2-eigrp',
    'R2.cfg',
    'tunnel key 123',
    'tunnel destination 150.1.1.1\ntunnel key 123',
  ],
  ['tunnel-destination-missing', 'phase-1-eigrp', 'R2.cfg', 'tunnel destination 150.1.1.1\n', ''],
  [
    'tunnel-source-down',
    'phase-2-eigrp',
    'R2.cfg',
    'ip address 150.1.2.2 255.255.255.0',
    'ip address 150.1.2.2 255.255.255.0\nshutdown',
  ],
  ['tunnel-source-missing', 'phase-2-eigrp', 'R2.cfg', 'tunnel source Loopback0\n', ''],
  ['tunnel-source-unknown', 'phase-2-eigrp', 'R2.cfg', 'tunnel source Loopback0', 'tunnel source Loopback7'],
]

function routers(folder: string, file: string, from: string, to: string): readonly CheckedRouter[] {
  return readdirSync(scenarios + folder)
    .filter(each => each.endsWith('.cfg'))
    .map(name => {
      const text = readFileSync(`${scenarios}${folder}/${name}`, 'utf8')
      return { name, ...parseConfiguration(name === file ? text.replace(from, to) : text) }
    })
}

describe('a planted mistake is found', () => {
  test.each(mistakes)('%s', async (name, folder, file, from, to) => {
    expect(readFileSync(`${scenarios}${folder}/${file}`, 'utf8')).toContain(from)
    const found = checkConfigs(routers(folder, file, from, to))
    expect(found.length).toBeGreaterThan(0)
    await expect(describeFindings(found)).toMatchFileSnapshot(`golden/config-check/${name}.txt`)
  })
})

test('tunnels that nothing tells apart', () => {
  const text = `interface Loopback0
 ip address 150.1.1.1 255.255.255.255
interface Tunnel0
 ip address 10.0.0.1 255.255.255.0
 ip nhrp network-id 1
 tunnel source Loopback0
 tunnel mode gre multipoint
interface Tunnel1
 ip address 10.0.1.1 255.255.255.0
 ip nhrp network-id 2
 tunnel source Loopback0
 tunnel mode gre multipoint
`
  const rules = (edited: string): readonly string[] =>
    checkConfigs([{ name: 'R1', ...parseConfiguration(edited) }]).map(each => each.rule)
  expect(rules(text)).toEqual(['tunnels-indistinct'])
  expect(rules(`${text} tunnel key 5`)).toEqual([])
})

test('FRRouting needs a group to learn of what it should indicate', () => {
  const text = 'interface gre1\n ip nhrp network-id 1\n ip nhrp redirect\n no link-detect\n tunnel source eth0\nexit\n'
  const rules = (edited: string): readonly string[] =>
    checkConfigs([{ name: 'hub', ...parseConfiguration(edited) }]).map(each => each.rule)
  expect(rules(text)).toEqual(['nflog-group-missing'])
  expect(rules(`${text}nhrp nflog-group 1\n`)).toEqual([])
})
