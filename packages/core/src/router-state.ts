/** All that a router is at one instant, and the few verbs everything else is made of. */
import type { Ipv4 } from '@dmvpn/wire'
import type { Agenda } from './agenda.ts'
import type { Alarm } from './alarms.ts'
import type { Effect } from './effects.ts'
import type { EigrpState } from './eigrp/state.ts'
import type { Incomplete } from './forwarding/fragments.ts'
import type { PingState } from './forwarding/ping-state.ts'
import type { RouteTable } from './forwarding/route-table.ts'
import type { Instant } from './instant.ts'
import type { InterfaceState } from './interface-state.ts'
import type { CryptoState } from './ipsec/state.ts'
import { added } from './mostly-empty.ts'
import type { OspfState } from './ospf/state.ts'
import type { Profile } from './profile.ts'
import type { Random } from './random.ts'
import type { Ip, Settings } from './settings.ts'
import type { SmallMap } from './small-map.ts'
import type { Step, Watcher } from './steps.ts'
import type { TunnelState } from './tunnel/tunnel-state.ts'

export interface RouterState {
  readonly settings: Settings
  readonly profile: Profile
  readonly random: Random
  /** The port that outer packets leave by where no route says otherwise. */
  readonly uplink: string
  /** Where the outer packet before this one went: most routers send all of theirs to one station. */
  readonly way: Way
  /** Whether registrations, and what is sent once more, wait for an order in place of their time. */
  readonly prompted: boolean
  now: Instant
  booted: Instant
  readonly interfaces: SmallMap<string, InterfaceState>
  readonly tunnels: readonly TunnelState[]
  routes: RouteTable
  /** The addresses of interfaces that are up. */
  own: SmallMap<Ip, InterfaceState>
  /** The id of the next NHRP request: one count for all tunnels and kinds. */
  nextRequestId: number
  /** The identification of the next IP packet from here. */
  identification: number
  agenda: Agenda<Alarm>
  effects: Effect[]
  /** Packets of this router that wait to be forwarded. */
  local: LocalPacket[]
  eigrp: readonly EigrpState[]
  ospf: readonly OspfState[]
  crypto: CryptoState
  /** Stations to which an association was just opened. */
  opened: Ipv4[]
  /** Packets for this router of which pieces are missing. */
  fragments: SmallMap<string, Incomplete>
  pings: SmallMap<number, PingState>
  pingCount: number
  watcher: Watcher | undefined
}

/** The port that outer packets to a station leave by, as routes of one generation have it; undefined: the uplink. */
export interface Way {
  /** As a signed number, which needs no memory of its own. */
  destination: number
  routes: RouteTable | undefined
  generation: number
  port: InterfaceState | undefined
}

/** No way yet. */
export function unknownWay(): Way {
  return { destination: 0, routes: undefined, generation: 0, port: undefined }
}

/** A packet from here: `out` names the interface where the sender chose it (multicast). */
export interface LocalPacket {
  readonly bytes: Uint8Array
  readonly out: string | undefined
}

/** Tells the watcher. Where every packet passes, `router.watcher?.(…)` spares the step that nobody sees. */
export function say(router: RouterState, step: Step): void {
  router.watcher?.(step, router.now)
}

export function send(router: RouterState, port: string, bytes: Uint8Array): void {
  want(router, { effect: 'send', port, bytes })
}

export function want(router: RouterState, effect: Effect): void {
  router.effects = added(router.effects, effect)
}

export function setAlarm(router: RouterState, at: Instant, alarm: Alarm): void {
  router.agenda.add(Math.max(at, router.now), alarm)
}

/** The same for an alarm that may be set already, and then does not ring when it was to before. Not for crowded agendas. */
export function resetAlarm(router: RouterState, at: Instant, alarm: Alarm): void {
  const due = Math.max(at, router.now)
  if (!router.agenda.move(alarm, due)) router.agenda.add(due, alarm)
}

/** Hands a packet of this router to forwarding, once what is being done is done. */
export function originate(router: RouterState, bytes: Uint8Array, out?: string): void {
  router.local = added(router.local, { bytes, out })
}

/** Ids are never 0 and never repeat within a boot (2^32 of them). */
export function takeRequestId(router: RouterState): number {
  const id = router.nextRequestId
  router.nextRequestId = id === 0xffffffff ? 1 : id + 1
  return id
}

export function takeIdentification(router: RouterState): number {
  const id = router.identification
  router.identification = (id + 1) & 0xffff
  return id
}

export function tunnelNamed(router: RouterState, name: string | undefined): TunnelState | undefined {
  return name === undefined ? undefined : router.tunnels.find(each => each.name === name)
}
