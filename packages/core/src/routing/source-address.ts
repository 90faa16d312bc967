/** The address a router sends from where nobody chose one. */
import { primaryAddress } from '../interface-state.ts'
import { familyOf } from '../prefix.ts'
import type { RouterState } from '../router-state.ts'
import type { Ip } from '../settings.ts'
import { egressOf } from './egress.ts'

/** That of the interface the route leaves by; of the next hop's interface where the route names none. */
export function sourceFor(router: RouterState, destination: Ip): Ip | undefined {
  const own = router.own.get(destination)
  if (own !== undefined) return destination
  const route = router.routes.lookup(destination)?.route
  if (route === undefined) return undefined
  const name = egressOf(router, route)
  const out = name === undefined ? undefined : router.interfaces.get(name)
  return out === undefined ? undefined : primaryAddress(out, familyOf(destination))
}
