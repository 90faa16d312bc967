/**
 * FRRouting's own frames of the laboratory 05a, played into the core: its hub was taken out and this one put in its
 * place. What the real hub came to know, this one knows, too; and three routers of the core come to what three real
 * ones came to.
 */
import { readFileSync } from 'node:fs'
import { bytesOf, readCaptureFile } from '@dmvpn/capture'
import { type Instant, Random, Router, type Settings, type Step, seconds } from '@dmvpn/core'
import { parseFrr } from '@dmvpn/ios'
import { dmvpn, type Frame, ipv4, type OspfLsa, ospf } from '@dmvpn/protocols'
import { formatIp, formatIpv4, ipv4Of as ip } from '@dmvpn/wire'
import { beforeAll, describe, expect, test } from 'vitest'
import { decoded, type Lab } from '../stories/lab.ts'
import { type MachineName, machines } from '../stories/linux-lab.ts'
import { labWith, neighborsOf, processOf, until } from './network.ts'

const samples = new URL('../../samples/', import.meta.url)

/** A machine of the laboratory: its daemons' configuration, and the commands that made its interfaces. */
function machine(name: MachineName): Settings {
  const { nbma, tunnel, lan, gateway } = machines[name]
  const made = [
    `ip addr add ${nbma}/24 dev eth0`,
    `ip route add default via ${gateway} dev eth0`,
    `ip addr add ${lan}/24 dev lan0`,
    `ip tunnel add gre1 mode gre ttl 64 local ${nbma} dev eth0`,
    'ip link set gre1 mtu 1400',
    `ip addr add ${tunnel}/32 dev gre1`,
  ]
  const daemons = readFileSync(new URL(`routers/05a-nokey-ospf-frr10/${name}.conf`, samples), 'utf8')
  return parseFrr(`${daemons}\n${made.join('\n')}\n`).settings
}

interface Captured {
  readonly at: Instant
  readonly datagram: Uint8Array
  readonly frame: Frame
  readonly outerDestination: number
}

function captured(): Captured[] {
  const all = [...readCaptureFile(new URL('captures/05a-nokey-ospf-frr10.hub-link.pcap', samples))]
  const first = all[0]!
  return all.flatMap(record => {
    const bytes = bytesOf(record)
    const frame = dmvpn.decode(bytes, record.linkType)
    const outer = frame.layers.find(each => each.protocol === ipv4)
    const at = seconds(record.seconds - first.seconds + (record.nanoseconds - first.nanoseconds) / 1e9)
    return outer === undefined
      ? []
      : [{ at, datagram: bytes.slice(outer.at), frame, outerDestination: frame.find(ipv4)!.destination }]
  })
}

/** The advertisements a router last sent or passed on, by type, id and router, without what changes with time. */
function latest(frames: readonly Frame[]): Map<string, OspfLsa['body']> {
  const found = new Map<string, OspfLsa>()
  for (const frame of frames) {
    const packet = frame.find(ospf)
    if (packet?.version !== 2 || packet.message.kind !== 'update') continue
    for (const lsa of packet.message.lsas) {
      const key = `${lsa.type} ${formatIpv4(lsa.id)} ${formatIpv4(lsa.advertisingRouter)}`
      const known = found.get(key)
      if (known === undefined || (lsa.sequence | 0) >= (known.sequence | 0)) found.set(key, lsa)
    }
  }
  return new Map([...found].map(([key, { body }]) => [key, body]))
}

/** FRRouting's `show ip ospf route`: network, cost, next hop, interface. */
function shownRoutes(name: MachineName): string[] {
  const text = readFileSync(new URL(`routers/05a-nokey-ospf-frr10/show.b.${name}.txt`, samples), 'utf8')
  return [...text.matchAll(/^N +(\S+) +\[(\d+)\].*\n +(?:via (\S+), (\S+)|directly attached to (\S+))/gm)]
    .map(([, network, cost, hop, by, own]) => `${network} ${cost} ${hop ?? 'attached'} ${by ?? own}`)
    .sort()
}

function ownRoutes(routes: ReturnType<typeof processOf>['routes']): string[] {
  return [...routes]
    .flatMap(([network, { cost, hops }]) =>
      hops.map(
        hop => `${network} ${cost} ${hop.address === undefined ? 'attached' : formatIp(hop.address)} ${hop.interface}`,
      ),
    )
    .sort()
}

describe('the real spokes and this hub', () => {
  const frames = captured()
  const steps: Step[] = []
  const router = new Router(machine('hub'), { random: new Random(7), watcher: step => steps.push(step) })
  const sent: Frame[] = []
  beforeAll(() => {
    for (const { at, datagram, outerDestination } of frames) {
      if (outerDestination !== ip(machines.hub.nbma)) continue
      router.receive(at, 'eth0', datagram.slice())
      for (const each of router.effects()) if (each.effect === 'send') sent.push(decoded(each.bytes))
    }
  })

  test('go through the states of RFC 2328 to full', () => {
    const states = (address: string): string[] =>
      steps.flatMap(step => (step.step === 'adjacency' && step.address === ip(address) ? [step.to] : []))
    for (const spoke of ['10.0.0.2', '10.0.0.3'])
      expect(states(spoke)).toEqual(['init', '2-way', 'exstart', 'exchange', 'loading', 'full'])
  })

  test('are refused what they sent behind a later sequence number, and nothing else: every digest is right', () => {
    const reasons = steps.flatMap(each => (each.step === 'routing packet ignored' ? [each.because] : []))
    expect(reasons).toEqual(Array.from({ length: 4 }, () => 'an old cryptographic sequence number'))
  })

  test('have the routes that the real hub had', () => {
    expect(ownRoutes(router.state.ospf[0]!.routes)).toEqual(shownRoutes('hub'))
  })

  test('hear of this hub what the real one said of itself', () => {
    const real = latest(frames.filter(each => each.outerDestination !== ip(machines.hub.nbma)).map(each => each.frame))
    const mine = latest(sent)
    const key = '1 10.0.0.1 10.0.0.1'
    expect(real.get(key)).toBeDefined()
    expect(sorted(mine.get(key))).toEqual(sorted(real.get(key)))
  })
})

describe.each([
  ['s1', '10.0.0.10'],
  ['s2', '10.0.0.20'],
] as const)('the real hub and this spoke in place of %s', (name, routerId) => {
  const frames = captured()
  const steps: Step[] = []
  const router = new Router(machine(name), { random: new Random(7), watcher: step => steps.push(step) })

  /** The number of the real spoke's first description: chance there, so that the hub's answers fit only that one. */
  const first = frames
    .map(({ frame }) => frame.find(ospf))
    .find(
      packet =>
        packet?.version === 2 && packet.router === ip(routerId) && packet.message.kind === 'database-description',
    )
  const number =
    first?.version === 2 && first.message.kind === 'database-description' ? first.message.sequence : undefined

  beforeAll(() => {
    for (const { at, datagram, outerDestination } of frames) {
      if (outerDestination !== ip(machines[name].nbma)) continue
      router.receive(at, 'eth0', datagram.slice())
      const hub = router.state.ospf[0]!.interfaces.get('gre1')!.neighbors.get(ip('10.0.0.1'))
      if (hub?.state === 'exstart') hub.sequence = number!
    }
  })

  test('goes through the same states, and leads the exchange', () => {
    const states = steps.flatMap(step => (step.step === 'adjacency' ? [step.to] : []))
    expect(states).toEqual(['init', '2-way', 'exstart', 'exchange', 'loading', 'full'])
    expect(router.state.ospf[0]!.interfaces.get('gre1')!.neighbors.get(ip('10.0.0.1'))!.master).toBe(true)
  })

  test('has the routes that the real spoke had', () => {
    expect(ownRoutes(router.state.ospf[0]!.routes)).toEqual(shownRoutes(name))
  })
})

/** Links are in the order of neighbors, which is one of chance. */
function sorted(body: OspfLsa['body'] | undefined): unknown {
  if (body?.kind !== 'router') return body
  return { ...body, links: [...body.links].map(each => JSON.stringify(each)).sort() }
}

describe('three routers of the core', () => {
  let of: Lab
  beforeAll(() => {
    of = labWith(new Map((['hub', 's1', 's2'] as const).map(name => [name, machine(name)])))
    until(of, 40)
  })

  test.each(['hub', 's1', 's2'] as const)('%s has the routes that the real one had', name => {
    expect(ownRoutes(processOf(of, name).routes)).toEqual(shownRoutes(name))
  })

  test('are adjacent', () => {
    expect(neighborsOf(of, 'hub').sort()).toEqual(['gre1 10.0.0.2 full', 'gre1 10.0.0.3 full'])
  })

  test('say what the real ones said', () => {
    const real = latest(captured().map(each => each.frame))
    const mine = latest(of.frames.map(each => decoded(each.bytes)))
    const text = (of: ReturnType<typeof latest>): string[] =>
      [...of].map(([key, body]) => `${key} ${JSON.stringify(sorted(body))}`).sort()
    expect(text(mine)).toEqual(text(real))
  })
})
