/** What a router waits for: data, so that setting one allocates nothing but itself. Handlers check whether it still counts. */
import type { EigrpAlarm } from './eigrp/state.ts'
import type { PingState } from './forwarding/ping-state.ts'
import type { CryptoAlarm } from './ipsec/state.ts'
import type { CacheEntry } from './nhrp/cache.ts'
import type { PendingPurge, PendingRequest, ServerState } from './nhrp/state.ts'
import type { OspfAlarm } from './ospf/state.ts'
import type { TunnelState } from './tunnel/tunnel-state.ts'

export interface EntryAlarm {
  readonly alarm: 'entry'
  readonly tunnel: TunnelState
  readonly entry: CacheEntry
}

export type Alarm =
  | { readonly alarm: 'registration'; readonly tunnel: TunnelState; readonly server: ServerState }
  | { readonly alarm: 'request'; readonly tunnel: TunnelState; readonly request: PendingRequest }
  | { readonly alarm: 'purge'; readonly tunnel: TunnelState; readonly purge: PendingPurge }
  | EntryAlarm
  | { readonly alarm: 'scan' }
  | { readonly alarm: 'ping'; readonly ping: PingState; readonly sequence: number; readonly what: 'timeout' | 'next' }
  | EigrpAlarm
  | OspfAlarm
  | CryptoAlarm
