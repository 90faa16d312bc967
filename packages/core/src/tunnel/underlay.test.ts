import { expect, test } from 'vitest'
import type { Route } from '../forwarding/route-table.ts'
import { prefixOf } from '../prefix.ts'
import { Random } from '../random.ts'
import { Router } from '../router.ts'
import { settingsOf } from '../settings-draft.ts'
import { sendUnderlay } from './underlay.ts'

const station = 0xac100001

function routeBy(name: string, length: number): Route {
  return {
    prefix: prefixOf(station, length),
    source: 'static',
    process: 0,
    distance: 1,
    metric: 0,
    nextHop: undefined,
    interface: name,
    from: undefined,
    installed: 0,
    detail: undefined,
  }
}

test('outer packets follow the routes as they are, whatever the one before did', () => {
  const ports = ['eth0', 'eth1'].map((name, n) => ({
    kind: 'physical' as const,
    name,
    addresses: [{ address: 0xc0a80001 + 256 * n, length: 24 }],
  }))
  const router = new Router(settingsOf({ profile: 'ios15', interfaces: ports }), { random: new Random(1) })
  const portOf = (destination = station): string => {
    sendUnderlay(router.state, destination, new Uint8Array(20))
    const [effect] = router.effects()
    return effect?.effect === 'send' ? effect.port : ''
  }
  const { routes, interfaces } = router.state
  expect([portOf(), portOf()]).toEqual(['nbma', 'nbma'])
  routes.add(routeBy('eth0', 16))
  expect([portOf(), portOf(), portOf(0xac110001), portOf()]).toEqual(['eth0', 'eth0', 'nbma', 'eth0'])
  routes.add(routeBy('eth1', 24))
  expect([portOf(), portOf()]).toEqual(['eth1', 'eth1'])
  routes.add({ ...routeBy('eth0', 25), interface: undefined, nextHop: 0xc0a80002 })
  expect(portOf()).toBe('eth0')
  routes.remove(prefixOf(station, 25), () => true)
  expect(portOf()).toBe('eth1')
  interfaces.get('eth1')!.up = false
  expect(portOf()).toBe('nbma')
  routes.remove(prefixOf(station, 24), () => true)
  expect(portOf()).toBe('eth0')
  router.perform(1, { order: 'reload' })
  router.effects()
  expect(portOf()).toBe('nbma')
})
