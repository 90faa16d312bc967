/** Areas behind a backbone: what border routers tell, and what becomes of it (RFC 2328 §12.4.3, §16.2). */
import { type SettingsDraft, seconds } from '@dmvpn/core'
import { ospfLsaType } from '@dmvpn/protocols'
import { formatIpv4, ipv4Of as ip } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import type { Lab } from '../stories/lab.ts'
import { beyondBorder, type Member, meshed } from './mesh.ts'
import { processOf, routesOf, until } from './network.ts'

const backbone = { address: ip('10.0.0.0'), wildcard: ip('0.0.0.255'), area: 0 }
const behind = (n: number, area: number): typeof backbone => ({
  address: ip(`10.0.${n}.0`),
  wildcard: ip('0.0.0.255'),
  area,
})

/** Every router has its loopback in an area of its own; the tunnel is the backbone. */
const borders = (count: number): Lab =>
  meshed(
    Array.from({ length: count }, (_, index): Member => {
      const n = index + 1
      return { ospf: { network: 'point-to-multipoint' }, process: { networks: [behind(n, n), backbone] } }
    }),
  )

function summaries(of: Lab, name: string, area: number): string[] {
  const lsas = [...processOf(of, name).areas.get(area)!.database.values()].map(each => each.lsa)
  return lsas
    .flatMap(({ type, id, advertisingRouter, body, age }) =>
      type === ospfLsaType.summaryNetwork && body.kind === 'summary' && age < 3600
        ? [`${formatIpv4(id)} ${formatIpv4(body.mask)} ${body.metrics[0]!.metric} by ${formatIpv4(advertisingRouter)}`]
        : [],
    )
    .sort()
}

describe('an area behind every router', () => {
  const of = borders(3)
  until(of, 40)

  test('others reach it by a route between areas', () => {
    expect(routesOf(of, 'R1')).toEqual([
      '10.0.0.2/32 [110/10] via 10.0.0.2 Tunnel0',
      '10.0.0.3/32 [110/10] via 10.0.0.3 Tunnel0',
      '10.0.2.2/32 [110/11] via 10.0.0.2 Tunnel0 IA',
      '10.0.3.3/32 [110/11] via 10.0.0.3 Tunnel0 IA',
    ])
  })

  test('into the backbone goes what the area has, into the area what is elsewhere', () => {
    expect(summaries(of, 'R2', 0)).toEqual([
      '10.0.1.1 255.255.255.255 1 by 10.0.0.1',
      '10.0.2.2 255.255.255.255 1 by 10.0.0.2',
      '10.0.3.3 255.255.255.255 1 by 10.0.0.3',
    ])
    expect(summaries(of, 'R1', 1)).toEqual([
      '10.0.0.1 255.255.255.255 0 by 10.0.0.1',
      '10.0.0.2 255.255.255.255 10 by 10.0.0.1',
      '10.0.0.3 255.255.255.255 10 by 10.0.0.1',
      '10.0.2.2 255.255.255.255 11 by 10.0.0.1',
      '10.0.3.3 255.255.255.255 11 by 10.0.0.1',
    ])
  })

  test('what is gone is withdrawn', () => {
    of.simulation.at(seconds(50), () => of.station('R3').perform({ order: 'shutdown', interface: 'Loopback1' }))
    until(of, 90)
    expect(routesOf(of, 'R1').filter(each => each.endsWith('IA'))).toEqual([
      '10.0.2.2/32 [110/11] via 10.0.0.2 Tunnel0 IA',
    ])
    expect(summaries(of, 'R1', 1).filter(each => each.startsWith('10.0.3.3'))).toEqual([])
  })
})

test('a network of one address and two masks is told by two ids (appendix E)', () => {
  const loopback = (name: string, length: number): NonNullable<SettingsDraft['interfaces']>[number] => ({
    kind: 'loopback',
    name,
    addresses: [{ address: ip('10.5.0.1'), length }],
    ospf: { network: 'point-to-point' },
  })
  const wide = { address: ip('10.5.0.0'), wildcard: ip('0.0.255.255'), area: 5 }
  const of = meshed([
    {
      ospf: { network: 'point-to-point' },
      process: { networks: [backbone, wide] },
      interfaces: [
        loopback('Loopback5', 16),
        { ...loopback('Loopback6', 24), addresses: [{ address: ip('10.5.0.2'), length: 24 }] },
      ],
    },
    { ospf: { network: 'point-to-point' }, process: { networks: [backbone] } },
  ])
  until(of, 40)
  expect(summaries(of, 'R2', 0)).toEqual([
    '10.5.0.0 255.255.0.0 1 by 10.0.0.1',
    '10.5.0.255 255.255.255.0 1 by 10.0.0.1',
  ])
  expect(routesOf(of, 'R2')).toEqual([
    '10.5.0.0/16 [110/11] via 10.0.0.1 Tunnel0 IA',
    '10.5.0.0/24 [110/11] via 10.0.0.1 Tunnel0 IA',
  ])
})

describe('a default route from outside', () => {
  const network = 'point-to-multipoint' as const
  const everything = { prefix: { address: 0, length: 0 }, interface: 'Loopback9' }
  const loopback = {
    kind: 'loopback' as const,
    name: 'Loopback9',
    addresses: [{ address: ip('192.0.2.1'), length: 32 }],
  }

  test.each([
    [2, '0.0.0.0/0 [110/5] via 10.0.0.1 Tunnel0 E2'],
    [1, '0.0.0.0/0 [110/15] via 10.0.0.1 Tunnel0 E1'],
  ] as const)('of type %d', (type, expected) => {
    const of = meshed([
      { ospf: { network }, process: { defaultInformation: { always: true, metric: 5, type } } },
      { ospf: { network } },
    ])
    until(of, 40)
    expect(routesOf(of, 'R2')).toContain(expected)
    expect(routesOf(of, 'R1').filter(each => each.startsWith('0.0.0.0'))).toEqual([])
  })

  test('is told while there is one', () => {
    const of = meshed([
      {
        ospf: { network },
        process: { defaultInformation: { always: false, metric: 1, type: 2 } },
        interfaces: [loopback],
        routes: [everything],
      },
      { ospf: { network } },
    ])
    const has = (): boolean => routesOf(of, 'R2').includes('0.0.0.0/0 [110/1] via 10.0.0.1 Tunnel0 E2')
    until(of, 40)
    expect(has()).toBe(true)
    of.simulation.at(seconds(41), () => of.station('R1').perform({ order: 'shutdown', interface: 'Loopback9' }))
    until(of, 60)
    expect(has()).toBe(false)
    of.simulation.at(seconds(61), () => of.station('R1').perform({ order: 'no shutdown', interface: 'Loopback9' }))
    until(of, 100)
    expect(has()).toBe(true)
  })

  test('of two the nearer, whatever is behind it', () => {
    const told = { defaultInformation: { always: true, metric: 5, type: 2 } } as const
    const of = meshed([
      { ospf: { network, cost: 10 }, process: told },
      { ospf: { network, cost: 10 }, process: told, reaches: [3] },
      { ospf: { network, cost: 10 }, reaches: [2, 4] },
      { ospf: { network, cost: 10 }, reaches: [1, 3] },
    ])
    until(of, 60)
    expect(routesOf(of, 'R3')).toContain('0.0.0.0/0 [110/5] via 10.0.0.2 Tunnel0 E2')
    expect(routesOf(of, 'R4')).toContain('0.0.0.0/0 [110/5] via 10.0.0.1 Tunnel0 E2')
  })

  test('beyond a border router it is known who told of it (type 4)', () => {
    const of = beyondBorder()
    until(of, 60)
    expect(routesOf(of, 'R3')).toContain('0.0.0.0/0 [110/18] via 10.9.0.2 Tunnel1 E1')
    expect(routesOf(of, 'R3')).toContain('10.0.0.1/32 [110/17] via 10.9.0.2 Tunnel1 IA')
  })
})
