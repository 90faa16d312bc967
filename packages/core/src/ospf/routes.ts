/** From shortest paths and summaries to the routes that are taken (RFC 2328 §16.1, §16.2). */
import { type OspfLsa, ospfLsaType, ospfRouterFlag } from '@dmvpn/protocols'
import { type Ipv4, lengthOfMask } from '@dmvpn/wire'
import type { Route } from '../forwarding/route-table.ts'
import { formatPrefix, prefixOf } from '../prefix.ts'
import { type RouterState, setAlarm } from '../router-state.ts'
import type { Prefix } from '../settings.ts'
import { ageOf } from './database.ts'
import { externalRoute } from './externals.ts'
import { isAreaBorder } from './links.ts'
import { reviseSoon } from './neighbor-state.ts'
import { calculationDelay, infinity, maxAge } from './parameters.ts'
import { joined, shortestPaths } from './shortest-paths.ts'
import type { Boundary, NextHop, OspfArea, OspfPath, OspfRoute, OspfState, ReachedRouter } from './state.ts'

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
    for (const each of networks) offer(routes, { ...each, path: 'intra-area', area: area.id, inside: 0 })
  }
  offerSummaries(router, state, routes)
  state.boundaries = boundariesOf(router, state)
  offerExternals(router, state, routes)
  const before = state.routes
  state.routes = routes
  for (const [text, { prefix }] of before) if (!routes.has(text)) withdraw(router, state, prefix, [])
  for (const route of routes.values()) installRoute(router, state, route)
  for (const area of state.areas.values()) if (isAreaBorder(state)) reviseSoon(router, state, area)
}

/** Networks outside, by whoever told of them and can be reached (RFC 2328 §16.4). */
function offerExternals(router: RouterState, state: OspfState, routes: Map<string, OspfRoute>): void {
  const inside = new Map(routes)
  for (const stored of state.domain.database.values()) {
    const route = ageOf(router, stored) < maxAge ? externalRoute(state, stored.lsa, inside) : undefined
    if (route !== undefined) offer(routes, route)
  }
}

/** Routers that tell of networks outside: those of the areas, then those that border routers tell of. */
function boundariesOf(router: RouterState, state: OspfState): Map<Ipv4, Boundary> {
  const found = new Map<Ipv4, Boundary>()
  for (const { id: area, routers } of state.areas.values()) {
    for (const [id, reached] of routers) {
      const isNearest = reached.cost < (found.get(id)?.cost ?? infinity)
      if ((reached.flags & ospfRouterFlag.boundary) !== 0 && isNearest)
        found.set(id, { ...reached, path: 'intra-area', area })
    }
  }
  for (const { area, border, lsa, metric } of summariesHeard(router, state)) {
    const known = found.get(lsa.id)
    const cost = border.cost + metric
    if (lsa.type !== ospfLsaType.summaryBoundary || lsa.id === state.routerId || known?.path === 'intra-area') continue
    if (cost < (known?.cost ?? infinity))
      found.set(lsa.id, { cost, flags: ospfRouterFlag.boundary, hops: border.hops, path: 'inter-area', area: area.id })
  }
  return found
}

interface HeardSummary {
  readonly area: OspfArea
  readonly lsa: OspfLsa
  readonly metric: number
  readonly border: ReachedRouter
}

/** Summaries of border routers that are reached; between areas a border router goes by way of the backbone alone. */
function* summariesHeard(router: RouterState, state: OspfState): Generator<HeardSummary> {
  for (const area of state.areas.values()) {
    if (isAreaBorder(state) && area.id !== 0) continue
    for (const stored of area.database.values()) {
      const { lsa } = stored
      if (lsa.body.kind !== 'summary' || lsa.advertisingRouter === state.routerId) continue
      const border = area.routers.get(lsa.advertisingRouter)
      const metric = lsa.body.metrics[0]?.metric ?? infinity
      if (border === undefined || (border.flags & ospfRouterFlag.areaBorder) === 0) continue
      if (metric < infinity && ageOf(router, stored) < maxAge) yield { area, lsa, metric, border }
    }
  }
}

const ranks: Readonly<Record<OspfPath, number>> = {
  'intra-area': 0,
  'inter-area': 1,
  'external-1': 2,
  'external-2': 3,
}

/** Within an area beats between areas, and that what is outside; then the least cost; equals share. */
function offer(routes: Map<string, OspfRoute>, route: OspfRoute): void {
  const text = formatPrefix(route.prefix)
  const known = routes.get(text)
  if (known === undefined || isBetter(route, known)) routes.set(text, route)
  else if (!isBetter(known, route)) routes.set(text, { ...known, hops: joined(known.hops, route.hops) })
}

function isBetter(one: OspfRoute, other: OspfRoute): boolean {
  if (one.path !== other.path) return ranks[one.path] < ranks[other.path]
  return one.cost === other.cost ? one.inside < other.inside : one.cost < other.cost
}

function offerSummaries(router: RouterState, state: OspfState, routes: Map<string, OspfRoute>): void {
  for (const { area, lsa, metric, border } of summariesHeard(router, state)) {
    if (lsa.type !== ospfLsaType.summaryNetwork) continue
    const length = lsa.body.kind === 'summary' ? lengthOfMask(lsa.body.mask) : undefined
    if (length === undefined) continue
    offer(routes, {
      prefix: prefixOf(lsa.id, length),
      path: 'inter-area',
      area: area.id,
      cost: border.cost + metric,
      inside: 0,
      origin: lsa.advertisingRouter,
      hops: border.hops,
    })
  }
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
      ...(route.path === 'external-2' ? { forwardMetric: route.inside } : {}),
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
