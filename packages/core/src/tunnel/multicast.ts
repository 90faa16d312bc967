/** Where multicast goes: one copy per configured or registered station, to the destination of a point-to-point tunnel. */
import type { Ipv4 } from '@dmvpn/wire'
import type { RouterState } from '../router-state.ts'
import type { TunnelState } from './tunnel-state.ts'

/** The stations that get a copy, each once: configured ones first, then in order of registration. */
export function multicastStations(tunnel: TunnelState): Iterable<Ipv4> {
  const { destination, mode } = tunnel.settings
  if (mode === 'point-to-point') return destination === undefined ? [] : [destination]
  const { multicast } = tunnel.nhrp
  const stations = new Set(multicast.static)
  if (multicast.servers) {
    for (const { nbma } of tunnel.servers) if (nbma !== undefined) stations.add(nbma)
  }
  if (multicast.dynamic) for (const nbma of tunnel.multicast.keys()) stations.add(nbma)
  return stations
}

/** A registration, or a request, came from a station: it is on the list, or is put there. */
export function noteStation(router: RouterState, tunnel: TunnelState, nbma: Ipv4, entries: number): void {
  // Where nobody watches, one that is known need not be looked for.
  if (!tunnel.nhrp.multicast.dynamic || (entries === 0 && router.watcher === undefined)) return
  const count = tunnel.multicast.get(nbma)
  router.watcher?.({ step: 'multicast mapping', tunnel: tunnel.name, nbma, known: count !== undefined }, router.now)
  if (entries > 0) tunnel.multicast.set(nbma, (count ?? 0) + entries)
}

/** One registered entry less for a station. */
export function dropStation(tunnel: TunnelState, nbma: Ipv4 | undefined): void {
  if (nbma === undefined) return
  const count = tunnel.multicast.get(nbma)
  if (count === undefined) return
  if (count > 1) tunnel.multicast.set(nbma, count - 1)
  else tunnel.multicast.delete(nbma)
}
