/** One tunnel of a router: its settings, its mappings, and what NHRP is doing on it. */
import type { Ipv4 } from '@dmvpn/wire'
import { beginning, type Instant } from '../instant.ts'
import type { InterfaceState } from '../interface-state.ts'
import { Cache } from '../nhrp/cache.ts'
import type { DelayedReply, PendingPurge, PendingRequest, RedirectState, ServerState } from '../nhrp/state.ts'
import type { Ip, NhrpSettings, TunnelInterface } from '../settings.ts'
import { SmallMap } from '../small-map.ts'

export interface TunnelState {
  readonly name: string
  readonly interface: InterfaceState
  readonly settings: TunnelInterface
  readonly nhrp: NhrpSettings
  /** The outer source address, while there is one. */
  source: Ipv4 | undefined
  /** The outer headers, addresses and lengths left out; undefined before the first packet. */
  template: Uint8Array | undefined
  /** This station's address as others see it, where NAT changes it. */
  publicNbma: Ipv4 | undefined
  cache: Cache
  /** Networks reached by a shortcut, where those are routes and not mappings. */
  shortcuts: Cache
  servers: ServerState[]
  /** Requests that are out, by target. */
  requests: SmallMap<Ip, PendingRequest>
  purges: SmallMap<number, PendingPurge>
  /** Stations that registered, and by how many entries: copies of multicast packets go to them. */
  multicast: SmallMap<Ipv4, number>
  /** Answers that wait for an association, by the station they go to. */
  delayed: SmallMap<Ipv4, DelayedReply[]>
  /** Pairs that were indicated lately. */
  redirects: SmallMap<string, RedirectState>
  /** NHRP messages since `quotaFrom`. */
  quotaUsed: number
  quotaFrom: Instant
}

export function tunnelStateOf(settings: TunnelInterface, of: InterfaceState): TunnelState {
  return {
    name: settings.name,
    interface: of,
    settings,
    nhrp: settings.nhrp,
    source: undefined,
    template: undefined,
    publicNbma: undefined,
    cache: new Cache(),
    shortcuts: new Cache(),
    servers: [],
    requests: new SmallMap(),
    purges: new SmallMap(),
    multicast: new SmallMap(),
    delayed: new SmallMap(),
    redirects: new SmallMap(),
    quotaUsed: 0,
    quotaFrom: beginning,
  }
}

/** Whether NHRP runs on it. */
export function runsNhrp(tunnel: TunnelState): boolean {
  return tunnel.nhrp.networkId !== undefined
}

/** The network id; 0, which none has, where NHRP does not run. */
export function networkOfTunnel(tunnel: TunnelState | undefined): number {
  return tunnel?.nhrp.networkId ?? 0
}
