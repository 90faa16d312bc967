/** The serving side of registrations (RFC 2332 §5.2.4): who may have an address, and for how long. */
import { type Cie, cieCode, type Extension, type NhrpExchange, registrationFlag } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { seconds } from '../instant.ts'
import { hostPrefix, prefixOf, widthOf } from '../prefix.ts'
import { type RouterState, say } from '../router-state.ts'
import type { Ip } from '../settings.ts'
import { noteStation } from '../tunnel/multicast.ts'
import type { TunnelState } from '../tunnel/tunnel-state.ts'
import { type CacheEntry, isExpired } from './cache.ts'
import { learn } from './entries.ts'
import {
  answerTo,
  entry,
  entryMtu,
  familyOfMessage,
  ipOf,
  nbmaOf,
  ownProtocol,
  prefixNumber,
  responderRecord,
} from './messages.ts'
import { transmit } from './transmit.ts'

/** A registration for this server: keeps it or refuses it, and says so. */
export function serveRegistration(router: RouterState, tunnel: TunnelState, request: NhrpExchange, from: Ipv4): void {
  const { profile } = router
  const client = ipOf(request.sourceProtocol)
  const claimed = nbmaOf(request.sourceNbma)
  if (client === undefined || claimed === undefined) return
  const unique = (request.flags & registrationFlag.unique) !== 0
  const registration = { client, claimed, from, unique, flags: request.flags }
  const entries = [...request.entries]
  for (let i = 0; i < entries.length; i++) entries[i] = register(router, tunnel, entries[i]!, registration)
  const extensions = [...request.extensions]
  for (let i = 0; i < extensions.length; i++) extensions[i] = answered(router, tunnel, extensions[i]!, registration)
  const own = ownProtocol(tunnel, familyOfMessage(request))
  const asksForAnybody = request.destinationProtocol === request.sourceProtocol
  const reply = answerTo(request, 'registration-reply', {
    hopCount: profile.hopCount.reply,
    destinationProtocol: asksForAnybody ? own : request.destinationProtocol,
    entries: withLinkLocal(router, tunnel, client, entries),
    extensions,
  })
  transmit(router, tunnel, reply, client, { nbma: from })
}

interface Registration {
  readonly client: Ip
  readonly claimed: Ipv4
  /** Where the packet really came from. */
  readonly from: Ipv4
  readonly unique: boolean
  readonly flags: number
}

/** One entry of a registration, as the reply has it. */
function register(router: RouterState, tunnel: TunnelState, cie: Cie, registration: Registration): Cie {
  const protocol = ipOf(cie.protocol) ?? registration.client
  const claimed = nbmaOf(cie.nbma) ?? registration.claimed
  const nbma = registration.from
  const host = hostPrefix(protocol)
  const holder = tunnel.cache.exact(host)
  const code = refusal(router, holder, nbma)
  if (code !== cieCode.success) {
    say(router, { step: 'registration refused', tunnel: tunnel.name, protocol, nbma, holder: holder?.nbma ?? 0, code })
    return { ...cie, code, holdingTime: router.profile.uniqueConflict === 'refuse' ? 0 : cie.holdingTime }
  }
  const isKnown = holder?.flags.registered === true && holder.nbma === nbma && !isExpired(holder, router.now)
  noteStation(router, tunnel, nbma, isKnown ? 0 : 1)
  const holdingTime =
    cie.holdingTime === 0 && router.profile.zeroHoldingTime === 'default' ? tunnel.nhrp.holdingTime : cie.holdingTime
  learn(
    router,
    tunnel,
    {
      prefix: host,
      kind: 'dynamic',
      via: protocol,
      nbma,
      claimedNbma: claimed,
      expires: router.now + seconds(holdingTime),
      mtu: cie.mtu,
      preference: cie.preference,
      holdingTime,
      flags: {
        authoritative: true,
        registered: true,
        used: false,
        unique: registration.unique,
        nat: (registration.flags & registrationFlag.nat) !== 0,
      },
    },
    holder,
  )
  return cie
}

/** Why the address cannot be had; success where it can. */
function refusal(router: RouterState, holder: CacheEntry | undefined, nbma: Ipv4): number {
  if (holder === undefined || isExpired(holder, router.now) || holder.nbma === nbma) return cieCode.success
  if (holder.kind === 'static' || holder.kind === 'local' || holder.kind === 'nhs')
    return cieCode.administrativelyProhibited
  const isTaken = router.profile.uniqueConflict === 'refuse' && holder.flags.registered && holder.flags.unique
  return isTaken ? cieCode.alreadyRegistered : cieCode.success
}

function answered(
  router: RouterState,
  tunnel: TunnelState,
  each: Extension,
  { client, claimed, from }: Registration,
): Extension {
  if (each.kind === 'responder-address') {
    return { ...each, entries: [responderRecord(router, tunnel, typeof client === 'number' ? 'ipv4' : 'ipv6')] }
  }
  if (each.kind !== 'nat-address' || from === claimed) return each
  const seen = entry({
    prefixLength: prefixNumber(router.profile.secondNatPrefix, client),
    mtu: entryMtu(router, tunnel),
    nbma: from,
    protocol: client,
  })
  return { ...each, entries: [...each.entries, seen] }
}

/** On IPv6 overlays a Cisco server adds its own link-local address to the reply. */
function withLinkLocal(router: RouterState, tunnel: TunnelState, client: Ip, entries: readonly Cie[]): readonly Cie[] {
  if (!router.profile.linkLocalEntry || typeof client === 'number') return entries
  const own = tunnel.interface.addresses.find(({ address }) => typeof address === 'bigint' && isLinkLocal(address))
  if (own === undefined) return entries
  return [
    ...entries,
    entry({
      prefixLength: widthOf(own.address),
      mtu: entryMtu(router, tunnel),
      holdingTime: tunnel.nhrp.holdingTime,
      nbma: tunnel.source,
      protocol: own.address,
    }),
  ]
}

function isLinkLocal(address: bigint): boolean {
  return prefixOf(address, 10).address === 0xfe80n << 112n
}
