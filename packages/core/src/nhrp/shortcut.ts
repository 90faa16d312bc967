/** What phase 3 makes of an answer: a route of its own, or another next hop for a route that is there. */
import { contains, hostPrefix, widthOf } from '../prefix.ts'
import { type RouterState, say } from '../router-state.ts'
import { egressOf } from '../routing/egress.ts'
import type { Ip, Prefix } from '../settings.ts'
import type { TunnelState } from '../tunnel/tunnel-state.ts'
import { refreshTime } from './ageing.ts'
import type { CacheEntry } from './cache.ts'
import { arm } from './entries.ts'

/**
 * The prefix length that an answer may be installed with: never so wide that it hides a longer route to the target, nor
 * the default route of a misled responder.
 */
export function safeLength(router: RouterState, tunnel: TunnelState, target: Ip, answered: number): number {
  if (answered < router.profile.reply.widest) return widthOf(target)
  const underlying = router.routes.lookupUnderlying(target)
  if (underlying === undefined || egressOf(router, underlying) !== tunnel.name) return answered
  return underlying.source === 'connected' ? widthOf(target) : Math.max(answered, underlying.prefix.length)
}

/** Makes the entry's network go by the shortcut. */
export function installShortcut(router: RouterState, tunnel: TunnelState, entry: CacheEntry, nextHop: Ip): void {
  const equal = router.routes.candidates(entry.prefix).find(each => each.source !== 'nhrp')
  if (equal === undefined) {
    entry.flags.rib = true
    addRoute(router, tunnel, entry.prefix, nextHop)
    return
  }
  entry.flags.nextHopOverride = true
  router.routes.override(entry.prefix, nextHop)
}

/** A route for the network behind a next hop, ageing on its own (FRRouting, OpenNHRP). */
export function installNetwork(
  router: RouterState,
  tunnel: TunnelState,
  network: Prefix,
  nextHop: Ip,
  hop: CacheEntry,
): void {
  if (contains(hostPrefix(nextHop), network) && !router.profile.cache.routes) return
  const learned = tunnel.shortcuts.learn(router.now, {
    prefix: network,
    kind: hop.kind,
    via: nextHop,
    nbma: hop.nbma,
    expires: hop.expires,
    refreshAt: refreshTime(router, hop.expires - router.now, shortcutLead(router)),
    holdingTime: hop.holdingTime,
    flags: { rib: true, router: true },
  })
  if (learned === undefined) return
  say(router, {
    step: learned.was === 'refreshed' ? 'entry refreshed' : 'entry added',
    tunnel: tunnel.name,
    entry: learned.entry,
  })
  arm(router, tunnel, learned.entry)
  if (network.length < widthOf(network.address)) addRoute(router, tunnel, network, nextHop)
}

function shortcutLead(router: RouterState): number {
  const { refresh } = router.profile
  return refresh.kind === 'fraction' ? refresh.shortcutsEarlier : 0
}

function addRoute(router: RouterState, tunnel: TunnelState, prefix: Prefix, nextHop: Ip): void {
  router.routes.add({
    prefix,
    source: 'nhrp',
    process: 0,
    distance: router.profile.shortcutDistance,
    metric: 0,
    nextHop,
    interface: tunnel.name,
    from: nextHop,
    installed: router.now,
    detail: undefined,
  })
}
