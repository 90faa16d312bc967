/** From shortest paths and summaries to the routes that are taken (RFC 2328 §16.1, §16.2). */
import { type OspfLsa, ospfLsaType, ospfRouterFlag } from '@dmvpn/protocols'
import { lengthOfMask } from '@dmvpn/wire'
import type { Route } from '../forwarding/route-table.ts'
import { formatPrefix, prefixOf } from '../prefix.ts'
import { type RouterState, setAlarm } from '../router-state.ts'
import type { Prefix } from '../settings.ts'
import { ageOf } from './database.ts'
import { isAreaBorder } from './links.ts'
import { reviseSoon } from './neighbor-state.ts'
import { calculationDelay, infinity, maxAge } from './parameters.ts'
import { joined, shortestPaths } from './shortest-paths.ts'
import type { NextHop, OspfArea, OspfRoute, OspfState } from './state.ts'

/** Has routes computed a little later, with whatever else changes until then. */
export function calculateSoon(router: RouterState, state: OspfState): void {
  const { calculation } = state
  if (calculation.due) return
  calculation.due = true
  const { first, next } = calculationDelay(router)
  const earliest = calculation.last === undefined ? 0 : calculation.last + next
  setAlarm(router, Math.max(router.now + first, earliest), { alarm: 'ospf', what: 'calculate', state })
}

export function calculateAlarm(router: RouterState, state: OspfState): void {
  state.calculation = { due: false, last: router.now }
  const routes = new Map<string, OspfRoute>()
  for (const area of state.areas.values()) {
    const isAlive = (key: string): boolean => ageOf(router, area.database.get(key)!) < maxAge
    const { routers, networks } = shortestPaths(state, area, isAlive)
    area.routers = routers
    for (const each of networks) offer(routes, { ...each, path: 'intra-area', area: area.id })
  }
  for (const area of state.areas.values()) {
    // Between areas a border router goes by way of the backbone alone.
    if (!isAreaBorder(state) || area.id === 0) offerSummaries(router, state, area, routes)
  }
  const before = state.routes
  state.routes = routes
  for (const [text, { prefix }] of before) if (!routes.has(text)) withdraw(router, state, prefix, [])
  for (const route of routes.values()) installRoute(router, state, route)
  for (const area of state.areas.values()) if (isAreaBorder(state)) reviseSoon(router, state, area)
}

/** Within an area beats between areas; then the least cost; equals share. */
function offer(routes: Map<string, OspfRoute>, route: OspfRoute): void {
  const text = formatPrefix(route.prefix)
  const known = routes.get(text)
  if (known === undefined || isBetter(route, known)) routes.set(text, route)
  else if (!isBetter(known, route)) routes.set(text, { ...known, hops: joined(known.hops, route.hops) })
}

function isBetter(one: OspfRoute, other: OspfRoute): boolean {
  return one.path === other.path ? one.cost < other.cost : one.path === 'intra-area'
}

function offerSummaries(router: RouterState, state: OspfState, area: OspfArea, routes: Map<string, OspfRoute>): void {
  for (const stored of area.database.values()) {
    if (stored.lsa.advertisingRouter === state.routerId || ageOf(router, stored) >= maxAge) continue
    const summary = summaryOf(stored.lsa)
    const border = area.routers.get(stored.lsa.advertisingRouter)
    if (summary === undefined || border === undefined || (border.flags & ospfRouterFlag.areaBorder) === 0) continue
    const { prefix, metric } = summary
    const origin = stored.lsa.advertisingRouter
    offer(routes, { prefix, path: 'inter-area', area: area.id, cost: border.cost + metric, origin, hops: border.hops })
  }
}

function summaryOf({ type, id, body }: OspfLsa): { readonly prefix: Prefix; readonly metric: number } | undefined {
  if (type !== ospfLsaType.summaryNetwork || body.kind !== 'summary') return undefined
  const length = lengthOfMask(body.mask)
  const metric = body.metrics[0]?.metric ?? infinity
  return length === undefined || metric >= infinity ? undefined : { prefix: prefixOf(id, length), metric }
}

/** Brings the route table to what was computed. Networks of this router's own interfaces are connected, not learned. */
function installRoute(router: RouterState, state: OspfState, route: OspfRoute): void {
  const hops = route.hops.filter(hop => hop.address !== undefined)
  const installed = router.routes.candidates(route.prefix).filter(each => isOurs(state, each))
  for (const hop of hops) {
    const known = installed.find(each => isBy(each, hop))
    if (known?.metric === route.cost && known.path === route.path) continue
    router.routes.add({
      prefix: route.prefix,
      source: 'ospf',
      process: state.settings.processId,
      distance: state.settings.distance,
      metric: route.cost,
      nextHop: hop.address,
      interface: hop.interface,
      from: route.origin,
      installed: router.now,
      detail: undefined,
      path: route.path,
    })
  }
  withdraw(router, state, route.prefix, hops)
}

/** Removes this process' ways to a network but those that remain. */
function withdraw(router: RouterState, state: OspfState, prefix: Prefix, remaining: readonly NextHop[]): void {
  router.routes.remove(prefix, each => isOurs(state, each) && !remaining.some(hop => isBy(each, hop)))
}

function isOurs(state: OspfState, { source, process }: Route): boolean {
  return source === 'ospf' && process === state.settings.processId
}

function isBy(route: Route, hop: NextHop): boolean {
  return route.interface === hop.interface && route.nextHop === hop.address
}

/** An interface is gone, and with it what left by it: nobody waits for a calculation. */
export function dropRoutesBy(router: RouterState, state: OspfState, name: string): void {
  router.routes.removeAll(each => isOurs(state, each) && each.interface === name)
}
