/** Advertisements that arrive: which are news, what becomes of the others (RFC 2328 §13). */
import type { OspfLsa, OspfLsaHeader } from '@dmvpn/protocols'
import type { RouterState } from '../router-state.ts'
import {
  compareInstances,
  compareWithStored,
  install,
  isKnownType,
  isSynchronising,
  keyOf,
  storedOf,
  sweep,
} from './database.ts'
import { ask, startAgain } from './exchange.ts'
import { acknowledgeLater, flood, sendLsas } from './flooding.ts'
import { reviseSoon, scopeOf } from './neighbor-state.ts'
import { maxAge, minArrival } from './parameters.ts'
import { calculateSoon } from './routes.ts'
import { isIn, type OspfArea, type OspfNeighbor, type OspfOn, type OspfState, type StoredLsa } from './state.ts'
import { isExchanging, sendTo } from './transport.ts'

/** An update of a neighbor; `claimed` are the checksums its advertisements say they have. */
export function hearUpdate(
  router: RouterState,
  state: OspfState,
  on: OspfOn,
  neighbor: OspfNeighbor,
  lsas: readonly OspfLsa[],
  claimed: readonly number[],
): void {
  if (!isExchanging(neighbor)) return
  /** What is acknowledged to this neighbor alone, and at once (RFC 2328 §13.5). */
  const known: OspfLsaHeader[] = []
  let proceeds = true
  for (const [index, lsa] of lsas.entries()) {
    const arrived = storedOf(router, lsa, neighbor.requests.has(keyOf(lsa)) ? 'asked' : 'flooded')
    if (arrived.header.checksum !== claimed[index] || !isKnownType(lsa.type)) continue
    proceeds = hearAdvertisement(router, state, on, neighbor, arrived, known)
    if (!proceeds) break
  }
  if (known.length > 0) sendTo(router, state, on, neighbor.address, { kind: 'acknowledgement', headers: known })
  if (proceeds) ask(router, state, on, neighbor)
  sweep(state)
}

/** Whether the next one may be looked at. */
function hearAdvertisement(
  router: RouterState,
  state: OspfState,
  on: OspfOn,
  neighbor: OspfNeighbor,
  arrived: StoredLsa,
  direct: OspfLsaHeader[],
): boolean {
  const area = scopeOf(state, on, arrived.lsa.type)
  const { key, header } = arrived
  const known = area.database.get(key)
  if (known === undefined && header.age >= maxAge && !isAnybodySynchronising(state)) {
    direct.push(header)
    return true
  }
  const order = known === undefined ? 1 : compareWithStored(router, header, known)
  if (order > 0) {
    takeNewer(router, state, on, neighbor, area, arrived)
    return true
  }
  if (neighbor.requests.has(key)) {
    startAgain(router, state, on, neighbor, 'bad request')
    return false
  }
  if (order === 0) hearAgain(router, state, on, neighbor, arrived, direct)
  else if (known!.source !== 'flooded' || router.now - known!.arrived >= minArrival)
    sendLsas(router, state, on, neighbor.address, [known!])
  return true
}

function isAnybodySynchronising(state: OspfState): boolean {
  return [...state.interfaces.values()].some(on => [...on.neighbors.values()].some(isSynchronising))
}

function takeNewer(
  router: RouterState,
  state: OspfState,
  on: OspfOn,
  neighbor: OspfNeighbor,
  area: OspfArea,
  arrived: StoredLsa,
): void {
  const { key, header } = arrived
  const known = area.database.get(key)
  const isOwn = header.advertisingRouter === state.routerId
  // Whoever originates faster than this has gone mad: it will send it again.
  if (known?.source === 'flooded' && router.now - known.arrived < minArrival) return
  const wentBack = flood(router, state, area, arrived, { on, neighbor })
  forgetOlder(state, area, arrived)
  const changed = install(router, state, area, arrived)
  satisfy(state, area, arrived)
  const hearsDesignated = neighbor.address === on.designated
  if (!wentBack && (on.state !== 'backup' || hearsDesignated)) acknowledgeLater(router, state, on, header)
  // Somebody has a later one of this router's own than this router: it says what is true now (RFC 2328 §13.4).
  if (isOwn) reviseSoon(router, state, area)
  if (changed) calculateSoon(router, state)
}

/** Lists of what is not acknowledged hold the new instance by now where it was flooded; elsewhere the old one goes. */
function forgetOlder(state: OspfState, area: OspfArea, arrived: StoredLsa): void {
  for (const on of state.interfaces.values()) {
    if (!isIn(area, on)) continue
    for (const { unacknowledged } of on.neighbors.values()) {
      if (unacknowledged.get(arrived.key)?.stored !== arrived) unacknowledged.delete(arrived.key)
    }
  }
}

/** Nobody needs to be asked for what is here now. */
function satisfy(state: OspfState, area: OspfArea, arrived: StoredLsa): void {
  for (const on of state.interfaces.values()) {
    if (!isIn(area, on)) continue
    for (const { requests } of on.neighbors.values()) {
      const described = requests.get(arrived.key)
      if (described !== undefined && compareInstances(arrived.header, described) >= 0) requests.delete(arrived.key)
    }
  }
}

/** The instance that is here already: an acknowledgement where this router sent it, else a copy (RFC 2328 §13.5). */
function hearAgain(
  router: RouterState,
  state: OspfState,
  on: OspfOn,
  neighbor: OspfNeighbor,
  arrived: StoredLsa,
  direct: OspfLsaHeader[],
): void {
  const isImplied = neighbor.unacknowledged.delete(arrived.key)
  if (!isImplied) direct.push(arrived.header)
  else if (on.state === 'backup' && neighbor.address === on.designated)
    acknowledgeLater(router, state, on, arrived.header)
}
