/** Areas behind a backbone: what border routers tell, and what becomes of it (RFC 2328 §12.4.3, §16.2). */
import { type SettingsDraft, seconds } from '@dmvpn/core'
import { ospfLsaType } from '@dmvpn/protocols'
import { formatIpv4, ipv4Of as ip } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import type { Lab } from '../stories/lab.ts'
import { type Member, meshed } from './mesh.ts'
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
