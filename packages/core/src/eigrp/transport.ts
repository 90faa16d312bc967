/** Packets of EIGRP, and the transport that has some of them acknowledged (RFC 7868 §5.3). */
import { type EigrpTlv, eigrp, eigrpGroup, eigrpOpcode, encodeLayers, ipv4, layer } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { type Span, seconds } from '../instant.ts'
import { primaryAddress } from '../interface-state.ts'
import { originate, type RouterState, setAlarm, takeIdentification } from '../router-state.ts'
import type { EigrpOn, EigrpState, Neighbor, Reliable } from './state.ts'

interface Facts {
  readonly opcode: number
  readonly flags?: number
  readonly sequence?: number
  readonly acknowledge?: number
  readonly tlvs?: readonly EigrpTlv[]
}

/** Routing packets are internetwork control; those to the group live two hops at most. */
const dscp = 48
const groupTtl = 2

/** Sends one packet out of an interface, to the group or to one neighbor. */
export function sendPacket(
  router: RouterState,
  state: EigrpState,
  on: EigrpOn,
  to: Ipv4 | undefined,
  facts: Facts,
): void {
  const out = router.interfaces.get(on.name)
  const source = out === undefined ? undefined : primaryAddress(out, 'ipv4')
  if (typeof source !== 'number') return
  const bytes = encodeLayers([
    layer(ipv4, {
      source,
      destination: to ?? eigrpGroup,
      ttl: to === undefined ? groupTtl : router.profile.outer.ttl,
      dscp,
      identification: takeIdentification(router),
    }),
    layer(eigrp, { autonomousSystem: state.settings.autonomousSystem, ...facts }),
  ])
  originate(router, bytes, on.name)
}

export function sendAcknowledgement(
  router: RouterState,
  state: EigrpState,
  on: EigrpOn,
  neighbor: Neighbor,
  sequence: number,
): void {
  sendPacket(router, state, on, neighbor.address, { opcode: eigrpOpcode.hello, acknowledge: sequence })
}

/** Has a packet delivered to neighbors, each of which must acknowledge it. Those with nothing on the way get it at once. */
export function sendReliably(
  router: RouterState,
  state: EigrpState,
  on: EigrpOn,
  neighbors: readonly Neighbor[],
  { opcode, flags = 0, tlvs = [] }: Facts,
): void {
  if (neighbors.length === 0) return
  const sequence = state.sequence
  state.sequence = sequence === 0xffffffff ? 1 : sequence + 1
  const toAll =
    neighbors.length > 1 && neighbors.length === on.neighbors.size && neighbors.every(each => each.queue.length === 0)
  if (toAll) sendPacket(router, state, on, undefined, { opcode, flags, sequence, tlvs })
  for (const neighbor of neighbors) {
    const packet: Reliable = { sequence, opcode, flags, tlvs, attempts: toAll ? 1 : 0 }
    neighbor.queue.push(packet)
    if (toAll) awaitAcknowledgement(router, state, on, neighbor, packet)
    else if (neighbor.queue.length === 1) sendHead(router, state, on, neighbor)
  }
}

function sendHead(router: RouterState, state: EigrpState, on: EigrpOn, neighbor: Neighbor): void {
  const packet = neighbor.queue[0]
  if (packet === undefined) return
  packet.attempts++
  const { opcode, flags, sequence, tlvs } = packet
  sendPacket(router, state, on, neighbor.address, { opcode, flags, sequence, acknowledge: neighbor.received, tlvs })
  awaitAcknowledgement(router, state, on, neighbor, packet)
}

function awaitAcknowledgement(
  router: RouterState,
  state: EigrpState,
  on: EigrpOn,
  neighbor: Neighbor,
  packet: Reliable,
): void {
  const { attempts } = packet
  setAlarm(router, router.now + waitFor(attempts), {
    alarm: 'eigrp',
    what: 'retransmit',
    state,
    on,
    neighbor,
    packet,
    attempt: attempts,
  })
}

/** From 200 ms, half as much again each time, to 5 s. */
function waitFor(attempts: number): Span {
  return Math.min(seconds(0.2 * 1.5 ** (attempts - 1)), seconds(5))
}

/** Attempts after which a neighbor is given up (RFC 7868 §5.3.4). */
const mostAttempts = 16

/** Not acknowledged in time: sent again. Whether the neighbor is still worth it. */
export function retransmit(
  router: RouterState,
  state: EigrpState,
  on: EigrpOn,
  neighbor: Neighbor,
  packet: Reliable,
  attempt: number,
): boolean {
  if (neighbor.queue[0] !== packet || packet.attempts !== attempt) return true
  if (attempt >= mostAttempts) return false
  neighbor.retransmissions++
  sendHead(router, state, on, neighbor)
  return true
}

/** The neighbor has everything up to a sequence number; the next packet in line leaves. */
export function acknowledged(
  router: RouterState,
  state: EigrpState,
  on: EigrpOn,
  neighbor: Neighbor,
  sequence: number,
): boolean {
  if (neighbor.queue[0]?.sequence !== sequence) return false
  neighbor.queue.shift()
  sendHead(router, state, on, neighbor)
  return true
}
