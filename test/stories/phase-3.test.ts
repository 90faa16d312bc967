/** Redirects and shortcuts: one indication per direction, one shortcut each, and what becomes of it. */
import { forwardingState, seconds } from '@dmvpn/core'
import { ipv4Of as ip } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { articleRouter, type LabOptions } from './articles.ts'
import { type Lab, lab, messagesOf, stepsOf, traceOf } from './lab.ts'

function pinged(options: LabOptions): Lab {
  const of = lab([1, 2, 3].map(n => ({ name: `R${n}`, settings: articleRouter(n, { redirect: true, ...options }) })))
  of.simulation.at(seconds(20), () =>
    of.station('R3').perform({ order: 'ping', destination: ip('10.0.2.2'), source: ip('10.0.3.3') }),
  )
  of.simulation.run({ until: seconds(28) })
  return of
}

const resolutions = (of: Lab): string[] =>
  messagesOf(of).flatMap(({ at, message }) =>
    at > seconds(19) && !message.kind.startsWith('registration') ? [traceOf(message)] : [],
  )

describe('a summary at the hub', () => {
  const of = pinged({ profile: 'ios15', hubRoutes: 'summary', holdingTime: 600 })

  test('one indication per direction, then a request and a direct answer', () => {
    expect(resolutions(of)).toEqual([
      'traffic-indication 97 255 150.1.1.1 10.0.0.1 > 10.0.3.3',
      'resolution-request 85 3 255 c802 150.1.3.3 10.0.0.3 > 10.0.2.2 [0 /32 17912 600 – –]',
      'traffic-indication 97 255 150.1.1.1 10.0.0.1 > 10.0.2.2',
      'resolution-request 105 3 254 c802 150.1.3.3 10.0.0.3 > 10.0.2.2 [0 /32 17912 600 – –]',
      'resolution-request 85 3 255 c802 150.1.2.2 10.0.0.2 > 10.0.3.3 [0 /32 17912 600 – –]',
      'resolution-reply 133 3 255 f802 150.1.3.3 10.0.0.3 > 10.0.2.2 [0 /24 17912 600 150.1.2.2 10.0.0.2]',
      'resolution-request 105 3 254 c802 150.1.2.2 10.0.0.2 > 10.0.3.3 [0 /32 17912 600 – –]',
      'resolution-reply 133 3 255 f802 150.1.2.2 10.0.0.2 > 10.0.3.3 [0 /24 17912 600 150.1.3.3 10.0.0.3]',
    ])
  })

  test('the shortcut is a route of its own, by the other spoke', () => {
    const { routes, tunnels } = of.station('R3').router!.state
    expect(routes.lookup(ip('10.0.2.9'))?.route).toMatchObject({
      source: 'nhrp',
      distance: 250,
      nextHop: ip('10.0.0.2'),
    })
    expect(tunnels[0]!.cache.usable(ip('10.0.2.2'))?.flags).toMatchObject({ rib: true, nextHopOverride: false })
    expect(forwardingState(of.station('R3').router!.state, ip('10.0.2.2'))).toEqual({
      state: 'valid',
      nextHop: ip('10.0.0.2'),
    })
  })

  test('no ping is lost, and the last goes straight', () => {
    expect(stepsOf(of, 'R3', 'ping finished')).toMatchObject([{ answered: [true, true, true, true, true] }])
    const sent = stepsOf(of, 'R3', 'packet').flatMap(step =>
      step.step === 'packet' && step.destination === ip('10.0.2.2') ? [step.nbma] : [],
    )
    expect(sent[0]).toBe(ip('150.1.1.1'))
    expect(sent.at(-1)).toBe(ip('150.1.2.2'))
  })
})

test('a route for the same network is kept, its next hop overridden', () => {
  const of = pinged({ profile: 'ios15', hubRoutes: 'self', holdingTime: 600 })
  const found = of.station('R3').router!.state.routes.lookup(ip('10.0.2.2'))
  expect(found).toMatchObject({ route: { source: 'eigrp', nextHop: ip('10.0.0.1') }, override: ip('10.0.0.2') })
  const entry = of.station('R3').router!.state.tunnels[0]!.cache.usable(ip('10.0.2.2'))
  expect(entry?.flags).toMatchObject({ rib: false, nextHopOverride: true })
})

test('the sizes of the second article: no key, no authentication', () => {
  const of = pinged({
    profile: 'ios15',
    hubRoutes: 'self',
    key: undefined,
    authentication: undefined,
    holdingTime: 600,
  })
  // Thirteen less than with the first article's key: the whole extension.
  expect(resolutions(of).map(each => Number(each.split(' ')[1]))).toEqual([84, 72, 84, 92, 72, 120, 92, 120])
})

test('a spoke without shortcuts ignores indications', () => {
  const of = pinged({ profile: 'ios15', hubRoutes: 'summary', redirect: false })
  expect(resolutions(of)).toEqual([])
})

test('the shortcut falls back on the hub when its network is purged', () => {
  const of = pinged({ profile: 'ios15', hubRoutes: 'summary', holdingTime: 600 })
  of.simulation.at(seconds(30), () => of.station('R2').perform({ order: 'shutdown', interface: 'Loopback1' }))
  of.simulation.run({ until: seconds(40) })
  expect(of.station('R3').router!.state.routes.lookup(ip('10.0.2.2'))?.route).toMatchObject({
    source: 'eigrp',
    nextHop: ip('10.0.0.1'),
  })
})
