/** What an area border router tells one area of the others (RFC 2328 §12.4.3, appendix E). */
import { ospfLsaType } from '@dmvpn/protocols'
import { type Ipv4, maskOf } from '@dmvpn/wire'
import type { Prefix } from '../settings.ts'
import { isAreaBorder, type Said } from './links.ts'
import { infinity } from './parameters.ts'
import type { OspfArea, OspfRoute, OspfState } from './state.ts'

const backbone = 0

/** Summaries of networks elsewhere: into the backbone only what the areas themselves have. */
export function summariesFor(state: OspfState, area: OspfArea): Said[] {
  if (!isAreaBorder(state)) return []
  const told = [...state.routes.values()].filter(route => isTold(state, area, route))
  told.sort((one, other) => one.prefix.length - other.prefix.length)
  const taken = new Set<Ipv4>()
  return told.map(({ prefix, cost }) => {
    const id = idFor(prefix, taken)
    taken.add(id)
    return {
      type: ospfLsaType.summaryNetwork,
      id,
      body: { kind: 'summary', mask: maskOf(prefix.length), metrics: [{ tos: 0, metric: cost }] },
    }
  })
}

function isTold(state: OspfState, area: OspfArea, { area: from, path, cost, hops }: OspfRoute): boolean {
  if (from === area.id || cost >= infinity) return false
  if (path === 'inter-area' && (area.id === backbone || from !== backbone)) return false
  return !hops.some(hop => state.interfaces.get(hop.interface)?.area === area.id)
}

/** Networks with one address but different masks: the longer ones are told by their last address. */
function idFor({ address, length }: Prefix, taken: ReadonlySet<Ipv4>): Ipv4 {
  const first = Number(address)
  return taken.has(first) ? (first | ~maskOf(length)) >>> 0 : first
}
