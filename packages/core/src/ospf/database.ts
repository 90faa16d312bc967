/** What is known of an area: the latest instance of every advertisement (RFC 2328 §12.2, §13.1, §14). */
import { type OspfLsa, type OspfLsaHeader, ospfLsaHeaderOf, ospfLsaType } from '@dmvpn/protocols'
import { seconds, wholeSeconds } from '../instant.ts'
import { type RouterState, setAlarm } from '../router-state.ts'
import { maxAge, maxAgeDifference, refreshTime } from './parameters.ts'
import type { OspfArea, OspfNeighbor, OspfState, StoredLsa } from './state.ts'
import { isExchanging } from './transport.ts'

/** What identifies an advertisement, whatever its instance. */
export function keyOf(of: Pick<OspfLsaHeader, 'type' | 'id' | 'advertisingRouter'>): string {
  return `${of.type} ${of.id} ${of.advertisingRouter}`
}

/** Types that are understood here; of the others nothing is kept (RFC 2328 §13, step 2). */
export function isKnownType(type: number): boolean {
  return type >= ospfLsaType.router && type <= ospfLsaType.external
}

/** Seconds since it was originated, as far as it is known here. */
export function ageOf(router: Pick<RouterState, 'now'>, { lsa, arrived }: StoredLsa): number {
  if (lsa.doNotAge) return lsa.age
  return Math.min(maxAge, lsa.age + wholeSeconds(router.now - arrived))
}

/** The advertisement as it is now, `more` seconds older: to be sent. */
export function agedLsa(router: RouterState, stored: StoredLsa, more = 0): OspfLsa {
  return { ...stored.lsa, age: Math.min(maxAge, ageOf(router, stored) + more) }
}

export function agedHeader(router: RouterState, stored: StoredLsa): OspfLsaHeader {
  return { ...stored.header, age: ageOf(router, stored) }
}

/** Positive where `one` is the more recent instance, 0 where both are the same (RFC 2328 §13.1). */
export function compareInstances(one: OspfLsaHeader, other: OspfLsaHeader): number {
  const sequences = (one.sequence | 0) - (other.sequence | 0)
  if (sequences !== 0) return sequences
  if (one.checksum !== other.checksum) return one.checksum - other.checksum
  const isOld = one.age >= maxAge
  if (isOld !== other.age >= maxAge) return isOld ? 1 : -1
  return Math.abs(one.age - other.age) > maxAgeDifference ? other.age - one.age : 0
}

/** The instance that a description stands for, at its age now. */
export function compareWithStored(router: RouterState, header: OspfLsaHeader, stored: StoredLsa): number {
  return compareInstances(header, agedHeader(router, stored))
}

/** An instance that arrived now, or was made. */
export function storedOf(router: RouterState, lsa: OspfLsa, source: StoredLsa['source']): StoredLsa {
  return { key: keyOf(lsa), lsa, header: ospfLsaHeaderOf(lsa), arrived: router.now, source }
}

/** Puts an instance in the place of an older one, and sees to its end: whether routes may be others now. */
export function install(router: RouterState, state: OspfState, area: OspfArea, stored: StoredLsa): boolean {
  const before = area.database.get(stored.key)
  area.database.set(stored.key, stored)
  if (stored.lsa.age >= maxAge) area.dying.add(stored.key)
  else area.dying.delete(stored.key)
  if (!stored.lsa.doNotAge && stored.lsa.age < maxAge) {
    const after = stored.source === 'own' ? refreshTime : seconds(maxAge - stored.lsa.age)
    setAlarm(router, router.now + after, { alarm: 'ospf', what: 'age', state, area, stored })
  }
  return before === undefined || isDifferent(before, stored)
}

/** RFC 2328 §13.2: other contents, or one of the two has reached its greatest age. */
function isDifferent({ lsa: one }: StoredLsa, { lsa: other }: StoredLsa): boolean {
  return one.options !== other.options || one.age >= maxAge !== other.age >= maxAge || !sameBody(one, other)
}

/** Whether two advertisements say the same. */
export function sameBody(one: OspfLsa, other: OspfLsa): boolean {
  return JSON.stringify(one.body) === JSON.stringify(other.body)
}

/** Removes what reached its greatest age, once everybody has been told (RFC 2328 §14). */
export function sweep(state: OspfState): void {
  const areas = [...state.areas.values(), state.domain].filter(each => each.dying.size > 0)
  if (areas.length === 0) return
  const neighbors = [...state.interfaces.values()].flatMap(on => [...on.neighbors.values()])
  if (neighbors.some(isSynchronising)) return
  for (const { database, dying } of areas) {
    for (const key of dying) {
      if (neighbors.some(each => each.unacknowledged.has(key))) continue
      database.delete(key)
      dying.delete(key)
    }
  }
}

/** Whether databases are being compared: nothing must vanish meanwhile. */
export function isSynchronising(neighbor: OspfNeighbor): boolean {
  return isExchanging(neighbor) && neighbor.state !== 'full'
}
