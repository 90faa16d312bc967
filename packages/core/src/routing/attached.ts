/** The routes that need no protocol: networks of interfaces that are up, and those that are configured. */

import type { Route } from '../forwarding/route-table.ts'
import type { InterfaceState } from '../interface-state.ts'
import { prefixOf } from '../prefix.ts'
import type { RouterState } from '../router-state.ts'
import type { Prefix, StaticRoute } from '../settings.ts'

/** An interface came up, or got an address: its network is attached. */
export function attach(router: RouterState, of: InterfaceState, address: Prefix): void {
  router.own.set(address.address, of)
  router.routes.add(
    plainRoute(router, prefixOf(address.address, address.length), { source: 'connected', interface: of.name }),
  )
}

/** An interface went down, or lost an address. */
export function detach(router: RouterState, of: InterfaceState, address: Prefix): void {
  if (router.own.get(address.address) === of) router.own.delete(address.address)
  const network = prefixOf(address.address, address.length)
  const remains =
    of.up &&
    of.addresses.some(
      each =>
        each !== address &&
        each.length === address.length &&
        prefixOf(each.address, each.length).address === network.address,
    )
  if (!remains) router.routes.remove(network, route => route.source === 'connected' && route.interface === of.name)
}

/** Configured routes by interfaces that are up; the others wait. */
export function installStaticRoutes(router: RouterState): void {
  for (const each of router.settings.routes) {
    const prefix = prefixOf(each.prefix.address, each.prefix.length)
    const isOn = isUsable(router, each)
    const isIn = router.routes.candidates(prefix).some(route => isOf(route, each))
    if (isOn === isIn) continue
    if (isOn)
      router.routes.add(
        plainRoute(router, prefix, {
          source: 'static',
          distance: each.distance,
          nextHop: each.nextHop,
          interface: each.interface,
        }),
      )
    else router.routes.remove(prefix, route => isOf(route, each))
  }
}

function isUsable(router: RouterState, route: StaticRoute): boolean {
  if (route.interface !== undefined) return router.interfaces.get(route.interface)?.up ?? false
  if (route.nextHop === undefined) return false
  const towards = router.routes.lookup(route.nextHop)?.route
  return towards?.interface !== undefined && towards.source !== 'static'
}

function isOf(route: Route, configured: StaticRoute): boolean {
  return route.source === 'static' && route.nextHop === configured.nextHop && route.interface === configured.interface
}

function plainRoute(router: RouterState, prefix: Prefix, facts: Partial<Route> & Pick<Route, 'source'>): Route {
  return {
    prefix,
    process: 0,
    distance: 0,
    metric: 0,
    nextHop: undefined,
    interface: undefined,
    from: undefined,
    installed: router.now,
    detail: undefined,
    ...facts,
  }
}
