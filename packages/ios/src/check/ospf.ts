import { ospfNetworkTypeOf, ospfTimersOf } from '@dmvpn/core'
import { formatIpv4 } from '@dmvpn/wire'
import { type CheckedRouter, type Finding, finding, placeOf, type Station, tunnelPlace } from './finding.ts'
import { areaOf, ospfOf } from './routing.ts'

/** What keeps two stations from being neighbours, or from finding a way to each other. */
export function checkOspfPair(client: Station, hub: Station): readonly Finding[] {
  const [process, other] = [ospfOf(client), ospfOf(hub)]
  if (process === undefined || other === undefined) return []
  const found: Finding[] = []
  const differ = (rule: string, word: string, because: string): void =>
    void found.push(
      finding('error', rule, tunnelPlace(client, `ip ospf ${word}`), because, tunnelPlace(hub, `ip ospf ${word}`)),
    )
  const [mine, theirs] = [client.tunnel, hub.tunnel].map(ospfNetworkTypeOf)
  if (isElected(mine!) !== isElected(theirs!))
    differ('ospf-network-mismatch', 'network', `${mine} here and ${theirs} there: no way leads from one to the other`)
  else {
    const [own, their] = [ospfTimersOf(client.tunnel), ospfTimersOf(hub.tunnel)]
    if (own.hello !== their.hello || own.dead !== their.dead) {
      const both = `hellos every ${own.hello} s, dead after ${own.dead} s here, ${their.hello} s and ${their.dead} s there`
      differ('ospf-timers-mismatch', 'hello-interval', `${both}: the routers are no neighbours`)
    }
  }
  const [password, otherPassword] = [client.tunnel.ospf.authentication, hub.tunnel.ospf.authentication]
  if (JSON.stringify(password) !== JSON.stringify(otherPassword))
    differ(
      'ospf-authentication-mismatch',
      'authentication',
      'the authentication differs: the routers are no neighbours',
    )
  const [area, otherArea] = [areaOf(client, process), areaOf(hub, other)]
  if (area !== otherArea)
    found.push(
      finding(
        'error',
        'ospf-area-mismatch',
        placeOf(client.router, `router ospf ${process.processId}`, 'network'),
        `the tunnel is in area ${area} here and in area ${otherArea} there: the routers are no neighbours`,
        placeOf(hub.router, `router ospf ${other.processId}`, 'network'),
      ),
    )
  return found
}

const isElected = (network: ReturnType<typeof ospfNetworkTypeOf>): boolean =>
  network === 'broadcast' || network === 'non-broadcast'

/** What a network with a designated router needs of its hubs and spokes. */
export function checkOspfCloud(
  pairs: readonly { readonly client: Station; readonly hub: Station }[],
): readonly Finding[] {
  const found: Finding[] = []
  const hubs = new Set(pairs.map(each => each.hub))
  for (const client of new Set(pairs.map(each => each.client))) {
    if (!speaks(client) || hubs.has(client)) continue
    const own = pairs.filter(each => each.client === client && speaks(each.hub)).map(each => each.hub)
    if (own.length > 0 && client.tunnel.ospf.priority > 0)
      found.push(
        finding(
          'warning',
          'ospf-spoke-designated',
          tunnelPlace(client, 'ip ospf priority', 'ip ospf network'),
          'without `ip ospf priority 0` a spoke may become designated router, and reaches its hubs only',
        ),
      )
    if (own.length > 2)
      found.push(
        finding(
          'warning',
          'ospf-hubs-too-many',
          tunnelPlace(client, 'ip nhrp nhs'),
          `${own.length} hubs, and spokes are adjacent to the designated router and its backup only`,
        ),
      )
    if (own.length > 0 && [client, ...own].every(each => each.tunnel.ospf.priority === 0))
      found.push(
        finding(
          'error',
          'ospf-nobody-designated',
          tunnelPlace(own[0]!, 'ip ospf priority'),
          'every priority is 0: nobody becomes designated router, and nothing is learned',
          tunnelPlace(client, 'ip ospf priority'),
        ),
      )
  }
  return found
}

/** Whether a station takes part in an election. */
function speaks(station: Station): boolean {
  return ospfOf(station) !== undefined && isElected(ospfNetworkTypeOf(station.tunnel))
}

/** Router ids that are configured on two routers. */
export function checkOspfRouterIds(routers: readonly CheckedRouter[]): readonly Finding[] {
  const seen = new Map<number, CheckedRouter>()
  return routers.flatMap(router =>
    router.settings.ospf.flatMap(({ processId, routerId }) => {
      if (routerId === undefined) return []
      const twin = seen.get(routerId)
      seen.set(routerId, router)
      if (twin === undefined || twin === router) return []
      const at = (of: CheckedRouter): ReturnType<typeof placeOf> =>
        placeOf(of, `router ospf ${processId}`, 'router-id', 'ospf router-id')
      const because = `${formatIpv4(routerId)} is the router id of ${twin.name}, too`
      return [finding('error', 'ospf-router-id-twice', at(router), because, at(twin))]
    }),
  )
}
