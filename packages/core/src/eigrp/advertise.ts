/** What neighbors are told: split horizon, next hops, summaries, and the silence of stubs (RFC 7868 §5.3.7, §5.4). */
import { type EigrpMetric, type EigrpTlv, eigrpFlag, eigrpOpcode } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { contains, formatPrefix, samePrefix } from '../prefix.ts'
import type { RouterState } from '../router-state.ts'
import type { EigrpSummary, Prefix } from '../settings.ts'
import { detailOf, linkMetric, unreachable } from './metric.ts'
import { tlvFor } from './routes.ts'
import type { EigrpOn, EigrpState, Neighbor, Told, Way } from './state.ts'
import { successorOf } from './topology.ts'
import { sendReliably } from './transport.ts'

/** Entries in one packet: what fits below the usual 1500 octets. */
const mostEntries = 40

/** Tells every interface what changed, and keeps the summaries' own routes true. */
export function advertiseChanges(router: RouterState, state: EigrpState): void {
  const changed = state.dirty
  state.dirty = new Map()
  for (const on of state.interfaces.values()) {
    const networks = new Map(changed)
    for (const { prefix } of on.settings.summaries) networks.set(formatPrefix(prefix), prefix)
    const tlvs: EigrpTlv[] = []
    for (const [text, prefix] of networks) {
      const tlv = difference(router, on, text, prefix, offered(router, state, on, prefix))
      if (tlv !== undefined) tlvs.push(tlv)
    }
    const listeners = [...on.neighbors.values()].filter(each => each.synchronised)
    for (const each of chunked(tlvs))
      sendReliably(router, state, on, listeners, { opcode: eigrpOpcode.update, tlvs: each })
    for (const { prefix, distance } of on.settings.summaries) installSummary(router, state, prefix, distance)
  }
}

/** Tells one neighbor everything, once; the last packet says that it was the last. */
export function advertiseAll(router: RouterState, state: EigrpState, on: EigrpOn, neighbor: Neighbor): void {
  const networks = new Map([...state.topology].map(([text, { prefix }]) => [text, prefix]))
  for (const { prefix } of on.settings.summaries) networks.set(formatPrefix(prefix), prefix)
  const tlvs: EigrpTlv[] = []
  for (const [text, prefix] of networks) {
    const told = offered(router, state, on, prefix)
    if (told === undefined) continue
    on.told.set(text, told)
    tlvs.push(tlvFor(prefix, told.nextHop, told.metric))
  }
  const packets = tlvs.length === 0 ? [[]] : chunked(tlvs)
  for (const [index, each] of packets.entries()) {
    const flags = index === packets.length - 1 ? eigrpFlag.endOfTable : 0
    sendReliably(router, state, on, [neighbor], { opcode: eigrpOpcode.update, flags, tlvs: each })
  }
}

/** What a query about a network is answered with. */
export function answerFor(router: RouterState, state: EigrpState, on: EigrpOn, prefix: Prefix): EigrpTlv {
  const told = offered(router, state, on, prefix)
  return tlvFor(prefix, told?.nextHop ?? 0, told?.metric ?? withdrawn(router, on))
}

function chunked(tlvs: readonly EigrpTlv[]): EigrpTlv[][] {
  const chunks: EigrpTlv[][] = []
  for (let at = 0; at < tlvs.length; at += mostEntries) chunks.push(tlvs.slice(at, at + mostEntries))
  return chunks
}

function difference(
  router: RouterState,
  on: EigrpOn,
  text: string,
  prefix: Prefix,
  now: Told | undefined,
): EigrpTlv | undefined {
  const before = on.told.get(text)
  if (now === undefined) {
    return on.told.delete(text) ? tlvFor(prefix, 0, withdrawn(router, on)) : undefined
  }
  if (before !== undefined && sameTold(before, now)) return undefined
  on.told.set(text, now)
  return tlvFor(prefix, now.nextHop, now.metric)
}

function sameTold({ nextHop, metric: a }: Told, { nextHop: other, metric: b }: Told): boolean {
  const sameMetric = a.delay === b.delay && a.bandwidth === b.bandwidth && a.hopCount === b.hopCount && a.mtu === b.mtu
  return nextHop === other && sameMetric
}

function withdrawn(router: RouterState, on: EigrpOn): EigrpMetric {
  return unreachable(linkMetric(router.interfaces.get(on.name)!.settings))
}

/** What neighbors on an interface are told of a network; undefined: nothing. */
function offered(router: RouterState, state: EigrpState, on: EigrpOn, prefix: Prefix): Told | undefined {
  const { summaries, splitHorizon, nextHopSelf } = on.settings
  if (summaries.some(each => samePrefix(each.prefix, prefix))) {
    const metric = summaryMetric(state, prefix)
    return metric === undefined ? undefined : { nextHop: 0, metric }
  }
  if (summaries.some(each => contains(each.prefix, prefix))) return undefined
  const destination = state.topology.get(formatPrefix(prefix))
  const way = destination === undefined ? undefined : successorOf(destination)
  if (way === undefined || !mayTell(state, way)) return undefined
  if (splitHorizon && way.interface === on.name) return undefined
  return { nextHop: nextHopSelf || way.interface !== on.name ? 0 : (way.nextHop ?? 0), metric: way.metric }
}

/** A stub tells of what is its own, as far as it is configured to, and of nothing it learned. */
function mayTell({ settings }: EigrpState, way: Way): boolean {
  const { stub } = settings
  if (stub === undefined) return true
  if (stub.receiveOnly || way.kind === 'neighbor') return false
  return way.kind === 'connected' ? stub.connected : stub.redistributed || stub.static
}

/** The metric of a summary: that of its nearest part. */
function summaryMetric(state: EigrpState, summary: Prefix): EigrpMetric | undefined {
  let best: Way | undefined
  for (const each of state.topology.values()) {
    if (!contains(summary, each.prefix) || samePrefix(summary, each.prefix)) continue
    const way = successorOf(each)
    if (way !== undefined && (best === undefined || way.distance < best.distance)) best = way
  }
  return best?.metric
}

/** A summary's own route discards what no part of it covers: without it, packets would circle. */
function installSummary(
  router: RouterState,
  state: EigrpState,
  prefix: Prefix,
  distance: EigrpSummary['distance'],
): void {
  const metric = summaryMetric(state, prefix)
  const process = state.settings.autonomousSystem
  const known = router.routes
    .candidates(prefix)
    .find(each => each.source === 'eigrp' && each.detail?.type === 'summary')
  if (metric === undefined) {
    if (known !== undefined) router.routes.remove(prefix, each => each === known)
    return
  }
  const total = metric.bandwidth + metric.delay
  if (known?.metric === total) return
  router.routes.add({
    prefix,
    source: 'eigrp',
    process,
    distance,
    metric: total,
    nextHop: undefined,
    interface: undefined,
    from: undefined,
    installed: router.now,
    detail: { ...detailOf(metric, false), type: 'summary' },
  })
}

/** 0 stands for the sender itself. */
export function nextHopOf(told: Ipv4, sender: Ipv4): Ipv4 {
  return told === 0 ? sender : told
}
