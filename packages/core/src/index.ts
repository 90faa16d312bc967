export { Agenda } from './agenda.ts'
export type { Destination, EigrpOn, EigrpState, Neighbor, Way } from './eigrp/state.ts'
export type { Effect } from './effects.ts'
export { adjacencyOf, forwardingState, switchingOf, type Adjacency, type AdjacencyState } from './forwarding/adjacency.ts'
export { datagramOf, rewriteAddress, ttlOf, type Datagram } from './forwarding/datagram.ts'
export type { Disposition, DropReason } from './forwarding/dispositions.ts'
export { RouteTable, type Route, type RouteChange, type RouteDetail, type RouteSource } from './forwarding/route-table.ts'
export { microseconds, milliseconds, minutes, seconds, secondsLeft, wholeSeconds, type Instant, type Span } from './instant.ts'
export { attachedPrefix, primaryAddress, type InterfaceState } from './interface-state.ts'
export type { AssociationPair, CryptoPeer, CryptoState, IsakmpAssociation, Negotiation } from './ipsec/state.ts'
export { Cache, isExpired, type CacheEntry, type EntryFacts, type EntryFlags, type EntryKind, type Requester } from './nhrp/cache.ts'
export type { PendingPurge, PendingRequest, RedirectState, ServerState } from './nhrp/state.ts'
export type { Order, PingOrder } from './orders.ts'
export {
  contains,
  covers,
  familyOf,
  formatPrefix,
  hostPrefix,
  isBroadcast,
  isMulticast,
  prefixOf,
  samePrefix,
  widthOf,
  type Family,
} from './prefix.ts'
export { parseIp } from '@dmvpn/wire'
export { PrefixTable } from './prefix-table.ts'
export { profiles, type Profile, type ProfileName } from './profiles.ts'
export { Random } from './random.ts'
export { Router, type RouterOptions } from './router.ts'
export { tunnelNamed, type RouterState } from './router-state.ts'
export type * from './settings.ts'
export {
  eigrpOnInterface,
  settingsOf,
  type CryptoDraft,
  type EigrpDraft,
  type InterfaceDraft,
  type LoopbackDraft,
  type NhrpDraft,
  type PhysicalDraft,
  type SettingsDraft,
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
