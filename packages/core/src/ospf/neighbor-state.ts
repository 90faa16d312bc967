/** What a neighbor's new state brings with it (RFC 2328 §10.3). */
import { ospfLsaType } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { type RouterState, say, setAlarm } from '../router-state.ts'
import { sweep } from './database.ts'
import {
  emptyArea,
  type OspfArea,
  type OspfNeighbor,
  type OspfNeighborStateName,
  type OspfOn,
  type OspfState,
} from './state.ts'
import { isExchanging } from './transport.ts'

/** A neighbor heard for the first time, or one that is configured and to be looked for. */
export function newNeighbor(router: RouterState, address: Ipv4): OspfNeighbor {
  return {
    address,
    routerId: 0,
    state: 'down',
    since: router.now,
    heard: router.now,
    priority: 0,
    designated: 0,
    backup: 0,
    options: 0,
    master: false,
    // Whoever meets this router again must not take the exchange for a copy of the last one.
    sequence: router.random.word(),
    sent: undefined,
    received: undefined,
    toDescribe: [],
    requests: new Map(),
    asked: new Set(),
    unacknowledged: new Map(),
    watched: false,
    cryptographic: 0,
  }
}

/** Puts a neighbor into a state. */
export function enter(
  router: RouterState,
  state: OspfState,
  on: OspfOn,
  neighbor: OspfNeighbor,
  to: OspfNeighborStateName,
  because: string,
): void {
  const from = neighbor.state
  if (from === to) return
  neighbor.state = to
  neighbor.since = router.now
  const process = state.settings.processId
  const { address, routerId } = neighbor
  say(router, { step: 'adjacency', process, interface: on.name, address, routerId, from, to, because })
  if (!isExchanging(neighbor)) forgetExchange(neighbor)
  if (from === 'full' || to === 'full') {
    const up = to === 'full'
    say(router, { step: 'neighbor', protocol: 'ospf', process, interface: on.name, address, up, because })
    reviseSoon(router, state, areaOf(state, on))
  }
  sweep(state)
}

function forgetExchange(neighbor: OspfNeighbor): void {
  neighbor.toDescribe = []
  neighbor.requests.clear()
  neighbor.asked.clear()
  neighbor.unacknowledged.clear()
  neighbor.sent = undefined
  neighbor.received = undefined
}

/** Says why a packet has no effect. */
export function ignore(router: RouterState, on: OspfOn, address: Ipv4, because: string): void {
  say(router, { step: 'routing packet ignored', protocol: 'ospf', interface: on.name, address, because })
}

/** The area of an interface, made on first mention. */
export function areaOf(state: OspfState, { area: id }: Pick<OspfOn, 'area'>): OspfArea {
  const known = state.areas.get(id)
  if (known !== undefined) return known
  const fresh = emptyArea(id)
  state.areas.set(id, fresh)
  return fresh
}

/** Where an advertisement of a type belongs that came by an interface. */
export function scopeOf(state: OspfState, on: OspfOn, type: number): OspfArea {
  return type === ospfLsaType.external ? state.domain : areaOf(state, on)
}

/** Has this router look through its own advertisements of an area, once what is happening now has happened. */
export function reviseSoon(router: RouterState, state: OspfState, area: OspfArea): void {
  if (area.revision) return
  area.revision = true
  setAlarm(router, router.now, { alarm: 'ospf', what: 'revise', state, area })
}
