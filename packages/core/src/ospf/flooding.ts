/** Changes to all who must know, each acknowledged, each sent until it is (RFC 2328 §13.3, §13.5, §13.6). */
import { type OspfLsa, type OspfLsaHeader, ospfLsaHeaderSize, sizeOfOspfLsa } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { type RouterState, setAlarm } from '../router-state.ts'
import { agedLsa, compareInstances, compareWithStored, keyOf, sweep } from './database.ts'
import { acknowledgementDelay, hasDesignated, retransmitInterval, transmitDelay } from './parameters.ts'
import { isIn, type OspfArea, type OspfNeighbor, type OspfOn, type OspfState, type StoredLsa } from './state.ts'
import { isExchanging, roomOf, sendTo, sendToAdjacent } from './transport.ts'

/** From where an advertisement came. */
export interface FloodSource {
  readonly on: OspfOn
  readonly neighbor: OspfNeighbor
}

/** Floods an instance through its area; whether it left by the interface it came by. */
export function flood(
  router: RouterState,
  state: OspfState,
  area: OspfArea,
  stored: StoredLsa,
  from: FloodSource | undefined,
): boolean {
  let wentBack = false
  for (const on of state.interfaces.values()) {
    if (!isIn(area, on) || on.passive || on.settings.databaseFilter) continue
    const awaiting = [...on.neighbors.values()].filter(each => each !== from?.neighbor && wants(each, stored))
    for (const neighbor of awaiting) expectAcknowledgement(router, state, on, neighbor, stored)
    if (awaiting.length === 0) continue
    if (from?.on === on && hasDesignated(on)) {
      // Its designated router told everybody already; a backup leaves that to the designated router.
      const { address } = from.neighbor
      if (address === on.designated || address === on.backup || on.state === 'backup') continue
    }
    wentBack ||= from?.on === on
    if (on.outgoing.size === 0) setAlarm(router, router.now, { alarm: 'ospf', what: 'flood', state, on })
    on.outgoing.set(stored.key, stored)
  }
  return wentBack
}

/** RFC 2328 §13.3, step 1: not who is not yet there, nor who described this instance itself. */
function wants(neighbor: OspfNeighbor, stored: StoredLsa): boolean {
  if (!isExchanging(neighbor)) return false
  const described = neighbor.requests.get(stored.key)
  if (described === undefined) return true
  return compareInstances(stored.header, described) > 0
}

function expectAcknowledgement(
  router: RouterState,
  state: OspfState,
  on: OspfOn,
  neighbor: OspfNeighbor,
  stored: StoredLsa,
): void {
  neighbor.unacknowledged.set(stored.key, { stored, sent: router.now })
  watchOver(router, state, on, neighbor)
}

/** Sees that what is not acknowledged is sent again. */
export function watchOver(router: RouterState, state: OspfState, on: OspfOn, neighbor: OspfNeighbor): void {
  if (neighbor.watched || neighbor.unacknowledged.size === 0) return
  neighbor.watched = true
  setAlarm(router, router.now + retransmitInterval, { alarm: 'ospf', what: 'retransmit', state, on, neighbor })
}

export function retransmitAlarm(router: RouterState, state: OspfState, on: OspfOn, neighbor: OspfNeighbor): void {
  neighbor.watched = false
  if (on.neighbors.get(neighbor.address) !== neighbor || !isExchanging(neighbor)) return
  const due = [...neighbor.unacknowledged.values()].filter(({ sent }) => sent + retransmitInterval <= router.now)
  for (const each of due) each.sent = router.now
  sendLsas(
    router,
    state,
    on,
    neighbor.address,
    due.map(({ stored }) => stored),
  )
  watchOver(router, state, on, neighbor)
}

/** What changed in this breath leaves in as few packets as hold it. */
export function floodAlarm(router: RouterState, state: OspfState, on: OspfOn): void {
  const stored = [...on.outgoing.values()]
  on.outgoing.clear()
  for (const lsas of packed(
    on,
    stored.map(each => agedLsa(router, each, transmitDelay)),
  ))
    sendToAdjacent(router, state, on, { kind: 'update', lsas })
}

/** Sends instances to one neighbor. */
export function sendLsas(
  router: RouterState,
  state: OspfState,
  on: OspfOn,
  to: Ipv4,
  stored: readonly StoredLsa[],
): void {
  for (const lsas of packed(
    on,
    stored.map(each => agedLsa(router, each, transmitDelay)),
  ))
    sendTo(router, state, on, to, { kind: 'update', lsas })
}

/** As many in one packet as it holds; one that none holds goes alone. */
function packed(on: OspfOn, lsas: readonly OspfLsa[]): OspfLsa[][] {
  const count = 4
  const packets: OspfLsa[][] = []
  let left = 0
  for (const lsa of lsas) {
    const size = sizeOfOspfLsa(lsa)
    if (size > left || packets.length === 0) {
      packets.push([])
      left = roomOf(on) - count
    }
    packets.at(-1)!.push(lsa)
    left -= size
  }
  return packets
}

/** Acknowledges together with what else comes in the next second. */
export function acknowledgeLater(router: RouterState, state: OspfState, on: OspfOn, header: OspfLsaHeader): void {
  if (on.acknowledgements.length === 0) {
    setAlarm(router, router.now + acknowledgementDelay, { alarm: 'ospf', what: 'acknowledge', state, on })
  }
  on.acknowledgements.push(header)
}

export function acknowledgeAlarm(router: RouterState, state: OspfState, on: OspfOn): void {
  const most = Math.max(1, Math.floor(roomOf(on) / ospfLsaHeaderSize))
  const headers = on.acknowledgements
  on.acknowledgements = []
  for (let at = 0; at < headers.length; at += most)
    sendToAdjacent(router, state, on, { kind: 'acknowledgement', headers: headers.slice(at, at + most) })
}

/** A neighbor has what it says it has. */
export function hearAcknowledgement(
  router: RouterState,
  state: OspfState,
  neighbor: OspfNeighbor,
  headers: readonly OspfLsaHeader[],
): void {
  if (!isExchanging(neighbor)) return
  for (const header of headers) {
    const key = keyOf(header)
    const waiting = neighbor.unacknowledged.get(key)
    if (waiting === undefined || compareWithStored(router, header, waiting.stored) !== 0) continue
    neighbor.unacknowledged.delete(key)
  }
  sweep(state)
}
