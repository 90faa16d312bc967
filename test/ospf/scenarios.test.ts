/** The OSPF laboratories: the routes and the resolution behaviour the article promises, and what a loss does to them. */
import { readFileSync } from 'node:fs'
import { milliseconds, type Settings, seconds } from '@dmvpn/core'
import { parseIos } from '@dmvpn/ios'
import { gre, icmp, ipv4, ospf } from '@dmvpn/protocols'
import { Simulation } from '@dmvpn/sim'
import { formatIp, ipv4Of as ip } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { decoded, type Lab, messagesOf, stepsOf } from '../stories/lab.ts'
import {
  configured,
  labOf,
  labWith,
  neighborsOf,
  pingAt,
  pingsOf,
  processOf,
  routesOf,
  stateOf,
  until,
} from './network.ts'

const hub = '150.1.1.1'
const secondHub = '150.1.2.2'

/** The outer ways of echo requests from a second on, in order. */
function waysOfEchoes(of: Lab, from: number): string[] {
  return of.frames
    .filter(({ at }) => at >= seconds(from))
    .flatMap(({ bytes }) => {
      const frame = decoded(bytes)
      const outer = frame.find(ipv4)!
      return frame.find(icmp)?.type === 8 ? [`${formatIp(outer.source)} > ${formatIp(outer.destination)}`] : []
    })
}

const resolutions = (of: Lab): string[] =>
  messagesOf(of)
    .map(({ message }) => message.kind)
    .filter(kind => kind.startsWith('resolution'))

/** Every router holds the same instances, and nobody waits for an acknowledgement. */
function expectSynchronised(of: Lab, names: readonly string[]): void {
  const instances = (name: string): string[] =>
    [...processOf(of, name).areas.values()]
      .flatMap(({ database }) =>
        [...database.values()].map(({ key, header }) => `${key} ${header.sequence} ${header.checksum}`),
      )
      .sort()
  for (const name of names) expect(instances(name)).toEqual(instances(names[0]!))
  const waiting = names.flatMap(name =>
    [...processOf(of, name).interfaces.values()].flatMap(on =>
      [...on.neighbors.values()].flatMap(each => [...each.unacknowledged.keys(), ...each.requests.keys()]),
    ),
  )
  expect(waiting).toEqual([])
}

describe('phase-1-ospf', () => {
  const of = labOf('phase-1-ospf')
  pingAt(of, 100, 'R3', '10.0.2.2', '10.0.3.3')
  until(of, 150)

  test('the hub knows the spokes’ networks', () => {
    expect(routesOf(of, 'R1')).toEqual([
      '10.0.0.2/32 [110/11111] via 10.0.0.2 Tunnel0',
      '10.0.0.3/32 [110/11111] via 10.0.0.3 Tunnel0',
      '10.0.2.2/32 [110/11112] via 10.0.0.2 Tunnel0',
      '10.0.3.3/32 [110/11112] via 10.0.0.3 Tunnel0',
    ])
  })

  test('the hub tells the spokes nothing: they are adjacent to it, and have their static route', () => {
    for (const name of ['R2', 'R3']) {
      expect(neighborsOf(of, name)).toEqual(['Tunnel0 10.0.0.1 full'])
      expect(routesOf(of, name)).toEqual([])
      expect([...processOf(of, name).areas.get(0)!.database.values()].map(({ lsa }) => lsa.advertisingRouter)).toEqual([
        ip(name === 'R2' ? '10.0.0.2' : '10.0.0.3'),
      ])
      expect(stateOf(of, name).routes.lookup(ip('10.0.1.1'))?.route).toMatchObject({
        source: 'static',
        interface: 'Tunnel0',
      })
    }
  })

  test('no advertisement leaves the hub', () => {
    const kinds = of.frames.flatMap(({ bytes }) => {
      const frame = decoded(bytes)
      const packet = frame.find(ospf)
      if (packet?.version !== 2 || packet.router !== ip('10.0.0.1')) return []
      return packet.message.kind === 'database-description'
        ? [`${packet.message.kind} of ${packet.message.headers.length}`]
        : [packet.message.kind]
    })
    expect(new Set(kinds)).toEqual(new Set(['hello', 'database-description of 0', 'request', 'acknowledgement']))
  })

  test('a spoke reaches the other by the hub, and nothing is resolved', () => {
    expect(pingsOf(of)).toEqual(['!!!!!'])
    expect(new Set(waysOfEchoes(of, 100))).toEqual(new Set([`150.1.3.3 > ${hub}`, `${hub} > 150.1.2.2`]))
    expect(resolutions(of)).toEqual([])
  })
})

test('phase-1-static: the same by configured mappings, and nothing of NHRP', () => {
  const of = labOf('phase-1-static')
  pingAt(of, 45, 'R3', '10.0.2.2', '10.0.3.3')
  until(of, 60)
  expect(neighborsOf(of, 'R1').sort()).toEqual(['Tunnel0 10.0.0.2 full', 'Tunnel0 10.0.0.3 full'])
  expect(routesOf(of, 'R1')).toContain('10.0.2.2/32 [110/11112] via 10.0.0.2 Tunnel0')
  expect(routesOf(of, 'R3')).toEqual([])
  expect(pingsOf(of)).toEqual(['!!!!!'])
  expect(messagesOf(of)).toEqual([])
})

describe('phase-2-ospf-broadcast', () => {
  const of = labOf('phase-2-ospf-broadcast')
  pingAt(of, 100, 'R3', '10.0.4.4', '10.0.3.3')
  until(of, 110)
  const before = { hub: neighborsOf(of, 'R1').sort(), spoke: neighborsOf(of, 'R3'), routes: routesOf(of, 'R3') }
  of.simulation.at(seconds(120), () => of.cloud.connect(of.station('R4'), false))

  test('two hubs are designated router and backup; spokes are adjacent to them alone', () => {
    expect(before.hub).toEqual(['Tunnel0 10.0.0.2 full/BDR', 'Tunnel0 10.0.0.3 full', 'Tunnel0 10.0.0.4 full'])
    expect(before.spoke).toEqual(['Tunnel0 10.0.0.1 full/DR', 'Tunnel0 10.0.0.2 full/BDR'])
  })

  test('the next hop of a spoke’s network is the spoke', () => {
    expect(before.routes).toEqual([
      '10.0.1.1/32 [110/11112] via 10.0.0.1 Tunnel0',
      '10.0.2.2/32 [110/11112] via 10.0.0.2 Tunnel0',
      '10.0.4.4/32 [110/11112] via 10.0.0.4 Tunnel0',
    ])
  })

  test('it is resolved, the hub answers from its registry, and the spokes speak without it', () => {
    expect(pingsOf(of)).toEqual(['!!!!!'])
    const ways = waysOfEchoes(of, 100)
    expect([ways[0], ways.at(-1)]).toEqual([`150.1.3.3 > ${hub}`, '150.1.3.3 > 150.1.4.4'])
    const asked = messagesOf(of).filter(({ message }) => message.kind === 'resolution-request')
    expect(asked.map(({ message }) => 'destinationProtocol' in message && message.destinationProtocol)).toEqual([
      ip('10.0.0.4'),
      ip('10.0.0.3'),
    ])
  })

  test('what the spokes have of each other carries data only', () => {
    const between = of.frames.filter(({ bytes }) => {
      const frame = decoded(bytes)
      const { source, destination } = frame.find(ipv4)!
      return ![source, destination].some(each => each === ip(hub) || each === ip(secondHub))
    })
    expect(between.length).toBeGreaterThan(5)
    expect(between.filter(({ bytes }) => decoded(bytes).find(ospf) !== undefined)).toEqual([])
  })

  test('databases are the same everywhere', () => {
    expectSynchronised(of, ['R1', 'R2', 'R3', 'R4'])
  })

  test('a spoke that is lost is forgotten within its dead interval and two calculations', () => {
    until(of, 120 + 40 + 10)
    expect(neighborsOf(of, 'R1').sort()).toEqual(['Tunnel0 10.0.0.2 full/BDR', 'Tunnel0 10.0.0.3 full'])
    expect(routesOf(of, 'R3')).toEqual([
      '10.0.1.1/32 [110/11112] via 10.0.0.1 Tunnel0',
      '10.0.2.2/32 [110/11112] via 10.0.0.2 Tunnel0',
    ])
  })

  test('its advertisement is kept for an hour, and then by nobody', () => {
    const has = (name: string): boolean =>
      [...processOf(of, name).areas.get(0)!.database.values()].some(
        each => each.lsa.advertisingRouter === ip('10.0.0.4'),
      )
    expect(has('R1')).toBe(true)
    until(of, 3600 + 60)
    for (const name of ['R1', 'R2', 'R3']) expect(has(name)).toBe(false)
    expectSynchronised(of, ['R1', 'R2', 'R3'])
  })
})

describe('hub-failover', () => {
  const of = labOf('hub-failover')
  const designated = (name: string): string => formatIp(processOf(of, name).interfaces.get('Tunnel0')!.designated)
  pingAt(of, 90, 'R3', '10.0.4.4', '10.0.3.3')
  until(of, 99)
  const before = designated('R3')
  of.simulation.at(seconds(100), () => of.station('R1').perform({ order: 'shutdown', interface: 'Tunnel0' }))
  pingAt(of, 180, 'R3', '10.0.4.4', '10.0.3.3')

  test('the backup takes over within the dead interval, and the spokes’ next hops stay', () => {
    const kept = routesOf(of, 'R3').filter(each => each.startsWith('10.0.4.4'))
    until(of, 140)
    expect(before).toBe('10.0.0.1')
    for (const name of ['R2', 'R3', 'R4']) expect(designated(name)).toBe('10.0.0.2')
    expect(routesOf(of, 'R3').filter(each => each.startsWith('10.0.4.4'))).toEqual(kept)
    expect(routesOf(of, 'R3').some(each => each.startsWith('10.0.1.1'))).toBe(false)
    const changes = stepsOf(of, 'R3', 'route changed').filter(
      each => each.step === 'route changed' && each.prefix.address === ip('10.0.4.4'),
    )
    expect(changes).toHaveLength(1)
  })

  test('the second hub answers what is resolved then', () => {
    until(of, 199)
    expect(pingsOf(of)).toEqual(['!!!!!', '!!!!!'])
    expect(waysOfEchoes(of, 180)[0]).toBe(`150.1.3.3 > ${secondHub}`)
    expect(waysOfEchoes(of, 180).at(-1)).toBe('150.1.3.3 > 150.1.4.4')
  })

  test('the first hub comes back as backup: who is there keeps its office', () => {
    of.simulation.at(seconds(200), () => of.station('R1').perform({ order: 'no shutdown', interface: 'Tunnel0' }))
    until(of, 300)
    for (const name of ['R1', 'R2', 'R3', 'R4']) expect(designated(name)).toBe('10.0.0.2')
    expect(neighborsOf(of, 'R3')).toEqual(['Tunnel0 10.0.0.2 full/DR', 'Tunnel0 10.0.0.1 full/BDR'])
    expect(routesOf(of, 'R3')).toContain('10.0.1.1/32 [110/11112] via 10.0.0.1 Tunnel0')
    expectSynchronised(of, ['R1', 'R2', 'R3', 'R4'])
  })

  test('a hub that forgets everything learns its own numbers from the others', () => {
    of.simulation.at(seconds(310), () => of.station('R2').perform({ order: 'reload' }))
    until(of, 400)
    const own = [...processOf(of, 'R2').areas.get(0)!.database.values()].find(
      ({ lsa }) => lsa.type === 1 && lsa.advertisingRouter === ip('10.0.0.2'),
    )!
    expect(own.source).toBe('own')
    expect(own.lsa.sequence).toBeGreaterThan(0x80000003)
    expectSynchronised(of, ['R1', 'R2', 'R3', 'R4'])
    expect(routesOf(of, 'R3')).toContain('10.0.2.2/32 [110/11112] via 10.0.0.2 Tunnel0')
  })
})

test('a hub that lost only its cable comes back designated: there are two for a moment, and one in the end', () => {
  const of = labOf('hub-failover')
  for (const [second, connected] of [
    [100, false],
    [200, true],
  ] as const)
    of.simulation.at(seconds(second), () => of.cloud.connect(of.station('R1'), connected))
  const designated = (name: string): string => formatIp(processOf(of, name).interfaces.get('Tunnel0')!.designated)
  until(of, 195)
  expect(['R1', 'R2', 'R3', 'R4'].map(designated)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.2', '10.0.0.2'])
  until(of, 300)
  expect(new Set(['R1', 'R2', 'R3', 'R4'].map(designated))).toEqual(new Set(['10.0.0.1']))
  expect(routesOf(of, 'R3')).toContain('10.0.4.4/32 [110/11112] via 10.0.0.4 Tunnel0')
  expectSynchronised(of, ['R1', 'R2', 'R3', 'R4'])
})

describe('two-hubs-one-cloud', () => {
  const of = labOf('two-hubs-one-cloud')
  pingAt(of, 100, 'R3', '10.0.4.4', '10.0.3.3')
  until(of, 109)

  test('the nearer hub is the next hop of everything behind a spoke, and nothing is resolved', () => {
    expect(routesOf(of, 'R3')).toContain('10.0.4.4/32 [110/21] via 10.0.0.1 Tunnel0')
    expect(routesOf(of, 'R3')).toContain('10.0.0.4/32 [110/20] via 10.0.0.1 Tunnel0')
    expect(new Set(waysOfEchoes(of, 100))).toEqual(new Set([`150.1.3.3 > ${hub}`, `${hub} > 150.1.4.4`]))
    expect(resolutions(of)).toEqual([])
  })

  test('without it the other is', () => {
    of.simulation.at(seconds(110), () => of.station('R1').perform({ order: 'shutdown', interface: 'Tunnel0' }))
    pingAt(of, 300, 'R3', '10.0.4.4', '10.0.3.3')
    until(of, 310)
    expect(routesOf(of, 'R3')).toContain('10.0.4.4/32 [110/31] via 10.0.0.2 Tunnel0')
    expect(pingsOf(of)).toEqual(['!!!!!', '!!!!!'])
    expect(new Set(waysOfEchoes(of, 300))).toEqual(new Set([`150.1.3.3 > ${secondHub}`, `${secondHub} > 150.1.4.4`]))
  })
})

describe('two-clouds', () => {
  const of = labOf('two-clouds')
  pingAt(of, 100, 'R3', '10.0.4.4', '10.0.3.3')
  pingAt(of, 240, 'R3', '10.0.4.4', '10.0.3.3')
  of.simulation.at(seconds(120), () => of.cloud.connect(of.station('R1'), false))
  const keys = (from: number): (number | undefined)[] => [
    ...new Set(
      of.frames.flatMap(({ at, bytes }) => {
        const frame = decoded(bytes)
        return at >= seconds(from) && frame.find(icmp)?.type === 8 ? [frame.find(gre)?.key] : []
      }),
    ),
  ]

  test('packets of one source and one destination go by the first cloud, told apart by the key', () => {
    until(of, 119)
    expect(routesOf(of, 'R3')).toContain('10.0.4.4/32 [110/11] via 10.101.0.4 Tunnel0')
    expect(neighborsOf(of, 'R3')).toEqual(['Tunnel0 10.101.0.1 full/DR', 'Tunnel1 10.102.0.2 full/DR'])
    expect(keys(100)).toEqual([101])
    expectSynchronised(of, ['R1', 'R2', 'R3', 'R4'])
  })

  test('without its hub by the second', () => {
    until(of, 250)
    expect(routesOf(of, 'R3')).toContain('10.0.4.4/32 [110/21] via 10.102.0.4 Tunnel1')
    expect(keys(240)).toEqual([102])
    expect(waysOfEchoes(of, 240).at(-1)).toBe('150.1.3.3 > 150.1.4.4')
    expect(pingsOf(of)).toEqual(['!!!!!', '!!!!!'])
  })
})

test('a network that loses many packets comes to the same routes', () => {
  const of = labOf('phase-2-ospf-broadcast', { loss: 0.1 })
  of.simulation.at(seconds(300), () => {
    for (const name of of.simulation.stations.keys()) of.cloud.impair(of.station(name), { loss: 0 })
  })
  until(of, 500)
  const calm = labOf('phase-2-ospf-broadcast')
  until(calm, 200)
  for (const name of ['R1', 'R2', 'R3', 'R4']) expect(routesOf(of, name)).toEqual(routesOf(calm, name))
  expectSynchronised(of, ['R1', 'R2', 'R3', 'R4'])
})

test.each(['phase-1-ospf', 'phase-2-ospf-broadcast', 'two-clouds'])('%s: twice the same octets', folder => {
  const [one, other] = [labOf(folder), labOf(folder)]
  until(one, 90)
  until(other, 90)
  expect(one.frames).toEqual(other.frames)
  expect(one.frames.length).toBeGreaterThan(40)
})

test('watched or not, routers say the same', () => {
  const watched = labOf('phase-2-ospf-broadcast')
  until(watched, 60)
  const simulation = new Simulation({ seed: 7 })
  const stations = [...configured('phase-2-ospf-broadcast')].map(([name, settings]) =>
    simulation.router(name, settings),
  )
  const frames = simulation.tap(simulation.cloud(stations, { delay: milliseconds(20) }))
  simulation.run({ until: seconds(60) })
  expect(frames).toEqual(watched.frames)
})

test('under IPsec: adjacencies wait for associations, and come', () => {
  const read = (name: string): Settings => {
    const text = readFileSync(new URL(`../../samples/scenarios/phase-2-ipsec/${name}.cfg`, import.meta.url), 'utf8')
    const priority = name === 'R1' ? 1 : 0
    const ospf = `\ninterface Tunnel0\n ip ospf network broadcast\n ip ospf priority ${priority}\n`
    return parseIos(
      `${text.replace(/^end$/m, '')}${ospf}router ospf 1\n network 10.0.0.0 0.255.255.255 area 0\n distance 80\n`,
    ).settings
  }
  const of = labWith(new Map(['R1', 'R2', 'R3'].map(name => [name, read(name)])))
  until(of, 120)
  expect(neighborsOf(of, 'R3')).toEqual(['Tunnel0 10.0.0.1 full/DR'])
  expect(routesOf(of, 'R3')).toContain('10.0.2.2/32 [80/11112] via 10.0.0.2 Tunnel0')
  expect(of.frames.filter(({ bytes }) => decoded(bytes).find(ospf) !== undefined)).toEqual([])
})
