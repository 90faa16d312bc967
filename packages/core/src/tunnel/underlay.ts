/** The way out below the tunnels: outer packets never leave by a tunnel, whatever the routes say. */
import type { Ipv4 } from '@dmvpn/wire'
import { type RouterState, send } from '../router-state.ts'
import { egressOf } from '../routing/egress.ts'

/** Sends an outer packet towards an NBMA address. */
export function sendUnderlay(router: RouterState, destination: Ipv4, bytes: Uint8Array): void {
  const { way, routes } = router
  const signed = destination | 0
  if (way.destination !== signed || way.routes !== routes || way.generation !== routes.generation) {
    const name = egressOf(router, routes.lookup(destination)?.route)
    const port = name === undefined ? undefined : router.interfaces.get(name)
    way.destination = signed
    way.routes = routes
    way.generation = routes.generation
    way.port = port?.settings.kind === 'physical' ? port : undefined
  }
  const { port } = way
  if (port?.up !== true) return send(router, router.uplink, bytes)
  port.counters.packetsOut++
  port.counters.octetsOut += bytes.length
  send(router, port.name, bytes)
}
