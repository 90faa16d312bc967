/** Every command at every router of every scenario, before it is switched on, at its start, in its middle and at its end. */
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { dmvpn, scenario } from './command.ts'

const shows = [
  'show ip nhrp detail',
  'show ip nhrp brief',
  'show ip nhrp nhs detail',
  'show ip nhrp multicast',
  'show ip route',
  'show ip route 10.0.0.1',
  'show ip route 10.0.2.2',
  'show ip cef',
  'show ip cef 10.0.0.2',
  'show ip cef 10.0.2.2',
  'show ip eigrp neighbors',
  'show ip ospf neighbor',
  'show ip ospf database',
  'show crypto isakmp sa',
  'show crypto ipsec sa',
  'show dmvpn detail',
  'show interfaces',
  'show running-config',
]

const names = readdirSync(scenario(''), { withFileTypes: true }).flatMap(each =>
  each.isDirectory() ? [each.name] : [],
)
const plays = [
  ...names.map(name => [name, []] as const),
  ...['ios124t', 'ios15', 'frr', 'opennhrp'].flatMap(profile =>
    ['phase-3', 'spoke-behind-nat', 'purge'].map(name => [name, ['--profile', profile]] as const),
  ),
]

describe.each(plays)('%s %j', (name, options) => {
  test('says something sensible, whatever is asked', async () => {
    const routers = readdirSync(scenario(name)).flatMap(each => /^(\w+)\.cfg$/.exec(each)?.[1] ?? [])
    const events = routers.flatMap(router => [
      ['0s', `${router}: debug nhrp`],
      ['0s', `${router}: debug nhrp packet`],
      ...['0s', '1ms', '30ms', '21s', '59s'].flatMap(at => shows.map(show => [at, `${router}: ${show}`])),
    ])
    const words = [
      'simulate',
      scenario(name),
      '--until',
      '60s',
      ...options,
      ...events.flatMap(([at, line]) => ['--at', at!, line!]),
    ]
    const { code, out } = await dmvpn(words)
    expect(code).toBe(0)
    expect(out).not.toMatch(/undefined|NaN|\[object|Infinity|-\d\d:|:-\d/)
    expect(out.match(/^\w+#show /gm)).toHaveLength(routers.length * shows.length * 5)
    expect(out).not.toMatch(/ $/m)
    // No command was wrong.
    expect(out).not.toContain('Invalid input')
    expect(out).not.toMatch(
      /^%(?![A-Z]+-\d-| ?[A-Z][a-z]+ not in table|Prefix not found|IPv4 CEF not running| The router is switched off)/m,
    )
  })
})
