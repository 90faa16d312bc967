/** `show dmvpn`: the stations of every tunnel and in what state the way to each is. */
import {
  type CacheEntry,
  formatPrefix,
  type Instant,
  primaryAddress,
  type RouterState,
  type TunnelState,
} from '@dmvpn/core'
import { formatIp, formatIpv4 } from '@dmvpn/wire'
import { clock } from './clock.ts'
import { serverLine } from './ip-nhrp-nhs.ts'

const legend = [
  'Legend: Attrb --> S - Static, D - Dynamic, I - Incomplete',
  '        N - NATed, L - Local, X - No Socket',
  '        T1 - Route Installed, T2 - Nexthop-override',
  '        # Ent --> Number of NHRP entries with same NBMA peer',
  '        NHS Status: E --> Expecting Replies, R --> Responding, W --> Waiting',
  '        UpDn Time --> Up or Down Time for a Tunnel',
  '='.repeat(74),
  '',
]

export function showDmvpn(router: RouterState, now: Instant, detailed: boolean): readonly string[] {
  const lines = [...legend]
  for (const tunnel of router.tunnels) {
    if (tunnel.nhrp.networkId === undefined) continue
    if (detailed) lines.push(...tunnelLines(router, tunnel, now), '')
    else lines.push(`Interface: ${tunnel.name}, IPv4 NHRP Details`)
    const peers = peersOf(tunnel)
    lines.push(
      `Type:${typeOf(tunnel)}, ${detailed ? 'Total NBMA Peers (v4/v6)' : 'NHRP Peers'}:${peers.length}${detailed ? '' : ','}`,
      '',
    )
    const target = detailed ? '    Target Network' : ''
    lines.push(`# Ent  Peer NBMA Addr Peer Tunnel Add State  UpDn Tm Attrb${target}`)
    lines.push(`----- --------------- --------------- ----- -------- -----${detailed ? ' -----------------' : ''}`)
    for (const entries of peers)
      for (const [at, entry] of entries.entries())
        lines.push(peerLine(router, tunnel, entry, { now, count: at === 0 ? entries.length : 0, detailed }))
    lines.push('')
    if (detailed) lines.push(...sessions(router, tunnel), '')
  }
  return lines.slice(0, -1)
}

function typeOf({ servers }: TunnelState): string {
  return servers.length > 0 ? 'Spoke' : 'Hub'
}

/** Mappings by station; what is asked for has none yet. */
function peersOf(tunnel: TunnelState): readonly (readonly CacheEntry[])[] {
  const peers = new Map<string, CacheEntry[]>()
  for (const entry of [...tunnel.cache.sorted(), ...tunnel.shortcuts.sorted()]) {
    const key = entry.nbma === undefined ? `? ${formatPrefix(entry.prefix)}` : String(entry.nbma)
    peers.set(key, [...(peers.get(key) ?? []), entry])
  }
  return [...peers.values()]
}

interface Shown {
  readonly now: Instant
  readonly count: number
  readonly detailed: boolean
}

function peerLine(
  router: RouterState,
  tunnel: TunnelState,
  entry: CacheEntry,
  { now, count, detailed }: Shown,
): string {
  const nbma = entry.nbma === undefined ? 'UNKNOWN' : formatIpv4(entry.nbma)
  const state = stateOf(router, tunnel, entry)
  const columns = [
    (count === 0 ? '' : String(count)).padStart(5),
    nbma.padStart(15),
    formatIp(entry.via).padStart(15),
    state.padStart(5),
    clock(now - entry.created).padStart(8),
    attributesOf(entry).padStart(5),
  ]
  return columns.join(' ') + (detailed ? ` ${formatPrefix(entry.prefix).padStart(17)}` : '')
}

/** What the way to a station waits for. */
function stateOf(router: RouterState, tunnel: TunnelState, { nbma, via, flags }: CacheEntry): string {
  if (nbma === undefined) return 'NHRP'
  if (tunnel.settings.protection !== undefined && !flags.noSocket) {
    const pairs = router.crypto.peers.get(`${tunnel.source} ${nbma}`)?.pairs ?? []
    if (pairs.length === 0) return 'IKE'
  }
  const server = tunnel.servers.find(each => each.protocol === via)
  return server === undefined || server.state === 'responding' ? 'UP' : 'NHRP'
}

function attributesOf({ kind, nbma, claimedNbma, flags }: CacheEntry): string {
  const letters = [nbma === undefined ? 'I' : kind === 'static' ? 'S' : 'D']
  if (claimedNbma !== nbma) letters.push('N')
  if (flags.local) letters.push('L')
  if (flags.noSocket) letters.push('X')
  if (flags.rib) letters.push('T1')
  if (flags.nextHopOverride) letters.push('T2')
  return letters.join('')
}

function tunnelLines(router: RouterState, tunnel: TunnelState, now: Instant): readonly string[] {
  const { settings, source, servers, name } = tunnel
  const word = tunnel.interface.up ? 'up' : 'down'
  const address = primaryAddress(tunnel.interface, 'ipv4')
  const destination = settings.destination === undefined ? 'MGRE' : formatIpv4(settings.destination)
  const lines = [
    `Interface ${name} is ${tunnel.interface.enabled ? 'up' : 'administratively down'}/${word}, Addr. is ${address === undefined ? 'unassigned' : formatIp(address)}, VRF ""`,
    `   Tunnel Src./Dest. addr: ${source === undefined ? 'UNKNOWN' : formatIpv4(source)}/${destination}, Tunnel VRF ""`,
    `   Protocol/Transport: "${settings.mode === 'multipoint' ? 'multi-GRE/IP' : 'GRE/IP'}", Protect "${settings.protection ?? ''}"`,
    '   Interface State Control: Disabled',
  ]
  if (servers.length === 0) return lines
  return [...lines, '', 'IPv4 NHS:', ...servers.map(each => serverLine(each, now, false))]
}

function sessions(router: RouterState, tunnel: TunnelState): readonly string[] {
  const lines = ['Crypto Session Details:', '-'.repeat(80)]
  if (tunnel.settings.protection === undefined) return lines
  for (const { local, peer, isakmp, pairs } of router.crypto.peers.values()) {
    if (local !== tunnel.source) continue
    lines.push(
      '',
      `Interface: ${tunnel.name}`,
      `  Session: ${pairs.length > 0 ? 'UP-ACTIVE' : isakmp === undefined ? 'DOWN' : 'UP-IDLE'}`,
      `  IKEv1 SA: local ${formatIpv4(local)}/500 remote ${formatIpv4(peer)}/500 ${isakmp === undefined ? 'Inactive' : 'Active'}`,
      `  IPSEC FLOW: permit 47 host ${formatIpv4(local)} host ${formatIpv4(peer)}`,
      `        Active SAs: ${2 * pairs.length}, origin: crypto map`,
    )
  }
  return lines
}
