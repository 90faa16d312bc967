import { formatIpv4 } from '@dmvpn/wire'
import { type Finding, finding, nbmaOf, primaryAddress, type Station, tunnelPlace } from './finding.ts'
import { eigrpOf } from './routing.ts'

/** What a hub must do for the stations behind it to reach each other. */
export function checkHub(hub: Station, clients: readonly Station[]): readonly Finding[] {
  if (hub.tunnel.mode === 'point-to-point') return []
  return [...eigrp(hub, clients), ...clients.flatMap(each => map(hub, each))]
}

function eigrp(hub: Station, clients: readonly Station[]): readonly Finding[] {
  const found: Finding[] = []
  for (const { process, there, passive } of eigrpOf(hub)) {
    if (passive) continue
    const speaking = clients.filter(each =>
      eigrpOf(each).some(other => other.process.autonomousSystem === process.autonomousSystem),
    )
    if (speaking.length < 2) continue
    const as = process.autonomousSystem
    if (there.splitHorizon && there.summaries.length === 0)
      found.push(
        finding(
          'warning',
          'split-horizon',
          tunnelPlace(hub, `ip split-horizon eigrp ${as}`),
          `without \`no ip split-horizon eigrp ${as}\` what one spoke announces is not told to the others`,
        ),
      )
    const resolving = speaking.filter(
      ({ router, tunnel }) =>
        isPhase2(hub, tunnel.mode, tunnel.nhrp.shortcut) &&
        router.settings.switching === 'cef' &&
        tunnel.switching === 'cef',
    )
    if (resolving.length < 2) continue
    if (there.nextHopSelf && (!there.splitHorizon || there.summaries.length > 0))
      found.push(
        finding(
          'warning',
          'next-hop-self',
          tunnelPlace(hub, `ip next-hop-self eigrp ${as}`),
          `without \`no ip next-hop-self eigrp ${as}\` every way leads by the hub: the spokes never ask for each other`,
        ),
      )
    if (there.summaries.length > 0 && !there.nextHopSelf)
      found.push(
        finding(
          'warning',
          'summary-in-phase-2',
          tunnelPlace(hub, `ip summary-address eigrp ${as}`),
          "the summary's next hop is the hub: for what it covers the spokes never ask",
        ),
      )
  }
  return found
}

/** Spokes that find each other by next hops, without indications. */
function isPhase2(hub: Station, mode: Station['tunnel']['mode'], shortcut: boolean): boolean {
  return mode === 'multipoint' && !shortcut && !hub.tunnel.nhrp.redirect
}

/** A spoke that does not register needs a static mapping at the hub. */
function map(hub: Station, client: Station): readonly Finding[] {
  if (client.tunnel.nhrp.servers.length > 0 && client.tunnel.nhrp.networkId !== undefined) return []
  const address = primaryAddress(client.tunnel)?.address
  const nbma = nbmaOf(client)
  if (address === undefined || nbma === undefined) return []
  const mapped = hub.tunnel.nhrp.maps.find(each => each.protocol === address)
  const text = formatIpv4(address)
  if (mapped === undefined)
    return [
      finding(
        'error',
        'hub-map-missing',
        tunnelPlace(hub),
        `${client.router.name} does not register, and no \`ip nhrp map ${text} ${formatIpv4(nbma)}\` says where it is`,
        tunnelPlace(client),
      ),
    ]
  if (mapped.nbma === nbma) return []
  return [
    finding(
      'error',
      'hub-map-wrong',
      tunnelPlace(hub, `ip nhrp map ${text}`),
      `${text} is at ${formatIpv4(nbma)}, not at ${formatIpv4(mapped.nbma)}`,
      tunnelPlace(client, 'tunnel source'),
    ),
  ]
}
