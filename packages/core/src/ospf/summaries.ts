/** What an area border router tells one area of the others (RFC 2328 §12.4.3, appendix E). */
import { ospfLsaType } from '@dmvpn/protocols'
import { type Ipv4, maskOf } from '@dmvpn/wire'
import type { Prefix } from '../settings.ts'
import { isAreaBorder, type Said } from './links.ts'
import { infinity } from './parameters.ts'
import { domainId, type OspfArea, type OspfRoute, type OspfState } from './state.ts'

const backbone = 0

/** Summaries of what is elsewhere: into the backbone only what the areas themselves have. */
export function summariesFor(state: OspfState, area: OspfArea): Said[] {
  if (!isAreaBorder(state)) return []
  const told = [...state.routes.values()].filter(route => isTold(state, area, route))
  told.sort((one, other) => one.prefix.length - other.prefix.length)
  const taken = new Set<Ipv4>()
  const networks = told.map(({ prefix, cost }) => {
    const id = idFor(prefix, taken)
    taken.add(id)
    return summary(ospfLsaType.summaryNetwork, id, maskOf(prefix.length), cost)
  })
  const boundaries = [...state.boundaries].filter(([, each]) => isTold(state, area, each))
  return [...networks, ...boundaries.map(([id, { cost }]) => summary(ospfLsaType.summaryBoundary, id, 0, cost))]
}

function summary(type: number, id: Ipv4, mask: Ipv4, metric: number): Said {
  return { type, id, body: { kind: 'summary', mask, metrics: [{ tos: 0, metric }] } }
}

type Reached = Pick<OspfRoute, 'area' | 'path' | 'cost' | 'hops'>

function isTold(state: OspfState, area: OspfArea, { area: from, path, cost, hops }: Reached): boolean {
  if (from === area.id || from === domainId || cost >= infinity) return false
  if (path === 'inter-area' && (area.id === backbone || from !== backbone)) return false
  return !hops.some(hop => state.interfaces.get(hop.interface)?.area === area.id)
}

/** Networks with one address but different masks: the longer ones are told by their last address. */
function idFor({ address, length }: Prefix, taken: ReadonlySet<Ipv4>): Ipv4 {
  const first = Number(address)
  return taken.has(first) ? (first | ~maskOf(length)) >>> 0 : first
}
