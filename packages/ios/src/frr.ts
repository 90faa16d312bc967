import { type Command, command, irrelevant, notYet, opens, property, remarked } from './command.ts'
import { nhrpCommands, nhrpIpv6Commands } from './commands/nhrp.ts'
import { ospfCommands, ospfInterfaceCommands, ospfProcessOf } from './commands/ospf.ts'
import { type Draft, emptyDraft, type InterfaceDraft, type OspfDraft, type TunnelDraft } from './draft.ts'
import { type Configuration, notModelled, questionable } from './line.ts'
import { linuxCommands, linuxInterface, linuxTunnels } from './linux.ts'
import { type Mode, scopeOf } from './modes.ts'
import { finish, type ParseOptions, readLines } from './parse.ts'
import { pastedLines } from './pasted.ts'
import { variantsOf } from './pattern.ts'

/** Reads a FRRouting configuration, with the `ip` commands that made its interfaces where the text has them. */
export function parseFrr(text: string, options: ParseOptions = {}): Configuration {
  const draft: Draft = { ...emptyDraft(), profile: 'frr' }
  const lines = readLines(pastedLines(text), frrMode(linuxTunnels(text)), draft, '!')
  return { dialect: 'frr', settings: finish(draft, options), lines }
}

const portCommands: readonly Command<InterfaceDraft>[] = [
  ...property('description <description:line>', (port: InterfaceDraft) => port),
  command('ip address <prefix:prefix4>', (port, { prefix }) => void port.addresses.push(prefix)),
  command('ipv6 address <prefix:prefix6>', (port, { prefix }) => void port.addresses.push(prefix)),
  // FRR counts in megabits per second.
  command('bandwidth <megabits:1-1000000>', (port, { megabits }) => void (port.bandwidth = megabits * 1000)),
  command('shutdown', port => void (port.shutdown = true)),
  command('no shutdown', port => void delete port.shutdown),
  ...irrelevant('what the daemon believes of its links', [
    'link-detect',
    'no link-detect',
    'multicast <how:enable|disable>',
  ]),
  command('ip ospf area <area:area>', (port, { area }) => void (port.ospf.runs = { processId: 1, area })),
  ...ospfInterfaceCommands,
]

const portMode: Mode<InterfaceDraft> = {
  commands: [...portCommands, ...notYet('NHRP runs on tunnels only', ['ip nhrp <rest:line>', 'ipv6 nhrp <rest:line>'])],
}

const tunnelMode: Mode<TunnelDraft> = {
  commands: [
    ...portCommands,
    command('tunnel source <name:word>', (tunnel, { name }) => void (tunnel.source ??= { kind: 'interface', name })),
    command(
      'tunnel protection vici profile <profile:word> [fallback-profile <fallback:word>]',
      (tunnel, { profile }) => {
        tunnel.protection = profile
        return notModelled('the profile is in the configuration of the key daemon')
      },
    ),
    command('ip nhrp mtu opennhrp', tunnel => void delete tunnel.nhrp.mtu),
    command('ipv6 nhrp mtu opennhrp', tunnel => void delete tunnel.nhrp.mtu),
    ...notYet('an address is mapped to another station', [
      'ip nhrp map <protocol:ipv4> local',
      'ipv6 nhrp map <protocol:ipv6> local',
    ]),
    ...nhrpCommands,
    ...nhrpIpv6Commands,
  ],
}

const ospfMode: Mode<OspfDraft> = {
  commands: [
    ...property('ospf router-id <routerId:ipv4>', (process: OspfDraft) => process),
    command('network <prefix:prefix4> area <area:area>', (process, { prefix: { address, length }, area }) => {
      if (typeof address !== 'number') return questionable('OSPF for IPv4')
      const wildcard = length === 0 ? 0xffffffff : 0xffffffff >>> length
      process.networks.push({ address, wildcard: length === 32 ? 0 : wildcard, area })
      return undefined
    }),
    ...ospfCommands,
  ],
}

function frrMode(tunnels: ReadonlySet<string>): Mode<Draft> {
  const interfacePattern = 'interface <name:word> [vrf <vrf:word>]'
  return {
    commands: [
      command('hostname <hostname:word>', (draft, { hostname }) => void (draft.hostname = hostname)),
      {
        pattern: interfacePattern,
        variants: variantsOf(interfacePattern),
        apply: (draft, { name }, canonical) => {
          const port = linuxInterface(draft, String(name), tunnels)
          return port.kind === 'tunnel' ? scopeOf(tunnelMode, port, canonical) : scopeOf(portMode, port, canonical)
        },
        print: () => [],
      },
      command(
        'ip route <prefix:prefix4> <way:ipv4|word> [<name:word>] [<distance:1-255>]',
        (draft, { prefix, way, name, distance }) => {
          if (/^(blackhole|reject|null0)$/i.test(String(way)))
            return notModelled('packets are not thrown away by routes')
          const nextHop = typeof way === 'number' ? way : undefined
          draft.routes.push({
            prefix,
            nextHop,
            interface: typeof way === 'string' ? way : name,
            distance: distance ?? 1,
          })
          return undefined
        },
      ),
      command(
        'ipv6 route <prefix:prefix6> <way:ipv6|word> [<name:word>] [<distance:1-255>]',
        (draft, { prefix, way, name, distance }) => {
          const nextHop = typeof way === 'bigint' ? way : undefined
          draft.routes.push({
            prefix,
            nextHop,
            interface: typeof way === 'string' ? way : name,
            distance: distance ?? 1,
          })
        },
      ),
      opens('router ospf', ospfMode, draft => ospfProcessOf(draft, 1)),
      ...irrelevant('where the kernel hands packets over is not seen on the wire', [
        'nhrp nflog-group <group:1-65535>',
        'nhrp multicast-nflog-group <group:1-65535>',
      ]),
      ...irrelevant('how the daemons are managed', [
        'frr <rest:line>',
        'debug <rest:line>',
        'log <rest:line>',
        'no log <rest:line>',
        'password <rest:line>',
        'enable password <rest:line>',
        'service <rest:line>',
        'no service <rest:line>',
        'agentx',
        'ip forwarding',
        'ipv6 forwarding',
        'no ip forwarding',
        'no ipv6 forwarding',
        'line vty',
        'username <rest:line>',
        'domainname <rest:line>',
      ]),
      ...[
        'router bgp <rest:line>',
        'router ospf6',
        'router eigrp <as:1-65535>',
        'router rip',
        'vrf <name:word>',
        'route-map <rest:line>',
      ].map(pattern =>
        remarked(pattern, notModelled('does not run here'), { commands: [], others: notModelled('does not run here') }),
      ),
      ...notYet('every packet is let through, in one routing table', [
        'ip prefix-list <rest:line>',
        'access-list <rest:line>',
        'ip protocol <rest:line>',
      ]),
      ...linuxCommands(tunnels),
    ],
  }
}
