/** `show ip ospf neighbor`: who was heard, how far the two have come, and which office the neighbor holds. */
import { type Instant, type OspfNeighbor, type OspfOn, type RouterState, seconds, secondsLeft } from '@dmvpn/core'
import { formatIpv4 } from '@dmvpn/wire'
import { clock } from './clock.ts'

export function showIpOspfNeighbor(router: RouterState, now: Instant): readonly string[] {
  const lines = router.ospf.flatMap(({ interfaces }) =>
    [...interfaces.values()].flatMap(on =>
      [...on.neighbors.values()]
        .sort((one, other) => one.routerId - other.routerId)
        .map(each => neighborLine(on, each, now)),
    ),
  )
  if (lines.length === 0) return []
  return ['', 'Neighbor ID     Pri   State           Dead Time   Address         Interface', ...lines]
}

function neighborLine(on: OspfOn, neighbor: OspfNeighbor, now: Instant): string {
  const { routerId, priority, state, heard, address } = neighbor
  const office = officeOf(on, neighbor)
  // Where nobody is designated, no priority is of interest.
  const shownPriority = office === undefined ? 0 : priority
  const left = secondsLeft(now, heard + seconds(on.dead))
  return [
    formatIpv4(routerId).padEnd(15),
    String(shownPriority).padStart(4),
    `   ${`${state.toUpperCase()}/${office ?? '  -'}`.padEnd(15)}`,
    ` ${clock(seconds(left)).padEnd(11)}`,
    ` ${formatIpv4(address).padEnd(15)}`,
    ` ${on.name}`,
  ].join('')
}

/** Undefined on networks without offices. */
function officeOf(on: OspfOn, { address }: OspfNeighbor): string | undefined {
  if (on.network !== 'broadcast' && on.network !== 'non-broadcast') return undefined
  if (address === on.designated) return 'DR'
  return address === on.backup ? 'BDR' : 'DROTHER'
}
