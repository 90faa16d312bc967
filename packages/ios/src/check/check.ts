import { formatIp, formatIpv4 } from '@dmvpn/wire'
import {
  type CheckedRouter,
  type Finding,
  finding,
  nbmaOf,
  type Place,
  primaryAddress,
  type Station,
  stationsOf,
  tunnelPlace,
} from './finding.ts'
import { checkHub } from './hub.ts'
import { checkPeers, checkProtection } from './ipsec.ts'
import { checkRouter } from './one-router.ts'
import { checkOspfCloud, checkOspfRouterIds } from './ospf.ts'
import { checkPair } from './two-stations.ts'

/** What will not work, or not as meant, on the routers and between them. In the order of the routers and their lines. */
export function checkConfigs(routers: readonly CheckedRouter[]): readonly Finding[] {
  const stations = routers.flatMap(stationsOf)
  const pairs = stations.flatMap(client => hubsOf(client, stations).map(hub => ({ client, hub })))
  const findings = [
    ...routers.flatMap(checkRouter),
    ...stations.flatMap(checkProtection),
    ...(routers.length > 1 ? stations.flatMap(each => absentServers(each, stations)) : []),
    ...pairs.flatMap(({ client, hub }) => [...checkPair(client, hub), ...checkPeers(client, hub)]),
    ...stations.flatMap(hub =>
      checkHub(
        hub,
        pairs.filter(each => each.hub === hub).map(each => each.client),
      ),
    ),
    ...duplicates(stations),
    ...checkOspfCloud(pairs),
    ...checkOspfRouterIds(routers),
  ]
  const order = new Map(routers.map((each, at) => [each.name, at]))
  return findings.toSorted((a, b) => order.get(a.file)! - order.get(b.file)! || (a.line ?? 0) - (b.line ?? 0))
}

/** The stations a station registers with, or whose address its point-to-point tunnel leads to. */
function hubsOf(client: Station, stations: readonly Station[]): readonly Station[] {
  const { nhrp, mode, destination } = client.tunnel
  const others = stations.filter(each => each.router !== client.router)
  const servers = others.filter(({ tunnel }) =>
    tunnel.addresses.some(each => nhrp.servers.some(server => server.protocol === each.address)),
  )
  if (servers.length > 0) return servers
  const byNbma = (nbma: number | undefined): readonly Station[] =>
    nbma === undefined ? [] : others.filter(each => nbmaOf(each) === nbma && each.tunnel.mode === 'multipoint')
  const dynamic = nhrp.servers.flatMap(each => (each.protocol === undefined ? byNbma(each.nbma) : []))
  return dynamic.length > 0
    ? dynamic
    : mode === 'point-to-point' && nhrp.servers.length === 0
      ? byNbma(destination)
      : []
}

function absentServers(client: Station, stations: readonly Station[]): readonly Finding[] {
  return client.tunnel.nhrp.servers.flatMap(({ protocol }) => {
    if (protocol === undefined) return []
    if (stations.some(({ tunnel }) => tunnel.addresses.some(each => each.address === protocol))) return []
    // The addresses of Linux routers may stand elsewhere.
    if (stations.some(({ tunnel, router }) => router !== client.router && tunnel.addresses.length === 0)) return []
    const text = formatIp(protocol)
    return [
      finding(
        'warning',
        'server-absent',
        tunnelPlace(client, `ip nhrp nhs ${text}`, `ipv6 nhrp nhs ${text}`, 'map'),
        `no tunnel of these routers has the address ${text}`,
      ),
    ]
  })
}

function duplicates(stations: readonly Station[]): readonly Finding[] {
  const found: Finding[] = []
  for (const [at, each] of stations.entries())
    for (const other of stations.slice(0, at)) {
      if (other.router === each.router) continue
      const address = primaryAddress(each.tunnel)?.address
      const nbma = nbmaOf(each)
      if (
        address !== undefined &&
        primaryAddress(other.tunnel)?.address === address &&
        other.tunnel.key === each.tunnel.key
      )
        found.push(
          finding(
            'error',
            'address-twice',
            tunnelPlace(each, 'ip address'),
            `${formatIpv4(address)} is the tunnel address of ${other.router.name}, too`,
            tunnelPlace(other, 'ip address'),
          ),
        )
      if (nbma !== undefined && nbmaOf(other) === nbma)
        found.push(
          finding(
            'error',
            'source-twice',
            tunnelPlace(each, 'tunnel source'),
            `${formatIpv4(nbma)} is the tunnel source of ${other.router.name}, too`,
            tunnelPlace(other, 'tunnel source'),
          ),
        )
    }
  return found
}

/** The findings as text, one to three lines each: place, severity, rule and reason, then the lines themselves. */
export function describeFindings(findings: readonly Finding[]): string {
  return findings
    .map(({ severity, rule, because, against, ...place }) =>
      [
        `${placeText(place)}: ${severity}: ${because} [${rule}]`,
        ...wordsOf(place),
        ...(against === undefined
          ? []
          : [`    ${placeText(against)}:${against.words === undefined ? '' : ` ${against.words}`}`]),
      ].join('\n'),
    )
    .map(each => `${each}\n`)
    .join('')
}

const placeText = ({ file, line }: Place): string => (line === undefined ? file : `${file}:${line}`)
const wordsOf = ({ words }: Place): readonly string[] => (words === undefined ? [] : [`    ${words}`])
