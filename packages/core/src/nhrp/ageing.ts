/**
 * How mappings grow old. IOS scans all of them once a minute and has the next packet refresh what will not live two
 * more; others look at each at two thirds of its life, and ask again where packets used it.
 */
import type { Alarm, EntryAlarm } from '../alarms.ts'
import { type Instant, never, type Span, seconds } from '../instant.ts'
import { type RouterState, say, setAlarm } from '../router-state.ts'
import type { TunnelState } from '../tunnel/tunnel-state.ts'
import { type CacheEntry, isExpired } from './cache.ts'
import { arm, forget } from './entries.ts'

/** Between two looks at every mapping ("Every 60 seconds global NHRP process runs"). */
export const scanPeriod: Span = seconds(60)

/** The alarm of the scan: all routers wait for the same. */
export const scanAlarm: Alarm = { alarm: 'scan' }

/** With no more life than this a mapping is refreshed. */
export const refreshThreshold: Span = seconds(120)

/** When a mapping that lives for `life` is looked at; undefined where a scan does it. */
export function refreshTime(router: RouterState, life: Span, earlier: number): Instant | undefined {
  const { refresh } = router.profile
  if (refresh.kind === 'scan') return undefined
  const wait = Math.floor((life * 2) / 3) + seconds(refresh.margin) - seconds(earlier)
  return wait > 0 && wait < life ? router.now + wait : undefined
}

/** What to ask for again. */
export type Refresh = (router: RouterState, tunnel: TunnelState, entry: CacheEntry) => void

/** An entry is due: it ends, or is looked at and then waits for its end. */
export function entryAlarm(router: RouterState, alarm: EntryAlarm, refresh: Refresh): void {
  const { tunnel, entry } = alarm
  if (!entry.held) return
  entry.armed = never
  if (isExpired(entry, router.now)) {
    forget(router, tunnel, entry, 'expired')
    return
  }
  if (entry.refreshAt !== undefined && entry.refreshAt <= router.now) {
    entry.refreshAt = undefined
    if (wasUsedLately(router, entry)) {
      refresh(router, tunnel, entry)
      if (!entry.held) return
    }
  }
  arm(router, tunnel, entry, alarm)
}

function wasUsedLately(router: RouterState, entry: CacheEntry): boolean {
  const { refresh } = router.profile
  if (entry.lastUsed === never || refresh.kind === 'scan') return false
  return refresh.usedWithin === undefined || router.now - entry.lastUsed <= seconds(refresh.usedWithin)
}

/** Whether anything would come of a scan. */
export function wantsScan(router: RouterState): boolean {
  if (router.watcher !== undefined) return true
  for (let i = 0; i < router.tunnels.length; i++) if (router.tunnels[i]!.cache.hasAny('cached')) return true
  return false
}

/** The scan: registered, configured and own mappings are left alone. */
export function scan(router: RouterState, isProcessSwitched: (tunnel: TunnelState) => boolean, refresh: Refresh): void {
  setAlarm(router, router.now + scanPeriod, scanAlarm)
  for (const tunnel of router.tunnels) {
    if (tunnel.cache.hasAny('cached')) scanTunnel(router, tunnel, isProcessSwitched(tunnel), refresh)
    router.watcher?.({ step: 'scanned', tunnel: tunnel.name, entries: tunnel.cache.size }, router.now)
  }
}

function scanTunnel(router: RouterState, tunnel: TunnelState, byProcess: boolean, refresh: Refresh): void {
  const due: CacheEntry[] = []
  for (const entry of tunnel.cache.values()) {
    if (entry.kind !== 'cached') continue
    const isOld = entry.expires - router.now <= refreshThreshold
    if (byProcess) {
      if (entry.flags.used && isOld) due.push(entry)
      entry.flags.used = false
    } else if (isOld && !entry.stale) {
      entry.stale = true
      say(router, { step: 'entry stale', tunnel: tunnel.name, entry })
    }
  }
  for (const entry of due) refresh(router, tunnel, entry)
}
