/**
 * Out of a multipoint tunnel. By adjacency: the next hop's mapping decides, and only the next hop is ever asked for. By
 * process: the destination's own mapping decides, and the destination is asked for. What is not known yet goes by way of
 * a server; so does, where configured, what would wait for an association.
 */
import type { Ipv4 } from '@dmvpn/wire'
import { isReady, requestAssociation } from '../ipsec/protect.ts'
import type { CacheEntry } from '../nhrp/cache.ts'
import { askFor } from '../nhrp/resolution-client.ts'
import { currentServer, stationOfServer } from '../nhrp/transmit.ts'
import { familyOf, widthOf } from '../prefix.ts'
import { type RouterState, say } from '../router-state.ts'
import type { Ip } from '../settings.ts'
import { carried, encapsulate } from '../tunnel/encapsulate.ts'
import { networkOfTunnel, type TunnelState } from '../tunnel/tunnel-state.ts'
import { switchingOf } from './adjacency.ts'
import { type Datagram, servicesOf } from './datagram.ts'
import type { Disposition } from './dispositions.ts'

export interface Sent {
  readonly disposition: Disposition
  readonly nbma: Ipv4 | undefined
}

interface Origin {
  readonly interface: string | undefined
  /** The station it came from, by a tunnel. */
  readonly nbma: Ipv4 | undefined
  readonly tunnel: TunnelState | undefined
}

/** Sends a packet to the next hop of its route, or to a nearer station. */
export function sendByMultipoint(
  router: RouterState,
  packet: Datagram,
  tunnel: TunnelState,
  nextHop: Ip,
  origin: Origin,
): Sent {
  return switchingOf(router, tunnel) === 'cef'
    ? byAdjacency(router, packet, tunnel, nextHop, origin)
    : byProcess(router, packet, tunnel, nextHop, origin)
}

function byAdjacency(router: RouterState, packet: Datagram, tunnel: TunnelState, nextHop: Ip, origin: Origin): Sent {
  const entry = tunnel.cache.usable(nextHop)
  if (entry?.nbma === undefined) return unresolved(router, packet, tunnel, nextHop, undefined, origin)
  // What a router sends itself is switched by process, whatever passes through it.
  if (origin.interface === undefined) entry.flags.used = true
  noteUse(router, tunnel, entry)
  const sent = direct(router, packet, tunnel, entry, entry.nbma, origin)
  // Only now: the packet that finds the adjacency old, or a mapping of the whole network, does not wait for the answer.
  if (entry.stale) askFor(router, tunnel, nextHop, 'refresh')
  else if (entry.via !== nextHop && entry.prefix.length < widthOf(nextHop)) askFor(router, tunnel, nextHop, 'packet')
  return sent
}

function byProcess(router: RouterState, packet: Datagram, tunnel: TunnelState, nextHop: Ip, origin: Origin): Sent {
  const entry = tunnel.cache.usable(packet.destination)
  if (entry?.nbma === undefined) return unresolved(router, packet, tunnel, packet.destination, nextHop, origin)
  entry.flags.used = true
  noteUse(router, tunnel, entry)
  return direct(router, packet, tunnel, entry, entry.nbma, origin)
}

/** When packets last went by the mapping, and by the network it stands for. */
function noteUse(router: RouterState, tunnel: TunnelState, entry: CacheEntry): void {
  entry.lastUsed = router.now
  if (tunnel.shortcuts.size > 0) {
    const hop = entry.via
    for (const each of tunnel.shortcuts.values()) if (each.via === hop) each.lastUsed = router.now
  }
}

function direct(
  router: RouterState,
  packet: Datagram,
  tunnel: TunnelState,
  entry: CacheEntry,
  nbma: Ipv4,
  origin: Origin,
): Sent {
  const avoids =
    router.settings.crypto.duringNegotiation === 'via-hub' && entry.kind !== 'static' && entry.kind !== 'nhs'
  if (avoids && !isReady(router, tunnel, nbma)) {
    requestAssociation(router, tunnel, nbma)
    const sent = byServer(router, packet, tunnel, origin)
    if (sent !== undefined) return sent
  }
  const left = put(router, packet, tunnel, nbma)
  return { disposition: left ? 'encapsulated' : 'dropped: no association', nbma }
}

/** Nothing is known of the target: it is asked for, and the packet goes by the routed next hop or a server meanwhile. */
function unresolved(
  router: RouterState,
  packet: Datagram,
  tunnel: TunnelState,
  target: Ip,
  nextHop: Ip | undefined,
  origin: Origin,
): Sent {
  const lookedUp = {
    step: 'delayed event looked up',
    tunnel: tunnel.name,
    nbma: 0,
    protocol: target,
    found: false,
  } as const
  say(router, {
    step: 'encapsulation wanted',
    from: origin.tunnel?.name,
    fromNetwork: networkOfTunnel(origin.tunnel),
    tunnel: tunnel.name,
    network: networkOfTunnel(tunnel),
  })
  say(router, lookedUp)
  const hop = nextHop === undefined ? undefined : tunnel.cache.usable(nextHop)
  const sent =
    hop?.nbma === undefined ? byServer(router, packet, tunnel, origin) : byHop(router, packet, tunnel, hop, hop.nbma)
  if (mayAskFor(tunnel, target)) {
    say(router, lookedUp)
    askFor(router, tunnel, target, 'packet')
  }
  return sent ?? { disposition: 'dropped: no mapping', nbma: undefined }
}

/** Only one who has a server, or a way to the target itself, asks. */
function mayAskFor(tunnel: TunnelState, target: Ip): boolean {
  return !tunnel.requests.has(target) && tunnel.servers.length > 0
}

function byHop(router: RouterState, packet: Datagram, tunnel: TunnelState, hop: CacheEntry, nbma: Ipv4): Sent {
  hop.flags.used = true
  hop.lastUsed = router.now
  say(router, { step: 'data sent to server', tunnel: tunnel.name, server: hop.via })
  const left = put(router, packet, tunnel, nbma)
  return { disposition: left ? 'sent to server' : 'dropped: no association', nbma }
}

function byServer(router: RouterState, packet: Datagram, tunnel: TunnelState, origin: Origin): Sent | undefined {
  const server = currentServer(tunnel, familyOf(packet.destination) === 'ipv4')
  const nbma = server === undefined ? undefined : stationOfServer(tunnel, server)
  // Back to the server it came from would be a loop of two.
  if (server?.protocol === undefined || nbma === undefined || nbma === origin.nbma) return undefined
  const entry = tunnel.cache.usable(server.protocol)
  if (entry !== undefined) entry.flags.used = true
  say(router, { step: 'data sent to server', tunnel: tunnel.name, server: server.protocol })
  const left = put(router, packet, tunnel, nbma)
  return { disposition: left ? 'sent to server' : 'dropped: no association', nbma }
}

function put(router: RouterState, packet: Datagram, tunnel: TunnelState, nbma: Ipv4): boolean {
  const type = packet.version === 4 ? carried.ipv4 : carried.ipv6
  return encapsulate(router, tunnel, nbma, type, packet.bytes, servicesOf(packet))
}
