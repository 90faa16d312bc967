/**
 * BGP as its outcome alone: no session, no packet, no timer. At one instant the routers that are configured as each
 * other's neighbors, and have a way to each other, come to hold what updates would have brought them: networks with
 * their next hops, kept or not (RFC 4271 §5.1.3, RFC 4456). It is called by whoever owns the time.
 */
import type { Ipv4 } from '@dmvpn/wire'
import { forwardingState } from '../forwarding/adjacency.ts'
import { attachedPrefix } from '../interface-state.ts'
import { formatPrefix } from '../prefix.ts'
import type { RouterState } from '../router-state.ts'
import { interfaceTowards } from '../routing/egress.ts'
import { sourceFor } from '../routing/source-address.ts'
import type { Bgp, BgpNeighbor, Prefix } from '../settings.ts'

/** A network that a router was told of, and is in use there. */
export interface BgpRoute {
  readonly prefix: Prefix
  readonly nextHop: Ipv4
  /** The neighbor's address. */
  readonly from: Ipv4
  /** Autonomous systems, the nearest first. */
  readonly path: readonly number[]
  readonly internal: boolean
}

/** The networks each router is told of: those with a BGP process only. */
export function exchangedRoutes(routers: readonly RouterState[]): Map<RouterState, readonly BgpRoute[]> {
  const speakers = routers.flatMap(router =>
    router.settings.bgp === undefined ? [] : [{ router, bgp: router.settings.bgp }],
  )
  const sessions = speakers.flatMap(to => speakers.flatMap(from => sessionBetween(from, to)))
  let tables = new Map(speakers.map(({ router, bgp }) => [router, ownWays(router, bgp)]))
  // Every round carries a network one router farther.
  for (let round = 0; round <= speakers.length; round++) {
    const before = tables
    tables = new Map(speakers.map(speaker => [speaker.router, tableOf(speaker, sessions, before)]))
  }
  return new Map([...tables].map(([router, ways]) => [router, [...ways.values()].flatMap(learned)]))
}

interface Speaker {
  readonly router: RouterState
  readonly bgp: Bgp
}

/** One direction of two neighbors: what `from` tells `to`. */
interface Session {
  readonly from: Speaker
  readonly to: Speaker
  /** How `from` is configured to tell `to`. */
  readonly towards: BgpNeighbor
  readonly fromAddress: Ipv4
  readonly internal: boolean
}

interface Way {
  readonly prefix: Prefix
  /** Undefined: the router's own. */
  readonly nextHop: Ipv4 | undefined
  readonly from: Ipv4 | undefined
  readonly path: readonly number[]
  readonly internal: boolean
  readonly ofClient: boolean
}

function learned({ prefix, nextHop, from, path, internal }: Way): BgpRoute[] {
  return nextHop === undefined || from === undefined ? [] : [{ prefix, nextHop, from, path, internal }]
}

function sessionBetween(from: Speaker, to: Speaker): Session[] {
  return from.bgp.neighbors.flatMap(towards => {
    if (to.bgp.autonomousSystem !== towards.remoteAs || !to.router.own.has(towards.address)) return []
    const fromAddress = sourceFor(from.router, towards.address)
    const back = to.bgp.neighbors.find(each => each.address === fromAddress)
    if (typeof fromAddress !== 'number' || back?.remoteAs !== from.bgp.autonomousSystem) return []
    if (!reaches(from.router, towards.address) || !reaches(to.router, fromAddress)) return []
    return [{ from, to, towards, fromAddress, internal: from.bgp.autonomousSystem === to.bgp.autonomousSystem }]
  })
}

/** Whether packets would leave towards an address: on a multipoint tunnel, whether its station is known. */
function reaches(router: RouterState, address: Ipv4): boolean {
  const state = forwardingState(router, address)?.state
  return state === 'valid' || state === 'stale'
}

/** `network` announces what the route table has, exactly. */
function ownWays(router: RouterState, { networks }: Bgp): Map<string, Way> {
  const own = networks.filter(prefix => router.routes.candidates(prefix).some(each => each.source !== 'bgp'))
  return new Map(
    own.map(prefix => [
      formatPrefix(prefix),
      { prefix, nextHop: undefined, from: undefined, path: [], internal: false, ofClient: false },
    ]),
  )
}

function tableOf(
  { router, bgp }: Speaker,
  sessions: readonly Session[],
  before: ReadonlyMap<RouterState, ReadonlyMap<string, Way>>,
): Map<string, Way> {
  const table = ownWays(router, bgp)
  for (const session of sessions) {
    if (session.to.router !== router) continue
    for (const [text, way] of before.get(session.from.router)!) {
      const told = toldBy(session, way)
      const known = table.get(text)
      if (told !== undefined && (known === undefined || isBetter(told, known))) table.set(text, told)
    }
  }
  return table
}

/** What a neighbor makes of a way when it tells it; undefined where it does not, or it would come back. */
function toldBy({ from, to, towards, fromAddress, internal }: Session, way: Way): Way | undefined {
  const reflected = way.ofClient || towards.routeReflectorClient
  if (internal && way.internal && !reflected) return undefined
  const path = internal ? way.path : [from.bgp.autonomousSystem, ...way.path]
  if (path.includes(to.bgp.autonomousSystem)) return undefined
  const nextHop = keepsNextHop(from.router, towards, internal, way.nextHop) ? way.nextHop! : fromAddress
  const source = to.router.routes.lookup(nextHop)?.route.source
  if (to.router.own.has(nextHop) || source === undefined || source === 'bgp') return undefined
  const back = to.bgp.neighbors.find(each => each.address === fromAddress)!
  return { prefix: way.prefix, nextHop, from: fromAddress, path, internal, ofClient: back.routeReflectorClient }
}

/** Between systems only a next hop on the network that both neighbors are on is passed on (RFC 4271 §5.1.3). */
function keepsNextHop(
  router: RouterState,
  towards: BgpNeighbor,
  internal: boolean,
  nextHop: Ipv4 | undefined,
): boolean {
  if (nextHop === undefined || towards.nextHopSelf) return false
  if (internal) return true
  const by = router.interfaces.get(interfaceTowards(router, towards.address) ?? '')
  return (
    by !== undefined && attachedPrefix(by, nextHop) !== undefined && attachedPrefix(by, towards.address) !== undefined
  )
}

/** Own before all, then the shorter path, then that of another system, then the lower neighbor (RFC 4271 §9.1.2.2). */
function isBetter(one: Way, other: Way): boolean {
  if (other.from === undefined) return false
  if (one.path.length !== other.path.length) return one.path.length < other.path.length
  if (one.internal !== other.internal) return other.internal
  return one.from! < other.from
}
