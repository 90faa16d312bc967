import { formatIpv4 } from '@dmvpn/wire'
import { type Finding, finding, nbmaOf, placeOf, type Station, tunnelPlace } from './finding.ts'
import { checkOspfPair } from './ospf.ts'
import { eigrpOf, needsMulticast } from './routing.ts'

/** What keeps two stations from being neighbours of a routing protocol. */
export function checkNeighbours(client: Station, hub: Station): readonly Finding[] {
  return [...eigrp(client, hub), ...multicast(client, hub), ...checkOspfPair(client, hub)]
}

function eigrp(client: Station, hub: Station): readonly Finding[] {
  const mine = eigrpOf(client)
  const theirs = eigrpOf(hub)
  const found: Finding[] = []
  if (mine.length > 0 && theirs.length > 0) {
    const common = mine.filter(each =>
      theirs.some(other => other.process.autonomousSystem === each.process.autonomousSystem),
    )
    const place = placeOf(client.router, `router eigrp ${mine[0]!.process.autonomousSystem}`)
    const against = placeOf(hub.router, `router eigrp ${theirs[0]!.process.autonomousSystem}`)
    if (common.length === 0)
      found.push(
        finding(
          'error',
          'eigrp-system-mismatch',
          place,
          'the autonomous systems differ: the routers are no neighbours',
          against,
        ),
      )
    for (const each of common) {
      const other = theirs.find(({ process }) => process.autonomousSystem === each.process.autonomousSystem)!
      if (each.process.kValues.some((k, at) => k !== other.process.kValues[at]))
        found.push(
          finding(
            'error',
            'eigrp-weights-mismatch',
            place,
            'the metric weights differ: the routers are no neighbours',
            against,
          ),
        )
    }
  } else if (mine.length + theirs.length > 0) {
    const [speaks, silent] = mine.length > 0 ? [client, hub] : [hub, client]
    if (silent.router.settings.eigrp.length > 0)
      found.push(
        finding(
          'warning',
          'eigrp-one-side',
          placeOf(silent.router, `router eigrp ${silent.router.settings.eigrp[0]!.autonomousSystem}`, 'network'),
          `no network of EIGRP holds the address of ${silent.tunnel.name}, and ${speaks.router.name} speaks it`,
        ),
      )
  }
  return found
}

/** Whether the hub sends what the routing protocol says to the station, too. */
function multicast(client: Station, hub: Station): readonly Finding[] {
  if (hub.tunnel.mode !== 'multipoint' || !needsMulticast(client) || !needsMulticast(hub)) return []
  const { dynamic, static: to } = hub.tunnel.nhrp.multicast
  const nbma = nbmaOf(client)
  if (dynamic || nbma === undefined || to.length === 0 || to.includes(nbma)) return []
  return [
    finding(
      'warning',
      'hub-multicast-missing',
      tunnelPlace(hub, 'ip nhrp map multicast'),
      `no multicast goes to ${formatIpv4(nbma)}: ${client.router.name} does not hear the routing protocol`,
    ),
  ]
}
