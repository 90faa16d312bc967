import { formatIpv4 } from '@dmvpn/wire'
import { type Finding, finding, nbmaOf, placeOf, type Station, tunnelPlace } from './finding.ts'
import { eigrpOf, needsMulticast, ospfOf } from './routing.ts'

/** What keeps two stations from being neighbours of a routing protocol. */
export function checkNeighbours(client: Station, hub: Station): readonly Finding[] {
  return [...eigrp(client, hub), ...ospf(client, hub)]
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
  if (mine.length > 0 && theirs.length > 0 && hub.tunnel.mode === 'multipoint' && needsMulticast(hub)) {
    const { dynamic, static: to } = hub.tunnel.nhrp.multicast
    const nbma = nbmaOf(client)
    if (!dynamic && nbma !== undefined && to.length > 0 && !to.includes(nbma))
      found.push(
        finding(
          'warning',
          'hub-multicast-missing',
          tunnelPlace(hub, 'ip nhrp map multicast'),
          `no multicast goes to ${formatIpv4(nbma)}: ${client.router.name} does not hear the routing protocol`,
        ),
      )
  }
  return found
}

function ospf(client: Station, hub: Station): readonly Finding[] {
  if (ospfOf(client) === undefined || ospfOf(hub) === undefined) return []
  const mine = client.tunnel.ospf
  const theirs = hub.tunnel.ospf
  const found: Finding[] = []
  const differ = (rule: string, word: string, because: string): void =>
    void found.push(
      finding('error', rule, tunnelPlace(client, `ip ospf ${word}`), because, tunnelPlace(hub, `ip ospf ${word}`)),
    )
  if ((mine.network ?? 'point-to-point') !== (theirs.network ?? 'point-to-point'))
    differ(
      'ospf-network-mismatch',
      'network',
      `${mine.network ?? 'point-to-point'} here and ${theirs.network ?? 'point-to-point'} there`,
    )
  else if (mine.hello !== theirs.hello || mine.dead !== theirs.dead)
    differ(
      'ospf-timers-mismatch',
      'hello-interval',
      'the hello or dead intervals differ: the routers are no neighbours',
    )
  if (
    mine.authentication?.kind !== theirs.authentication?.kind ||
    mine.authentication?.key !== theirs.authentication?.key
  )
    differ(
      'ospf-authentication-mismatch',
      'authentication',
      'the authentication differs: the routers are no neighbours',
    )
  return found
}
