/** `show ip nhrp`: the mappings of every tunnel, in the order of their addresses. */
import {
  type CacheEntry,
  covers,
  type EntryFlags,
  formatPrefix,
  type Instant,
  type Ip,
  type RouterState,
  type TunnelState,
} from '@dmvpn/core'
import { formatIp } from '@dmvpn/wire'
import { shortInterfaceName } from '../interface-name.ts'
import { lifeOf } from './clock.ts'

/** In the order they are printed. */
const flagWords: readonly (readonly [keyof EntryFlags, string])[] = [
  ['router', 'router'],
  ['authoritative', 'authoritative'],
  ['implicit', 'implicit'],
  ['unique', 'unique'],
  ['registered', 'registered'],
  ['local', 'local'],
  ['nat', 'nat'],
  ['used', 'used'],
  ['rib', 'rib'],
  ['nextHopOverride', 'nho'],
]

/** The mappings, or of each tunnel the one for an address; `detailed` names everybody who was told of a network here. */
export function showIpNhrp(
  router: RouterState,
  now: Instant,
  { address, detailed = false }: { readonly address?: Ip | undefined; readonly detailed?: boolean } = {},
): readonly string[] {
  const all = entriesOf(router)
  const shown = address === undefined ? all : router.tunnels.flatMap(tunnel => bestFor(tunnel, all, address))
  return shown.flatMap(({ tunnel, entry }) => entryLines(tunnel, entry, now, detailed))
}

/** The entry of the longest network that the address lies in. */
function bestFor(tunnel: TunnelState, all: readonly OnTunnel[], address: Ip): readonly OnTunnel[] {
  return all
    .filter(each => each.tunnel === tunnel && covers(each.entry.prefix, address))
    .toSorted((one, other) => other.entry.prefix.length - one.entry.prefix.length)
    .slice(0, 1)
}

interface OnTunnel {
  readonly tunnel: TunnelState
  readonly entry: CacheEntry
}

/** Every mapping with its tunnel. */
function entriesOf(router: RouterState): readonly OnTunnel[] {
  return router.tunnels.flatMap(tunnel =>
    [...tunnel.cache.sorted(), ...tunnel.shortcuts.sorted()].map(entry => ({ tunnel, entry })),
  )
}

function entryLines(tunnel: TunnelState, entry: CacheEntry, now: Instant, detailed: boolean): readonly string[] {
  const { kind, nbma, claimedNbma, requesters } = entry
  const target = formatPrefix(entry.prefix)
  if (nbma === undefined) {
    // A request is out, or was answered by a refusal or by nobody.
    return [`${target}, ${tunnel.name} ${lifeOf(entry, now)}`, '  Type: incomplete, Flags: negative']
  }
  const lines = [
    `${target} via ${formatIp(entry.via)}, ${tunnel.name} ${lifeOf(entry, now)}`,
    `  Type: ${kind === 'static' ? 'static' : 'dynamic'}, Flags: ${flagsOf(entry.flags)}`,
    `  NBMA address: ${formatIp(nbma)}`,
  ]
  if (claimedNbma !== undefined && claimedNbma !== nbma)
    lines.push(`    (Claimed NBMA address: ${formatIp(claimedNbma)})`)
  if (entry.flags.noSocket) lines.push('    (no-socket)')
  if (entry.flags.local && !detailed) return lines
  for (const each of requesters)
    if (each.expires > now) lines.push(`    Requester: ${formatIp(each.protocol)} Request ID: ${each.requestId}`)
  return lines
}

/** The flags of an entry as words. */
function flagsOf(flags: EntryFlags): string {
  return flagWords.flatMap(([flag, word]) => (flags[flag] ? [word] : [])).join(' ')
}

/** `show ip nhrp brief`: one line per mapping. */
export function showIpNhrpBrief(router: RouterState): readonly string[] {
  const lines = entriesOf(router).map(({ tunnel, entry }) => {
    const { kind, nbma, claimedNbma } = entry
    const claimed = claimedNbma !== undefined && claimedNbma !== nbma ? formatIp(claimedNbma) : ''
    const mode = nbma === undefined ? 'incomplete' : kind === 'static' ? 'static' : 'dynamic'
    const columns = [
      formatPrefix(entry.prefix).padEnd(20),
      formatIp(entry.via).padEnd(15),
      (nbma === undefined ? '' : formatIp(nbma)).padEnd(15),
      mode.padEnd(10),
      shortInterfaceName(tunnel.name).padEnd(7),
      `< ${claimed.padEnd(1)} >`,
    ]
    return columns.join(' ')
  })
  return ['Target               Via             NBMA            Mode       Intfc   Claimed', ...lines]
}
