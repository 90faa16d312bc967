/**
 * What is known of every network, and which way is taken: the least distance among those that satisfy the feasibility
 * condition; where none does, the neighbors are asked before anything farther is believed (RFC 7868 §3.5, §3.7).
 */
import { type EigrpMetric, eigrpOpcode } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { minutes } from '../instant.ts'
import { formatPrefix } from '../prefix.ts'
import { type RouterState, setAlarm } from '../router-state.ts'
import type { Prefix } from '../settings.ts'
import { detailOf, distanceOf, infinity, isUnreachable, joined, linkMetric, unreachable } from './metric.ts'
import { tlvFor } from './routes.ts'
import type { Destination, EigrpOn, EigrpState, Neighbor, Way } from './state.ts'
import { sendReliably } from './transport.ts'

export function destinationFor(state: EigrpState, prefix: Prefix): Destination {
  const text = formatPrefix(prefix)
  const known = state.topology.get(text)
  if (known !== undefined) return known
  const fresh: Destination = {
    prefix,
    ways: new Map(),
    feasibleDistance: infinity,
    successor: undefined,
    awaited: new Set(),
    activeSince: 0,
  }
  state.topology.set(text, fresh)
  return fresh
}

/** A network of an interface of this router. */
export function addConnected(
  router: RouterState,
  state: EigrpState,
  prefix: Prefix,
  name: string,
  kind: 'connected' | 'redistributed',
): void {
  const of = router.interfaces.get(name)?.settings
  if (of === undefined) return
  const metric = linkMetric(of)
  const distance = distanceOf(metric, state.settings)
  const key = `${kind} ${name}`
  const way: Way = {
    key,
    kind,
    interface: name,
    neighbor: undefined,
    nextHop: undefined,
    metric,
    distance,
    reported: 0,
    external: kind === 'redistributed',
  }
  const destination = destinationFor(state, prefix)
  destination.ways.set(key, way)
  decide(router, state, destination)
}

/** What a neighbor says of a network: a way, or that it has none any more. */
export function learnWay(
  router: RouterState,
  state: EigrpState,
  on: EigrpOn,
  neighbor: Neighbor,
  prefix: Prefix,
  told: EigrpMetric,
  nextHop: Ipv4,
  external: boolean,
): void {
  const link = router.interfaces.get(on.name)?.settings
  if (link === undefined) return
  const key = keyOf(on, neighbor)
  const destination = destinationFor(state, prefix)
  const metric = joined(told, linkMetric(link))
  const distance = distanceOf(metric, state.settings)
  // A way by this router itself is none: a hub that reflects routes tells everybody all of them.
  if (isUnreachable(told) || distance === infinity || router.own.has(nextHop)) destination.ways.delete(key)
  else {
    const reported = distanceOf(told, state.settings)
    destination.ways.set(key, {
      key,
      kind: 'neighbor',
      interface: on.name,
      neighbor: neighbor.address,
      nextHop,
      metric,
      distance,
      reported,
      external,
    })
  }
  decide(router, state, destination)
}

export function keyOf(on: EigrpOn, neighbor: Neighbor): string {
  return `${on.name} ${neighbor.address}`
}

/** Everything that came by a neighbor, or an interface, is gone. */
export function dropWays(router: RouterState, state: EigrpState, isGone: (way: Way) => boolean): void {
  for (const destination of state.topology.values()) {
    const gone = [...destination.ways.values()].filter(isGone)
    for (const { key } of gone) destination.ways.delete(key)
    if (gone.length > 0) decide(router, state, destination)
  }
}

/** A neighbor will not reply any more. */
export function stopAwaiting(router: RouterState, state: EigrpState, key: string): void {
  for (const destination of state.topology.values()) {
    if (destination.awaited.delete(key) && destination.awaited.size === 0) becomePassive(router, state, destination)
  }
}

/** A reply came: with the last one the network is passive again, and anything may be believed. */
export function replyArrived(router: RouterState, state: EigrpState, prefix: Prefix, key: string): void {
  const destination = destinationFor(state, prefix)
  if (destination.awaited.delete(key) && destination.awaited.size === 0) becomePassive(router, state, destination)
}

function becomePassive(router: RouterState, state: EigrpState, destination: Destination): void {
  destination.feasibleDistance = infinity
  decide(router, state, destination)
}

function decide(router: RouterState, state: EigrpState, destination: Destination): void {
  if (destination.awaited.size > 0) return
  const best = nearest(destination, way => way.kind !== 'neighbor' || way.reported < destination.feasibleDistance)
  if (best !== undefined) return take(router, state, destination, best)
  const isLost = destination.successor !== undefined
  if (isLost && ask(router, state, destination)) return take(router, state, destination, undefined)
  destination.feasibleDistance = infinity
  take(
    router,
    state,
    destination,
    nearest(destination, () => true),
  )
}

function nearest(destination: Destination, isAllowed: (way: Way) => boolean): Way | undefined {
  let best: Way | undefined
  for (const way of destination.ways.values()) {
    if (isAllowed(way) && (best === undefined || way.distance < best.distance)) best = way
  }
  return best
}

/** Asks every neighbor that could know; stubs never do. Whether there was one. */
function ask(router: RouterState, state: EigrpState, destination: Destination): boolean {
  for (const on of state.interfaces.values()) {
    const metric = unreachable(linkMetric(router.interfaces.get(on.name)!.settings))
    const knowing = [...on.neighbors.values()].filter(each => each.stub === undefined && each.synchronised)
    for (const each of knowing) destination.awaited.add(keyOf(on, each))
    sendReliably(router, state, on, knowing, {
      opcode: eigrpOpcode.query,
      tlvs: [tlvFor(destination.prefix, 0, metric)],
    })
  }
  if (destination.awaited.size === 0) return false
  destination.activeSince = router.now
  setAlarm(router, router.now + longestActive, {
    alarm: 'eigrp',
    what: 'active',
    state,
    destination,
    since: router.now,
  })
  return true
}

/** How long replies may take: RFC 7868 §3.7's active timer. */
const longestActive = minutes(3)

/** Takes a way into use: the route table follows, and neighbors will be told. */
function take(router: RouterState, state: EigrpState, destination: Destination, way: Way | undefined): void {
  const { prefix } = destination
  const process = state.settings.autonomousSystem
  destination.successor = way?.key
  if (way !== undefined) destination.feasibleDistance = Math.min(destination.feasibleDistance, way.distance)
  markDirty(router, state, prefix)
  router.routes.remove(
    prefix,
    route =>
      route.source === 'eigrp' &&
      route.process === process &&
      route.detail?.type !== 'summary' &&
      (way?.kind !== 'neighbor' || route.nextHop !== way.nextHop || route.interface !== way.interface),
  )
  if (way?.kind === 'neighbor') {
    const { internal, external } = state.settings.distance
    const known = router.routes
      .candidates(prefix)
      .find(each => each.source === 'eigrp' && each.process === process && each.metric === way.distance)
    if (known === undefined) {
      router.routes.add({
        prefix,
        source: 'eigrp',
        process,
        distance: way.external ? external : internal,
        metric: way.distance,
        nextHop: way.nextHop,
        interface: way.interface,
        from: way.neighbor,
        installed: router.now,
        detail: detailOf(way.metric, way.external),
      })
    }
  }
  if (way === undefined && destination.ways.size === 0 && destination.awaited.size === 0)
    state.topology.delete(formatPrefix(prefix))
}

/** Neighbors hear of it in one packet with whatever else changes in the same breath. */
export function markDirty(router: RouterState, state: EigrpState, prefix: Prefix): void {
  if (state.dirty.size === 0) setAlarm(router, router.now, { alarm: 'eigrp', what: 'advertise', state })
  state.dirty.set(formatPrefix(prefix), prefix)
}

/** The way in use. */
export function successorOf(destination: Destination): Way | undefined {
  return destination.successor === undefined ? undefined : destination.ways.get(destination.successor)
}
