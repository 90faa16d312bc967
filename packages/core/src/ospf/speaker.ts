/** OSPF as the router runs it: which interfaces take part, what arrives, what is due (RFC 2328 §8.2, §9). */
import { decode, type OspfVersion2, ospf, ospfDesignatedRouters, ospfHeaderSize } from '@dmvpn/protocols'
import { checksumOf, type Ipv4, isFault, networkOf, sumWords } from '@dmvpn/wire'
import type { Datagram } from '../forwarding/datagram.ts'
import { milliseconds, seconds } from '../instant.ts'
import { type InterfaceState, primaryAddress } from '../interface-state.ts'
import { type RouterState, setAlarm } from '../router-state.ts'
import { authenticationFault } from './authentication.ts'
import { elect, stopWaiting } from './election.ts'
import { askAlarm, describeAlarm, hearDescription, hearRequest } from './exchange.ts'
import { settleExternals } from './externals.ts'
import { acknowledgeAlarm, floodAlarm, hearAcknowledgement, retransmitAlarm } from './flooding.ts'
import { hearBothWays, hearHello, helloAlarm, inactivityAlarm, lookForConfigured } from './hellos.ts'
import { areaOf, enter, ignore, reviseSoon } from './neighbor-state.ts'
import { ageAlarm, reviseAlarm } from './originate.ts'
import { costOf, hasDesignated, mtuOf, networkTypeOf, ospfAreaOf, timersOf } from './parameters.ts'
import { calculateAlarm, calculateSoon, dropRoutesBy } from './routes.ts'
import type { OspfAlarm, OspfInterfaceStateName, OspfOn, OspfState } from './state.ts'
import { hearUpdate } from './updates.ts'

/** Brings the process to where the interfaces are: those that are up and lie in its networks take part. */
export function settleOspf(router: RouterState, state: OspfState): void {
  if (state.routerId === 0) state.routerId = state.settings.routerId ?? highestAddress(router)
  for (const of of router.interfaces.values()) {
    const address = primaryAddress(of, 'ipv4')
    const area = of.up && typeof address === 'number' ? ospfAreaOf(of.settings, state.settings, address) : undefined
    const on = state.interfaces.get(of.name)
    if (on !== undefined && (area !== on.area || address !== on.address)) leave(router, state, on)
    const isFree = !router.ospf.some(each => each.interfaces.has(of.name))
    if (area !== undefined && isFree && state.routerId !== 0) join(router, state, of, area)
  }
  settleExternals(router, state)
}

/** The highest address of a loopback, else of any interface. */
function highestAddress(router: RouterState): Ipv4 {
  const highest = (all: readonly InterfaceState[]): Ipv4 =>
    Math.max(0, ...all.flatMap(({ addresses }) => addresses.map(({ address }) => address).filter(isIpv4)))
  const up = [...router.interfaces.values()].filter(each => each.up)
  return highest(up.filter(each => each.settings.kind === 'loopback')) || highest(up)
}

const isIpv4 = (address: number | bigint): address is Ipv4 => typeof address === 'number'

function join(router: RouterState, state: OspfState, of: InterfaceState, area: number): void {
  const { settings } = of
  const [first] = of.addresses.filter(({ address }) => isIpv4(address))
  const network = networkTypeOf(settings)
  const passive = network === 'loopback' || settings.kind === 'loopback' || state.settings.passive.includes(of.name)
  const on: OspfOn = {
    name: of.name,
    area,
    settings: settings.ospf,
    network,
    address: first!.address as Ipv4,
    length: first!.length,
    passive,
    ...timersOf(settings, network),
    cost: costOf(settings, state.settings),
    mtu: mtuOf(settings),
    state: firstState(network, passive, settings.ospf.priority),
    designated: 0,
    backup: 0,
    neighbors: new Map(),
    outgoing: new Map(),
    acknowledgements: [],
  }
  state.interfaces.set(of.name, on)
  reviseAll(router, state, on)
  if (passive) return
  lookForConfigured(router, state, on)
  // Routers that come up at one instant do not speak at one instant.
  const soon = milliseconds(100) + router.random.below(milliseconds(400))
  setAlarm(router, router.now + soon, { alarm: 'ospf', what: 'hello', state, on })
  if (on.state === 'waiting')
    setAlarm(router, router.now + seconds(on.dead), { alarm: 'ospf', what: 'wait', state, on })
}

/** Whoever may be designated looks first whether somebody is. */
function firstState(network: OspfOn['network'], passive: boolean, priority: number): OspfInterfaceStateName {
  if (network === 'loopback') return 'loopback'
  if (!hasDesignated({ network })) return 'point-to-point'
  return passive || priority === 0 ? 'other' : 'waiting'
}

/** With another area the router may be a border router, and say so everywhere. */
function reviseAll(router: RouterState, state: OspfState, on: OspfOn): void {
  areaOf(state, on)
  for (const area of state.areas.values()) reviseSoon(router, state, area)
}

function leave(router: RouterState, state: OspfState, on: OspfOn): void {
  state.interfaces.delete(on.name)
  for (const neighbor of on.neighbors.values()) enter(router, state, on, neighbor, 'down', 'interface down')
  dropRoutesBy(router, state, on.name)
  reviseAll(router, state, on)
  calculateSoon(router, state)
}

/** A packet of OSPF that came by an interface; whether the process took it. */
export function receiveOspf(router: RouterState, packet: Datagram, name: string): boolean {
  const { source, destination } = packet
  const state = router.ospf.find(each => each.interfaces.has(name))
  const on = state?.interfaces.get(name)
  if (typeof source !== 'number' || state === undefined || on === undefined || on.passive) return false
  if (destination === ospfDesignatedRouters && on.state !== 'designated' && on.state !== 'backup') return false
  if (router.own.has(source)) return false
  const bytes = packet.bytes.subarray(packet.headerLength)
  const message = decode(ospf, bytes)
  if (isFault(message) || message.version !== 2) return false
  const because = refusal(state, on, source, message, bytes)
  if (because !== undefined) {
    ignore(router, on, source, because)
    return false
  }
  hear(router, state, on, source, message, bytes)
  return true
}

/** Why a packet is not looked at (RFC 2328 §8.2); undefined where it is. */
function refusal(
  state: OspfState,
  on: OspfOn,
  source: Ipv4,
  message: OspfVersion2,
  bytes: Uint8Array,
): string | undefined {
  if (message.authentication.kind !== 'cryptographic' && !hasRightChecksum(bytes)) return 'bad checksum'
  if (message.area !== on.area) return `area ${message.area}, not ${on.area}`
  if (message.router === state.routerId) return 'the same router id'
  if (hasDesignated(on) && networkOf(source, on.length) !== networkOf(on.address, on.length)) return 'another network'
  return authenticationFault(on, on.neighbors.get(source), message, bytes)
}

/** Over the packet, the authentication left out. */
function hasRightChecksum(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = view.getUint16(2)
  return checksumOf(view, ospfHeaderSize, end, sumWords(view, 0, ospfHeaderSize - 8)) === 0
}

function hear(
  router: RouterState,
  state: OspfState,
  on: OspfOn,
  source: Ipv4,
  { router: routerId, message, authentication }: OspfVersion2,
  bytes: Uint8Array,
): void {
  const neighbor =
    message.kind === 'hello' ? hearHello(router, state, on, source, routerId, message) : on.neighbors.get(source)
  if (neighbor === undefined || neighbor.routerId !== routerId) return
  if (authentication.kind === 'cryptographic') neighbor.cryptographic = authentication.sequence
  switch (message.kind) {
    case 'hello':
    case 'unrecognised':
      return
    case 'database-description':
      if (neighbor.state === 'init') {
        hearBothWays(router, state, on, neighbor)
        elect(router, state, on)
      }
      return hearDescription(router, state, on, neighbor, message)
    case 'request':
      return hearRequest(router, state, on, neighbor, message.requests)
    case 'update':
      return hearUpdate(router, state, on, neighbor, message.lsas, claimedChecksums(bytes, message.lsas.length))
    case 'acknowledgement':
      return hearAcknowledgement(router, state, neighbor, message.headers)
    default:
      return message satisfies never
  }
}

/** The checksums that the advertisements of an update say they have. */
function claimedChecksums(bytes: Uint8Array, count: number): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const claimed: number[] = []
  let at = ospfHeaderSize + 4
  for (let index = 0; index < count; index++) {
    claimed.push(view.getUint16(at + 16))
    at += view.getUint16(at + 18)
  }
  return claimed
}

export function ospfAlarm(router: RouterState, alarm: OspfAlarm): void {
  const { state } = alarm
  if ('on' in alarm && state.interfaces.get(alarm.on.name) !== alarm.on) return
  switch (alarm.what) {
    case 'hello':
      return helloAlarm(router, state, alarm.on)
    case 'wait':
      return stopWaiting(router, state, alarm.on)
    case 'flood':
      return floodAlarm(router, state, alarm.on)
    case 'acknowledge':
      return acknowledgeAlarm(router, state, alarm.on)
    case 'inactivity':
      return inactivityAlarm(router, state, alarm.on, alarm.neighbor)
    case 'retransmit':
      return retransmitAlarm(router, state, alarm.on, alarm.neighbor)
    case 'describe':
      return describeAlarm(router, state, alarm.on, alarm.neighbor, alarm.sent)
    case 'ask':
      return askAlarm(router, state, alarm.on, alarm.neighbor, alarm.sent)
    case 'revise':
      return reviseAlarm(router, state, alarm.area)
    case 'calculate':
      return calculateAlarm(router, state)
    case 'age':
      return ageAlarm(router, state, alarm.area, alarm.stored)
    default:
      return alarm satisfies never
  }
}
