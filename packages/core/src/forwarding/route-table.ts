/**
 * Routes from every source, the best one per network in use: the least distance, then the least metric, then what came
 * first. An NHRP override bends the next hop of a route without being one.
 */
import type { Instant } from '../instant.ts'
import { added, empty, fitted } from '../mostly-empty.ts'
import type { OspfPath } from '../ospf/state.ts'
import { samePrefix } from '../prefix.ts'
import { PrefixTable } from '../prefix-table.ts'
import type { Ip, Prefix } from '../settings.ts'

export type RouteSource = 'connected' | 'local' | 'static' | 'eigrp' | 'ospf' | 'bgp' | 'nhrp'

export interface Route {
  readonly prefix: Prefix
  readonly source: RouteSource
  /** The process it belongs to: an autonomous system or a process id. */
  readonly process: number
  readonly distance: number
  readonly metric: number
  /** Undefined: the destination itself is on the interface. */
  readonly nextHop: Ip | undefined
  /** Undefined: packets are discarded (a summary's own route), or found by the next hop's route. */
  readonly interface: string | undefined
  /** Who told of it. */
  readonly from: Ip | undefined
  readonly installed: Instant
  /** What a routing protocol prints of it. */
  readonly detail: RouteDetail | undefined
  /** Of OSPF: whether the network is in an area of this router, in another, or outside. */
  readonly path?: OspfPath
  /** Of OSPF's networks outside of type 2: the cost to whoever told of them. */
  readonly forwardMetric?: number
}

export interface RouteDetail {
  /** Microseconds. */
  readonly delay: number
  /** Kilobits per second. */
  readonly bandwidth: number
  readonly reliability: number
  readonly load: number
  readonly mtu: number
  readonly hops: number
  readonly type: 'internal' | 'external' | 'summary'
}

/** The best route for an address, and the next hop NHRP put in its place. */
export interface FoundRoute {
  readonly route: Route
  readonly override: Ip | undefined
}

interface Destination {
  readonly prefix: Prefix
  candidates: Route[]
  /** The next hop that NHRP found, in place of the best route's. */
  override: Ip | undefined
  version: number
}

/** What changed: the network, and what packets for it take now. */
export interface RouteChange {
  readonly prefix: Prefix
  readonly before: Route | undefined
  readonly after: Route | undefined
}

export class RouteTable {
  private readonly destinations = new PrefixTable<Destination>()
  private versions = 0
  /** Changes since someone took them. */
  changes: RouteChange[] = empty

  lookup(address: Ip): FoundRoute | undefined {
    const found = this.destinations.longest(address, hasCandidates)
    if (found === undefined) return undefined
    return { route: found.candidates[0]!, override: found.override }
  }

  /** The best route for an address, NHRP's own left aside. */
  lookupUnderlying(address: Ip): Route | undefined {
    const notNhrp = (each: Route): boolean => each.source !== 'nhrp'
    return this.destinations.longest(address, each => each.candidates.some(notNhrp))?.candidates.find(notNhrp)
  }

  best(prefix: Prefix): Route | undefined {
    return this.destinations.exact(prefix)?.candidates[0]
  }

  /** A number that grows whenever what packets for any network take changes. */
  get generation(): number {
    return this.versions
  }

  /** A number that grows whenever what packets for the network take changes. */
  version(prefix: Prefix): number {
    return this.destinations.exact(prefix)?.version ?? 0
  }

  candidates(prefix: Prefix): readonly Route[] {
    return this.destinations.exact(prefix)?.candidates ?? []
  }

  /** Adds a route, or replaces the one of the same source, process and next hop. */
  add(route: Route): void {
    const to = this.destination(route.prefix)
    const others = to.candidates.filter(each => !isSameOrigin(each, route))
    this.choose(to, [...others, route])
  }

  /** Removes what pleases; whether there was any. */
  remove(prefix: Prefix, pleases: (route: Route) => boolean): boolean {
    const of = this.destinations.exact(prefix)
    if (of === undefined) return false
    const left = of.candidates.filter(each => !pleases(each))
    if (left.length === of.candidates.length) return false
    this.choose(of, left)
    return true
  }

  /** Removes what pleases, wherever it is. */
  removeAll(pleases: (route: Route) => boolean): void {
    for (const each of this.destinations.sorted()) this.remove(each.prefix, pleases)
  }

  override(prefix: Prefix, nextHop: Ip | undefined): void {
    const of = this.destinations.exact(prefix)
    if (of === undefined || of.override === nextHop) return
    of.override = nextHop
    of.version = ++this.versions
  }

  overrideOf(prefix: Prefix): Ip | undefined {
    return this.destinations.exact(prefix)?.override
  }

  /** The best routes in the order of a table. */
  sorted(): Route[] {
    return this.destinations.sorted().flatMap(({ candidates }) => candidates.slice(0, 1))
  }

  private destination(prefix: Prefix): Destination {
    const known = this.destinations.exact(prefix)
    if (known !== undefined) return known
    const fresh: Destination = { prefix, candidates: empty, override: undefined, version: 0 }
    this.destinations.set(prefix, fresh)
    return fresh
  }

  private choose(of: Destination, candidates: Route[]): void {
    const before = of.candidates[0]
    candidates.sort((one, other) => one.distance - other.distance || one.metric - other.metric)
    of.candidates = fitted(candidates)
    const after = candidates[0]
    if (after === undefined) {
      of.override = undefined
      this.destinations.delete(of.prefix)
    }
    if (before === after || (before !== undefined && after !== undefined && isSameWay(before, after))) return
    of.version = ++this.versions
    this.changes = added(this.changes, { prefix: of.prefix, before, after })
  }
}

function hasCandidates(of: Destination): boolean {
  return of.candidates.length > 0
}

function isSameOrigin(one: Route, other: Route): boolean {
  return (
    one.source === other.source &&
    one.process === other.process &&
    one.nextHop === other.nextHop &&
    one.interface === other.interface
  )
}

function isSameWay(one: Route, other: Route): boolean {
  return (
    isSameOrigin(one, other) &&
    samePrefix(one.prefix, other.prefix) &&
    one.distance === other.distance &&
    one.metric === other.metric
  )
}
