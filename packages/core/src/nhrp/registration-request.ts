/** The Registration Request of a client to one of its servers (RFC 2332 §5.2.3). */
import { type Cie, type NhrpExchange, registrationFlag } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import type { RouterState } from '../router-state.ts'
import type { TunnelState } from '../tunnel/tunnel-state.ts'
import { entry, entryMtu, exchange, extensionsFor, ownProtocol, prefixNumber, protocolTypeOf } from './messages.ts'
import type { ServerState } from './state.ts'

/** With the id the server's state has, to its station; undefined while the tunnel has no address of that family. */
export function registrationRequest(
  router: RouterState,
  tunnel: TunnelState,
  server: ServerState,
  station: Ipv4 | undefined,
): NhrpExchange | undefined {
  const { profile } = router
  const own = ownProtocol(tunnel, server.family)
  if (own === undefined || tunnel.source === undefined) return undefined
  const { uniquePrefix, sharedPrefix } = profile.registration
  const { unique, holdingTime, group } = tunnel.nhrp
  return exchange('registration-request', {
    protocolType: protocolTypeOf(own),
    hopCount: profile.hopCount.registration,
    flags: (unique ? registrationFlag.unique : 0) | (profile.natExtension ? registrationFlag.nat : 0),
    requestId: server.requestId,
    sourceNbma: tunnel.source,
    sourceProtocol: own,
    // A server that is configured without an address is asked for by one's own (WIRE: "or the client's own address").
    destinationProtocol: server.settings.protocol ?? own,
    entries: [
      entry({
        prefixLength: prefixNumber(unique ? uniquePrefix : sharedPrefix, own),
        mtu: entryMtu(router, tunnel),
        holdingTime,
      }),
    ],
    extensions: extensionsFor(profile, tunnel, registrationExtensions, {
      nat: station === undefined ? none : [natOfServer(router, tunnel, server, station)],
      group,
    }),
  })
}

const registrationExtensions = [
  'responder-address',
  'forward-transit',
  'reverse-transit',
  'authentication',
  'nat-address',
  'vendor-private',
] as const

/** The server as the client knows it: how the server learns that it is behind NAT itself. */
function natOfServer(router: RouterState, tunnel: TunnelState, server: ServerState, nbma: Ipv4): Cie {
  const protocol = server.protocol ?? (server.family === 'ipv4' ? 0 : 0n)
  return entry({
    prefixLength: prefixNumber(router.profile.natPrefix, protocol),
    mtu: entryMtu(router, tunnel),
    nbma,
    protocol,
  })
}

const none: readonly Cie[] = []
