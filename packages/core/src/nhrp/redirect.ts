/** Traffic Indications: a server that sends a packet back into the network it came from says that there is a shorter way. */
import { type NhrpTrafficIndication, quotedPacket } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { type Datagram, datagramOf, ttlOf } from '../forwarding/datagram.ts'
import { minutes, seconds } from '../instant.ts'
import { familyOf, isMulticast, networkPart } from '../prefix.ts'
import type { RedirectRate } from '../profile.ts'
import { type RouterState, say, tunnelNamed } from '../router-state.ts'
import { egressOf } from '../routing/egress.ts'
import { networkOfTunnel, type TunnelState } from '../tunnel/tunnel-state.ts'
import { extensionsFor, ipOf, ownProtocol, protocolTypeOf } from './messages.ts'
import { relay } from './relay.ts'
import { askFor } from './resolution-client.ts'
import { stationTowards, transmit } from './transmit.ts'

/** Tells the station that a packet came from. `packet` is as it was forwarded. */
export function indicate(router: RouterState, tunnel: TunnelState, packet: Datagram, from: Ipv4): void {
  const own = ownProtocol(tunnel, familyOf(packet.source))
  if (own === undefined || isMulticast(packet.destination)) return
  if (!isTime(router, tunnel, packet)) {
    say(router, {
      step: 'indication suppressed',
      tunnel: tunnel.name,
      source: packet.source,
      destination: packet.destination,
    })
    return
  }
  const { indication, hopCount } = router.profile
  const extensions = extensionsFor(router.profile, tunnel, indication.extensions)
  const message: NhrpTrafficIndication = {
    kind: 'traffic-indication',
    type: 8,
    addressFamily: 1,
    protocolType: protocolTypeOf(packet.source),
    snapOui: 0,
    snapPid: 0,
    hopCount: hopCount.indication,
    version: 1,
    sourceNbmaType: 0,
    sourceSubaddressType: 0,
    unused: 0,
    trafficCode: 0,
    unused2: 0,
    sourceNbma: tunnel.source,
    sourceSubaddress: undefined,
    sourceProtocol: own,
    destinationProtocol: packet.source,
    quote: quoteOf(router, packet),
    // Without a single extension there is no end of them, either.
    extensions: extensions.length === 1 ? [] : extensions,
    afterEnd: new Uint8Array(0),
  }
  const towards = indication.to === 'route' ? stationTowards(router, tunnel, packet.source) : from
  transmit(router, tunnel, message, packet.source, { nbma: towards ?? from })
}

function quoteOf(router: RouterState, packet: Datagram): Uint8Array {
  const { payload, longest, decremented } = router.profile.indication
  const length = payload === undefined ? longest : packet.headerLength + payload
  const quote = packet.bytes.slice(0, length)
  if (decremented) return quote
  const arrived = datagramOf(packet.bytes.slice())
  if (arrived === undefined) return quote
  return undecremented(arrived, ttlOf(packet) + 1).slice(0, length)
}

/** The packet as it was before this router took one from its time to live. */
function undecremented(packet: Datagram, ttl: number): Uint8Array {
  const { bytes, view, version } = packet
  if (version === 6) {
    bytes[7] = ttl
    return bytes
  }
  bytes[8] = ttl
  const sum = view.getUint16(10) - 0x100
  view.setUint16(10, sum < 0 ? sum + 0xffff : sum)
  return bytes
}

/** Whether the pair of addresses may be indicated again. */
function isTime(router: RouterState, tunnel: TunnelState, packet: Datagram): boolean {
  const { rate } = router.profile.indication
  const key = pairOf(rate, packet)
  const known = tunnel.redirects.get(key)
  const { now } = router
  if (known === undefined) {
    if (tunnel.redirects.size >= mostPairs) forgetOldPairs(router, tunnel)
    tunnel.redirects.set(key, { last: now, count: 1, seen: now })
    return true
  }
  const silence = now - known.seen
  known.seen = now
  if (rate.kind === 'limited' && silence >= seconds(rate.silence)) known.count = 0
  const wait =
    rate.kind === 'timeout' ? tunnel.nhrp.redirectTimeout : rate.kind === 'per-minute' ? 60 / rate.count : rate.seconds
  if (now - known.last < seconds(wait) || (rate.kind === 'limited' && known.count >= rate.most)) return false
  known.last = now
  known.count++
  return true
}

function pairOf(rate: RedirectRate, { source, destination }: Datagram): string {
  if (rate.kind !== 'per-minute') return `${source} ${destination}`
  const length = typeof source === 'number' ? rate.maskLength : rate.maskLength6
  return `${familyOf(source)} ${networkPart(source, length)} ${networkPart(destination, length)}`
}

const mostPairs = 65_536

function forgetOldPairs(router: RouterState, tunnel: TunnelState): void {
  for (const [key, { seen }] of tunnel.redirects) if (router.now - seen > minutes(6)) tunnel.redirects.delete(key)
  if (tunnel.redirects.size >= mostPairs) tunnel.redirects.clear()
}

/** A Traffic Indication: the quoted packet's destination is asked for, where it leaves by this network and came from here. */
export function acceptIndication(
  router: RouterState,
  tunnel: TunnelState,
  message: NhrpTrafficIndication,
  from: Ipv4,
): void {
  const { destination: target } = quotedPacket(message.quote)
  const destination = ipOf(message.destinationProtocol)
  if (target === undefined || destination === undefined) return
  const inside = router.routes.lookupUnderlying(destination)
  const isOurs =
    router.own.has(destination) ||
    (inside !== undefined && networkOfTunnel(tunnelNamed(router, egressOf(router, inside))) !== networkOfTunnel(tunnel))
  if (!isOurs) {
    relay(router, tunnel, message, destination, from)
    return
  }
  const outside = router.routes.lookupUnderlying(target)
  const isBeyond = networkOfTunnel(tunnelNamed(router, egressOf(router, outside))) === networkOfTunnel(tunnel)
  if (!tunnel.nhrp.shortcut || !isBeyond || router.own.has(target)) {
    say(router, {
      step: 'message discarded',
      tunnel: tunnel.name,
      because: tunnel.nhrp.shortcut ? 'no route' : 'not configured',
    })
    return
  }
  askFor(router, tunnel, target, 'indication')
}
