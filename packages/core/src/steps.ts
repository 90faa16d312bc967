/**
 * Every decision as a typed step, for whoever watches. Steps carry facts, never words: a dialect renders them. Watching
 * changes nothing.
 */
import type { Nhrp } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import type { Disposition } from './forwarding/dispositions.ts'
import type { Route } from './forwarding/route-table.ts'
import type { Instant } from './instant.ts'
import type { CacheEntry } from './nhrp/cache.ts'
import type { OspfNeighborStateName } from './ospf/state.ts'
import type { Ip, Prefix } from './settings.ts'

/** What happened, on which router and when is the watcher's knowledge: `watch` passes the instant along. */
export type Step = NhrpStep | CacheStep | ForwardingStep | RoutingStep | CryptoStep | OperatorStep

/** What passes through NHRP, in the order it happens. */
export type NhrpStep =
  /** A data packet asks for an encapsulation: it came from `fromNetwork`, 0 when from here, and leaves by the tunnel. */
  | {
      readonly step: 'encapsulation wanted'
      readonly from: string | undefined
      readonly fromNetwork: number
      readonly tunnel: string
      readonly network: number
    }
  /** Looked whether something waits for this station's association; `nbma` 0 while unknown. */
  | {
      readonly step: 'delayed event looked up'
      readonly tunnel: string
      readonly nbma: Ipv4
      readonly protocol: Ip
      readonly found: boolean
    }
  | { readonly step: 'data sent to server'; readonly tunnel: string; readonly server: Ip }
  | {
      readonly step: 'send attempted'
      readonly tunnel: string
      readonly via: 'destination' | 'server'
      readonly address: Ip
    }
  | { readonly step: 'encapsulation succeeded'; readonly tunnel: string; readonly nbma: Ipv4 }
  | { readonly step: 'encapsulation failed'; readonly tunnel: string; readonly destination: Ip }
  /** The message as it would be, or is, on the wire. `source` and `destination` are the stations of this hop. */
  | {
      readonly step: 'message sent'
      readonly tunnel: string
      readonly forwarded: boolean
      readonly message: Nhrp
      readonly size: number
      readonly source: Ip
      readonly destination: Ip
    }
  /** Only what was really put on the wire. */
  | { readonly step: 'octets out'; readonly tunnel: string; readonly size: number; readonly nbma: Ipv4 }
  | {
      readonly step: 'message received'
      readonly tunnel: string
      readonly message: Nhrp
      readonly size: number
      readonly from: Ipv4
    }
  | { readonly step: 'message addressed'; readonly tunnel: string; readonly networkIn: number; readonly toUs: boolean }
  | { readonly step: 'nat checked'; readonly claimed: Ipv4; readonly outer: Ipv4; readonly matched: boolean }
  | { readonly step: 'multicast mapping'; readonly tunnel: string; readonly nbma: Ipv4; readonly known: boolean }
  | { readonly step: 'route looked up'; readonly address: Ip; readonly interface: string | undefined }
  | { readonly step: 'networks compared'; readonly networkOut: number; readonly networkIn: number }
  /** `entry` is undefined where nothing was found. */
  | { readonly step: 'cache looked up'; readonly address: Ip; readonly entry: CacheEntry | undefined }
  | { readonly step: 'egress'; readonly target: Ip; readonly tunnel: string }
  /** A route is watched for how many sources of routes. */
  | { readonly step: 'route watched'; readonly prefix: Prefix; readonly sources: number }
  | { readonly step: 'watched route changed'; readonly prefix: Prefix }
  | { readonly step: 'mappings invalidated'; readonly prefix: Prefix; readonly tunnel: string }
  | { readonly step: 'resolution not delayed'; readonly sourceNbma: Ipv4; readonly destinationNbma: Ipv4 }
  | { readonly step: 'resolution delayed'; readonly tunnel: string; readonly nbma: Ipv4; readonly protocol: Ip }
  | { readonly step: 'message discarded'; readonly tunnel: string; readonly because: DiscardReason }
  | {
      readonly step: 'server state'
      readonly tunnel: string
      readonly server: Ip | undefined
      readonly nbma: Ipv4 | undefined
      readonly state: ServerStateName
      readonly code: number
    }
  | { readonly step: 'request given up'; readonly tunnel: string; readonly target: Ip; readonly requestId: number }
  | { readonly step: 'indication suppressed'; readonly tunnel: string; readonly source: Ip; readonly destination: Ip }

/** `expecting` a reply, `responding`, `down`. */
export type ServerStateName = 'down' | 'expecting' | 'responding'

export type DiscardReason =
  | 'malformed'
  | 'checksum'
  | 'version'
  | 'authentication'
  | 'hop count'
  | 'loop'
  | 'no route'
  | 'not asked for'
  | 'not for us'
  | 'unknown extension'
  | 'not configured'
  | 'rate limit'
  | 'own packet'

export type RemovalReason =
  | 'expired'
  | 'purged'
  | 'cleared'
  | 'replaced'
  | 'association closed'
  | 'route withdrawn'
  | 'interface down'

export type CacheStep =
  | { readonly step: 'entry added'; readonly tunnel: string; readonly entry: CacheEntry }
  | { readonly step: 'entry refreshed'; readonly tunnel: string; readonly entry: CacheEntry }
  | {
      readonly step: 'entry removed'
      readonly tunnel: string
      readonly entry: CacheEntry
      readonly because: RemovalReason
    }
  | { readonly step: 'entry stale'; readonly tunnel: string; readonly entry: CacheEntry }
  | {
      readonly step: 'registration refused'
      readonly tunnel: string
      readonly protocol: Ip
      readonly nbma: Ipv4
      readonly holder: Ipv4
      readonly code: number
    }
  | { readonly step: 'scanned'; readonly tunnel: string; readonly entries: number }

export type ForwardingStep =
  /** Where a packet ended as far as this router goes. */
  | {
      readonly step: 'packet'
      readonly disposition: Disposition
      readonly source: Ip
      readonly destination: Ip
      readonly size: number
      readonly in: string | undefined
      readonly out: string | undefined
      readonly nbma: Ipv4 | undefined
    }
  | { readonly step: 'interface'; readonly interface: string; readonly up: boolean }

export type RoutingStep =
  | {
      readonly step: 'route changed'
      readonly prefix: Prefix
      readonly before: Route | undefined
      readonly after: Route | undefined
    }
  | {
      readonly step: 'neighbor'
      readonly protocol: 'eigrp' | 'ospf'
      readonly process: number
      readonly interface: string
      readonly address: Ip
      readonly up: boolean
      readonly because: string
    }
  /** An OSPF neighbor came into a state. */
  | {
      readonly step: 'adjacency'
      readonly process: number
      readonly interface: string
      readonly address: Ipv4
      readonly routerId: Ipv4
      readonly from: OspfNeighborStateName
      readonly to: OspfNeighborStateName
      readonly because: string
    }
  /** The designated router and its backup were elected: their interface addresses, 0 where there is none. */
  | {
      readonly step: 'designated'
      readonly process: number
      readonly interface: string
      readonly designated: Ipv4
      readonly backup: Ipv4
    }
  | {
      readonly step: 'routing packet ignored'
      readonly protocol: 'ospf'
      readonly interface: string
      readonly address: Ipv4
      readonly because: string
    }

export type CryptoStep =
  | {
      readonly step: 'negotiation'
      readonly local: Ipv4
      readonly peer: Ipv4
      readonly state: 'started' | 'main mode done' | 'done' | 'failed'
    }
  | {
      readonly step: 'association opened'
      readonly local: Ipv4
      readonly peer: Ipv4
      readonly inbound: number
      readonly outbound: number
    }
  | {
      readonly step: 'association closed'
      readonly local: Ipv4
      readonly peer: Ipv4
      readonly because: 'expired' | 'no mapping' | 'cleared' | 'peer'
    }

export type OperatorStep =
  | { readonly step: 'ping sent'; readonly ping: number; readonly sequence: number }
  | { readonly step: 'ping answered'; readonly ping: number; readonly sequence: number; readonly microseconds: number }
  | { readonly step: 'ping lost'; readonly ping: number; readonly sequence: number }
  | {
      readonly step: 'ping finished'
      readonly ping: number
      readonly destination: Ip
      readonly answered: readonly boolean[]
      readonly roundTrips: readonly number[]
    }

/** Sees every step and when it was taken. */
export type Watcher = (step: Step, at: Instant) => void
