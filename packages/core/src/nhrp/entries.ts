/** Mappings come, live and go: what else changes with an entry of the cache. */
import type { Ipv4 } from '@dmvpn/wire'
import type { EntryAlarm } from '../alarms.ts'
import { releaseAssociation, requestAssociation } from '../ipsec/protect.ts'
import { type RouterState, say, setAlarm } from '../router-state.ts'
import type { RemovalReason } from '../steps.ts'
import { dropStation } from '../tunnel/multicast.ts'
import type { TunnelState } from '../tunnel/tunnel-state.ts'
import type { CacheEntry, EntryFacts } from './cache.ts'

/** Puts what was learned in the cache, in place of the entry `before`; undefined where a better one stays. */
export function learn(
  router: RouterState,
  tunnel: TunnelState,
  facts: EntryFacts,
  before: CacheEntry | undefined = tunnel.cache.exact(facts.prefix),
): CacheEntry | undefined {
  const learned = tunnel.cache.learn(router.now, facts, before)
  if (learned === undefined) return undefined
  const { entry, was } = learned
  if (was === 'replaced' && before !== undefined) leave(router, tunnel, before, 'replaced')
  router.watcher?.(
    { step: was === 'refreshed' ? 'entry refreshed' : 'entry added', tunnel: tunnel.name, entry },
    router.now,
  )
  if (router.profile.cache.routes && entry.nbma !== undefined && entry.kind !== 'local')
    addHostRoute(router, tunnel, entry)
  arm(router, tunnel, entry)
  const opensAtOnce = router.settings.crypto.trigger === 'install' && entry.nbma !== undefined && !entry.flags.noSocket
  if (opensAtOnce) requestAssociation(router, tunnel, entry.nbma!)
  return entry
}

/** Sees to it that the entry is looked at when it expires, or when it should be refreshed. */
export function arm(
  router: RouterState,
  tunnel: TunnelState,
  entry: CacheEntry,
  alarm: EntryAlarm = { alarm: 'entry', tunnel, entry },
): void {
  const due = entry.refreshAt ?? entry.expires
  if (entry.armed <= due) return
  entry.armed = due
  setAlarm(router, due, alarm)
}

function addHostRoute(router: RouterState, tunnel: TunnelState, { prefix }: CacheEntry): void {
  router.routes.add({
    prefix,
    source: 'nhrp',
    process: 0,
    distance: router.profile.shortcutDistance,
    metric: 0,
    nextHop: undefined,
    interface: tunnel.name,
    from: undefined,
    installed: router.now,
    detail: undefined,
  })
}

/** Takes an entry out, and with it everything that rested on it. */
export function forget(router: RouterState, tunnel: TunnelState, entry: CacheEntry, because: RemovalReason): void {
  if (!tunnel.cache.remove(entry) && !tunnel.shortcuts.remove(entry)) return
  leave(router, tunnel, entry, because)
}

function leave(router: RouterState, tunnel: TunnelState, entry: CacheEntry, because: RemovalReason): void {
  say(router, { step: 'entry removed', tunnel: tunnel.name, entry, because })
  if (entry.flags.registered) dropStation(tunnel, entry.nbma)
  if (entry.flags.rib || (router.profile.cache.routes && !tunnel.cache.exact(entry.prefix))) {
    router.routes.remove(entry.prefix, route => route.source === 'nhrp' && route.interface === tunnel.name)
  }
  if (entry.flags.nextHopOverride) router.routes.override(entry.prefix, undefined)
  if (entry.nbma !== undefined && !isStationInUse(tunnel, entry.nbma)) {
    releaseAssociation(router, tunnel, entry.nbma)
  }
}

/** Whether any mapping, server or multicast map still needs the station. */
function isStationInUse(tunnel: TunnelState, nbma: Ipv4): boolean {
  if (tunnel.settings.protection === undefined) return true
  if (tunnel.nhrp.multicast.static.includes(nbma)) return true
  for (const entry of tunnel.cache.values()) if (entry.nbma === nbma && !entry.flags.noSocket) return true
  return tunnel.servers.some(each => each.nbma === nbma)
}
