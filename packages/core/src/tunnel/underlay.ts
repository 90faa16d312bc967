/** The way out below the tunnels: outer packets never leave by a tunnel, whatever the routes say. */
import type { Ipv4 } from '@dmvpn/wire'
import { type RouterState, send } from '../router-state.ts'

/** Sends an outer packet towards an NBMA address. */
export function sendUnderlay(router: RouterState, destination: Ipv4, bytes: Uint8Array): void {
  const name = router.routes.lookup(destination)?.route.interface
  const port = name === undefined ? undefined : router.interfaces.get(name)
  const usable = port !== undefined && port.settings.kind === 'physical' && port.up
  if (usable) {
    port.counters.packetsOut++
    port.counters.octetsOut += bytes.length
  }
  send(router, usable ? port.name : router.uplink, bytes)
}
