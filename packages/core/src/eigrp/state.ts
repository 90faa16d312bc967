/** An EIGRP process: its interfaces, its neighbors, and what it knows of every network (RFC 7868). */
import type { EigrpMetric, EigrpTlv } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import type { Instant } from '../instant.ts'
import type { Eigrp, EigrpInterface, Prefix } from '../settings.ts'

export interface EigrpState {
  readonly settings: Eigrp
  interfaces: Map<string, EigrpOn>
  /** By the network's text. */
  topology: Map<string, Destination>
  /** Of the next reliable packet; never 0. */
  sequence: number
  /** Networks whose advertisement changed since it was last made. */
  dirty: Map<string, Prefix>
}

/** The process on one interface. */
export interface EigrpOn {
  readonly name: string
  readonly settings: EigrpInterface
  readonly passive: boolean
  /** Seconds. */
  readonly hello: number
  readonly hold: number
  readonly neighbors: Map<Ipv4, Neighbor>
  /** Alarms of other generations no longer count. */
  readonly generation: number
  /** What was advertised, by the network's text. */
  readonly told: Map<string, Told>
}

/** What neighbors on an interface were last told of a network. */
export interface Told {
  readonly nextHop: Ipv4
  readonly metric: EigrpMetric
}

export interface Neighbor {
  readonly address: Ipv4
  readonly since: Instant
  /** Seconds, by its own word. */
  hold: number
  heard: Instant
  /** Its stub bits; undefined: no stub. */
  stub: number | undefined
  /** The last sequence number taken from it. */
  received: number
  /** The number of the packet by which it said that it starts anew. */
  begunBy: number
  /** Whether it has been told everything once. */
  synchronised: boolean
  /** Reliable packets it has not acknowledged, the first of them on its way. */
  readonly queue: Reliable[]
  version: { readonly release: number; readonly tlvVersion: number } | undefined
  retransmissions: number
}

export interface Reliable {
  readonly sequence: number
  readonly opcode: number
  readonly flags: number
  readonly tlvs: readonly EigrpTlv[]
  attempts: number
}

/** A network, and all who know a way. */
export interface Destination {
  readonly prefix: Prefix
  readonly ways: Map<string, Way>
  /** The least distance since the network was last passive without a way (RFC 7868 §3.5). */
  feasibleDistance: number
  /** The key of the way in use. */
  successor: string | undefined
  /** Neighbors whose reply is awaited; empty: passive. */
  readonly awaited: Set<string>
  /** Since when. */
  activeSince: Instant
}

export interface Way {
  readonly key: string
  readonly kind: 'connected' | 'neighbor' | 'redistributed'
  readonly interface: string
  readonly neighbor: Ipv4 | undefined
  readonly nextHop: Ipv4 | undefined
  /** As it would be told on, this router's own link included. */
  readonly metric: EigrpMetric
  readonly distance: number
  /** The neighbor's own distance. */
  readonly reported: number
  readonly external: boolean
}

export type EigrpAlarm =
  | { readonly alarm: 'eigrp'; readonly what: 'hello'; readonly state: EigrpState; readonly on: EigrpOn }
  | {
      readonly alarm: 'eigrp'
      readonly what: 'hold'
      readonly state: EigrpState
      readonly on: EigrpOn
      readonly neighbor: Neighbor
    }
  | {
      readonly alarm: 'eigrp'
      readonly what: 'retransmit'
      readonly state: EigrpState
      readonly on: EigrpOn
      readonly neighbor: Neighbor
      readonly packet: Reliable
      readonly attempt: number
    }
  | { readonly alarm: 'eigrp'; readonly what: 'advertise'; readonly state: EigrpState }
  | {
      readonly alarm: 'eigrp'
      readonly what: 'active'
      readonly state: EigrpState
      readonly destination: Destination
      readonly since: Instant
    }

/** A process that begins now. Its numbers begin where no earlier life of it can have ended. */
export function eigrpStateOf(settings: Eigrp, now: Instant): EigrpState {
  return {
    settings,
    interfaces: new Map(),
    topology: new Map(),
    sequence: 1 + (wholeMilliseconds(now) % 0x7fffffff),
    dirty: new Map(),
  }
}

function wholeMilliseconds(now: Instant): number {
  return Math.floor(now / 1000)
}
