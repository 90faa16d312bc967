/** What an interface is in OSPF where nobody said otherwise: RFC 2328 appendix C, and IOS's habits. */
import type { Ipv4 } from '@dmvpn/wire'
import type { Span } from '../instant.ts'
import { milliseconds, seconds } from '../instant.ts'
import type { RouterState } from '../router-state.ts'
import type { Interface, Ospf, OspfNetworkType } from '../settings.ts'
import type { OspfOn } from './state.ts'

/** Seconds between copies of what was not answered (RxmtInterval). */
export const retransmitInterval: Span = seconds(5)
/** How long an acknowledgement waits for others (RFC 2328 §13.5: less than the interval of retransmissions). */
export const acknowledgementDelay: Span = seconds(1)
/** What the way to a neighbor adds to an advertisement's age (InfTransDelay). */
export const transmitDelay = 1

/** Architectural constants, RFC 2328 appendix B; ages are in seconds. */
export const maxAge = 3600
export const maxAgeDifference = 900
export const refreshTime: Span = seconds(1800)
export const minInterval: Span = seconds(5)
export const minArrival: Span = seconds(1)
export const initialSequence = 0x80000001
export const maxSequence = 0x7fffffff
/** A cost that says "cannot be reached". */
export const infinity = 0xffffff

/** The area a process has an interface in: as the interface says, else by the first `network` line with its address. */
export function ospfAreaOf({ ospf }: Interface, { processId, networks }: Ospf, address: Ipv4): number | undefined {
  if (ospf.runs !== undefined) return ospf.runs.processId === processId ? ospf.runs.area : undefined
  return networks.find(each => ((each.address ^ address) & ~each.wildcard) === 0)?.area
}

/** The network type: as configured, else what the link is. Loopbacks are hosts unless they are told to be networks. */
export function networkTypeOf(of: Interface): OspfNetworkType | 'loopback' {
  if (of.kind === 'loopback') return of.ospf.network === 'point-to-point' ? 'point-to-point' : 'loopback'
  return of.ospf.network ?? (of.kind === 'tunnel' ? 'point-to-point' : 'broadcast')
}

/** Seconds between hellos, and after which a neighbor that is not heard is gone. */
export function timersOf(
  of: Interface,
  network: OspfOn['network'] = networkTypeOf(of),
): { readonly hello: number; readonly dead: number } {
  const hello = of.ospf.hello ?? (network === 'broadcast' || network === 'point-to-point' ? 10 : 30)
  return { hello, dead: of.ospf.dead ?? 4 * hello }
}

/** The cost: as configured, else the reference bandwidth over the interface's, 1 … 65535. */
export function costOf(of: Interface, settings: Ospf): number {
  const derived = Math.floor((settings.referenceBandwidth * 1000) / of.bandwidth)
  return of.ospf.cost ?? Math.min(Math.max(derived, 1), 0xffff)
}

/** The largest IP packet that leaves whole. */
export function mtuOf(of: Interface): number {
  return of.kind === 'tunnel' ? of.ipMtu : of.mtu
}

/** Whether a designated router speaks for the network. */
export function hasDesignated({ network }: Pick<OspfOn, 'network'>): boolean {
  return network === 'broadcast' || network === 'non-broadcast'
}

/** Whether neighbors are configured, for nobody is reached by multicast. */
export function isNonBroadcast({ network }: Pick<OspfOn, 'network'>): boolean {
  return network === 'non-broadcast' || network === 'point-to-multipoint non-broadcast'
}

/** How long a first change waits for others before routes are computed, and how long the next one does. */
export function calculationDelay(router: RouterState): { readonly first: Span; readonly next: Span } {
  return router.settings.profile === 'frr'
    ? { first: milliseconds(50), next: milliseconds(200) }
    : { first: seconds(5), next: seconds(10) }
}
