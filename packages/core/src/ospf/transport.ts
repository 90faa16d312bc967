/** Packets of OSPF on their way out: to everybody, to the designated routers, or to one neighbor (RFC 2328 §8.1). */
import { encode, ipv4, type OspfMessage, ospfAllRouters, ospfDesignatedRouters, ospfHeaderSize } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { fragmentsOf } from '../forwarding/fragments.ts'
import { originate, type RouterState, takeIdentification } from '../router-state.ts'
import { authenticated } from './authentication.ts'
import { hasDesignated, isNonBroadcast } from './parameters.ts'
import type { OspfNeighbor, OspfOn, OspfState } from './state.ts'

/** Routing packets are internetwork control, and go no farther than one hop. */
const dscp = 48
const ttl = 1
const ipHeader = 20
const digest = 16
export const ospfProtocol = 89

/** Sends a message out of an interface to an address. */
export function sendTo(router: RouterState, state: OspfState, on: OspfOn, to: Ipv4, message: OspfMessage): void {
  if (on.passive || state.routerId === 0) return
  const identification = takeIdentification(router)
  const bytes = encode(
    ipv4,
    { source: on.address, destination: to, ttl, dscp, protocol: ospfProtocol, identification },
    { payload: authenticated(router, state, on, message) },
  )
  // An advertisement may be longer than a packet (RFC 2328 §A.1): the network layer cuts it.
  for (const each of fragmentsOf(bytes, on.mtu)) originate(router, each, on.name)
}

/**
 * Sends a message to the adjacent routers of an interface. Where there is a designated router, only it and its backup
 * speak to all (RFC 2328 §13.3); without multicast everybody gets a copy. Implementations differ on
 * point-to-multipoint networks, where §8.1 wants copies: IOS and FRRouting send one to the group.
 */
export function sendToAdjacent(router: RouterState, state: OspfState, on: OspfOn, message: OspfMessage): void {
  if (isNonBroadcast(on)) {
    for (const each of on.neighbors.values()) if (isExchanging(each)) sendTo(router, state, on, each.address, message)
    return
  }
  const speaksToAll = !hasDesignated(on) || on.state === 'designated' || on.state === 'backup'
  sendTo(router, state, on, speaksToAll ? ospfAllRouters : ospfDesignatedRouters, message)
}

/** Whether databases are being, or were, synchronised: Exchange or greater. */
export function isExchanging({ state }: OspfNeighbor): boolean {
  return state === 'exchange' || state === 'loading' || state === 'full'
}

/** The octets a message may have on an interface. */
export function roomOf(on: OspfOn): number {
  return on.mtu - ipHeader - ospfHeaderSize - (on.settings.authentication?.kind === 'md5' ? digest : 0)
}
