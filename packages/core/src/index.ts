export { parseIp } from '@dmvpn/wire'
export { Agenda } from './agenda.ts'
export { type BgpRoute, exchangedRoutes } from './bgp/exchange.ts'
export type { Effect } from './effects.ts'
export type { Destination, EigrpOn, EigrpState, Neighbor, Way } from './eigrp/state.ts'
export {
  type Adjacency,
  type AdjacencyState,
  adjacencyOf,
  forwardingState,
  switchingOf,
} from './forwarding/adjacency.ts'
export { type Datagram, datagramOf, destinationOf, rewriteAddress, ttlOf } from './forwarding/datagram.ts'
export type { Disposition, DropReason } from './forwarding/dispositions.ts'
export type { PingState } from './forwarding/ping-state.ts'
export {
  type Route,
  type RouteChange,
  type RouteDetail,
  type RouteSource,
  RouteTable,
} from './forwarding/route-table.ts'
export {
  beginning,
  type Instant,
  microseconds,
  milliseconds,
  minutes,
  never,
  type Span,
  seconds,
  secondsLeft,
  wholeSeconds,
} from './instant.ts'
export { attachedPrefix, type InterfaceState, primaryAddress } from './interface-state.ts'
export type { AssociationPair, CryptoPeer, CryptoState, IsakmpAssociation, Negotiation } from './ipsec/state.ts'
export {
  Cache,
  type CacheEntry,
  type EntryFacts,
  type EntryFlags,
  type EntryKind,
  isExpired,
  type Requester,
} from './nhrp/cache.ts'
export type { PendingPurge, PendingRequest, RedirectState, ServerState } from './nhrp/state.ts'
export type { Order, PingOrder } from './orders.ts'
export { ageOf as ageOfLsa } from './ospf/database.ts'
export { networkTypeOf as ospfNetworkTypeOf, ospfAreaOf, timersOf as ospfTimersOf } from './ospf/parameters.ts'
export type {
  NextHop as OspfNextHop,
  OspfArea,
  OspfInterfaceStateName,
  OspfNeighbor,
  OspfNeighborStateName,
  OspfOn,
  OspfRoute,
  OspfState,
  StoredLsa,
} from './ospf/state.ts'
export {
  contains,
  covers,
  type Family,
  familyOf,
  formatPrefix,
  hostPrefix,
  isBroadcast,
  isMulticast,
  prefixOf,
  samePrefix,
  widthOf,
} from './prefix.ts'
export { PrefixTable } from './prefix-table.ts'
export type { ExtensionKind, PrefixLength, Profile, ProfileName, RedirectRate, Refresh, Retry } from './profile.ts'
export { profiles } from './profiles.ts'
export { Random } from './random.ts'
export { Router, type RouterOptions } from './router.ts'
export { type RouterState, tunnelNamed } from './router-state.ts'
export type * from './settings.ts'
export {
  type BgpDraft,
  type CryptoDraft,
  type EigrpDraft,
  eigrpOnInterface,
  type InterfaceDraft,
  type LoopbackDraft,
  type NhrpDraft,
  type PhysicalDraft,
  type SettingsDraft,
  settingsOf,
  type TunnelDraft,
} from './settings-draft.ts'
export type {
  CacheStep,
  CryptoStep,
  DiscardReason,
  ForwardingStep,
  NhrpStep,
  OperatorStep,
  RemovalReason,
  RoutingStep,
  ServerStateName,
  Step,
  Watcher,
} from './steps.ts'
export { multicastStations } from './tunnel/multicast.ts'
export { networkOfTunnel, runsNhrp, type TunnelState } from './tunnel/tunnel-state.ts'
