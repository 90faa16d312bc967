/** The NHRP packets of the first article, in its order: every field its traces print, and no packet more. */
import { seconds } from '@dmvpn/core'
import { ipv4Of as ip } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { articleTraces } from './article-traces.ts'
import { articleRouter, type LabOptions } from './articles.ts'
import { type Lab, lab, messagesOf, stepsOf, traceOf } from './lab.ts'

const traces = (of: Lab, from = 0): string[] =>
  messagesOf(of)
    .filter(({ at }) => at >= seconds(from))
    .map(({ message }) => traceOf(message))

function three(options: LabOptions, ids: readonly (number | undefined)[] = [], starts: readonly number[] = []): Lab {
  return lab(
    [1, 2, 3].map(n => ({
      name: `R${n}`,
      settings: articleRouter(n, options),
      start: starts[n - 1] ?? 0,
      ...(ids[n - 1] === undefined ? {} : { firstRequestId: ids[n - 1]! }),
    })),
  )
}

/** The registrations' period of the 360 s runs is a third. */
const long = { holdingTime: 360, registrationTimeout: undefined } as const

describe('phase 1', () => {
  const of = three({ hubRoutes: 'summary', spokeMode: 'point-to-point' }, [undefined, 38, 26], [0, 1, 0])
  of.simulation.at(seconds(8), () =>
    of.station('R3').perform({ order: 'ping', destination: ip('10.0.2.2'), source: ip('10.0.3.3') }),
  )
  of.simulation.run({ until: seconds(20) })

  test('lines 223 to 285: registrations and their replies', () => {
    expect(traces(of)).toEqual(articleTraces.phase1)
  })

  test('spokes reach each other through the hub, by a default route', () => {
    expect(stepsOf(of, 'R3', 'ping finished')).toMatchObject([{ answered: [true, true, true, true, true] }])
    expect(of.station('R3').router!.state.routes.lookup(ip('10.0.2.2'))?.route.prefix).toEqual({
      address: 0,
      length: 0,
    })
  })

  test('registrations come every 30 s, as configured, and not every 20', () => {
    of.simulation.run({ until: seconds(100) })
    const times = messagesOf(of)
      .filter(({ message }) => message.kind === 'registration-request' && message.sourceProtocol === ip('10.0.0.3'))
      .map(({ at }) => Math.round(at / 1_000_000))
    expect(times).toEqual([0, 30, 60, 90])
  })
})

describe('phase 2 with adjacencies', () => {
  // R2 registered 18 s, R3 118 s before the hub answers: the article's 342 and 242.
  const of = three(long, [undefined, 1010, 992], [0, 99.95, 0])
  of.simulation.at(seconds(238), () => of.station('R3').perform({ order: 'ping', destination: ip('10.0.2.2') }))
  of.simulation.run({ until: seconds(239.9) })

  test('lines 772 to 977', () => {
    expect(traces(of, 230)).toEqual(articleTraces.phase2Cef)
  })

  test('lines 751 and 854 are tried and fail: they never reach the wire', () => {
    const tried = stepsOf(of, 'R3', 'message sent', 'encapsulation failed', 'octets out').slice(-4)
    expect(tried.map(({ step }) => step)).toEqual([
      'message sent',
      'encapsulation failed',
      'message sent',
      'octets out',
    ])
  })

  test('the order of the debug output of R3', () => {
    const at = of.steps.findIndex(({ router, step }) => router === 'R3' && step.step === 'encapsulation wanted')
    const shown = of.steps
      .slice(at)
      .filter(({ router, step }) => router === 'R3' && !step.step.startsWith('entry'))
      .slice(0, 11)
    expect(shown.map(({ step }) => step.step)).toEqual([
      'encapsulation wanted',
      'delayed event looked up',
      'data sent to server',
      'delayed event looked up',
      'send attempted',
      'message sent',
      'encapsulation failed',
      'send attempted',
      'encapsulation succeeded',
      'message sent',
      'octets out',
    ])
  })

  test('the order of the debug output of R1', () => {
    const at = of.steps.findIndex(
      ({ router, step }) =>
        router === 'R1' && step.step === 'message received' && step.message.kind === 'resolution-request',
    )
    const shown = of.steps
      .slice(at)
      .filter(({ router, step }) => router === 'R1' && step.step !== 'packet')
      .slice(0, 11)
    expect(shown.map(({ step }) => step.step)).toEqual([
      'message received',
      'message addressed',
      'nat checked',
      'route looked up',
      'multicast mapping',
      'networks compared',
      'cache looked up',
      'send attempted',
      'encapsulation succeeded',
      'message sent',
      'octets out',
    ])
  })

  test('the hub remembers who asked', () => {
    const { cache } = of.station('R1').router!.state.tunnels[0]!
    expect(
      cache
        .sorted()
        .map(({ prefix, requesters }) => [prefix.address, requesters.map(each => [each.protocol, each.requestId])]),
    ).toEqual([
      [ip('10.0.0.2'), [[ip('10.0.0.3'), 994]]],
      [ip('10.0.0.3'), [[ip('10.0.0.2'), 1012]]],
    ])
  })

  test('the metric of line 615 comes out of bandwidth and delay', () => {
    const route = of.station('R3').router!.state.routes.lookup(ip('10.0.2.2'))?.route
    expect(route).toMatchObject({
      prefix: { address: ip('10.0.2.0'), length: 24 },
      distance: 90,
      metric: 310_172_416,
      nextHop: ip('10.0.0.2'),
      from: ip('10.0.0.1'),
      detail: { delay: 1_005_000, bandwidth: 9, mtu: 1472, hops: 2, reliability: 255, load: 1 },
    })
  })

  test('every ping is answered, the first by way of the hub', () => {
    expect(stepsOf(of, 'R3', 'ping finished')).toMatchObject([{ answered: [true, true, true, true, true] }])
    const ways = stepsOf(of, 'R3', 'packet').flatMap(step =>
      step.step === 'packet' && step.destination === ip('10.0.2.2') ? [step.disposition] : [],
    )
    expect(ways[0]).toBe('sent to server')
    expect(new Set(ways.slice(1))).toEqual(new Set(['encapsulated']))
  })
})

test('with the hub as next hop no resolution is ever asked for', () => {
  const of = three({ ...long, hubRoutes: 'self' })
  of.simulation.at(seconds(20), () =>
    of.station('R3').perform({ order: 'ping', destination: ip('10.0.2.2'), source: ip('10.0.3.3') }),
  )
  of.simulation.run({ until: seconds(60) })
  expect(new Set(messagesOf(of).map(({ message }) => message.kind))).toEqual(
    new Set(['registration-request', 'registration-reply']),
  )
  expect(stepsOf(of, 'R3', 'ping finished')).toMatchObject([{ answered: [true, true, true, true, true] }])
})

describe('phase 2 switched by process', () => {
  const of = three({ ...long, hubRoutes: 'self', spokeSwitching: 'process' }, [undefined, 917, 898])
  of.simulation.at(seconds(140), () =>
    of.station('R3').perform({ order: 'ping', destination: ip('10.0.2.2'), source: ip('10.0.3.3') }),
  )
  of.simulation.run({ until: seconds(142) })

  test('lines 1041 to 1289', () => {
    expect(traces(of, 130)).toEqual(articleTraces.phase2Process)
  })

  test('the caches of lines 1316 to 1361', () => {
    const table = (name: string): string[] =>
      of
        .station(name)
        .router!.state.tunnels[0]!.cache.sorted()
        .map(({ prefix, nbma, flags }) => {
          const set = Object.entries(flags).flatMap(([flag, value]) => (value && flag !== 'used' ? [flag] : []))
          return [prefix.address, prefix.length, nbma, set.sort().join(' ')].join(' ')
        })
    const row = (address: string, length: number, nbma: string, flags: string): string =>
      [ip(address), length, ip(nbma), flags].join(' ')
    const own = 'authoritative local noSocket router unique'
    expect(table('R1')).toEqual([
      row('10.0.0.2', 32, '150.1.2.2', 'authoritative registered unique'),
      row('10.0.0.3', 32, '150.1.3.3', 'authoritative registered unique'),
    ])
    expect(table('R2')).toEqual([
      row('10.0.0.1', 32, '150.1.1.1', 'authoritative'),
      row('10.0.0.3', 32, '150.1.3.3', 'implicit router'),
      row('10.0.2.0', 24, '150.1.2.2', own),
      row('10.0.3.0', 24, '150.1.3.3', 'router'),
    ])
    expect(table('R3')).toEqual([
      row('10.0.0.1', 32, '150.1.1.1', 'authoritative'),
      row('10.0.0.2', 32, '150.1.2.2', 'implicit router'),
      row('10.0.2.0', 24, '150.1.2.2', 'router'),
      row('10.0.3.0', 24, '150.1.3.3', own),
    ])
  })

  test('an idle mapping dies with its holding time, unasked', () => {
    of.simulation.run({ until: seconds(140.1 + 361) })
    expect(traces(of, 145).filter(each => each.startsWith('resolution'))).toEqual([])
    expect(of.station('R3').router!.state.tunnels[0]!.cache.usable(ip('10.0.2.2'))).toBeUndefined()
  })
})

test('lines 1375 to 1441: a network that goes is purged where it was told of', () => {
  const of = three({ ...long, hubRoutes: 'self', spokeSwitching: 'process' }, [undefined, undefined, 33])
  of.simulation.at(seconds(140), () =>
    of.station('R3').perform({ order: 'ping', destination: ip('10.0.2.2'), source: ip('10.0.3.3') }),
  )
  of.simulation.at(seconds(150), () => of.station('R3').perform({ order: 'shutdown', interface: 'Loopback1' }))
  of.simulation.run({ until: seconds(200) })
  expect(traces(of, 145)).toEqual(articleTraces.purge)
  expect(of.station('R2').router!.state.tunnels[0]!.cache.usable(ip('10.0.3.3'))).toBeUndefined()
  const order = stepsOf(of, 'R3').filter(({ step }) => step !== 'route changed' && step !== 'packet')
  const from = order.findIndex(({ step }) => step === 'watched route changed')
  expect(order.slice(from, from + 7).map(({ step }) => step)).toEqual([
    'watched route changed',
    'mappings invalidated',
    'delayed event looked up',
    'send attempted',
    'encapsulation succeeded',
    'message sent',
    'octets out',
  ])
})
