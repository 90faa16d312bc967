/** How two routers find out what the other has: database descriptions and requests (RFC 2328 §10.6 to §10.9). */
import {
  type OspfDatabaseDescription,
  type OspfLsaHeader,
  type OspfRequest,
  ospfDescriptionFlag,
  ospfLsaHeaderSize,
  ospfOption,
} from '@dmvpn/protocols'
import { type RouterState, setAlarm } from '../router-state.ts'
import { agedHeader, ageOf, compareWithStored, isKnownType, keyOf } from './database.ts'
import { sendLsas, watchOver } from './flooding.ts'
import { areaOf, enter, ignore, scopeOf } from './neighbor-state.ts'
import { maxAge, retransmitInterval } from './parameters.ts'
import type { OspfNeighbor, OspfOn, OspfState, StoredLsa } from './state.ts'
import { isExchanging, roomOf, sendTo } from './transport.ts'

const { init, more, master } = ospfDescriptionFlag
const descriptionWords = 8
const requestSize = 12

/** ExStart: both say that they lead; the one with the higher router id does. */
export function startExchange(
  router: RouterState,
  state: OspfState,
  on: OspfOn,
  neighbor: OspfNeighbor,
  because: string,
): void {
  if (neighbor.state === 'exstart') return
  enter(router, state, on, neighbor, 'exstart', because)
  neighbor.sequence = (neighbor.sequence + 1) >>> 0
  neighbor.master = true
  describe(router, state, on, neighbor, init | more | master, [])
}

function describe(
  router: RouterState,
  state: OspfState,
  on: OspfOn,
  neighbor: OspfNeighbor,
  flags: number,
  headers: readonly OspfLsaHeader[],
): void {
  neighbor.sent = {
    kind: 'database-description',
    interfaceMtu: on.mtu,
    options: ospfOption.external,
    flags,
    sequence: neighbor.sequence,
    headers,
  }
  sendDescription(router, state, on, neighbor)
}

/** Who leads sends it again until it is answered; who follows answers again when asked again. */
function sendDescription(router: RouterState, state: OspfState, on: OspfOn, neighbor: OspfNeighbor): void {
  const { sent } = neighbor
  if (sent === undefined) return
  sendTo(router, state, on, neighbor.address, sent)
  if (!neighbor.master) return
  setAlarm(router, router.now + retransmitInterval, { alarm: 'ospf', what: 'describe', state, on, neighbor, sent })
}

export function describeAlarm(
  router: RouterState,
  state: OspfState,
  on: OspfOn,
  neighbor: OspfNeighbor,
  sent: unknown,
): void {
  if (on.neighbors.get(neighbor.address) !== neighbor || neighbor.sent !== sent) return
  if (neighbor.state === 'exstart' || neighbor.state === 'exchange') sendDescription(router, state, on, neighbor)
}

/** A description arrived from a neighbor that is to be adjacent. */
export function hearDescription(
  router: RouterState,
  state: OspfState,
  on: OspfOn,
  neighbor: OspfNeighbor,
  packet: OspfDatabaseDescription,
): void {
  if (!on.settings.mtuIgnore && packet.interfaceMtu > on.mtu)
    return ignore(router, on, neighbor.address, 'its packets may be too big')
  const { flags, options, sequence } = packet
  if (neighbor.state === 'exstart') return negotiate(router, state, on, neighbor, packet)
  if (!isExchanging(neighbor)) return
  const { received } = neighbor
  if (received?.flags === flags && received.options === options && received.sequence === sequence) {
    // A copy: who follows answers again, as long as who leads may not have heard it.
    if (!neighbor.master) sendDescription(router, state, on, neighbor)
    return
  }
  const leads = (flags & master) !== 0
  const next = neighbor.master ? neighbor.sequence : (neighbor.sequence + 1) >>> 0
  const isExpected = leads !== neighbor.master && (flags & init) === 0 && options === received?.options
  if (neighbor.state !== 'exchange' || !isExpected || sequence !== next)
    return startAgain(router, state, on, neighbor, 'sequence number mismatch')
  take(router, state, on, neighbor, packet)
}

function negotiate(
  router: RouterState,
  state: OspfState,
  on: OspfOn,
  neighbor: OspfNeighbor,
  packet: OspfDatabaseDescription,
): void {
  const { flags, sequence } = packet
  const begins = init | more | master
  const isFirst = (flags & begins) === begins && packet.headers.length === 0
  const follows = (flags & (init | master)) === 0 && sequence === neighbor.sequence
  if (isFirst && neighbor.routerId > state.routerId) {
    neighbor.master = false
    neighbor.sequence = sequence
  } else if (!follows || neighbor.routerId > state.routerId) return
  enter(router, state, on, neighbor, 'exchange', 'negotiation done')
  neighbor.options = packet.options
  neighbor.toDescribe = summaryFor(router, state, on, neighbor)
  take(router, state, on, neighbor, packet)
}

/** The whole database; what has reached its greatest age is delivered instead (RFC 2328 §10.3). */
function summaryFor(router: RouterState, state: OspfState, on: OspfOn, neighbor: OspfNeighbor): OspfLsaHeader[] {
  if (on.settings.databaseFilter) return []
  const headers: OspfLsaHeader[] = []
  for (const stored of [...areaOf(state, on).database.values(), ...state.domain.database.values()]) {
    if (ageOf(router, stored) < maxAge) headers.push(agedHeader(router, stored))
    else neighbor.unacknowledged.set(stored.key, { stored, sent: router.now })
  }
  watchOver(router, state, on, neighbor)
  return headers
}

/** Notes what the neighbor has that is news, and goes on. */
function take(
  router: RouterState,
  state: OspfState,
  on: OspfOn,
  neighbor: OspfNeighbor,
  packet: OspfDatabaseDescription,
): void {
  const { flags, options, sequence } = packet
  for (const header of packet.headers) {
    if (!isKnownType(header.type)) continue
    const stored = scopeOf(state, on, header.type).database.get(keyOf(header))
    if (stored !== undefined && compareWithStored(router, header, stored) <= 0) continue
    neighbor.requests.set(keyOf(header), header)
  }
  const wasLast = neighbor.sent !== undefined && (neighbor.sent.flags & (more | init)) === 0
  neighbor.received = { flags, options, sequence }
  const heardAll = (flags & more) === 0
  if (neighbor.master) {
    if (heardAll && wasLast) return finish(router, state, on, neighbor)
    neighbor.sequence = (neighbor.sequence + 1) >>> 0
    describeNext(router, state, on, neighbor, master)
  } else {
    neighbor.sequence = sequence
    describeNext(router, state, on, neighbor, 0)
    if (heardAll && (neighbor.sent!.flags & more) === 0) return finish(router, state, on, neighbor)
  }
  ask(router, state, on, neighbor)
}

function describeNext(router: RouterState, state: OspfState, on: OspfOn, neighbor: OspfNeighbor, flags: number): void {
  const most = Math.max(1, Math.floor((roomOf(on) - descriptionWords) / ospfLsaHeaderSize))
  const headers = neighbor.toDescribe.splice(0, most)
  describe(router, state, on, neighbor, flags | (neighbor.toDescribe.length > 0 ? more : 0), headers)
}

/** Both have told everything: what is missing is asked for. */
function finish(router: RouterState, state: OspfState, on: OspfOn, neighbor: OspfNeighbor): void {
  const complete = neighbor.requests.size === 0
  enter(router, state, on, neighbor, complete ? 'full' : 'loading', complete ? 'loading done' : 'exchange done')
  if (!complete) ask(router, state, on, neighbor)
}

/** Asks for as much as fits, when what was asked for before has come. */
export function ask(router: RouterState, state: OspfState, on: OspfOn, neighbor: OspfNeighbor): void {
  for (const key of neighbor.asked) if (neighbor.requests.has(key)) return
  if (neighbor.requests.size === 0) {
    if (neighbor.state === 'loading') enter(router, state, on, neighbor, 'full', 'loading done')
    return
  }
  const most = Math.max(1, Math.floor(roomOf(on) / requestSize))
  const wanted = [...neighbor.requests].slice(0, most)
  neighbor.asked = new Set(wanted.map(([key]) => key))
  sendRequest(router, state, on, neighbor)
}

function sendRequest(router: RouterState, state: OspfState, on: OspfOn, neighbor: OspfNeighbor): void {
  const requests: OspfRequest[] = []
  for (const key of neighbor.asked) {
    const header = neighbor.requests.get(key)
    if (header !== undefined) requests.push(header)
  }
  sendTo(router, state, on, neighbor.address, { kind: 'request', requests })
  const sent = neighbor.asked
  setAlarm(router, router.now + retransmitInterval, { alarm: 'ospf', what: 'ask', state, on, neighbor, sent })
}

export function askAlarm(
  router: RouterState,
  state: OspfState,
  on: OspfOn,
  neighbor: OspfNeighbor,
  sent: unknown,
): void {
  if (on.neighbors.get(neighbor.address) !== neighbor || neighbor.asked !== sent) return
  if (neighbor.requests.size > 0 && isExchanging(neighbor)) sendRequest(router, state, on, neighbor)
}

/** A neighbor asks for advertisements. */
export function hearRequest(
  router: RouterState,
  state: OspfState,
  on: OspfOn,
  neighbor: OspfNeighbor,
  requests: readonly OspfRequest[],
): void {
  if (!isExchanging(neighbor)) return
  const found: StoredLsa[] = []
  for (const request of requests) {
    const stored = on.settings.databaseFilter
      ? undefined
      : scopeOf(state, on, request.type).database.get(keyOf(request))
    if (stored === undefined) return startAgain(router, state, on, neighbor, 'bad request')
    found.push(stored)
  }
  sendLsas(router, state, on, neighbor.address, found)
}

/** Something cannot be: the two begin anew. */
export function startAgain(
  router: RouterState,
  state: OspfState,
  on: OspfOn,
  neighbor: OspfNeighbor,
  because: string,
): void {
  enter(router, state, on, neighbor, '2-way', because)
  startExchange(router, state, on, neighbor, because)
}
