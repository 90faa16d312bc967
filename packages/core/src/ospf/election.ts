/** The designated router of a network and its backup: who is there keeps its office (RFC 2328 §9.4). */
import { type RouterState, say } from '../router-state.ts'
import { startExchange } from './exchange.ts'
import { areaOf, enter, reviseSoon } from './neighbor-state.ts'
import { hasDesignated } from './parameters.ts'
import type { OspfInterfaceStateName, OspfNeighbor, OspfOn, OspfState } from './state.ts'

type Candidate = Pick<OspfNeighbor, 'address' | 'routerId' | 'priority' | 'designated' | 'backup'>

/** Elects, and has every neighbor be adjacent, or not, that now should. */
export function elect(router: RouterState, state: OspfState, on: OspfOn): void {
  if (!hasDesignated(on) || on.state === 'waiting' || on.state === 'loopback') return
  const { designated, backup } = on
  const role = on.state
  choose(state, on)
  if (roleOf(on) !== role) {
    on.state = roleOf(on)
    choose(state, on)
    on.state = roleOf(on)
  }
  if (on.designated === designated && on.backup === backup) return
  const process = state.settings.processId
  say(router, { step: 'designated', process, interface: on.name, designated: on.designated, backup: on.backup })
  for (const each of on.neighbors.values()) settleAdjacency(router, state, on, each)
  reviseSoon(router, state, areaOf(state, on))
}

/** The interface waits no longer for somebody who holds an office already. */
export function stopWaiting(router: RouterState, state: OspfState, on: OspfOn): void {
  if (on.state !== 'waiting') return
  on.state = 'other'
  elect(router, state, on)
  reviseSoon(router, state, areaOf(state, on))
}

function roleOf(on: OspfOn): OspfInterfaceStateName {
  if (on.designated === on.address) return 'designated'
  return on.backup === on.address ? 'backup' : 'other'
}

function choose(state: OspfState, on: OspfOn): void {
  const candidates: Candidate[] = [...on.neighbors.values()].filter(each => each.priority > 0 && isHeardBothWays(each))
  const { address, settings, designated, backup } = on
  if (settings.priority > 0)
    candidates.push({ address, routerId: state.routerId, priority: settings.priority, designated, backup })
  const others = candidates.filter(each => each.designated !== each.address)
  const deputies = others.filter(each => each.backup === each.address)
  const deputy = best(deputies.length > 0 ? deputies : others)
  const leader = best(candidates.filter(each => each.designated === each.address)) ?? deputy
  on.designated = leader?.address ?? 0
  on.backup = deputy === leader ? 0 : (deputy?.address ?? 0)
}

function best(candidates: readonly Candidate[]): Candidate | undefined {
  let first: Candidate | undefined
  for (const each of candidates) {
    if (first === undefined || each.priority > first.priority) first = each
    else if (each.priority === first.priority && each.routerId > first.routerId) first = each
  }
  return first
}

function isHeardBothWays({ state }: OspfNeighbor): boolean {
  return state !== 'down' && state !== 'attempt' && state !== 'init'
}

/** RFC 2328 §10.4: on networks with a designated router everybody is adjacent to it and its backup alone. */
export function settleAdjacency(router: RouterState, state: OspfState, on: OspfOn, neighbor: OspfNeighbor): void {
  const wanted = isWanted(on, neighbor)
  if (neighbor.state === '2-way' && wanted) startExchange(router, state, on, neighbor, 'adjacency wanted')
  else if (isHeardBothWays(neighbor) && neighbor.state !== '2-way' && !wanted)
    enter(router, state, on, neighbor, '2-way', 'adjacency not wanted')
}

function isWanted(on: OspfOn, { address }: OspfNeighbor): boolean {
  if (!hasDesignated(on) || on.state === 'designated' || on.state === 'backup') return true
  return address === on.designated || address === on.backup
}
