/** An OSPF process: its areas, its interfaces, its neighbors, and what waits (RFC 2328 §5, §9, §10). */
import type { OspfDatabaseDescription, OspfLsa, OspfLsaHeader } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import type { Instant } from '../instant.ts'
import type { Ospf, OspfInterface, OspfNetworkType, Prefix } from '../settings.ts'

export interface OspfState {
  readonly settings: Ospf
  /** 0: no interface had an address yet, and none was configured. It stays until a reload. */
  routerId: Ipv4
  readonly areas: Map<number, OspfArea>
  /** What every area knows: advertisements of networks outside. */
  readonly domain: OspfArea
  /** Whether this router tells of networks outside now. */
  boundary: boolean
  readonly interfaces: Map<string, OspfOn>
  /** What was last computed, by the network's text. */
  routes: ReadonlyMap<string, OspfRoute>
  boundaries: ReadonlyMap<Ipv4, Boundary>
  /** The cryptographic sequence number of the last packet (RFC 2328 §D.3): never less than the second it was sent in. */
  cryptographic: number
  calculation: { due: boolean; last: Instant | undefined }
}

export interface OspfArea {
  readonly id: number
  /** By type, id and advertising router. */
  readonly database: Map<string, StoredLsa>
  /** Keys of advertisements that everybody is to forget, this router when all others have been told. */
  readonly dying: Set<string>
  /** Whether this router's own advertisements are about to be looked through. */
  revision: boolean
  /** Routers that the last calculation reached. */
  routers: ReadonlyMap<Ipv4, ReachedRouter>
}

/** A router of an area, as the shortest path leads to it. */
export interface ReachedRouter {
  readonly cost: number
  /** Bits of `ospfRouterFlag`. */
  readonly flags: number
  readonly hops: readonly NextHop[]
}

/** An advertisement in a database. */
export interface StoredLsa {
  readonly key: string
  readonly lsa: OspfLsa
  readonly header: OspfLsaHeader
  /** When it had the age it says. */
  readonly arrived: Instant
  /** This router, since it was switched on; a neighbor that was asked for it; or one that flooded it. */
  readonly source: 'own' | 'asked' | 'flooded'
}

export interface NextHop {
  readonly interface: string
  /** Undefined: the network itself is on the interface. */
  readonly address: Ipv4 | undefined
}

export interface OspfRoute {
  readonly prefix: Prefix
  readonly path: OspfPath
  /** That of the last advertisement; `domainId` for networks outside. */
  readonly area: number
  readonly cost: number
  /** For networks outside of type 2: the cost to whoever told of them; else 0. */
  readonly inside: number
  /** The router whose advertisement has it. */
  readonly origin: Ipv4
  readonly hops: readonly NextHop[]
}

/** A router that tells of networks outside, and how it is reached. */
export interface Boundary extends ReachedRouter {
  readonly path: 'intra-area' | 'inter-area'
  readonly area: number
}

/** From what is believed most to what is believed least (RFC 2328 §16.4). */
export type OspfPath = 'intra-area' | 'inter-area' | 'external-1' | 'external-2'

export type OspfInterfaceStateName = 'loopback' | 'waiting' | 'point-to-point' | 'other' | 'backup' | 'designated'

/** The process on one interface. */
export interface OspfOn {
  readonly name: string
  readonly area: number
  readonly settings: OspfInterface
  readonly network: OspfNetworkType | 'loopback'
  readonly address: Ipv4
  readonly length: number
  readonly passive: boolean
  /** Seconds. */
  readonly hello: number
  readonly dead: number
  readonly cost: number
  readonly mtu: number
  state: OspfInterfaceStateName
  /** Their interface addresses; 0: none. */
  designated: Ipv4
  backup: Ipv4
  /** By the address they send from. */
  readonly neighbors: Map<Ipv4, OspfNeighbor>
  /** Changed advertisements that leave together. */
  readonly outgoing: Map<string, StoredLsa>
  /** Advertisements that are acknowledged together. */
  acknowledgements: OspfLsaHeader[]
}

/** RFC 2328 §10.1. */
export type OspfNeighborStateName = 'down' | 'attempt' | 'init' | '2-way' | 'exstart' | 'exchange' | 'loading' | 'full'

export interface OspfNeighbor {
  readonly address: Ipv4
  routerId: Ipv4
  state: OspfNeighborStateName
  since: Instant
  heard: Instant
  priority: number
  /** By its own word, as interface addresses. */
  designated: Ipv4
  backup: Ipv4
  options: number
  /** Whether this router leads the exchange. */
  master: boolean
  /** The number of the database description on its way. */
  sequence: number
  /** The description sent last: again, where it was not heard. */
  sent: OspfDatabaseDescription | undefined
  /** The description received last: a copy of it is no news. */
  received: Pick<OspfDatabaseDescription, 'flags' | 'options' | 'sequence'> | undefined
  /** Headers it has not been told yet. */
  toDescribe: OspfLsaHeader[]
  /** What it has and this router has not, by key. */
  readonly requests: Map<string, OspfLsaHeader>
  /** Those of them that were asked for. */
  asked: Set<string>
  /** What it has not acknowledged, and when that was last sent. */
  readonly unacknowledged: Map<string, { readonly stored: StoredLsa; sent: Instant }>
  /** Whether an alarm looks after what is not acknowledged. */
  watched: boolean
  /** The highest cryptographic sequence number heard from it. */
  cryptographic: number
}

export type OspfAlarm =
  | {
      readonly alarm: 'ospf'
      readonly what: 'hello' | 'wait' | 'flood' | 'acknowledge'
      readonly state: OspfState
      readonly on: OspfOn
    }
  | {
      readonly alarm: 'ospf'
      readonly what: 'inactivity' | 'retransmit'
      readonly state: OspfState
      readonly on: OspfOn
      readonly neighbor: OspfNeighbor
    }
  | {
      readonly alarm: 'ospf'
      readonly what: 'describe' | 'ask'
      readonly state: OspfState
      readonly on: OspfOn
      readonly neighbor: OspfNeighbor
      /** Counts only while this is what was sent last. */
      readonly sent: unknown
    }
  | { readonly alarm: 'ospf'; readonly what: 'revise'; readonly state: OspfState; readonly area: OspfArea }
  | { readonly alarm: 'ospf'; readonly what: 'calculate'; readonly state: OspfState }
  | {
      readonly alarm: 'ospf'
      readonly what: 'age'
      readonly state: OspfState
      readonly area: OspfArea
      readonly stored: StoredLsa
    }

/** In place of an area's number: all of them. */
export const domainId = -1

export function emptyArea(id: number): OspfArea {
  return { id, database: new Map(), dying: new Set(), revision: false, routers: new Map() }
}

/** Whether what an area's database holds is flooded by an interface. */
export function isIn(area: OspfArea, on: Pick<OspfOn, 'area'>): boolean {
  return area.id === on.area || area.id === domainId
}

/** A process that begins now. */
export function ospfStateOf(settings: Ospf): OspfState {
  return {
    settings,
    routerId: 0,
    areas: new Map(),
    domain: emptyArea(domainId),
    boundary: false,
    interfaces: new Map(),
    routes: new Map(),
    boundaries: new Map(),
    cryptographic: 0,
    calculation: { due: false, last: undefined },
  }
}
