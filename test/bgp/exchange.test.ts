/** BGP as an outcome: which routes routers hold, and what their next hops make of the tunnels. */
import { formatPrefix, forwardingState, type Settings, seconds } from '@dmvpn/core'
import { parseIos, printIos } from '@dmvpn/ios'
import { icmp, ipv4 } from '@dmvpn/protocols'
import { formatIp, ipv4Of as ip } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { decoded, type Lab, lab, messagesOf } from '../stories/lab.ts'

interface Options {
  /** The system of router n. */
  readonly system?: (n: number) => number
  /** More lines of the hub for each of its neighbors. */
  readonly towardsSpokes?: readonly string[]
}

/** Router n of the first article with BGP in place of EIGRP: R1 is the hub. */
function configured(n: number, { system = each => 65000 + each, towardsSpokes = [] }: Options): Settings {
  const isHub = n === 1
  const nhrp = isHub
    ? ['ip nhrp map multicast dynamic']
    : ['ip nhrp map 10.0.0.1 150.1.1.1', 'ip nhrp map multicast 150.1.1.1', 'ip nhrp nhs 10.0.0.1']
  const neighbors = (isHub ? [2, 3] : [1]).flatMap(each => [
    `neighbor 10.0.0.${each} remote-as ${system(each)}`,
    ...(isHub ? towardsSpokes.map(line => `neighbor 10.0.0.${each} ${line}`) : []),
  ])
  return parseIos(`hostname R${n}
interface Loopback0
 ip address 150.1.${n}.${n} 255.255.255.0
interface Loopback1
 ip address 10.0.${n}.${n} 255.255.255.0
interface Tunnel0
 ip address 10.0.0.${n} 255.255.255.0
 ip nhrp network-id 123
 ip nhrp holdtime 60
 ${nhrp.join('\n ')}
 tunnel source Loopback0
 tunnel mode gre multipoint
 tunnel key 123
router bgp ${system(n)}
 network 10.0.${n}.0 mask 255.255.255.0
 ${neighbors.join('\n ')}
`).settings
}

function played(options: Options = {}): Lab {
  const of = lab([1, 2, 3].map(n => ({ name: `R${n}`, settings: configured(n, options) })))
  of.simulation.at(seconds(30), () =>
    of.station('R3').perform({ order: 'ping', destination: ip('10.0.2.2'), source: ip('10.0.3.3') }),
  )
  of.simulation.run({ until: seconds(40) })
  return of
}

function routesOf(of: Lab, name: string): string[] {
  return of
    .station(name)
    .router!.state.routes.sorted()
    .filter(each => each.source === 'bgp')
    .map(
      ({ prefix, distance, nextHop, interface: by }) =>
        `${formatPrefix(prefix)} [${distance}] via ${formatIp(nextHop ?? 0)} ${by}`,
    )
}

const resolutions = (of: Lab): number =>
  messagesOf(of).filter(({ message }) => message.kind === 'resolution-request').length

const lastEcho = (of: Lab): string =>
  of.frames
    .map(({ bytes }) => decoded(bytes))
    .filter(frame => frame.find(icmp)?.type === 8)
    .map(frame => `${formatIp(frame.find(ipv4)!.source)} > ${formatIp(frame.find(ipv4)!.destination)}`)
    .at(-1)!

describe('systems of their own', () => {
  test('a next hop on the common network is kept: the spokes ask for each other', () => {
    const of = played()
    expect(routesOf(of, 'R3')).toEqual([
      '10.0.1.0/24 [20] via 10.0.0.1 Tunnel0',
      '10.0.2.0/24 [20] via 10.0.0.2 Tunnel0',
    ])
    expect(resolutions(of)).toBe(2)
    expect(lastEcho(of)).toBe('150.1.3.3 > 150.1.2.2')
  })

  test('next-hop-self: everything by the hub, and nothing is asked', () => {
    const of = played({ towardsSpokes: ['next-hop-self'] })
    expect(routesOf(of, 'R3')).toEqual([
      '10.0.1.0/24 [20] via 10.0.0.1 Tunnel0',
      '10.0.2.0/24 [20] via 10.0.0.1 Tunnel0',
    ])
    expect(resolutions(of)).toBe(0)
    expect(lastEcho(of)).toBe('150.1.1.1 > 150.1.2.2')
  })

  test('not back into a system that the path has seen: two spokes of one system do not hear of each other', () => {
    const of = played({ system: n => (n === 1 ? 65001 : 65100) })
    expect(routesOf(of, 'R3')).toEqual(['10.0.1.0/24 [20] via 10.0.0.1 Tunnel0'])
  })
})

describe('one system', () => {
  const system = (): number => 65000

  test('what one internal neighbor told is not told to another', () => {
    expect(routesOf(played({ system }), 'R3')).toEqual(['10.0.1.0/24 [200] via 10.0.0.1 Tunnel0'])
  })

  test('but by a route reflector, with the next hop it has', () => {
    const of = played({ system, towardsSpokes: ['route-reflector-client'] })
    expect(routesOf(of, 'R3')).toEqual([
      '10.0.1.0/24 [200] via 10.0.0.1 Tunnel0',
      '10.0.2.0/24 [200] via 10.0.0.2 Tunnel0',
    ])
    expect(lastEcho(of)).toBe('150.1.3.3 > 150.1.2.2')
  })
})

test.each(['Tunnel0', undefined])(
  'a next hop beyond the hub, by a static route out of %s: packets go to the hub',
  out => {
    const behind = {
      prefix: { address: ip('192.168.9.0'), length: 24 },
      nextHop: ip('10.0.0.1'),
      interface: out,
      distance: 1,
    }
    const of = lab(
      [1, 2, 3].map(n => ({
        name: `R${n}`,
        settings: { ...configured(n, {}), bgp: undefined, routes: [behind].slice(n === 3 ? 0 : 1) },
      })),
    )
    const prefix = { address: ip('10.9.9.0'), length: 24 }
    const told = { prefix, nextHop: ip('192.168.9.9'), from: ip('10.0.0.1'), path: [], internal: true }
    of.simulation.at(seconds(20), () => of.station('R3').router!.learn(seconds(20), [told]))
    of.simulation.at(seconds(30), () =>
      of.station('R3').perform({ order: 'ping', destination: ip('10.9.9.9'), source: ip('10.0.3.3') }),
    )
    of.simulation.run({ until: seconds(40) })
    expect(routesOf(of, 'R3')).toEqual(['10.9.9.0/24 [200] via 192.168.9.9 Tunnel0'])
    expect(lastEcho(of)).toBe('150.1.3.3 > 150.1.1.1')
    expect(forwardingState(of.station('R3').router!.state, ip('10.9.9.9'))).toEqual({
      state: 'valid',
      nextHop: ip('10.0.0.1'),
    })
    expect(messagesOf(of).map(({ message }) => message.kind)).not.toContain('resolution-request')
  },
)

test('what is gone is gone at the next exchange: a network, a hub', () => {
  const of = played()
  of.simulation.at(seconds(41), () => of.station('R2').perform({ order: 'shutdown', interface: 'Loopback1' }))
  of.simulation.run({ until: seconds(51) })
  expect(routesOf(of, 'R3')).toEqual(['10.0.1.0/24 [20] via 10.0.0.1 Tunnel0'])
  of.simulation.at(seconds(52), () => of.station('R1').perform({ order: 'shutdown', interface: 'Tunnel0' }))
  of.simulation.run({ until: seconds(61) })
  expect(routesOf(of, 'R3')).toEqual([])
})

test('no packet of it is on the wire', () => {
  const protocols = new Set(
    played().frames.flatMap(({ bytes }) => decoded(bytes).layers.map(each => each.protocol.name)),
  )
  expect(protocols).not.toContain('tcp')
})

test('the configuration is read, printed and read again', () => {
  const settings = configured(1, { towardsSpokes: ['next-hop-self', 'route-reflector-client'] })
  expect(settings.bgp?.neighbors[0]).toEqual({
    address: ip('10.0.0.2'),
    remoteAs: 65002,
    nextHopSelf: true,
    routeReflectorClient: true,
  })
  expect(parseIos(printIos(settings)).settings).toEqual(settings)
  const odd = parseIos('router bgp 1\n neighbor 10.0.0.1 next-hop-self\n neighbor 10.0.0.1 weight 5\n')
  expect(odd.lines.map(each => each.state)).toEqual(['understood', 'questionable', 'not-yet'])
})
