/**
 * How an NHRP message leaves: first straight to the station it is for, then by way of a server. What was tried and what
 * came of it are steps, in the order a router's debug output shows them.
 */
import type { Nhrp } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { seconds } from '../instant.ts'
import { familyOf } from '../prefix.ts'
import { type RouterState, say } from '../router-state.ts'
import { egressOf, nextHopOf } from '../routing/egress.ts'
import type { Ip } from '../settings.ts'
import { encapsulateMessage } from '../tunnel/encapsulate.ts'
import type { TunnelState } from '../tunnel/tunnel-state.ts'
import { ownProtocol, sizeOf } from './messages.ts'
import type { ServerState } from './state.ts'

export interface TransmitOptions {
  /** Passed on for somebody else. */
  readonly forwarded?: boolean
  /** Falls back on the servers. */
  readonly viaServer?: boolean
  /** The station that must not get it. */
  readonly avoids?: Ipv4
  /** The station's NBMA address where the sender knows it without asking its tables. */
  readonly nbma?: Ipv4 | undefined
}

/** Whether the message was put on the wire, and where to. */
export function transmit(
  router: RouterState,
  tunnel: TunnelState,
  message: Nhrp,
  destination: Ip,
  { forwarded = false, viaServer = false, avoids, nbma }: TransmitOptions = {},
): Ipv4 | undefined {
  router.watcher?.(
    { step: 'send attempted', tunnel: tunnel.name, via: 'destination', address: destination },
    router.now,
  )
  const direct = nbma ?? stationTowards(router, tunnel, destination)
  if (direct !== undefined) return put(router, tunnel, message, destination, direct, forwarded)
  sayMessage(router, tunnel, message, destination, forwarded)
  say(router, { step: 'encapsulation failed', tunnel: tunnel.name, destination })
  const server = viaServer ? currentServer(tunnel, familyOf(destination) === 'ipv4') : undefined
  if (server?.protocol === undefined) return undefined
  say(router, { step: 'send attempted', tunnel: tunnel.name, via: 'server', address: server.protocol })
  const station = stationOfServer(tunnel, server)
  if (station === undefined || station === avoids) {
    say(router, { step: 'encapsulation failed', tunnel: tunnel.name, destination: server.protocol })
    return undefined
  }
  return put(router, tunnel, message, server.protocol, station, forwarded)
}

function put(
  router: RouterState,
  tunnel: TunnelState,
  message: Nhrp,
  destination: Ip,
  nbma: Ipv4,
  forwarded: boolean,
): Ipv4 | undefined {
  router.watcher?.({ step: 'encapsulation succeeded', tunnel: tunnel.name, nbma }, router.now)
  sayMessage(router, tunnel, message, destination, forwarded)
  if (!withinQuota(router, tunnel)) {
    say(router, { step: 'message discarded', tunnel: tunnel.name, because: 'rate limit' })
    return undefined
  }
  const size = encapsulateMessage(router, tunnel, nbma, message, router.profile.outer.dscp << 2)
  if (size === undefined) return undefined
  router.watcher?.({ step: 'octets out', tunnel: tunnel.name, size, nbma }, router.now)
  return nbma
}

function sayMessage(
  router: RouterState,
  tunnel: TunnelState,
  message: Nhrp,
  destination: Ip,
  forwarded: boolean,
): void {
  if (router.watcher === undefined) return
  const source = ownProtocol(tunnel, familyOf(destination)) ?? destination
  say(router, {
    step: 'message sent',
    tunnel: tunnel.name,
    forwarded,
    message,
    size: sizeOf(message),
    source,
    destination,
  })
}

/**
 * The NBMA address that a message for `destination` goes to by the tables: that of its own mapping, or that of the next
 * hop of its route on this tunnel.
 */
export function stationTowards(router: RouterState, tunnel: TunnelState, destination: Ip): Ipv4 | undefined {
  if (tunnel.settings.mode === 'point-to-point') return tunnel.settings.destination
  const mapped = tunnel.cache.usable(destination)
  if (mapped !== undefined) return mapped.nbma
  const found = router.routes.lookup(destination)
  if (found === undefined || egressOf(router, found.route) !== tunnel.name) return undefined
  const nextHop = nextHopOf(router, found)
  return nextHop === undefined ? undefined : tunnel.cache.usable(nextHop)?.nbma
}

/** The server requests go to: the most preferred that responds; before the first reply, one that is expected to. */
export function currentServer(tunnel: TunnelState, isIpv4: boolean): ServerState | undefined {
  const suitable = tunnel.servers.filter(each => (each.family === 'ipv4') === isIpv4 && each.protocol !== undefined)
  return suitable.find(({ state }) => state === 'responding') ?? suitable.find(({ state }) => state === 'expecting')
}

export function stationOfServer(tunnel: TunnelState, server: ServerState): Ipv4 | undefined {
  if (tunnel.settings.mode === 'point-to-point') return tunnel.settings.destination
  const mapped = server.protocol === undefined ? undefined : tunnel.cache.usable(server.protocol)?.nbma
  return mapped ?? server.nbma
}

function withinQuota(router: RouterState, tunnel: TunnelState): boolean {
  const { packets, seconds: span } = tunnel.nhrp.maxSend
  if (router.now - tunnel.quotaFrom >= seconds(span)) {
    tunnel.quotaFrom = router.now
    tunnel.quotaUsed = 0
  }
  tunnel.quotaUsed++
  return tunnel.quotaUsed <= packets
}
