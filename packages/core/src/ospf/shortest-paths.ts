/** The shortest paths of an area: Dijkstra's algorithm over its routers and networks (RFC 2328 §16.1). */
import { type OspfLink, type OspfLsa, ospfLinkType, ospfLsaType } from '@dmvpn/protocols'
import { type Ipv4, lengthOfMask, networkOf } from '@dmvpn/wire'
import { prefixOf } from '../prefix.ts'
import type { Prefix } from '../settings.ts'
import type { NextHop, OspfArea, OspfOn, OspfState, ReachedRouter } from './state.ts'

/** A network of the area, and the cost to it. */
export interface ReachedNetwork {
  readonly prefix: Prefix
  readonly cost: number
  readonly origin: Ipv4
  readonly hops: readonly NextHop[]
}

export interface Reached {
  readonly routers: Map<Ipv4, ReachedRouter>
  readonly networks: ReachedNetwork[]
}

interface Vertex {
  readonly key: string
  readonly lsa: OspfLsa
  readonly cost: number
  readonly hops: readonly NextHop[]
}

/** What is reached in an area by advertisements that have not reached their greatest age. */
export function shortestPaths(state: OspfState, area: OspfArea, isAlive: (key: string) => boolean): Reached {
  const lsas = new Map<string, OspfLsa>()
  for (const [key, { lsa }] of area.database) {
    if (lsa.type <= ospfLsaType.network && isAlive(key)) lsas.set(keyOf(lsa.type, lsa.id), lsa)
  }
  const routers = new Map<Ipv4, ReachedRouter>()
  const networks: ReachedNetwork[] = []
  const reached = new Set<string>()
  const root = lsas.get(keyOf(ospfLsaType.router, state.routerId))
  const candidates = new Map<string, Vertex>()
  if (root !== undefined) {
    const key = keyOf(root.type, root.id)
    candidates.set(key, { key, lsa: root, cost: 0, hops: [] })
  }
  for (let next = nearest(candidates); next !== undefined; next = nearest(candidates)) {
    candidates.delete(next.key)
    reached.add(next.key)
    settle(state, area, next, routers, networks)
    for (const each of neighborsOf(state, area, next, lsas)) {
      if (reached.has(each.key)) continue
      const known = candidates.get(each.key)
      if (known === undefined || each.cost < known.cost) candidates.set(each.key, each)
      else if (each.cost === known.cost) candidates.set(each.key, { ...known, hops: joined(known.hops, each.hops) })
    }
  }
  return { routers, networks }
}

const keyOf = (type: number, id: Ipv4): string => `${type} ${id}`

/** Of equals a network comes before a router, so that all ways to the router are found (RFC 2328 §16.1, step 3). */
function nearest(candidates: ReadonlyMap<string, Vertex>): Vertex | undefined {
  let first: Vertex | undefined
  for (const each of candidates.values()) {
    if (first === undefined || each.cost < first.cost) first = each
    else if (each.cost === first.cost && each.lsa.type > first.lsa.type) first = each
  }
  return first
}

/** Puts down what a vertex on the tree stands for: a router and its stubs, or a network. */
function settle(
  state: OspfState,
  area: OspfArea,
  { lsa, cost, hops }: Vertex,
  routers: Map<Ipv4, ReachedRouter>,
  networks: ReachedNetwork[],
): void {
  const origin = lsa.advertisingRouter
  const { body } = lsa
  if (body.kind === 'network') {
    const length = lengthOfMask(body.mask)
    if (length !== undefined) networks.push({ prefix: prefixOf(lsa.id, length), cost, origin, hops })
    return
  }
  if (body.kind !== 'router') return
  const isRoot = lsa.id === state.routerId
  if (!isRoot) routers.set(lsa.id, { cost, flags: body.flags, hops })
  for (const link of body.links) {
    const length = link.type === ospfLinkType.stub ? lengthOfMask(link.data) : undefined
    if (length === undefined) continue
    const prefix = prefixOf(link.id, length)
    networks.push({ prefix, cost: cost + link.metric, origin, hops: isRoot ? attached(state, area, prefix) : hops })
  }
}

/** The interfaces that a network of this router is on. */
function attached(state: OspfState, area: OspfArea, { address, length }: Prefix): NextHop[] {
  return interfacesOf(state, area)
    .filter(on => networkOf(on.address, length) === address)
    .map(on => ({ interface: on.name, address: undefined }))
}

function interfacesOf(state: OspfState, area: OspfArea): OspfOn[] {
  return [...state.interfaces.values()].filter(on => on.area === area.id)
}

/** The vertices that a vertex leads to and that lead back. */
function neighborsOf(state: OspfState, area: OspfArea, from: Vertex, lsas: ReadonlyMap<string, OspfLsa>): Vertex[] {
  const { body } = from.lsa
  const found: Vertex[] = []
  const add = (key: string, metric: number, link: OspfLink | undefined): void => {
    const lsa = lsas.get(key)
    const back = lsa === undefined ? undefined : linkBack(lsa, from.lsa)
    if (lsa === undefined || back === undefined) return
    const hops = hopsTo(state, area, from, lsa, link, back)
    if (hops.length > 0) found.push({ key, lsa, cost: from.cost + metric, hops })
  }
  if (body.kind === 'network') {
    for (const each of body.attachedRouters) add(keyOf(ospfLsaType.router, each), 0, undefined)
  } else if (body.kind === 'router') {
    for (const link of body.links) {
      if (link.type === ospfLinkType.pointToPoint) add(keyOf(ospfLsaType.router, link.id), link.metric, link)
      if (link.type === ospfLinkType.transit) add(keyOf(ospfLsaType.network, link.id), link.metric, link)
    }
  }
  return found
}

/** How the far end leads back: by which of its links, or, of a network, that it does; undefined where it does not. */
function linkBack({ body }: OspfLsa, to: OspfLsa): OspfLink | true | undefined {
  if (body.kind === 'network') return body.attachedRouters.includes(to.id) ? true : undefined
  if (body.kind !== 'router') return undefined
  const type = to.body.kind === 'network' ? ospfLinkType.transit : ospfLinkType.pointToPoint
  return body.links.find(link => link.type === type && link.id === to.id)
}

/**
 * RFC 2328 §16.1.1: behind this router the next hop is the far end's address on the link, or the network's interface;
 * behind a network this router is on, the address that the far router has there; farther away, that of the way so far.
 */
function hopsTo(
  state: OspfState,
  area: OspfArea,
  from: Vertex,
  to: OspfLsa,
  link: OspfLink | undefined,
  back: OspfLink | true,
): readonly NextHop[] {
  if (from.lsa.body.kind === 'network') {
    if (back === true) return from.hops
    return from.hops.map(hop => (hop.address === undefined ? { ...hop, address: back.data } : hop))
  }
  if (from.lsa.id !== state.routerId) return from.hops
  const by = interfacesOf(state, area).find(on => on.address === link?.data)
  if (by === undefined) return []
  if (to.body.kind === 'network') return [{ interface: by.name, address: undefined }]
  const neighbor = [...by.neighbors.values()].find(each => each.routerId === to.id && each.state === 'full')
  return neighbor === undefined ? [] : [{ interface: by.name, address: neighbor.address }]
}

/** Every next hop once. */
export function joined(one: readonly NextHop[], other: readonly NextHop[]): readonly NextHop[] {
  const more = other.filter(each => !one.some(known => isSameHop(known, each)))
  return more.length === 0 ? one : [...one, ...more]
}

function isSameHop(one: NextHop, other: NextHop): boolean {
  return one.interface === other.interface && one.address === other.address
}
