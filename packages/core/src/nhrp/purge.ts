/** Purges (RFC 2332 §5.2.5, §5.2.6): whoever was told of a mapping hears that it is gone. */
import { type NhrpExchange, purgeFlag } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { contains, familyOf, hostPrefix, prefixOf, samePrefix, widthOf } from '../prefix.ts'
import { type RouterState, say, setAlarm, takeRequestId } from '../router-state.ts'
import type { Ip, Prefix } from '../settings.ts'
import type { TunnelState } from '../tunnel/tunnel-state.ts'
import type { CacheEntry } from './cache.ts'
import { forget } from './entries.ts'
import {
  answerTo,
  entry,
  entryMtu,
  exchange,
  extensionsFor,
  familyOfMessage,
  ipOf,
  ownProtocol,
  ownRecord,
  protocolTypeOf,
} from './messages.ts'
import { retryAfter } from './retry.ts'
import type { PendingPurge, ServerState } from './state.ts'
import { currentServer, stationOfServer, stationTowards, transmit } from './transmit.ts'

/** A route that answers were given for has changed: all that rests on it goes, and everybody told is told. */
export function withdraw(router: RouterState, tunnel: TunnelState, prefix: Prefix): void {
  const gone = [...tunnel.cache.values()].filter(
    each => each.kind === 'local' && each.flags.local && contains(prefix, each.prefix),
  )
  if (gone.length === 0) return
  say(router, { step: 'watched route changed', prefix })
  for (const each of gone) {
    say(router, { step: 'mappings invalidated', prefix: each.prefix, tunnel: tunnel.name })
    say(router, {
      step: 'delayed event looked up',
      tunnel: tunnel.name,
      nbma: each.nbma ?? 0,
      protocol: each.via,
      found: false,
    })
    tellRequesters(router, tunnel, each)
    forget(router, tunnel, each, 'route withdrawn')
  }
}

/** Everybody who was told of the entry, and still believes it, gets a Purge Request. */
export function tellRequesters(router: RouterState, tunnel: TunnelState, gone: CacheEntry): void {
  if (router.profile.purge.sends !== 'requesters') return
  for (const { protocol, nbma, expires } of gone.requesters) {
    if (expires <= router.now || protocol === gone.via) continue
    requestPurge(router, tunnel, protocol, stationTowards(router, tunnel, protocol) ?? nbma, {
      address: gone.via,
      length: gone.prefix.length,
    })
  }
}

/** Networks of this station are purged at a server: it may have told others of them before (OpenNHRP). */
export function purgeAtServer(router: RouterState, tunnel: TunnelState, server: ServerState): void {
  if (router.profile.purge.sends !== 'servers' || server.protocol === undefined) return
  const nbma = stationOfServer(tunnel, server)
  if (nbma === undefined) return
  for (const each of router.interfaces.values()) {
    if (!each.settings.shortcutDestination || !each.up) continue
    for (const { address, length } of each.addresses) {
      if (familyOf(address) === server.family)
        requestPurge(router, tunnel, server.protocol, nbma, prefixOf(address, length))
    }
  }
}

function requestPurge(router: RouterState, tunnel: TunnelState, destination: Ip, nbma: Ipv4, prefix: Prefix): void {
  const { profile } = router
  const own = ownProtocol(tunnel, familyOf(destination))
  if (own === undefined) return
  const message = exchange('purge-request', {
    protocolType: protocolTypeOf(destination),
    hopCount: profile.hopCount.purge,
    flags: 0,
    requestId: takeRequestId(router),
    sourceNbma: tunnel.source,
    sourceProtocol: own,
    destinationProtocol: destination,
    entries: [
      entry({
        prefixLength: profile.purge.prefix === 'zero' ? 0 : prefix.length,
        mtu: profile.purge.mtu === 'zero' ? 0 : entryMtu(router, tunnel),
        protocol: prefix.address,
      }),
    ],
    extensions: extensionsFor(profile, tunnel, profile.purge.extensions),
  })
  const purge: PendingPurge = { requestId: message.requestId, message, destination, nbma, prefix, attempts: 0 }
  tunnel.purges.set(purge.requestId, purge)
  attempt(router, tunnel, purge)
}

function attempt(router: RouterState, tunnel: TunnelState, purge: PendingPurge): void {
  purge.attempts++
  if (purge.attempts === 1 || !router.prompted)
    transmit(router, tunnel, purge.message, purge.destination, { nbma: purge.nbma })
  const wait = retryAfter(router, router.profile.resolution.retry, purge.attempts)
  setAlarm(router, router.now + wait, { alarm: 'purge', tunnel, purge })
}

/** Not confirmed yet: again, or no more. The entry is gone either way. */
export function purgeAlarm(router: RouterState, tunnel: TunnelState, purge: PendingPurge): void {
  if (tunnel.purges.get(purge.requestId) !== purge) return
  if (purge.attempts < router.profile.resolution.retry.attempts) attempt(router, tunnel, purge)
  else tunnel.purges.delete(purge.requestId)
}

/** A Purge Request for this station: confirmed first, then carried out, then passed on to those this station told. */
export function servePurge(router: RouterState, tunnel: TunnelState, request: NhrpExchange, from: Ipv4): void {
  const requester = ipOf(request.sourceProtocol)
  if (requester === undefined || !router.profile.purge.answers) return
  const nbma = stationTowards(router, tunnel, requester) ?? from
  if ((request.flags & purgeFlag.noReply) === 0) confirm(router, tunnel, request, requester, nbma)
  for (const { protocol, prefixLength } of request.entries) {
    const address = ipOf(protocol)
    if (address === undefined) continue
    for (const each of named(router, tunnel, address, prefixLength)) remove(router, tunnel, each)
    for (const key of tunnel.redirects.keys()) if (key.includes(String(address))) tunnel.redirects.delete(key)
  }
}

function confirm(router: RouterState, tunnel: TunnelState, request: NhrpExchange, requester: Ip, nbma: Ipv4): void {
  const reply = answerTo(request, 'purge-reply', {
    hopCount: router.profile.hopCount.reply,
    extensions: request.extensions.map(each =>
      each.kind === 'responder-address'
        ? { ...each, entries: [ownRecord(router, tunnel, familyOfMessage(request))] }
        : each,
    ),
  })
  transmit(router, tunnel, reply, requester, { nbma })
}

/** The entries that an address and prefix number of a purge name: never configured ones, nor this router's own. */
function named(router: RouterState, tunnel: TunnelState, address: Ip, number: number): CacheEntry[] {
  const width = widthOf(address)
  const isHost = number === 0 || number >= width
  const prefix = isHost ? hostPrefix(address) : prefixOf(address, number)
  const all = [...tunnel.cache.matching(prefix, isHost), ...tunnel.shortcuts.matching(prefix, isHost)]
  const learned = all.filter(({ kind }) => kind === 'cached' || kind === 'dynamic')
  return router.profile.purge.matches === 'exact' ? learned.filter(each => samePrefix(each.prefix, prefix)) : learned
}

function remove(router: RouterState, tunnel: TunnelState, gone: CacheEntry): void {
  say(router, { step: 'mappings invalidated', prefix: gone.prefix, tunnel: tunnel.name })
  forget(router, tunnel, gone, 'purged')
  tellRequesters(router, tunnel, gone)
  reachForServer(router, tunnel, gone)
}

/** A client looks how it would ask anew, and finds its server; nothing is sent until a packet wants it. */
function reachForServer(router: RouterState, tunnel: TunnelState, gone: CacheEntry): void {
  const server = currentServer(tunnel, familyOf(gone.via) === 'ipv4')
  if (server?.protocol === undefined || router.profile.refresh.kind !== 'scan') return
  const nbma = stationOfServer(tunnel, server)
  say(router, { step: 'send attempted', tunnel: tunnel.name, via: 'destination', address: server.protocol })
  if (nbma !== undefined) say(router, { step: 'encapsulation succeeded', tunnel: tunnel.name, nbma })
}

/** A Purge Reply: that one has heard it. Whether anything here had asked. */
export function acceptPurgeReply(tunnel: TunnelState, reply: NhrpExchange): boolean {
  return tunnel.purges.delete(reply.requestId)
}
