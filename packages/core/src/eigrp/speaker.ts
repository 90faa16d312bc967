/** EIGRP as the router runs it: which interfaces take part, what arrives, what is due (RFC 7868). */
import { decode, type Eigrp as EigrpPacket, eigrp, eigrpFlag, eigrpOpcode } from '@dmvpn/protocols'
import { checksumOf, isFault } from '@dmvpn/wire'
import type { Datagram } from '../forwarding/datagram.ts'
import type { RouteChange } from '../forwarding/route-table.ts'
import { type Instant, milliseconds } from '../instant.ts'
import type { InterfaceState } from '../interface-state.ts'
import { prefixOf } from '../prefix.ts'
import { type RouterState, setAlarm } from '../router-state.ts'
import type { Ip } from '../settings.ts'
import { eigrpOnInterface } from '../settings-draft.ts'
import { advertiseAll, advertiseChanges, answerFor, nextHopOf } from './advertise.ts'
import { hearHello, helloAlarm, holdAlarm, loseNeighbor } from './neighbors.ts'
import { routesOf } from './routes.ts'
import type { Destination, EigrpAlarm, EigrpOn, EigrpState, Neighbor } from './state.ts'
import { addConnected, dropWays, keyOf, learnWay, replyArrived, stopAwaiting } from './topology.ts'
import { acknowledged, retransmit, sendAcknowledgement, sendReliably } from './transport.ts'

/** Brings the process to where the interfaces are: those that are up and lie in its networks take part. */
export function settleEigrp(router: RouterState, state: EigrpState): void {
  for (const of of router.interfaces.values()) {
    const takesPart = of.up && of.addresses.some(({ address }) => isIn(state, address))
    const on = state.interfaces.get(of.name)
    if (takesPart && on === undefined) join(router, state, of)
    else if (!takesPart && on !== undefined) leave(router, state, on)
  }
}

function isIn({ settings }: EigrpState, address: Ip): boolean {
  if (typeof address !== 'number') return false
  return settings.networks.some(({ address: network, wildcard }) => ((address ^ network) & ~wildcard) === 0)
}

const usualHello = 5
const usualHold = 15

function join(router: RouterState, state: EigrpState, of: InterfaceState): void {
  const settings = eigrpOnInterface(of.settings, state.settings.autonomousSystem)
  const hello = settings.hello ?? usualHello
  const on: EigrpOn = {
    name: of.name,
    settings,
    passive: state.settings.passive.includes(of.name),
    hello,
    hold: settings.hold ?? (settings.hello === undefined ? usualHold : 3 * hello),
    neighbors: new Map(),
    generation: router.now,
    told: new Map(),
  }
  state.interfaces.set(of.name, on)
  addNetworks(router, state, of)
  if (on.passive || of.settings.kind === 'loopback') return
  // Routers that come up at one instant do not speak at one instant.
  const first = milliseconds(100) + router.random.below(milliseconds(400))
  setAlarm(router, router.now + first, { alarm: 'eigrp', what: 'hello', state, on })
}

function addNetworks(router: RouterState, state: EigrpState, of: InterfaceState): void {
  for (const { address, length } of of.addresses) {
    if (isIn(state, address)) addConnected(router, state, prefixOf(address, length), of.name, 'connected')
  }
}

function leave(router: RouterState, state: EigrpState, on: EigrpOn): void {
  state.interfaces.delete(on.name)
  for (const neighbor of on.neighbors.values()) loseNeighbor(router, state, on, neighbor, 'interface down')
  dropWays(router, state, way => way.interface === on.name)
}

/** A connected network came or went: the process follows, and with redistribution what is not in its networks. */
export function eigrpRouteChanged(router: RouterState, state: EigrpState, change: RouteChange): void {
  const { before, after, prefix } = change
  settleEigrp(router, state)
  const source = (after ?? before)?.source
  const isRedistributed =
    (source === 'connected' || source === 'static') && state.settings.redistribute.includes(source)
  if (!isRedistributed) return
  const name = (after ?? before)?.interface
  if (name === undefined || state.interfaces.has(name)) return
  if (after !== undefined) addConnected(router, state, prefix, name, 'redistributed')
  else dropWays(router, state, way => way.kind === 'redistributed' && way.interface === name)
}

/** A packet of EIGRP that came by an interface; whether the process took it. */
export function receiveEigrp(router: RouterState, packet: Datagram, name: string): boolean {
  if (typeof packet.source !== 'number') return false
  const { bytes, headerLength, view } = packet
  const message = decode(eigrp, bytes.subarray(headerLength))
  if (isFault(message) || checksumOf(view, headerLength, bytes.length) !== 0) return false
  const state = router.eigrp.find(each => each.settings.autonomousSystem === message.autonomousSystem)
  const on = state?.interfaces.get(name)
  if (state === undefined || on === undefined || on.passive || router.own.has(packet.source)) return false
  const neighbor = on.neighbors.get(packet.source)
  if (neighbor !== undefined) neighbor.heard = router.now
  if (message.opcode === eigrpOpcode.hello && message.acknowledge === 0)
    hearHello(router, state, on, packet.source, message)
  else if (neighbor !== undefined) hearNeighbor(router, state, on, neighbor, message)
  return true
}

function hearNeighbor(
  router: RouterState,
  state: EigrpState,
  on: EigrpOn,
  neighbor: Neighbor,
  message: EigrpPacket,
): void {
  const wasInit = neighbor.queue[0]?.flags === eigrpFlag.init
  const isTaken = message.acknowledge !== 0 && acknowledged(router, state, on, neighbor, message.acknowledge)
  if (isTaken && wasInit && !neighbor.synchronised) synchronise(router, state, on, neighbor)
  if (message.sequence === 0) return
  const begins = (message.flags & eigrpFlag.init) !== 0
  if (isRepeated(neighbor, message, begins)) {
    sendAcknowledgement(router, state, on, neighbor, message.sequence)
    return
  }
  neighbor.received = message.sequence
  sendAcknowledgement(router, state, on, neighbor, message.sequence)
  if (begins) {
    neighbor.begunBy = message.sequence
    beginAnew(router, state, on, neighbor)
  }
  take(router, state, on, neighbor, message)
}

/** Packets come one by one, each when the one before was acknowledged: an older number is a copy that was late. */
function isRepeated(neighbor: Neighbor, { sequence }: EigrpPacket, begins: boolean): boolean {
  if (begins) return sequence === neighbor.begunBy
  return sequence === neighbor.received || ((sequence - neighbor.received) | 0) < 0
}

/**
 * The neighbor meets this router as if for the first time: it will tell everything, and is told everything. Where it
 * has yet to confirm that this router began, that is done then.
 */
function beginAnew(router: RouterState, state: EigrpState, on: EigrpOn, neighbor: Neighbor): void {
  const key = keyOf(on, neighbor)
  dropWays(router, state, way => way.key === key)
  stopAwaiting(router, state, key)
  if (neighbor.synchronised) advertiseAll(router, state, on, neighbor)
}

function synchronise(router: RouterState, state: EigrpState, on: EigrpOn, neighbor: Neighbor): void {
  neighbor.synchronised = true
  advertiseAll(router, state, on, neighbor)
}

function take(router: RouterState, state: EigrpState, on: EigrpOn, neighbor: Neighbor, message: EigrpPacket): void {
  for (const { prefix, nextHop, metric, external } of routesOf(message.tlvs)) {
    learnWay(router, state, on, neighbor, prefix, metric, nextHopOf(nextHop, neighbor.address), external)
    if (message.opcode === eigrpOpcode.reply) replyArrived(router, state, prefix, keyOf(on, neighbor))
    if (message.opcode === eigrpOpcode.query) {
      sendReliably(router, state, on, [neighbor], {
        opcode: eigrpOpcode.reply,
        tlvs: [answerFor(router, state, on, prefix)],
      })
    }
  }
}

export function eigrpAlarm(router: RouterState, alarm: EigrpAlarm): void {
  const { state } = alarm
  switch (alarm.what) {
    case 'hello':
      return helloAlarm(router, state, alarm.on)
    case 'hold':
      return holdAlarm(router, state, alarm.on, alarm.neighbor)
    case 'advertise':
      return advertiseChanges(router, state)
    case 'active':
      return giveUp(router, state, alarm.destination, alarm.since)
    case 'retransmit': {
      const { on, neighbor, packet, attempt } = alarm
      if (on.neighbors.get(neighbor.address) !== neighbor) return
      if (!retransmit(router, state, on, neighbor, packet, attempt))
        loseNeighbor(router, state, on, neighbor, 'retry limit exceeded')
      return
    }
    default:
      return alarm satisfies never
  }
}

/** Replies that never came: those neighbors are not what they seem (RFC 7868 §3.7, "stuck in active"). */
function giveUp(router: RouterState, state: EigrpState, destination: Destination, since: Instant): void {
  if (destination.awaited.size === 0 || destination.activeSince !== since) return
  for (const on of state.interfaces.values()) {
    for (const neighbor of on.neighbors.values()) {
      if (destination.awaited.has(keyOf(on, neighbor))) loseNeighbor(router, state, on, neighbor, 'stuck in active')
    }
  }
}
