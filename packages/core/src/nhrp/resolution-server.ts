/**
 * The answering side (RFC 2332 §5.2.2): a station that is the way out of the NBMA network for a target answers for it,
 * one that has it registered may, and all others pass the request on.
 */
import { type Cie, errorCode, type NhrpExchange, resolutionFlag } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import type { Route } from '../forwarding/route-table.ts'
import { never, seconds, secondsLeft } from '../instant.ts'
import { isReady } from '../ipsec/protect.ts'
import { familyOf, hostPrefix, widthOf } from '../prefix.ts'
import { type RouterState, say, tunnelNamed } from '../router-state.ts'
import { egressOf } from '../routing/egress.ts'
import type { Ip, Prefix } from '../settings.ts'
import { noteStation } from '../tunnel/multicast.ts'
import { networkOfTunnel, type TunnelState } from '../tunnel/tunnel-state.ts'
import { type CacheEntry, isExpired } from './cache.ts'
import { delay } from './delayed.ts'
import { learn } from './entries.ts'
import { indicateError } from './errors.ts'
import { answerTo, entry, entryMtu, ipOf, natOf, nbmaOf, ownProtocol, responderRecord } from './messages.ts'
import { checkNat, isFirstHand } from './nat.ts'
import { relay } from './relay.ts'
import { learnRequester } from './requester.ts'
import { natOfSelf } from './resolution-client.ts'
import { stationTowards, transmit } from './transmit.ts'

/** A Resolution Request that arrived from the station `from`. */
export function serveResolution(router: RouterState, tunnel: TunnelState, request: NhrpExchange, from: Ipv4): void {
  const target = ipOf(request.destinationProtocol)
  const requester = ipOf(request.sourceProtocol)
  const claimed = nbmaOf(request.sourceNbma)
  if (target === undefined || requester === undefined || claimed === undefined) return
  if (isFirstHand(request)) checkNat(router, claimed, from)
  const isOwn = router.own.has(target)
  const route = wayTo(router, target)
  const out = egressOf(router, route)
  say(router, { step: 'route looked up', address: target, interface: out })
  if (isFirstHand(request) && tunnel.cache.usable(requester)?.flags.registered === true)
    noteStation(router, tunnel, from, 0)
  const networkIn = networkOfTunnel(tunnel)
  const networkOut = networkOfTunnel(tunnelNamed(router, out))
  say(router, { step: 'networks compared', networkOut, networkIn })
  if (!isOwn && route !== undefined && networkOut === networkIn) {
    const held = registered(router, tunnel, target, request)
    if (held === undefined) {
      learnRequester(router, tunnel, request, requester, claimed)
      const relayed = relay(router, tunnel, request, target, from)
      if (relayed === 'nowhere') refuse(router, tunnel, request, target, requester, from)
    } else {
      answerFromRegistry(router, tunnel, request, requester, held, from)
    }
    return
  }
  if (route === undefined && !isOwn) {
    refuse(router, tunnel, request, target, requester, from)
    return
  }
  if (!mayAnswer(router, tunnel, out)) {
    say(router, { step: 'message discarded', tunnel: tunnel.name, because: 'not configured' })
    return
  }
  say(router, { step: 'egress', target, tunnel: tunnel.name })
  learnRequester(router, tunnel, request, requester, claimed)
  answerAsEgress(router, tunnel, request, {
    target,
    requester,
    claimed,
    from,
    network: networkFor(tunnel, target, route, isOwn),
  })
}

/** The route of a target; a route that only discards leads nowhere. */
function wayTo(router: RouterState, target: Ip): Route | undefined {
  const found = router.routes.lookup(target)?.route
  return found?.interface === undefined && found?.nextHop === undefined ? undefined : found
}

function mayAnswer(router: RouterState, tunnel: TunnelState, out: string | undefined): boolean {
  const { needs } = router.profile.reply
  const { shortcut, redirect } = tunnel.nhrp
  if (needs === 'nothing') return true
  if (needs === 'shortcut') return shortcut || redirect
  const way = out === undefined ? undefined : router.interfaces.get(out)
  const isOffered = way === undefined || way.settings.kind === 'tunnel' || way.settings.shortcutDestination
  return (shortcut || redirect) && isOffered
}

/** What is answered for: the network of the route, or the one address where it is on the tunnel itself. */
function networkFor(tunnel: TunnelState, target: Ip, route: Route | undefined, isOwn: boolean): Prefix {
  if (route === undefined || route.interface === tunnel.name || (isOwn && route.source === 'local'))
    return hostPrefix(target)
  return route.prefix
}

/** The registration that answers for the target, where the profile lets a server answer for others. */
function registered(
  router: RouterState,
  tunnel: TunnelState,
  target: Ip,
  request: NhrpExchange,
): CacheEntry | undefined {
  const found = tunnel.cache.usable(target)
  const held = found !== undefined && found.flags.authoritative && !isExpired(found, router.now) ? found : undefined
  say(router, { step: 'cache looked up', address: target, entry: held })
  const isAuthoritative = (request.flags & resolutionFlag.authoritative) !== 0
  const rule = router.profile.answersFromRegistry
  return rule === 'always' || (rule === 'unless-authoritative' && !isAuthoritative) ? held : undefined
}

function replyFlags(router: RouterState, request: NhrpExchange): number {
  const { copies, sets } = router.profile.reply
  return (request.flags & copies) | sets
}

function answerFromRegistry(
  router: RouterState,
  tunnel: TunnelState,
  request: NhrpExchange,
  requester: Ip,
  held: CacheEntry,
  from: Ipv4,
): void {
  const left = held.expires === never ? tunnel.nhrp.holdingTime : secondsLeft(router.now, held.expires)
  const client = entry({
    prefixLength: held.prefix.length,
    mtu: held.mtu === 0 ? entryMtu(router, tunnel) : held.mtu,
    holdingTime: left,
    preference: held.preference,
    nbma: held.claimedNbma ?? held.nbma,
    protocol: held.via,
  })
  const nat =
    held.nbma !== held.claimedNbma && held.nbma !== undefined
      ? [entry({ ...client, holdingTime: 0, nbma: held.nbma })]
      : []
  const others = held.requesters.filter(each => each.protocol !== requester && each.expires > router.now)
  held.requesters = [
    ...others,
    { protocol: requester, nbma: from, requestId: request.requestId, expires: router.now + seconds(left) },
  ]
  sendReply(router, tunnel, request, requester, client, nat, from)
}

interface Egress {
  readonly target: Ip
  readonly requester: Ip
  readonly claimed: Ipv4
  readonly from: Ipv4
  readonly network: Prefix
}

function answerAsEgress(router: RouterState, tunnel: TunnelState, request: NhrpExchange, egress: Egress): void {
  const { target, requester, from, network } = egress
  const { reply, holdingTime: usual } = router.profile
  const own = ownProtocol(tunnel, familyOf(target)) ?? target
  const length = network.length < reply.widest ? widthOf(target) : network.length
  const isNetwork = length < widthOf(target)
  const holdingTime = isNetwork && reply.networkHoldingTime === 'default' ? usual : tunnel.nhrp.holdingTime
  rememberAnswer(router, tunnel, request, egress, holdingTime)
  const client = entry({
    prefixLength: length,
    mtu: entryMtu(router, tunnel),
    holdingTime,
    nbma: tunnel.source,
    protocol: reply.client === 'target' ? target : own,
  })
  sendReply(router, tunnel, request, requester, client, natOfSelf(router, tunnel, own), from)
}

/** What was told is remembered with whom it was told to: they hear of it when the network goes. */
function rememberAnswer(
  router: RouterState,
  tunnel: TunnelState,
  request: NhrpExchange,
  egress: Egress,
  holdingTime: number,
): void {
  const { target, requester, claimed, network } = egress
  if (router.profile.cache.networks !== 'entry') return
  const expires = router.now + seconds(holdingTime)
  const before = tunnel.cache.exact(network)?.requesters ?? []
  const others = before.filter(each => each.protocol !== requester && each.expires > router.now)
  const made = learn(router, tunnel, {
    prefix: network,
    kind: 'local',
    via: target,
    nbma: tunnel.source,
    expires,
    holdingTime,
    mtu: entryMtu(router, tunnel),
    flags: { router: true, authoritative: true, unique: true, local: true, noSocket: true },
  })
  if (made === undefined) return
  made.requesters = [...others, { protocol: requester, nbma: claimed, requestId: request.requestId, expires }]
  if (!samePlace(network, target)) say(router, { step: 'route watched', prefix: network, sources: 1 })
}

function samePlace(network: Prefix, target: Ip): boolean {
  return network.length === widthOf(target)
}

function sendReply(
  router: RouterState,
  tunnel: TunnelState,
  request: NhrpExchange,
  requester: Ip,
  client: Cie,
  nat: readonly Cie[],
  from: Ipv4,
): void {
  const responder = [responderRecord(router, tunnel, familyOf(requester))]
  const reply = answerTo(request, 'resolution-reply', {
    hopCount: router.profile.hopCount.reply,
    flags: replyFlags(router, request),
    entries: [client],
    extensions: request.extensions.map(each => {
      if (each.kind === 'responder-address') return { ...each, entries: responder }
      return each.kind === 'nat-address' ? { ...each, entries: nat } : each
    }),
  })
  const nbma =
    router.profile.reply.path === 'back'
      ? from
      : (natOf(request, requester) ?? stationTowards(router, tunnel, requester) ?? from)
  if (!isReady(router, tunnel, nbma)) {
    delay(router, tunnel, reply, requester, nbma, ipOf(client.protocol) ?? requester)
    return
  }
  transmit(router, tunnel, reply, requester, { nbma })
}

/** Nobody is reached that way: a refusal with one entry, all but the code zero, or an error. */
function refuse(
  router: RouterState,
  tunnel: TunnelState,
  request: NhrpExchange,
  target: Ip,
  requester: Ip,
  from: Ipv4,
): void {
  if (router.profile.unreachable === 'error') {
    indicateError(router, tunnel, request, errorCode.protocolAddressUnreachable, 0, from)
    return
  }
  const code = router.profile.codes.noBinding
  const reply = answerTo(request, 'resolution-reply', {
    hopCount: router.profile.hopCount.reply,
    flags: request.flags & router.profile.reply.copies,
    entries: [entry({ code })],
    extensions: request.extensions.map(each =>
      each.kind === 'responder-address'
        ? { ...each, entries: [responderRecord(router, tunnel, familyOf(target))] }
        : each,
    ),
  })
  transmit(router, tunnel, reply, requester, { nbma: from })
}
