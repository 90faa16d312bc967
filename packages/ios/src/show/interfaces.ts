/** `show interfaces`: what an interface is, what a tunnel runs over, and how much went by it. */
import { type Instant, type InterfaceState, type RouterState, type TunnelInterface, tunnelNamed } from '@dmvpn/core'
import { formatIp, formatIpv4, type Ipv4 } from '@dmvpn/wire'
import { since } from './clock.ts'

/** One interface, or all; undefined where there is none of that name. */
export function showInterfaces(router: RouterState, now: Instant, name?: string): readonly string[] | undefined {
  const all = [...router.interfaces.values()].filter(each => name === undefined || each.name === name)
  return all.length === 0 ? undefined : all.flatMap(each => interfaceLines(router, each, now))
}

const hardware = { tunnel: 'Tunnel', loopback: 'Loopback', physical: 'Ethernet' } as const
const encapsulations = { tunnel: 'TUNNEL', loopback: 'LOOPBACK', physical: 'ARPA' } as const

function interfaceLines(router: RouterState, of: InterfaceState, now: Instant): readonly string[] {
  const { name, settings, enabled, up, addresses, changed, counters } = of
  const administrative = enabled ? (up ? 'up' : 'down') : 'administratively down'
  const lines = [
    `${name} is ${settings.kind === 'tunnel' && enabled ? 'up' : administrative}, line protocol is ${up ? 'up' : 'down'}`,
    `  Hardware is ${hardware[settings.kind]}`,
  ]
  if (settings.description !== '') lines.push(`  Description: ${settings.description}`)
  for (const { address, length } of addresses) lines.push(`  Internet address is ${formatIp(address)}/${length}`)
  lines.push(
    `  MTU ${settings.mtu} bytes, BW ${settings.bandwidth} Kbit, DLY ${settings.delay} usec,`,
    '     reliability 255/255, txload 1/255, rxload 1/255',
    `  Encapsulation ${encapsulations[settings.kind]}, loopback not set`,
    '  Keepalive not set',
  )
  if (settings.kind === 'tunnel') lines.push(...tunnelLines(settings, tunnelNamed(router, name)?.source))
  lines.push(
    `  Last change of state ${since(changed, now)} ago`,
    `  Total output drops: ${counters.dropsOut}`,
    `     ${counters.packetsIn} packets input, ${counters.octetsIn} bytes`,
    `     ${counters.packetsOut} packets output, ${counters.octetsOut} bytes`,
  )
  return lines
}

function tunnelLines(settings: TunnelInterface, source: Ipv4 | undefined): readonly string[] {
  const { key, destination, mode, protection } = settings
  const from = settings.source
  const by = from === undefined ? 'UNKNOWN' : source === undefined ? '0.0.0.0' : formatIpv4(source)
  const named = from?.kind === 'interface' ? ` (${from.name})` : ''
  return [
    `  Tunnel source ${by}${named}, destination ${destination === undefined ? 'UNKNOWN' : formatIpv4(destination)}`,
    `  Tunnel protocol/transport ${mode === 'multipoint' ? 'multi-GRE/IP' : 'GRE/IP'}`,
    `    Key ${key === undefined ? 'disabled' : `0x${key.toString(16).toUpperCase()}`}, sequencing disabled`,
    '    Checksumming of packets disabled',
    `  Tunnel transport MTU ${settings.ipMtu} bytes`,
    ...(protection === undefined ? [] : [`  Tunnel protection via IPSec (profile "${protection}")`]),
  ]
}
