/**
 * The way of a packet: local, or by the longest route out of an interface; out of a multipoint tunnel to the station
 * that mappings name. Every packet ends in one disposition.
 */
import type { Ipv4 } from '@dmvpn/wire'
import { indicate } from '../nhrp/redirect.ts'
import { isBroadcast, isMulticast } from '../prefix.ts'
import { type LocalPacket, type RouterState, say, send } from '../router-state.ts'
import { interfaceTowards, nextHopOf } from '../routing/egress.ts'
import type { Ip } from '../settings.ts'
import { carried, encapsulate } from '../tunnel/encapsulate.ts'
import { multicastStations } from '../tunnel/multicast.ts'
import { networkOfTunnel, runsNhrp, type TunnelState } from '../tunnel/tunnel-state.ts'
import { type Datagram, datagramOf, decrementTtl, servicesOf, ttlOf } from './datagram.ts'
import type { Disposition, DropReason } from './dispositions.ts'
import { sendByMultipoint } from './multipoint.ts'

/** Where a packet came from. */
export interface Arrival {
  /** Undefined: it is from here. */
  readonly interface: string | undefined
  readonly tunnel: TunnelState | undefined
  /** The station that sent it by the tunnel. */
  readonly nbma: Ipv4 | undefined
}

const fromHere: Arrival = { interface: undefined, tunnel: undefined, nbma: undefined }

/** What is done with packets for this router; whether somebody wanted it. */
export type Deliver = (router: RouterState, packet: Datagram, arrival: Arrival) => boolean

/** Forwards a packet that arrived, or has it delivered. `bytes` becomes the router's own. */
export function forward(router: RouterState, bytes: Uint8Array, arrival: Arrival, deliver: Deliver): void {
  const packet = datagramOf(bytes)
  if (packet === undefined) return end(router, undefined, arrival, 'dropped: malformed')
  if (router.own.has(packet.destination) || isForAll(router, packet.destination, arrival)) {
    const wanted = deliver(router, packet, arrival)
    return end(router, packet, arrival, wanted ? 'delivered' : 'dropped: no listener')
  }
  if (isMulticast(packet.destination)) return end(router, packet, arrival, 'dropped: no route')
  if (ttlOf(packet) <= 1) return end(router, packet, arrival, 'dropped: ttl')
  decrementTtl(packet)
  const out = route(router, packet, arrival)
  if (arrival.tunnel !== undefined && arrival.nbma !== undefined && out !== undefined)
    redirectIfShorter(router, packet, arrival.tunnel, out, arrival.nbma)
}

/** Sends a packet of this router. */
export function sendLocal(router: RouterState, { bytes, out }: LocalPacket, deliver: Deliver): void {
  const packet = datagramOf(bytes)
  if (packet === undefined) return
  if (out !== undefined) return sendOut(router, packet, out)
  if (router.own.has(packet.destination)) {
    deliver(router, packet, fromHere)
    return end(router, packet, fromHere, 'delivered')
  }
  route(router, packet, fromHere)
}

/** Multicast, and the broadcast addresses of the interface it came by. */
function isForAll(router: RouterState, destination: Ip, arrival: Arrival): boolean {
  if (isMulticast(destination)) return true
  const by = arrival.interface === undefined ? undefined : router.interfaces.get(arrival.interface)
  return by?.addresses.some(each => isBroadcast(destination, each)) ?? false
}

function sendOut(router: RouterState, packet: Datagram, name: string): void {
  const tunnel = router.tunnels.find(each => each.name === name)
  const out = router.interfaces.get(name)
  if (out === undefined || !out.up) return end(router, packet, fromHere, 'dropped: interface down', name)
  if (tunnel === undefined) {
    send(router, name, packet.bytes)
    return end(router, packet, fromHere, 'sent', name)
  }
  if (!isMulticast(packet.destination)) return sendByTunnel(router, packet, fromHere, tunnel, packet.destination)
  for (const nbma of multicastStations(tunnel)) {
    encapsulate(router, tunnel, nbma, typeOf(packet), packet.bytes, servicesOf(packet))
  }
  end(router, packet, fromHere, 'replicated', name)
}

function typeOf(packet: Datagram): number {
  return packet.version === 4 ? carried.ipv4 : carried.ipv6
}

/** By the longest route; the tunnel it left by, if by one. */
function route(router: RouterState, packet: Datagram, arrival: Arrival): TunnelState | undefined {
  const found = router.routes.lookup(packet.destination)
  if (found === undefined) return drop(router, packet, arrival, 'no route')
  const nextHop = nextHopOf(router, found)
  const name = found.route.interface ?? interfaceTowards(router, nextHop)
  if (name === undefined) return drop(router, packet, arrival, 'discard route')
  const tunnel = router.tunnels.find(each => each.name === name)
  if (tunnel !== undefined) {
    sendByTunnel(router, packet, arrival, tunnel, nextHop ?? packet.destination)
    return tunnel
  }
  const out = router.interfaces.get(name)
  if (out === undefined || !out.up) return drop(router, packet, arrival, 'interface down', name)
  if (out.settings.kind === 'loopback') return drop(router, packet, arrival, 'no station', name)
  out.counters.packetsOut++
  out.counters.octetsOut += packet.bytes.length
  send(router, name, packet.bytes)
  end(router, packet, arrival, 'sent', name)
  return undefined
}

function drop(router: RouterState, packet: Datagram, arrival: Arrival, because: DropReason, out?: string): undefined {
  end(router, packet, arrival, `dropped: ${because}`, out)
}

function sendByTunnel(router: RouterState, packet: Datagram, arrival: Arrival, tunnel: TunnelState, nextHop: Ip): void {
  if (!tunnel.interface.up) return end(router, packet, arrival, 'dropped: interface down', tunnel.name)
  if (packet.bytes.length > tunnel.settings.ipMtu) return end(router, packet, arrival, 'dropped: too big', tunnel.name)
  const { destination, mode } = tunnel.settings
  if (mode === 'multipoint' && runsNhrp(tunnel)) {
    const { disposition, nbma } = sendByMultipoint(router, packet, tunnel, nextHop, arrival)
    return end(router, packet, arrival, disposition, tunnel.name, nbma)
  }
  if (destination === undefined) return end(router, packet, arrival, 'dropped: no mapping', tunnel.name)
  const left = encapsulate(router, tunnel, destination, typeOf(packet), packet.bytes, servicesOf(packet))
  end(router, packet, arrival, left ? 'encapsulated' : 'dropped: no association', tunnel.name, destination)
}

/** Out of the network it came from: there is a shorter way, and the station it came from should know. */
function redirectIfShorter(
  router: RouterState,
  packet: Datagram,
  came: TunnelState,
  leaves: TunnelState,
  from: Ipv4,
): void {
  if (!came.nhrp.redirect || !runsNhrp(came) || networkOfTunnel(came) !== networkOfTunnel(leaves)) return
  // Between two tunnels a shortcut works only where stations of both understand each other's packets.
  if (came !== leaves && came.settings.key !== leaves.settings.key) return
  indicate(router, came, packet, from)
}

function end(
  router: RouterState,
  packet: Datagram | undefined,
  arrival: Arrival,
  disposition: Disposition,
  out?: string,
  nbma?: Ipv4,
): void {
  if (router.watcher === undefined) return
  say(router, {
    step: 'packet',
    disposition,
    source: packet?.source ?? 0,
    destination: packet?.destination ?? 0,
    size: packet?.bytes.length ?? 0,
    in: arrival.interface,
    out,
    nbma,
  })
}
