/** What NHRP is in the middle of, on one tunnel. */
import type { NhrpExchange } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import type { Alarm } from '../alarms.ts'
import type { Instant } from '../instant.ts'
import type { Family } from '../prefix.ts'
import type { Ip, NextHopServer, Prefix } from '../settings.ts'
import type { ServerStateName } from '../steps.ts'

/** A next hop server as its client sees it. */
export interface ServerState {
  readonly settings: NextHopServer
  readonly family: Family
  /** Its protocol address: configured, or learned from its first reply. */
  protocol: Ip | undefined
  nbma: Ipv4 | undefined
  state: ServerStateName
  /** The id of the registration that is out, or was last. */
  requestId: number
  /** How often that registration was sent. */
  attempts: number
  /** Whether it ever answered. */
  accepted: boolean
  /** Registrations left of those a client begins with. */
  initialLeft: number
  /** When it is registered with next; an alarm that rings before that is of an earlier wait. */
  due: Instant
  /** What rings then; undefined before the first wait. */
  alarm: Alarm | undefined
  /** The code of the last reply. */
  code: number
  /** Never: before the first. */
  lastReply: Instant
  sent: number
  received: number
  failed: number
}

/** A resolution request that is out. */
export interface PendingRequest {
  readonly target: Ip
  readonly requestId: number
  readonly message: NhrpExchange
  readonly reason: 'packet' | 'refresh' | 'indication'
  attempts: number
  readonly began: Instant
}

/** A purge request that waits for its reply. */
export interface PendingPurge {
  readonly requestId: number
  readonly message: NhrpExchange
  readonly destination: Ip
  readonly nbma: Ipv4
  readonly prefix: Prefix
  attempts: number
}

/** An answer that waits until the association to its receiver is open. */
export interface DelayedReply {
  readonly message: NhrpExchange
  readonly destination: Ip
  readonly nbma: Ipv4
  readonly protocol: Ip
}

/** How often a pair of addresses was indicated. */
export interface RedirectState {
  last: Instant
  count: number
  /** When the pair was last seen, indicated or not. */
  seen: Instant
}
