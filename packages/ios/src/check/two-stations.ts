import { formatIp, formatIpv4, type Ipv4, networkOf } from '@dmvpn/wire'
import {
  addressText,
  type Finding,
  finding,
  mappedNbma,
  nbmaOf,
  primaryAddress,
  type Station,
  tunnelPlace,
} from './finding.ts'
import { checkNeighbours } from './neighbours.ts'

/** What does not fit between a station and the station it registers with, or whose tunnel ends at it. */
export function checkPair(client: Station, hub: Station): readonly Finding[] {
  return [
    ...keys(client, hub),
    ...nhrp(client, hub),
    ...addresses(client, hub),
    ...checkNeighbours(client, hub),
    ...shortcuts(client, hub),
  ]
}

function keys(client: Station, hub: Station): readonly Finding[] {
  const mine = client.tunnel.key
  const theirs = hub.tunnel.key
  if (mine === theirs) return []
  const text = (key: number | undefined): string => (key === undefined ? 'none' : String(key))
  return [
    finding(
      'error',
      'key-mismatch',
      tunnelPlace(client, 'tunnel key'),
      `the tunnel key is ${text(mine)} here and ${text(theirs)} there: neither hears the other`,
      tunnelPlace(hub, 'tunnel key'),
    ),
  ]
}

function nhrp(client: Station, hub: Station): readonly Finding[] {
  const mine = client.tunnel.nhrp
  const theirs = hub.tunnel.nhrp
  if (mine.networkId === undefined) return []
  const found: Finding[] = []
  if (theirs.networkId === undefined && mine.servers.length > 0)
    found.push(
      finding(
        'error',
        'server-without-nhrp',
        tunnelPlace(hub, 'ip nhrp'),
        'stations register here, and NHRP does not run',
        tunnelPlace(client, 'ip nhrp nhs'),
      ),
    )
  if (theirs.networkId !== undefined && mine.networkId !== theirs.networkId)
    found.push(
      finding(
        'note',
        'network-id-differs',
        tunnelPlace(client, 'ip nhrp network-id'),
        `${mine.networkId} here and ${theirs.networkId} there; it is not sent, but meant to be one network`,
        tunnelPlace(hub, 'ip nhrp network-id'),
      ),
    )
  if (mine.authentication !== theirs.authentication && mine.servers.length > 0)
    found.push(
      finding(
        'error',
        'authentication-mismatch',
        tunnelPlace(client, 'ip nhrp authentication', 'cisco-authentication'),
        `the NHRP key is ${keyText(mine.authentication)} here and ${keyText(theirs.authentication)} there: each drops the other's messages`,
        tunnelPlace(hub, 'ip nhrp authentication', 'cisco-authentication'),
      ),
    )
  return found
}

const keyText = (key: string | undefined): string => (key === undefined ? 'missing' : `"${key}"`)

function addresses(client: Station, hub: Station): readonly Finding[] {
  const found: Finding[] = []
  const there = nbmaOf(hub)
  const address = primaryAddress(hub.tunnel)
  const own = primaryAddress(client.tunnel)
  if (client.tunnel.mode === 'multipoint' && address !== undefined && there !== undefined) {
    const mapped = mappedNbma(client, address.address)
    if (mapped !== undefined && mapped !== there)
      found.push(
        finding(
          'error',
          'server-map-wrong',
          tunnelPlace(
            client,
            `ip nhrp map ${formatIpv4(address.address)}`,
            `ip nhrp nhs ${formatIpv4(address.address)}`,
            'map',
          ),
          `${formatIpv4(address.address)} is at ${formatIpv4(there)}, not at ${formatIpv4(mapped)}`,
          tunnelPlace(hub, 'tunnel source'),
        ),
      )
  }
  const { destination } = client.tunnel
  if (
    destination !== undefined &&
    client.tunnel.mode === 'point-to-point' &&
    there !== undefined &&
    destination !== there
  )
    found.push(
      finding(
        'error',
        'destination-wrong',
        tunnelPlace(client, 'tunnel destination'),
        `the server is at ${formatIpv4(there)}, and the tunnel leads to ${formatIpv4(destination)}`,
        tunnelPlace(hub, 'tunnel source'),
      ),
    )
  if (hub.tunnel.mode === 'point-to-point' && hub.tunnel.destination !== nbmaOf(client))
    found.push(
      finding(
        'error',
        'mode-mismatch',
        tunnelPlace(hub, 'tunnel destination', 'tunnel mode'),
        `a point-to-point tunnel to ${addressText(hub.tunnel.destination)} does not reach ${addressText(nbmaOf(client))}`,
        tunnelPlace(client, 'tunnel source'),
      ),
    )
  if (own !== undefined && address !== undefined && (own.length !== 32 || address.length !== 32)) {
    const length = Math.min(own.length, address.length)
    if (own.length !== address.length || networkOf(own.address, length) !== networkOf(address.address, length))
      found.push(
        finding(
          'error',
          'subnet-mismatch',
          tunnelPlace(client, 'ip address'),
          `${prefixText(own)} here and ${prefixText(address)} there are not one network`,
          tunnelPlace(hub, 'ip address'),
        ),
      )
  }
  if (client.tunnel.ipMtu !== hub.tunnel.ipMtu)
    found.push(
      finding(
        'note',
        'mtu-differs',
        tunnelPlace(client, 'ip mtu'),
        `packets of ${client.tunnel.ipMtu} octets here and ${hub.tunnel.ipMtu} there: OSPF would stop, large packets fragment`,
        tunnelPlace(hub, 'ip mtu'),
      ),
    )
  return found
}

const prefixText = ({ address, length }: { readonly address: Ipv4; readonly length: number }): string =>
  `${formatIp(address)}/${length}`

function shortcuts(client: Station, hub: Station): readonly Finding[] {
  const { tunnel } = client
  if (tunnel.mode === 'point-to-point' || hub.tunnel.mode === 'point-to-point') return []
  if (tunnel.nhrp.shortcut && !hub.tunnel.nhrp.redirect)
    return [
      finding(
        'warning',
        'shortcut-without-redirect',
        tunnelPlace(client, 'ip nhrp shortcut', 'shortcut'),
        `${hub.router.name} sends no indication without \`ip nhrp redirect\`: no shortcut forms`,
        tunnelPlace(hub),
      ),
    ]
  if (!tunnel.nhrp.shortcut && hub.tunnel.nhrp.redirect)
    return [
      finding(
        'warning',
        'redirect-without-shortcut',
        tunnelPlace(client),
        `${hub.router.name} indicates shorter ways, and without \`ip nhrp shortcut\` none is taken`,
        tunnelPlace(hub, 'ip nhrp redirect', 'redirect'),
      ),
    ]
  return []
}
