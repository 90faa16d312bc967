/**
 * The reference router, without I/O: what arrives, what is due and what an operator wants go in with the time; packets
 * to send come out as effects. Nothing is read from the world.
 */
import type { Ipv4 } from '@dmvpn/wire'
import { Agenda } from './agenda.ts'
import type { Alarm } from './alarms.ts'
import type { BgpRoute } from './bgp/exchange.ts'
import { takeBgpRoutes } from './bgp/learn.ts'
import type { Effect } from './effects.ts'
import { eigrpAlarm, eigrpRouteChanged, receiveEigrp, settleEigrp } from './eigrp/speaker.ts'
import { eigrpStateOf } from './eigrp/state.ts'
import { switchingOf } from './forwarding/adjacency.ts'
import { type Datagram, datagramOf } from './forwarding/datagram.ts'
import { echoOf, echoReply } from './forwarding/echo.ts'
import { type Arrival, forward, sendLocal } from './forwarding/forward.ts'
import { wholeOf } from './forwarding/fragments.ts'
import { acceptEcho, pingAlarm } from './forwarding/ping.ts'
import { RouteTable } from './forwarding/route-table.ts'
import { type Instant, never } from './instant.ts'
import { type InterfaceState, interfaceStateOf } from './interface-state.ts'
import { settleInterfaces } from './interfaces.ts'
import { acceptIke, cryptoAlarm, needsProtection, openReceived } from './ipsec/protect.ts'
import { cryptoStateOf } from './ipsec/state.ts'
import { empty, fitted } from './mostly-empty.ts'
import { nextThatCounts } from './next-wake.ts'
import { entryAlarm, scan, scanAlarm, scanPeriod } from './nhrp/ageing.ts'
import type { CacheEntry } from './nhrp/cache.ts'
import { sendDelayed } from './nhrp/delayed.ts'
import { purgeAlarm, withdraw } from './nhrp/purge.ts'
import { receiveNhrp } from './nhrp/receive.ts'
import { registerNow, registrationAlarm } from './nhrp/registration-client.ts'
import { askFor, requestAlarm } from './nhrp/resolution-client.ts'
import { stationOfServer } from './nhrp/transmit.ts'
import { carryOut } from './operator.ts'
import type { Order } from './orders.ts'
import { ospfAlarm, receiveOspf, settleOspf } from './ospf/speaker.ts'
import { ospfStateOf } from './ospf/state.ts'
import { profiles } from './profiles.ts'
import type { Random } from './random.ts'
import { originate, type RouterState, say, setAlarm, takeIdentification, unknownWay } from './router-state.ts'
import { installStaticRoutes } from './routing/attached.ts'
import type { Settings } from './settings.ts'
import { SmallMap } from './small-map.ts'
import type { Watcher } from './steps.ts'
import { decapsulate } from './tunnel/decapsulate.ts'
import { carried } from './tunnel/encapsulate.ts'
import { type TunnelState, tunnelStateOf } from './tunnel/tunnel-state.ts'

export interface RouterOptions {
  readonly random: Random
  /** When it is switched on. */
  readonly at?: Instant
  /** The port of the NBMA network, where no route to it is configured. */
  readonly uplink?: string
  /** Where the count of NHRP request ids stands: a history that nobody saw. */
  readonly firstRequestId?: number
  /** Whether registrations, and what is sent once more, wait for an order: of a router that follows another one's clock. */
  readonly prompted?: boolean
  /** Sees every step from the first on. */
  readonly watcher?: Watcher | undefined
}

export class Router {
  /** All there is to know, for whoever renders it. Not to be changed from outside. */
  readonly state: RouterState
  /** The port by which a datagram came last, and what that means: most often the next one comes by it, too. */
  private port: string | undefined = undefined
  private arrival: Arrival = fromOutside

  constructor(
    settings: Settings,
    { random, at = 0, uplink = 'nbma', firstRequestId = 1, prompted = false, watcher }: RouterOptions,
  ) {
    const interfaces = new SmallMap<string, InterfaceState>()
    for (const each of settings.interfaces) interfaces.set(each.name, interfaceStateOf(each, at))
    // What every packet asks for first: ten thousand routers lie in no cache, and two lines are brought sooner than four.
    this.state = {
      settings,
      profile: profiles[settings.profile],
      now: never,
      agenda: new Agenda(),
      effects: empty,
      local: empty,
      opened: empty,
      routes: new RouteTable(),
      own: new SmallMap(),
      way: unknownWay(),
      nextRequestId: firstRequestId,
      identification: 0,
      watcher,
      prompted,
      uplink,
      tunnels: fitted(
        settings.interfaces.flatMap(each =>
          each.kind === 'tunnel' ? [tunnelStateOf(each, interfaces.get(each.name)!)] : [],
        ),
      ),
      interfaces,
      booted: never,
      random,
      eigrp: fitted(settings.eigrp.map(each => eigrpStateOf(each, at))),
      ospf: fitted(settings.ospf.map(ospfStateOf)),
      crypto: cryptoStateOf(),
      fragments: new SmallMap(),
      pings: new SmallMap(),
      pingCount: 0,
    }
    // Not at once: see `beginning`.
    this.state.now = at
    boot(this.state)
  }

  /** A datagram arrived by a port. The router may keep or change the octets. */
  receive(now: Instant, port: string, bytes: Uint8Array): void {
    this.advance(now)
    if (port !== this.port) {
      this.port = port
      this.arrival = this.state.interfaces.has(port) ? arrivalBy(port) : fromOutside
    }
    receive(this.state, bytes, this.arrival)
    settle(this.state)
  }

  /** What is due by now happens, in order. */
  wake(now: Instant): void {
    this.advance(now)
  }

  /** An operator's order. */
  perform(now: Instant, order: Order): void {
    this.advance(now)
    carryOut(this.state, order, boot)
    settle(this.state)
  }

  /** What BGP brought by now, in place of what it brought before; see `exchangedRoutes`. */
  learn(now: Instant, routes: readonly BgpRoute[]): void {
    this.advance(now)
    takeBgpRoutes(this.state, routes)
    settle(this.state)
  }

  /** What the router wants done since this was last asked. */
  effects(): readonly Effect[] {
    const { effects } = this.state
    this.state.effects = empty
    return effects
  }

  /**
   * When `wake` is wanted, as things are; undefined where nothing is waited for. Not where nothing would come of it: an
   * answer came before what would have been sent without it, or there is nothing to be scanned.
   */
  get nextWake(): Instant | undefined {
    return nextThatCounts(this.state)
  }

  /** Shows every step to a witness; without one the router behaves the same. */
  watch(watcher: Watcher | undefined): void {
    this.state.watcher = watcher
  }

  private advance(now: Instant): void {
    const { state } = this
    for (let next = state.agenda.next; next !== undefined && next <= now; next = state.agenda.next) {
      state.now = Math.max(state.now, next)
      const alarm = state.agenda.take()
      if (alarm !== undefined) ring(state, alarm)
      settle(state)
    }
    state.now = Math.max(state.now, now)
  }
}

const fromOutside: Arrival = { interface: undefined, tunnel: undefined, nbma: undefined }

function arrivalBy(name: string): Arrival {
  return { interface: name, tunnel: undefined, nbma: undefined }
}

/** Switched on, or reloaded: everything that was learned is gone. */
function boot(router: RouterState): void {
  router.booted = router.now
  settleInterfaces(router)
  for (const each of router.eigrp) settleEigrp(router, each)
  for (const each of router.ospf) settleOspf(router, each)
  if (router.profile.refresh.kind === 'scan') setAlarm(router, router.now + scanPeriod, scanAlarm)
  settle(router)
}

/** What one event caused is brought to its end: routes that changed, packets of the router's own. */
function settle(router: RouterState): void {
  for (let round = 0; round < mostRounds; round++) {
    const { changes } = router.routes
    const { local, opened } = router
    if (changes.length === 0 && local.length === 0 && opened.length === 0) return
    router.routes.changes = empty
    router.local = empty
    router.opened = empty
    for (const nbma of opened) for (const tunnel of router.tunnels) associationOpened(router, tunnel, nbma)
    for (const change of changes) {
      say(router, { step: 'route changed', ...change })
      if (change.before !== undefined) for (const tunnel of router.tunnels) withdraw(router, tunnel, change.prefix)
      for (const each of router.eigrp) eigrpRouteChanged(router, each, change)
    }
    if (changes.length > 0) for (const each of router.ospf) settleOspf(router, each)
    if (changes.length > 0) installStaticRoutes(router)
    for (const packet of local) sendLocal(router, packet, deliver)
  }
}

/** Packets to a station can leave now: what waited for that goes, and a server is registered with at once. */
function associationOpened(router: RouterState, tunnel: TunnelState, nbma: Ipv4): void {
  if (!needsProtection(tunnel)) return
  for (const server of tunnel.servers)
    if (server.state !== 'responding' && stationOfServer(tunnel, server) === nbma) registerNow(router, tunnel, server)
  sendDelayed(router, tunnel, nbma)
}

/** A router that answers itself without end is stopped: more rounds than anything sensible takes. */
const mostRounds = 64

function receive(router: RouterState, bytes: Uint8Array, arrival: Arrival): void {
  forward(router, bytes, arrival, deliver)
}

const ipProtocol = { gre: 47, esp: 50, udp: 17, eigrp: 88, ospf: 89 } as const

/** A packet for this router itself, or a piece of one. */
function deliver(router: RouterState, piece: Datagram, arrival: Arrival): boolean {
  const packet = wholeOf(router, piece)
  if (packet === undefined) return true
  switch (packet.protocol) {
    case ipProtocol.gre:
      return receiveTunnelled(router, packet, false)
    case ipProtocol.esp: {
      const opened = openReceived(router, packet)
      const inner = opened === undefined ? undefined : datagramOf(opened)
      return inner !== undefined && inner.protocol === ipProtocol.gre && receiveTunnelled(router, inner, true)
    }
    case ipProtocol.udp:
      return acceptIke(router, packet)
    case ipProtocol.eigrp:
      return receiveEigrp(router, packet, arrival.interface ?? '')
    case ipProtocol.ospf:
      return receiveOspf(router, packet, arrival.interface ?? '')
    default:
      return receiveEcho(router, packet)
  }
}

function receiveTunnelled(router: RouterState, outer: Datagram, wasProtected: boolean): boolean {
  if (outer.version !== 4) return false
  const inner = decapsulate(router, outer)
  if (inner === undefined || (needsProtection(inner.tunnel) && !wasProtected)) return false
  const { tunnel, type, at, block, start, from, message } = inner
  if (type === carried.nhrp) receiveNhrp(router, tunnel, message, block.view, start, from)
  else if (outer.bytes[at]! >>> 4 === versionOf(type)) {
    receive(router, outer.bytes.subarray(at), { interface: tunnel.name, tunnel, nbma: from })
  } else return false
  return true
}

/** The IP version that an Ethertype promises. */
function versionOf(type: number): number | undefined {
  return type === carried.ipv4 ? 4 : type === carried.ipv6 ? 6 : undefined
}

function receiveEcho(router: RouterState, packet: Datagram): boolean {
  const echo = echoOf(packet)
  if (echo === undefined) return false
  if (echo.kind === 'reply') return acceptEcho(router, echo)
  const { ttl } = router.profile.outer
  originate(router, echoReply(packet, { ttl, dontFragment: false, identification: takeIdentification(router) }))
  return true
}

function ring(router: RouterState, alarm: Alarm): void {
  switch (alarm.alarm) {
    case 'registration':
      return registrationAlarm(router, alarm.tunnel, alarm.server)
    case 'request':
      return requestAlarm(router, alarm.tunnel, alarm.request)
    case 'purge':
      return purgeAlarm(router, alarm.tunnel, alarm.purge)
    case 'entry':
      return entryAlarm(router, alarm, refresh)
    case 'scan':
      return scan(router, tunnel => switchingOf(router, tunnel) === 'process', refresh)
    case 'ping':
      return pingAlarm(router, alarm.ping, alarm.sequence, alarm.what)
    case 'eigrp':
      return eigrpAlarm(router, alarm)
    case 'ospf':
      return ospfAlarm(router, alarm)
    case 'crypto':
      return cryptoAlarm(router, alarm)
    default:
      return alarm satisfies never
  }
}

/** Asks again for what a mapping stands for. */
function refresh(router: RouterState, tunnel: TunnelState, entry: CacheEntry): void {
  const target =
    entry.flags.rib || entry.prefix.length < (typeof entry.via === 'number' ? 32 : 128)
      ? entry.via
      : entry.prefix.address
  askFor(router, tunnel, target, entry.flags.rib ? 'indication' : 'refresh')
}
