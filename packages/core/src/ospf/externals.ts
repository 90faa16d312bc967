/** Networks outside: the default route this router tells of, and the routes others tell of (RFC 2328 §12.4.4, §16.4). */
import { type OspfExternalBody, type OspfLsa, ospfLsaType } from '@dmvpn/protocols'
import { lengthOfMask } from '@dmvpn/wire'
import { covers, prefixOf } from '../prefix.ts'
import type { RouterState } from '../router-state.ts'
import type { Prefix } from '../settings.ts'
import type { Said } from './links.ts'
import { reviseSoon } from './neighbor-state.ts'
import { infinity } from './parameters.ts'
import { domainId, type OspfRoute, type OspfState, type ReachedRouter } from './state.ts'

const everything: Prefix = { address: 0, length: 0 }

/** Tells of the default route from when there is one until there is none. */
export function settleExternals(router: RouterState, state: OspfState): void {
  const { defaultInformation: wanted } = state.settings
  const isOwn = router.routes.candidates(everything).some(each => each.source !== 'ospf')
  const boundary = wanted !== undefined && (wanted.always || isOwn)
  if (boundary === state.boundary || state.routerId === 0) return
  state.boundary = boundary
  for (const area of [...state.areas.values(), state.domain]) reviseSoon(router, state, area)
}

/** This router's advertisements of networks outside. */
export function externalsOf({ settings, boundary }: OspfState): Said[] {
  const { defaultInformation, processId } = settings
  if (!boundary || defaultInformation === undefined) return []
  const { metric, type } = defaultInformation
  // IOS marks the route with the process' number.
  const route = { typeTwo: type === 2, tos: 0, metric, forwardingAddress: 0, tag: processId }
  return [{ type: ospfLsaType.external, id: 0, body: { kind: 'external', mask: 0, routes: [route] } }]
}

/** The route that an advertisement stands for; undefined where nobody knows the way, or this router is it. */
export function externalRoute(
  state: OspfState,
  lsa: OspfLsa,
  inside: ReadonlyMap<string, OspfRoute>,
): OspfRoute | undefined {
  const { body, id, advertisingRouter: origin } = lsa
  if (body.kind !== 'external' || origin === state.routerId) return undefined
  const length = lengthOfMask(body.mask)
  const [told] = body.routes
  const by = state.boundaries.get(origin)
  if (length === undefined || told === undefined || told.metric >= infinity || by === undefined) return undefined
  // Who tells of a default route needs none.
  if (length === 0 && state.boundary) return undefined
  const way = told.forwardingAddress === 0 ? by : towards(told, inside)
  if (way === undefined || way.hops.length === 0) return undefined
  const common = { prefix: prefixOf(id, length), area: domainId, origin, hops: way.hops }
  return told.typeTwo
    ? { ...common, path: 'external-2', cost: told.metric, inside: way.cost }
    : { ...common, path: 'external-1', cost: way.cost + told.metric, inside: 0 }
}

/** The way to a forwarding address, by the longest route within. */
function towards(
  { forwardingAddress }: OspfExternalBody['routes'][number],
  inside: ReadonlyMap<string, OspfRoute>,
): Pick<ReachedRouter, 'cost' | 'hops'> | undefined {
  let best: OspfRoute | undefined
  for (const each of inside.values()) {
    if (covers(each.prefix, forwardingAddress) && each.prefix.length >= (best?.prefix.length ?? 0)) best = each
  }
  if (best === undefined) return undefined
  const hops = best.hops.map(hop => (hop.address === undefined ? { ...hop, address: forwardingAddress } : hop))
  return { cost: best.cost, hops }
}
