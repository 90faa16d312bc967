/** What this router says of itself and of the networks it speaks for (RFC 2328 §12.4.1, §12.4.2). */
import { type OspfLink, type OspfLsa, ospfLinkType, ospfLsaType, ospfRouterFlag } from '@dmvpn/protocols'
import { type Ipv4, maskOf, networkOf } from '@dmvpn/wire'
import { hasDesignated } from './parameters.ts'
import type { OspfArea, OspfNeighbor, OspfOn, OspfState } from './state.ts'

/** An advertisement before it has an instance. */
export type Said = Pick<OspfLsa, 'type' | 'id' | 'body'>

/** The router's advertisement, and those of the networks it is designated for. */
export function routerLinks(state: OspfState, area: OspfArea): Said[] {
  const interfaces = [...state.interfaces.values()].filter(on => on.area === area.id)
  if (interfaces.length === 0) return []
  const flags = (isAreaBorder(state) ? ospfRouterFlag.areaBorder : 0) | (state.boundary ? ospfRouterFlag.boundary : 0)
  const links = interfaces.flatMap(linksOf)
  const router: Said = {
    type: ospfLsaType.router,
    id: state.routerId,
    body: { kind: 'router', flags, reserved: 0, links },
  }
  return [router, ...interfaces.filter(speaksForNetwork).map(on => networkOn(state, on))]
}

/** Whether the router has interfaces in more than one area. */
export function isAreaBorder(state: OspfState): boolean {
  const areas = new Set<number>()
  for (const { area } of state.interfaces.values()) areas.add(area)
  return areas.size > 1
}

const hostMask = 0xffffffff

function linksOf(on: OspfOn): OspfLink[] {
  switch (on.network) {
    case 'loopback':
      return [stub(on.address, hostMask, on.cost)]
    case 'point-to-point':
      return [...peers(on), stubNetwork(on)]
    case 'point-to-multipoint':
    case 'point-to-multipoint non-broadcast':
      return [stub(on.address, hostMask, 0), ...peers(on)]
    default:
      return isTransit(on) ? [link(ospfLinkType.transit, on.designated, on.address, on.cost)] : [stubNetwork(on)]
  }
}

function peers(on: OspfOn): OspfLink[] {
  return full(on).map(({ routerId }) => link(ospfLinkType.pointToPoint, routerId, on.address, on.cost))
}

function stubNetwork(on: OspfOn): OspfLink {
  return stub(networkOf(on.address, on.length), maskOf(on.length), on.cost)
}

function stub(id: Ipv4, mask: Ipv4, metric: number): OspfLink {
  return link(ospfLinkType.stub, id, mask, metric)
}

function link(type: number, id: Ipv4, data: Ipv4, metric: number): OspfLink {
  return { type, id, data, metric, tosMetrics: [] }
}

function full(on: OspfOn): OspfNeighbor[] {
  return [...on.neighbors.values()].filter(each => each.state === 'full')
}

/** Whether others are reached by the network: synchronised with its designated router, or being that with somebody. */
function isTransit(on: OspfOn): boolean {
  return speaksForNetwork(on) || full(on).some(({ address }) => address === on.designated)
}

function speaksForNetwork(on: OspfOn): boolean {
  return hasDesignated(on) && on.state === 'designated' && full(on).length > 0
}

function networkOn(state: OspfState, on: OspfOn): Said {
  const attachedRouters = [state.routerId, ...full(on).map(({ routerId }) => routerId)]
  return {
    type: ospfLsaType.network,
    id: on.address,
    body: { kind: 'network', mask: maskOf(on.length), attachedRouters },
  }
}
