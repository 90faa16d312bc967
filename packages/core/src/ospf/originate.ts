/**
 * This router's own advertisements (RFC 2328 §12.4): what it should say of an area is compared with what the database
 * holds of it; what is missing or different is said, what should not be there is withdrawn.
 */
import { type OspfLsa, ospfOption } from '@dmvpn/protocols'
import { type RouterState, setAlarm } from '../router-state.ts'
import { ageOf, install, keyOf, sameBody, storedOf, sweep } from './database.ts'
import { externalsOf } from './externals.ts'
import { flood } from './flooding.ts'
import { routerLinks, type Said } from './links.ts'
import { initialSequence, maxAge, maxSequence, minInterval } from './parameters.ts'
import { calculateSoon } from './routes.ts'
import { domainId, type OspfArea, type OspfState, type StoredLsa } from './state.ts'
import { summariesFor } from './summaries.ts'

/** Looks through this router's advertisements of an area; what was said less than five seconds ago waits. */
export function reviseAlarm(router: RouterState, state: OspfState, area: OspfArea): void {
  area.revision = false
  const wanted = wantedFor(state, area)
  let waits = Number.POSITIVE_INFINITY
  for (const [key, lsa] of wanted) {
    const known = area.database.get(key)
    if (known !== undefined && isAsWanted(router, known, lsa)) continue
    const due = known?.source === 'own' ? known.arrived + minInterval : router.now
    if (due > router.now) waits = Math.min(waits, due)
    else if (!say(router, state, area, lsa, known)) waits = Math.min(waits, router.now + minInterval)
  }
  for (const known of area.database.values()) {
    if (known.lsa.advertisingRouter === state.routerId && !wanted.has(known.key)) withdraw(router, state, area, known)
  }
  if (waits === Number.POSITIVE_INFINITY) return
  area.revision = true
  setAlarm(router, waits, { alarm: 'ospf', what: 'revise', state, area })
}

function wantedFor(state: OspfState, area: OspfArea): Map<string, OspfLsa> {
  const common = {
    age: 0,
    doNotAge: false,
    options: ospfOption.external,
    sequence: initialSequence,
    advertisingRouter: state.routerId,
  }
  const inArea = (): Said[] => [...routerLinks(state, area), ...summariesFor(state, area)]
  const all = area.id === domainId ? externalsOf(state) : inArea()
  return new Map(all.map(each => [keyOf({ ...common, ...each }), { ...common, ...each }]))
}

function isAsWanted(router: RouterState, known: StoredLsa, wanted: OspfLsa): boolean {
  return known.source === 'own' && ageOf(router, known) < maxAge && sameBody(known.lsa, wanted)
}

/** Says an advertisement, as the next instance; not where the numbers are used up and the last must first be forgotten. */
function say(
  router: RouterState,
  state: OspfState,
  area: OspfArea,
  lsa: OspfLsa,
  known: StoredLsa | undefined,
): boolean {
  if (known?.lsa.sequence === maxSequence) {
    withdraw(router, state, area, known)
    return false
  }
  const sequence = known === undefined ? initialSequence : (known.lsa.sequence + 1) >>> 0
  replace(router, state, area, storedOf(router, { ...lsa, sequence }, 'own'))
  return true
}

/** Ages an advertisement at once, so that everybody forgets it (RFC 2328 §14.1). */
function withdraw(router: RouterState, state: OspfState, area: OspfArea, known: StoredLsa): void {
  if (known.lsa.age >= maxAge) return
  replace(router, state, area, storedOf(router, { ...known.lsa, age: maxAge }, known.source))
}

function replace(router: RouterState, state: OspfState, area: OspfArea, stored: StoredLsa): void {
  const changed = install(router, state, area, stored)
  flood(router, state, area, stored, undefined)
  if (changed) calculateSoon(router, state)
  sweep(state)
}

/** Half an hour has passed for an own advertisement, a whole one for somebody else's. */
export function ageAlarm(router: RouterState, state: OspfState, area: OspfArea, stored: StoredLsa): void {
  if (area.database.get(stored.key) !== stored) return
  if (stored.source === 'own' && say(router, state, area, stored.lsa, stored)) return
  withdraw(router, state, area, stored)
}
