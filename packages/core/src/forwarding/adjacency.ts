/**
 * What is known of a next hop on a multipoint tunnel, as an express forwarder sees it. Nothing is stored: the state is
 * read off the mappings, so it cannot contradict them.
 */
import type { CacheEntry } from '../nhrp/cache.ts'
import type { RouterState } from '../router-state.ts'
import { egressOf, nextHopOf } from '../routing/egress.ts'
import type { Ip, Switching } from '../settings.ts'
import type { TunnelState } from '../tunnel/tunnel-state.ts'

/**
 * `glean` the network is attached and the station unknown: it must be asked for. `invalid` a route leads by a next hop
 * that is still gleaned. `valid` packets go. `stale` packets go, and the next one asks anew.
 */
export type AdjacencyState = 'glean' | 'invalid' | 'valid' | 'stale'

export interface Adjacency {
  readonly state: AdjacencyState
  readonly entry: CacheEntry | undefined
}

/** The adjacency of a next hop. */
export function adjacencyOf(tunnel: TunnelState, nextHop: Ip): Adjacency {
  const entry = tunnel.cache.usable(nextHop)
  if (entry === undefined) return { state: 'glean', entry: undefined }
  return { state: entry.stale ? 'stale' : 'valid', entry }
}

/** What a forwarding table shows for an address: where packets for it go, and in what state the way is. */
export function forwardingState(
  router: RouterState,
  address: Ip,
): { readonly state: AdjacencyState; readonly nextHop: Ip | undefined } | undefined {
  const found = router.routes.lookup(address)
  if (found === undefined) return undefined
  const out = egressOf(router, found.route)
  const tunnel = router.tunnels.find(each => each.name === out)
  const nextHop = nextHopOf(router, found)
  if (tunnel === undefined || tunnel.settings.mode === 'point-to-point') return { state: 'valid', nextHop }
  if (nextHop !== undefined) {
    const { state } = adjacencyOf(tunnel, nextHop)
    return { state: state === 'glean' ? 'invalid' : state, nextHop }
  }
  const { state } = adjacencyOf(tunnel, address)
  return { state, nextHop: state === 'glean' ? undefined : address }
}

/** How packets are switched out of a tunnel. */
export function switchingOf(router: RouterState, tunnel: TunnelState): Switching {
  return router.settings.switching === 'process' ? 'process' : tunnel.settings.switching
}
