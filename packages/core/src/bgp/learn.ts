/** What BGP brought, put into the route table. */

import { formatPrefix } from '../prefix.ts'
import type { RouterState } from '../router-state.ts'
import { egressOf } from '../routing/egress.ts'
import type { BgpRoute } from './exchange.ts'

const distance = { external: 20, internal: 200 } as const

/** Takes these routes in place of all that BGP brought before. */
export function takeBgpRoutes(router: RouterState, routes: readonly BgpRoute[]): void {
  const process = router.settings.bgp?.autonomousSystem ?? 0
  const wanted = new Map(routes.map(each => [formatPrefix(each.prefix), each]))
  for (const { prefix, nextHop, from, internal } of routes) {
    const known = router.routes.candidates(prefix).find(each => each.source === 'bgp')
    const by = egressOf(router, router.routes.lookup(nextHop)?.route)
    if (known?.nextHop === nextHop && known.interface === by) continue
    router.routes.add({
      prefix,
      source: 'bgp',
      process,
      distance: internal ? distance.internal : distance.external,
      metric: 0,
      nextHop,
      interface: by,
      from,
      installed: router.now,
      detail: undefined,
    })
  }
  router.routes.removeAll(
    each => each.source === 'bgp' && wanted.get(formatPrefix(each.prefix))?.nextHop !== each.nextHop,
  )
}
