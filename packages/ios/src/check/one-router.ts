import { formatIp, formatIpv4, networkOf } from '@dmvpn/wire'
import {
  type CheckedRouter,
  type Finding,
  finding,
  mappedNbma,
  nbmaOf,
  placeOf,
  primaryAddress,
  type Station,
  stationsOf,
  tunnelPlace,
} from './finding.ts'
import { covers, eigrpOf, needsMulticast } from './routing.ts'

/** What a router's own configuration shows. */
export function checkRouter(router: CheckedRouter): readonly Finding[] {
  const stations = stationsOf(router)
  return [
    ...stations.flatMap(each => [...source(each), ...ends(each), ...nhrp(each), ...multicast(each), ...routing(each)]),
    ...indistinct(stations),
    ...overlapping(router),
  ]
}

/** On Linux the kernel has the interfaces, and a daemon's file alone does not show them. */
const kernelHasInterfaces = ({ settings }: CheckedRouter): boolean =>
  settings.profile === 'frr' || settings.profile === 'opennhrp'

function source(station: Station): readonly Finding[] {
  const { router, tunnel } = station
  const place = tunnelPlace(station, 'tunnel source')
  if (tunnel.source === undefined)
    return kernelHasInterfaces(router)
      ? []
      : [finding('error', 'tunnel-source-missing', place, 'without a source the tunnel does not come up')]
  if (tunnel.source.kind === 'address') return []
  const { name } = tunnel.source
  const from = router.settings.interfaces.find(each => each.name === name)
  if (from === undefined)
    return kernelHasInterfaces(router)
      ? []
      : [finding('error', 'tunnel-source-unknown', place, `there is no interface ${name}`)]
  if (primaryAddress(from) === undefined)
    return [finding('error', 'tunnel-source-without-address', place, `${name} has no IPv4 address`)]
  return from.shutdown ? [finding('error', 'tunnel-source-down', place, `${name} is shut down`)] : []
}

function ends(station: Station): readonly Finding[] {
  const { router, tunnel } = station
  const found: Finding[] = []
  const mode = tunnelPlace(station, 'tunnel mode', 'tunnel destination')
  if (tunnel.mode === 'point-to-point' && tunnel.destination === undefined)
    found.push(finding('error', 'tunnel-destination-missing', mode, 'a point-to-point tunnel needs a destination'))
  if (tunnel.mode === 'multipoint' && tunnel.destination !== undefined)
    found.push(finding('error', 'tunnel-destination-given', mode, 'a multipoint tunnel takes no destination'))
  if (tunnel.addresses.length === 0 && !kernelHasInterfaces(router))
    found.push(finding('error', 'tunnel-without-address', tunnelPlace(station), 'the tunnel has no address'))
  return found
}

function nhrp(station: Station): readonly Finding[] {
  const { router, tunnel } = station
  const it = tunnel.nhrp
  const found: Finding[] = []
  if (it.networkId === undefined) {
    const said = tunnelPlace(station, 'ip nhrp', 'ipv6 nhrp')
    if (it.servers.length + it.maps.length > 0 || it.multicast.dynamic || it.redirect || it.shortcut)
      found.push(finding('error', 'network-id-missing', said, 'NHRP does not run without `ip nhrp network-id`'))
    else if (tunnel.mode === 'multipoint')
      found.push(finding('error', 'network-id-missing', said, 'a multipoint tunnel finds no station without NHRP'))
    return found
  }
  for (const server of it.servers) {
    if (server.protocol === undefined) continue
    const text = formatIp(server.protocol)
    const place = tunnelPlace(station, `ip nhrp nhs ${text}`, `ipv6 nhrp nhs ${text}`, `map ${text}`)
    if (tunnel.addresses.some(each => each.address === server.protocol))
      found.push(finding('error', 'server-is-self', place, 'the router is its own next hop server'))
    else if (tunnel.mode === 'multipoint' && mappedNbma(station, server.protocol) === undefined)
      found.push(
        finding(
          'error',
          'server-without-map',
          place,
          `no \`ip nhrp map ${text}\` says where the server is; nothing reaches it`,
        ),
      )
  }
  const { registrationTimeout, holdingTime } = it
  if (it.servers.length > 0 && registrationTimeout !== undefined && registrationTimeout >= holdingTime)
    found.push(
      finding(
        'error',
        'holding-time-short',
        tunnelPlace(station, 'ip nhrp holdtime', 'holding-time', 'ip nhrp registration timeout'),
        `registered for ${holdingTime} s, every ${registrationTimeout} s: the server forgets the station in between`,
        tunnelPlace(station, 'ip nhrp registration timeout'),
      ),
    )
  if (it.shortcut && tunnel.mode === 'point-to-point')
    found.push(
      finding(
        'warning',
        'shortcut-on-point-to-point',
        tunnelPlace(station, 'ip nhrp shortcut'),
        'a point-to-point tunnel leads to one station only',
      ),
    )
  if (
    router.settings.profile === 'frr' &&
    it.redirect &&
    !router.lines.some(each => each.command?.startsWith('nhrp nflog-group') === true)
  )
    found.push(
      finding(
        'warning',
        'nflog-group-missing',
        tunnelPlace(station, 'ip nhrp redirect'),
        'FRRouting learns of packets to indicate by `nhrp nflog-group` only',
      ),
    )
  return found
}

function multicast(station: Station): readonly Finding[] {
  const { nhrp: it, mode } = station.tunnel
  if (mode === 'point-to-point' || it.networkId === undefined || !needsMulticast(station)) return []
  const { dynamic, servers } = it.multicast
  if (it.multicast.static.length === 0 && !dynamic && !servers)
    return [
      finding(
        'error',
        'multicast-map-missing',
        tunnelPlace(station),
        'the routing protocol speaks by multicast, and no `ip nhrp map multicast` says to whom: it finds no neighbour',
      ),
    ]
  if (servers) return []
  return it.servers.flatMap(({ protocol }) => {
    const nbma = protocol === undefined ? undefined : mappedNbma(station, protocol)
    if (nbma === undefined || it.multicast.static.includes(nbma)) return []
    const place = tunnelPlace(station, `ip nhrp nhs ${formatIp(protocol!)}`)
    return [
      finding(
        'warning',
        'multicast-map-missing',
        place,
        `no \`ip nhrp map multicast ${formatIpv4(nbma)}\`: the routing protocol does not reach this server`,
      ),
    ]
  })
}

function routing(station: Station): readonly Finding[] {
  const { router, tunnel } = station
  const found: Finding[] = []
  const nbma = nbmaOf(station)
  for (const { process, passive } of eigrpOf(station)) {
    const section = `router eigrp ${process.autonomousSystem}`
    if (passive)
      found.push(
        finding(
          'warning',
          'eigrp-passive',
          placeOf(router, section, `passive-interface ${tunnel.name}`),
          `EIGRP finds no neighbour on ${tunnel.name}`,
        ),
      )
    else if (nbma !== undefined && covers(process, nbma))
      found.push(
        finding(
          'warning',
          'source-in-tunnel',
          placeOf(router, section, 'network'),
          `the tunnel's source ${formatIpv4(nbma)} is announced through the tunnel: its packets may be routed into itself`,
        ),
      )
  }
  for (const route of router.settings.routes) {
    if (route.interface !== tunnel.name || route.nextHop !== undefined || tunnel.mode === 'point-to-point') continue
    const start = `ip route ${formatIp(route.prefix.address)}`
    found.push(
      finding(
        'warning',
        'route-without-next-hop',
        placeOf(router, '', start, `ipv6 route ${formatIp(route.prefix.address)}`),
        `out of a multipoint tunnel without a next hop every destination is asked for by itself`,
      ),
    )
  }
  return found
}

/** Multipoint tunnels with one source are told apart by their keys. */
function indistinct(stations: readonly Station[]): readonly Finding[] {
  return stations.flatMap((each, at) => {
    const nbma = nbmaOf(each)
    const twin = stations
      .slice(0, at)
      .find(
        other =>
          nbma !== undefined &&
          nbmaOf(other) === nbma &&
          other.tunnel.key === each.tunnel.key &&
          (other.tunnel.mode === 'multipoint' || each.tunnel.mode === 'multipoint'),
      )
    if (twin === undefined) return []
    const because = `${twin.tunnel.name} has the same source and the same key: nothing tells their packets apart`
    return [
      finding(
        'error',
        'tunnels-indistinct',
        tunnelPlace(each, 'tunnel key', 'tunnel source'),
        because,
        tunnelPlace(twin, 'tunnel key', 'tunnel source'),
      ),
    ]
  })
}

/** Two interfaces of one router cannot be in the same network. */
function overlapping(router: CheckedRouter): readonly Finding[] {
  const found: Finding[] = []
  const seen: { readonly name: string; readonly network: number | bigint; readonly length: number }[] = []
  for (const { name, addresses, shutdown } of router.settings.interfaces) {
    if (shutdown) continue
    for (const { address, length } of addresses) {
      const twin = seen.find(
        each =>
          each.name !== name &&
          typeof each.network === typeof address &&
          networkOf(address, Math.min(length, each.length)) === networkOf(each.network, Math.min(length, each.length)),
      )
      const there = `${typeof address === 'number' ? 'ip' : 'ipv6'} address ${formatIp(address)}`
      if (twin !== undefined)
        found.push(
          finding(
            'error',
            'networks-overlap',
            placeOf(router, `interface ${name}`, there),
            `overlaps the network of ${twin.name}`,
            placeOf(router, `interface ${twin.name}`, 'ip address', 'ipv6 address'),
          ),
        )
      seen.push({ name, network: address, length })
    }
  }
  return found
}
