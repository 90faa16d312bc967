/** Which way packets of a route leave: by which interface, and to which station there. */
import type { FoundRoute, Route } from '../forwarding/route-table.ts'
import { attachedPrefix } from '../interface-state.ts'
import type { RouterState } from '../router-state.ts'
import type { Ip } from '../settings.ts'

/** That which the route names, or the one its next hop is reached by; undefined where it only discards. */
export function egressOf(router: RouterState, route: Route | undefined): string | undefined {
  return route?.interface ?? interfaceTowards(router, route?.nextHop)
}

/** The interface a next hop is attached to, or else that of the route towards it. */
export function interfaceTowards(router: RouterState, nextHop: Ip | undefined): string | undefined {
  if (nextHop === undefined) return undefined
  for (const each of router.interfaces.values())
    if (each.up && attachedPrefix(each, nextHop) !== undefined) return each.name
  return router.routes.lookup(nextHop)?.route.interface
}

/**
 * The station that packets of a route go to first; undefined for what is attached. The next hop that BGP told may be
 * anywhere: it is the one of the route towards it (RFC 4271 §5.1.3).
 */
export function nextHopOf(router: RouterState, { route, override }: FoundRoute): Ip | undefined {
  const { nextHop, source } = route
  if (override !== undefined) return override
  if (nextHop === undefined || source !== 'bgp') return nextHop
  return router.routes.lookup(nextHop)?.route.nextHop ?? nextHop
}
