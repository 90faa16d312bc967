/** Who is there: hellos, hold timers, and the handshake of new neighbors (RFC 7868 §5.3.1, §5.3.3). */
import { type Eigrp as EigrpPacket, type EigrpTlv, eigrpFlag, eigrpOpcode, eigrpStub } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { seconds } from '../instant.ts'
import { type RouterState, say, setAlarm } from '../router-state.ts'
import type { EigrpStub } from '../settings.ts'
import type { EigrpOn, EigrpState, Neighbor } from './state.ts'
import { dropWays, keyOf, stopAwaiting } from './topology.ts'
import { sendPacket, sendReliably } from './transport.ts'

/** EIGRP 1.2 with TLVs of version 1.2: what 12.4 routers say. */
const softwareVersion: EigrpTlv = { kind: 'software-version', release: 0x0c04, tlvVersion: 0x0102 }

/** Says that this router is there. */
export function sendHello(router: RouterState, state: EigrpState, on: EigrpOn): void {
  const [k1, k2, k3, k4, k5] = state.settings.kValues
  const parameters: EigrpTlv = { kind: 'parameters', k1, k2, k3, k4, k5, k6: 0, holdTime: on.hold }
  const { stub } = state.settings
  const tlvs =
    stub === undefined
      ? [parameters, softwareVersion]
      : [parameters, softwareVersion, { kind: 'peer-stub', options: stubBits(stub) } as const]
  sendPacket(router, state, on, undefined, { opcode: eigrpOpcode.hello, tlvs })
}

function stubBits({ connected, summary, static: ofStatic, redistributed, receiveOnly }: EigrpStub): number {
  return (
    (connected ? eigrpStub.connected : 0) |
    (ofStatic ? eigrpStub.static : 0) |
    (summary ? eigrpStub.summary : 0) |
    (redistributed ? eigrpStub.redistributed : 0) |
    (receiveOnly ? eigrpStub.receiveOnly : 0)
  )
}

export function helloAlarm(router: RouterState, state: EigrpState, on: EigrpOn): void {
  if (state.interfaces.get(on.name) !== on) return
  sendHello(router, state, on)
  setAlarm(router, router.now + seconds(on.hello), { alarm: 'eigrp', what: 'hello', state, on })
}

/** A hello of somebody: known, or new and greeted. */
export function hearHello(router: RouterState, state: EigrpState, on: EigrpOn, from: Ipv4, packet: EigrpPacket): void {
  const parameters = packet.tlvs.find(each => each.kind === 'parameters')
  if (parameters === undefined) return
  const { k1, k2, k3, k4, k5 } = parameters
  const agrees = [k1, k2, k3, k4, k5].every((value, index) => value === state.settings.kValues[index])
  const known = on.neighbors.get(from)
  if (!agrees) {
    if (known !== undefined) loseNeighbor(router, state, on, known, 'K-value mismatch')
    return
  }
  const neighbor = known ?? greet(router, state, on, from)
  neighbor.hold = parameters.holdTime
  neighbor.stub = packet.tlvs.find(each => each.kind === 'peer-stub')?.options
  const version = packet.tlvs.find(each => each.kind === 'software-version')
  if (version !== undefined) neighbor.version = { release: version.release, tlvVersion: version.tlvVersion }
  if (known === undefined) armHold(router, state, on, neighbor)
}

function greet(router: RouterState, state: EigrpState, on: EigrpOn, address: Ipv4): Neighbor {
  const neighbor: Neighbor = {
    address,
    since: router.now,
    hold: on.hold,
    heard: router.now,
    stub: undefined,
    received: 0,
    begunBy: 0,
    synchronised: false,
    queue: [],
    version: undefined,
    retransmissions: 0,
  }
  on.neighbors.set(address, neighbor)
  sayNeighbor(router, state, on, neighbor, true, 'new adjacency')
  sendHello(router, state, on)
  sendReliably(router, state, on, [neighbor], { opcode: eigrpOpcode.update, flags: eigrpFlag.init })
  return neighbor
}

function armHold(router: RouterState, state: EigrpState, on: EigrpOn, neighbor: Neighbor): void {
  setAlarm(router, neighbor.heard + seconds(neighbor.hold), { alarm: 'eigrp', what: 'hold', state, on, neighbor })
}

/** Nothing was heard for a while: gone, unless something was. */
export function holdAlarm(router: RouterState, state: EigrpState, on: EigrpOn, neighbor: Neighbor): void {
  if (on.neighbors.get(neighbor.address) !== neighbor) return
  if (neighbor.heard + seconds(neighbor.hold) > router.now) armHold(router, state, on, neighbor)
  else loseNeighbor(router, state, on, neighbor, 'holding time expired')
}

/** A neighbor is no more, and with it everything it told. */
export function loseNeighbor(
  router: RouterState,
  state: EigrpState,
  on: EigrpOn,
  neighbor: Neighbor,
  because: string,
): void {
  if (on.neighbors.get(neighbor.address) !== neighbor) return
  on.neighbors.delete(neighbor.address)
  if (on.neighbors.size === 0) on.told.clear()
  sayNeighbor(router, state, on, neighbor, false, because)
  const key = keyOf(on, neighbor)
  dropWays(router, state, way => way.key === key)
  stopAwaiting(router, state, key)
}

function sayNeighbor(
  router: RouterState,
  state: EigrpState,
  on: EigrpOn,
  neighbor: Neighbor,
  up: boolean,
  because: string,
): void {
  const process = state.settings.autonomousSystem
  say(router, {
    step: 'neighbor',
    protocol: 'eigrp',
    process,
    interface: on.name,
    address: neighbor.address,
    up,
    because,
  })
}
