/** The Registration Request of a client to one of its servers (RFC 2332 §5.2.3). */
import { type Cie, type Extension, type NhrpExchange, registrationFlag } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import type { Family } from '../prefix.ts'
import type { Profile } from '../profile.ts'
import type { RouterState } from '../router-state.ts'
import type { Ip, NhrpSettings } from '../settings.ts'
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
  const { entries, extensions } = contentsOf(router, tunnel, server, station)
  return exchange('registration-request', {
    protocolType: protocolTypeOf(own),
    hopCount: profile.hopCount.registration,
    flags: (tunnel.nhrp.unique ? registrationFlag.unique : 0) | (profile.natExtension ? registrationFlag.nat : 0),
    requestId: server.requestId,
    sourceNbma: tunnel.source,
    sourceProtocol: own,
    // A server that is configured without an address is asked for by one's own (WIRE: "or the client's own address").
    destinationProtocol: server.settings.protocol ?? own,
    entries,
    extensions,
  })
}

/** What tells no client of a cloud from another, and by what it is told from that of other clouds. */
interface Contents {
  readonly profile: Profile
  readonly nhrp: NhrpSettings
  readonly mtu: number
  readonly family: Family
  readonly server: Ip | undefined
  readonly station: Ipv4 | undefined
  readonly entries: readonly Cie[]
  readonly extensions: readonly Extension[]
}

/** Made once for all that say the same one after another: clients of a cloud do, every time they register. */
let last: Contents | undefined

function contentsOf(
  router: RouterState,
  tunnel: TunnelState,
  server: ServerState,
  station: Ipv4 | undefined,
): Contents {
  const mtu = entryMtu(router, tunnel)
  const isLast =
    last !== undefined &&
    last.profile === router.profile &&
    last.mtu === mtu &&
    last.family === server.family &&
    last.server === server.protocol &&
    last.station === station &&
    saySame(last.nhrp, tunnel.nhrp)
  if (!isLast) last = freshContents(router, tunnel, server, station, mtu)
  return last!
}

/** Whether registrations say the same by both. */
function saySame(one: NhrpSettings, other: NhrpSettings): boolean {
  return (
    one.unique === other.unique &&
    one.holdingTime === other.holdingTime &&
    one.authentication === other.authentication &&
    one.group === other.group
  )
}

function freshContents(
  router: RouterState,
  tunnel: TunnelState,
  server: ServerState,
  station: Ipv4 | undefined,
  mtu: number,
): Contents {
  const { profile } = router
  const { nhrp } = tunnel
  const { family, protocol } = server
  const { uniquePrefix, sharedPrefix } = profile.registration
  const { unique, holdingTime, group } = nhrp
  const width = unique ? uniquePrefix : sharedPrefix
  return {
    profile,
    nhrp,
    mtu,
    family,
    server: protocol,
    station,
    entries: [entry({ prefixLength: prefixNumber(width, anyOf(family)), mtu, holdingTime })],
    extensions: extensionsFor(profile, tunnel, registrationExtensions, {
      nat: station === undefined ? none : [natOfServer(profile, protocol ?? anyOf(family), station, mtu)],
      group,
    }),
  }
}

function anyOf(family: Family): Ip {
  return family === 'ipv4' ? 0 : 0n
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
function natOfServer(profile: Profile, protocol: Ip, nbma: Ipv4, mtu: number): Cie {
  return entry({ prefixLength: prefixNumber(profile.natPrefix, protocol), mtu, nbma, protocol })
}

const none: readonly Cie[] = []
