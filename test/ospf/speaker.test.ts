/** The speaker's rules one by one: network types, elections, authentication, disagreements, ageing. */
import { seconds } from '@dmvpn/core'
import { ospf } from '@dmvpn/protocols'
import { formatIp, ipv4Of as ip } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { decoded, type Lab, stepsOf } from '../stories/lab.ts'
import { type Member, meshed } from './mesh.ts'
import { neighborsOf, processOf, routesOf, until } from './network.ts'

const ignored = (of: Lab, name: string): string[] => [
  ...new Set(stepsOf(of, name, 'routing packet ignored').flatMap(each => ('because' in each ? [each.because] : []))),
]

/** What crossed the cloud, by kind and inner destination. */
function kindsTo(of: Lab): Set<string> {
  return new Set(
    of.frames.flatMap(({ bytes }) => {
      const { layers } = decoded(bytes)
      const at = layers.findIndex(each => each.protocol === ospf)
      const packet = layers[at]?.packet as { message: { kind: string } } | undefined
      const inner = layers[at - 1]?.packet as { destination: number } | undefined
      return packet === undefined || inner === undefined
        ? []
        : [`${packet.message.kind} ${formatIp(inner.destination)}`]
    }),
  )
}

describe('network types', () => {
  test('point-to-point: one neighbor, everything to the group, the subnet and the peer in the advertisement', () => {
    const of = meshed([{ ospf: { network: 'point-to-point' } }, { ospf: { network: 'point-to-point' } }])
    until(of, 20)
    expect(neighborsOf(of, 'R1')).toEqual(['Tunnel0 10.0.0.2 full'])
    expect(routesOf(of, 'R1')).toEqual(['10.0.2.2/32 [110/11] via 10.0.0.2 Tunnel0'])
    const own = processOf(of, 'R1')
      .areas.get(0)!
      .database.get(`1 ${ip('10.0.0.1')} ${ip('10.0.0.1')}`)!
    expect(own.lsa.body).toMatchObject({
      links: [
        { type: 3, id: ip('10.0.1.1'), data: ip('255.255.255.255'), metric: 1 },
        { type: 1, id: ip('10.0.0.2'), data: ip('10.0.0.1'), metric: 10 },
        { type: 3, id: ip('10.0.0.0'), data: ip('255.255.255.0'), metric: 10 },
      ],
    })
  })

  test('point-to-multipoint: every pair is adjacent, hosts in place of the network', () => {
    const of = meshed([1, 2, 3].map((): Member => ({ ospf: { network: 'point-to-multipoint' } })))
    until(of, 20)
    expect(neighborsOf(of, 'R1').sort()).toEqual(['Tunnel0 10.0.0.2 full', 'Tunnel0 10.0.0.3 full'])
    expect(routesOf(of, 'R1')).toEqual([
      '10.0.0.2/32 [110/10] via 10.0.0.2 Tunnel0',
      '10.0.0.3/32 [110/10] via 10.0.0.3 Tunnel0',
      '10.0.2.2/32 [110/11] via 10.0.0.2 Tunnel0',
      '10.0.3.3/32 [110/11] via 10.0.0.3 Tunnel0',
    ])
  })

  test('point-to-multipoint non-broadcast: nothing to a group, neighbors as configured on one side', () => {
    const network = 'point-to-multipoint non-broadcast' as const
    const of = meshed([
      { ospf: { network }, process: { neighbors: [{ address: ip('10.0.0.2') }, { address: ip('10.0.0.3') }] } },
      { ospf: { network } },
      { ospf: { network } },
    ])
    until(of, 30)
    expect(neighborsOf(of, 'R1')).toEqual(['Tunnel0 10.0.0.2 full', 'Tunnel0 10.0.0.3 full'])
    expect(routesOf(of, 'R2')).toContain('10.0.3.3/32 [110/21] via 10.0.0.1 Tunnel0')
    expect([...kindsTo(of)].filter(each => / 224\./.test(each))).toEqual([])
    of.simulation.at(seconds(31), () => of.cloud.connect(of.station('R3'), false))
    until(of, 60)
    expect(neighborsOf(of, 'R1')).toEqual(['Tunnel0 10.0.0.2 full', 'Tunnel0 10.0.0.3 down'])
    of.simulation.at(seconds(61), () => of.cloud.connect(of.station('R3'), true))
    until(of, 90)
    expect(neighborsOf(of, 'R1')).toEqual(['Tunnel0 10.0.0.2 full', 'Tunnel0 10.0.0.3 full'])
  })

  test('non-broadcast: looked for, elected, adjacent to two', () => {
    const network = 'non-broadcast' as const
    const neighbors = [2, 3].map(n => ({ address: ip(`10.0.0.${n}`) }))
    const of = meshed([
      { ospf: { network, priority: 9 }, process: { neighbors } },
      { ospf: { network } },
      { ospf: { network, priority: 0 } },
    ])
    expect(of.frames).toEqual([])
    until(of, 0.05)
    expect(neighborsOf(of, 'R1')).toEqual(['Tunnel0 10.0.0.2 attempt', 'Tunnel0 10.0.0.3 attempt'])
    until(of, 40)
    expect(neighborsOf(of, 'R1')).toEqual(['Tunnel0 10.0.0.2 full/BDR', 'Tunnel0 10.0.0.3 full'])
    expect([...kindsTo(of)].filter(each => / 224\./.test(each))).toEqual([])
  })

  test('broadcast: what is changed goes to the designated routers, and from them to all', () => {
    const of = meshed([9, 8, 1, 1].map((priority): Member => ({ ospf: { network: 'broadcast', priority } })))
    until(of, 30)
    expect(neighborsOf(of, 'R3').sort()).toEqual([
      'Tunnel0 10.0.0.1 full/DR',
      'Tunnel0 10.0.0.2 full/BDR',
      'Tunnel0 10.0.0.4 2-way',
    ])
    expect(routesOf(of, 'R3')).toContain('10.0.4.4/32 [110/11] via 10.0.0.4 Tunnel0')
    expect(kindsTo(of)).toContain('update 224.0.0.5')
    expect(kindsTo(of)).toContain('update 224.0.0.6')
    expect(kindsTo(of)).toContain('acknowledgement 224.0.0.6')
  })
})

describe('elections', () => {
  const offices = (of: Lab): string[] =>
    [...of.simulation.stations.keys()].map(name => {
      const on = processOf(of, name).interfaces.get('Tunnel0')!
      return `${formatIp(on.designated)} ${formatIp(on.backup)}`
    })
  const broadcast = (...priorities: number[]): Lab =>
    meshed(priorities.map((priority): Member => ({ ospf: { network: 'broadcast', priority } })))

  test('the highest priority, then the highest router id', () => {
    const of = broadcast(1, 5, 5, 1)
    until(of, 30)
    expect(new Set(offices(of))).toEqual(new Set(['10.0.0.3 10.0.0.2']))
  })

  test('priority 0 never', () => {
    const of = broadcast(0, 0, 1)
    until(of, 30)
    expect(new Set(offices(of))).toEqual(new Set(['10.0.0.3 0.0.0.0']))
  })

  test('all 0: nobody, and nothing is adjacent', () => {
    const of = broadcast(0, 0)
    until(of, 30)
    expect(new Set(offices(of))).toEqual(new Set(['0.0.0.0 0.0.0.0']))
    expect(neighborsOf(of, 'R1')).toEqual(['Tunnel0 10.0.0.2 2-way'])
  })

  test('without the designated router its backup, and another backup', () => {
    const of = broadcast(9, 8, 1)
    of.simulation.at(seconds(30), () => of.cloud.connect(of.station('R1'), false))
    until(of, 60)
    expect(offices(of).slice(1)).toEqual(['10.0.0.2 10.0.0.3', '10.0.0.2 10.0.0.3'])
    expect(routesOf(of, 'R3')).toEqual(['10.0.2.2/32 [110/11] via 10.0.0.2 Tunnel0'])
  })
})

describe('authentication', () => {
  const pair = (one: Member['ospf'], other: Member['ospf']): Lab => {
    const of = meshed([one, other].map(each => ({ ospf: { network: 'point-to-point', ...each } }) as Member))
    until(of, 20)
    return of
  }
  const simple = { authentication: { kind: 'simple', key: 'secret' } } as const
  const md5 = { authentication: { kind: 'md5', keyId: 1, key: 'ospfkey' } } as const

  test.each([simple, md5])('the same on both sides', each => {
    expect(neighborsOf(pair(each, each), 'R1')).toEqual(['Tunnel0 10.0.0.2 full'])
  })

  test.each<readonly [string, Member['ospf'], Member['ospf']]>([
    ['another kind of authentication', simple, md5],
    ['another kind of authentication', {}, simple],
    ['another kind of authentication', md5, {}],
    ['another password', simple, { authentication: { kind: 'simple', key: 'Secret' } }],
    ['another key id', md5, { authentication: { kind: 'md5', keyId: 2, key: 'ospfkey' } }],
    ['a wrong digest', md5, { authentication: { kind: 'md5', keyId: 1, key: 'ospfKey' } }],
  ])('%s', (because, one, other) => {
    const of = pair(one, other)
    expect(neighborsOf(of, 'R1')).toEqual([])
    expect(ignored(of, 'R1')).toEqual([because])
  })
})

describe('disagreements', () => {
  const pair = (one: Member, other: Member): Lab => {
    const of = meshed([one, other])
    until(of, 60)
    return of
  }
  const common = { network: 'broadcast' } as const

  test.each<readonly [string, Member, Member]>([
    ['hello interval 3, not 2', { ospf: { ...common, dead: 8 } }, { ospf: { ...common, hello: 3, dead: 8 } }],
    ['dead interval 9, not 8', { ospf: { ...common, dead: 8 } }, { ospf: { ...common, dead: 9 } }],
    [
      'another network mask',
      { ospf: common },
      { ospf: common, tunnel: { addresses: [{ address: ip('10.0.0.2'), length: 25 }] } },
    ],
    [
      'another network',
      { ospf: common },
      { ospf: common, tunnel: { addresses: [{ address: ip('10.9.0.2'), length: 24 }] } },
    ],
    ['the same router id', { ospf: common }, { ospf: common, process: { routerId: ip('10.0.0.1') } }],
    [
      'area 7, not 0',
      { ospf: common },
      { ospf: common, process: { networks: [{ address: 0, wildcard: 0xffffffff, area: 7 }] } },
    ],
  ])('%s: no neighbors', (because, one, other) => {
    const of = pair(one, other)
    expect(neighborsOf(of, 'R1')).toEqual([])
    expect(ignored(of, 'R1')).toEqual([because])
  })

  test('a larger MTU: the exchange does not begin, unless that is of no matter', () => {
    const network = 'point-to-point' as const
    const stuck = pair({ ospf: { network } }, { ospf: { network }, tunnel: { ipMtu: 1476 } })
    expect(ignored(stuck, 'R1')).toEqual(['its packets may be too big'])
    expect(neighborsOf(stuck, 'R1')).toEqual(['Tunnel0 10.0.0.2 exstart'])
    const both = pair({ ospf: { network, mtuIgnore: true } }, { ospf: { network }, tunnel: { ipMtu: 1476 } })
    expect(neighborsOf(both, 'R1')).toEqual(['Tunnel0 10.0.0.2 full'])
  })

  test('passive interfaces say nothing and are told of', () => {
    const of = pair(
      { ospf: { network: 'point-to-point' }, process: { passive: ['Tunnel0'] } },
      { ospf: { network: 'point-to-point' } },
    )
    expect(neighborsOf(of, 'R2')).toEqual([])
    expect([...processOf(of, 'R1').routes.keys()].sort()).toEqual(['10.0.0.0/24', '10.0.1.1/32'])
  })
})

test('what is longer than a packet comes in pieces, to all and to one who comes late', () => {
  const of = meshed(
    [1, 2, 3, 4].map((): Member => ({ ospf: { network: 'point-to-multipoint' }, tunnel: { ipMtu: 100 } })),
  )
  of.simulation.at(seconds(30), () => of.station('R4').perform({ order: 'reload' }))
  until(of, 70)
  const pieces = of.frames.filter(({ bytes }) =>
    decoded(bytes).layers.some(each => (each.packet as { moreFragments?: boolean }).moreFragments === true),
  )
  expect(pieces.length).toBeGreaterThan(0)
  for (const name of ['R1', 'R4']) expect(routesOf(of, name)).toHaveLength(6)
  for (const { bytes } of of.frames) expect(bytes.length).toBeLessThanOrEqual(100 + 28)
})

describe('time', () => {
  test('an advertisement is said again every half hour, and nothing else changes', () => {
    const of = meshed([1, 2].map((): Member => ({ ospf: { network: 'point-to-point', hello: 10 } })))
    until(of, 1000)
    const own = (): number =>
      processOf(of, 'R1')
        .areas.get(0)!
        .database.get(`1 ${ip('10.0.0.2')} ${ip('10.0.0.2')}`)!.lsa.sequence
    const [before, calculated] = [own(), processOf(of, 'R1').calculation.last]
    until(of, 1000 + 1800)
    expect(own()).toBe(before + 1)
    expect(processOf(of, 'R1').calculation.last).toBe(calculated)
  })

  test('an interface that goes takes its routes along at once; others follow', () => {
    const of = meshed([1, 2, 3].map((): Member => ({ ospf: { network: 'point-to-multipoint' } })))
    of.simulation.at(seconds(30), () => of.station('R2').perform({ order: 'shutdown', interface: 'Loopback1' }))
    until(of, 30.001)
    expect(routesOf(of, 'R1')).toContain('10.0.2.2/32 [110/11] via 10.0.0.2 Tunnel0')
    until(of, 45)
    expect(routesOf(of, 'R1')).not.toContain('10.0.2.2/32 [110/11] via 10.0.0.2 Tunnel0')
    of.simulation.at(seconds(46), () => of.station('R1').perform({ order: 'shutdown', interface: 'Tunnel0' }))
    until(of, 46.001)
    expect(routesOf(of, 'R1')).toEqual([])
  })
})

test('the router id is the highest loopback address where none is configured, and stays', () => {
  const of = meshed([
    { process: { routerId: undefined }, ospf: { network: 'point-to-point' } },
    { ospf: { network: 'point-to-point' } },
  ])
  of.simulation.at(seconds(20), () => of.station('R1').perform({ order: 'shutdown', interface: 'Loopback1' }))
  until(of, 30)
  expect(formatIp(processOf(of, 'R1').routerId)).toBe('150.1.1.1')
  expect(neighborsOf(of, 'R2')).toEqual(['Tunnel0 10.0.0.1 full'])
})

test('an interface may say itself where it runs, whatever the networks are', () => {
  const network = 'point-to-point' as const
  const of = meshed([
    { ospf: { network, runs: { processId: 1, area: 7 } } },
    { ospf: { network }, process: { networks: [{ address: ip('10.0.0.0'), wildcard: ip('0.0.0.255'), area: 7 }] } },
    { ospf: { network, runs: { processId: 2, area: 7 } } },
  ])
  until(of, 30)
  expect(neighborsOf(of, 'R1')).toEqual(['Tunnel0 10.0.0.2 full'])
  expect(routesOf(of, 'R2')).toEqual(['10.0.1.1/32 [110/11] via 10.0.0.1 Tunnel0 IA'])
  expect(processOf(of, 'R3').interfaces.has('Tunnel0')).toBe(false)
})
