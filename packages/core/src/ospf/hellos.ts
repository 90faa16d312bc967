/** Who is there: hellos, and the silence after which somebody is not (RFC 2328 §9.5, §10.5). */
import { type OspfHello, ospfAllRouters, ospfOption } from '@dmvpn/protocols'
import { type Ipv4, maskOf, networkOf } from '@dmvpn/wire'
import { seconds } from '../instant.ts'
import { type RouterState, setAlarm } from '../router-state.ts'
import { elect, settleAdjacency, stopWaiting } from './election.ts'
import { enter, ignore, newNeighbor } from './neighbor-state.ts'
import { hasDesignated, isNonBroadcast } from './parameters.ts'
import type { OspfNeighbor, OspfOn, OspfState } from './state.ts'
import { sendTo } from './transport.ts'

/** Says that this router is there, and whom it heard. Without multicast: to everybody configured or heard. */
export function sendHello(router: RouterState, state: OspfState, on: OspfOn): void {
  const heard = [...on.neighbors.values()].filter(each => each.state !== 'down' && each.state !== 'attempt')
  const hello: OspfHello = {
    kind: 'hello',
    networkMask: maskOf(on.length),
    helloInterval: on.hello,
    options: ospfOption.external,
    priority: on.settings.priority,
    deadInterval: on.dead,
    designatedRouter: on.designated,
    backupDesignatedRouter: on.backup,
    neighbors: heard.map(each => each.routerId),
  }
  if (isNonBroadcast(on)) for (const each of on.neighbors.keys()) sendTo(router, state, on, each, hello)
  else sendTo(router, state, on, ospfAllRouters, hello)
}

export function helloAlarm(router: RouterState, state: OspfState, on: OspfOn): void {
  sendHello(router, state, on)
  setAlarm(router, router.now + seconds(on.hello), { alarm: 'ospf', what: 'hello', state, on })
}

/** A hello from an address of the interface's network. */
export function hearHello(
  router: RouterState,
  state: OspfState,
  on: OspfOn,
  from: Ipv4,
  routerId: Ipv4,
  hello: OspfHello,
): OspfNeighbor | undefined {
  const because = disagreement(on, hello)
  if (because !== undefined) {
    ignore(router, on, from, because)
    return undefined
  }
  const known = on.neighbors.get(from)
  const isOther = known !== undefined && known.routerId !== 0 && known.routerId !== routerId
  if (isOther) drop(router, state, on, known, 'another router')
  const neighbor = isOther || known === undefined ? newNeighbor(router, from) : known
  on.neighbors.set(from, neighbor)
  const before = { ...neighbor }
  neighbor.routerId = routerId
  neighbor.heard = router.now
  neighbor.options = hello.options
  neighbor.priority = hello.priority
  neighbor.designated = hello.designatedRouter
  neighbor.backup = hello.backupDesignatedRouter
  if (before.state === 'down' || before.state === 'attempt') {
    enter(router, state, on, neighbor, 'init', 'hello heard')
    armInactivity(router, state, on, neighbor)
  }
  if (hello.neighbors.includes(state.routerId)) hearBothWays(router, state, on, neighbor)
  else if (neighbor.state !== 'init') enter(router, state, on, neighbor, 'init', 'heard one way')
  reconsider(router, state, on, neighbor, before)
  return neighbor
}

/** Why the two cannot be neighbors; undefined where they can. The mask counts where there is one network for both. */
function disagreement(on: OspfOn, hello: OspfHello): string | undefined {
  if (hello.helloInterval !== on.hello) return `hello interval ${hello.helloInterval}, not ${on.hello}`
  if (hello.deadInterval !== on.dead) return `dead interval ${hello.deadInterval}, not ${on.dead}`
  if (hasDesignated(on) && hello.networkMask !== maskOf(on.length)) return 'another network mask'
  return (hello.options & ospfOption.external) === 0 ? 'a stub area' : undefined
}

/** The neighbor hears this router, too. */
export function hearBothWays(router: RouterState, state: OspfState, on: OspfOn, neighbor: OspfNeighbor): void {
  if (neighbor.state !== 'init') return
  enter(router, state, on, neighbor, '2-way', 'heard both ways')
  settleAdjacency(router, state, on, neighbor)
}

/** Offices may be others when somebody came, went, or says something else of itself (RFC 2328 §9.2, §10.5). */
function reconsider(
  router: RouterState,
  state: OspfState,
  on: OspfOn,
  neighbor: OspfNeighbor,
  before: Pick<OspfNeighbor, 'state' | 'priority' | 'designated' | 'backup'>,
): void {
  if (!hasDesignated(on)) return
  const { address, designated, backup, priority } = neighbor
  if (on.state === 'waiting') {
    const holdsOffice = backup === address || (designated === address && backup === 0)
    if (holdsOffice && neighbor.state !== 'init') stopWaiting(router, state, on)
    return
  }
  const changedOffice =
    (designated === address) !== (before.designated === address) || (backup === address) !== (before.backup === address)
  const cameOrWent = isTwoWay(before) !== isTwoWay(neighbor)
  if (changedOffice || cameOrWent || priority !== before.priority) elect(router, state, on)
}

function isTwoWay({ state }: Pick<OspfNeighbor, 'state'>): boolean {
  return state !== 'down' && state !== 'attempt' && state !== 'init'
}

function armInactivity(router: RouterState, state: OspfState, on: OspfOn, neighbor: OspfNeighbor): void {
  const at = neighbor.heard + seconds(on.dead)
  setAlarm(router, at, { alarm: 'ospf', what: 'inactivity', state, on, neighbor })
}

/** Nothing was heard for a while: gone, unless something was. */
export function inactivityAlarm(router: RouterState, state: OspfState, on: OspfOn, neighbor: OspfNeighbor): void {
  if (on.neighbors.get(neighbor.address) !== neighbor || neighbor.state === 'down') return
  if (neighbor.heard + seconds(on.dead) > router.now) return armInactivity(router, state, on, neighbor)
  drop(router, state, on, neighbor, 'dead timer expired')
  elect(router, state, on)
}

/** A neighbor is no more. One that is configured is still looked for. */
export function drop(router: RouterState, state: OspfState, on: OspfOn, neighbor: OspfNeighbor, because: string): void {
  enter(router, state, on, neighbor, 'down', because)
  on.neighbors.delete(neighbor.address)
  lookForConfigured(router, state, on)
}

/** Neighbors that are not found by multicast are looked for where they are said to be. */
export function lookForConfigured(router: RouterState, state: OspfState, on: OspfOn): void {
  if (!isNonBroadcast(on)) return
  for (const { address } of state.settings.neighbors) {
    if (on.neighbors.has(address) || networkOf(address, on.length) !== networkOf(on.address, on.length)) continue
    const neighbor = newNeighbor(router, address)
    if (on.network === 'non-broadcast') neighbor.state = 'attempt'
    on.neighbors.set(address, neighbor)
  }
}
