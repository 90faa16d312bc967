import { type Command, command, flag, irrelevant, notYet, property } from '../command.ts'
import type { InterfaceDraft, TunnelDraft } from '../draft.ts'
import { ofNoInterest, questionable, type Remark } from '../line.ts'

const self = (tunnel: TunnelDraft): TunnelDraft => tunnel

/** What makes an interface a tunnel. */
export const tunnelCommands: readonly Command<TunnelDraft>[] = [
  ...property('ip mtu <ipMtu:68-65535>', self),
  command(
    'tunnel source <source:ipv4|interface>',
    (tunnel, { source }) =>
      void (tunnel.source =
        typeof source === 'string' ? { kind: 'interface', name: source } : { kind: 'address', address: source }),
    ({ source }) =>
      source === undefined ? [] : [{ source: source.kind === 'interface' ? source.name : source.address }],
  ),
  command('no tunnel source', tunnel => void delete tunnel.source),
  command(
    'tunnel mode gre multipoint',
    tunnel => {
      tunnel.mode = 'multipoint'
      return conflict(tunnel)
    },
    tunnel => (tunnel.mode === 'multipoint' ? [{}] : []),
  ),
  command('tunnel mode gre ip', tunnel => void delete tunnel.mode),
  command('no tunnel mode', tunnel => void delete tunnel.mode),
  command(
    'tunnel destination <destination:ipv4>',
    (tunnel, { destination }) => {
      tunnel.destination = destination
      return conflict(tunnel)
    },
    ({ destination }) => (destination === undefined ? [] : [{ destination }]),
  ),
  command('no tunnel destination', tunnel => void delete tunnel.destination),
  ...property('tunnel key <key:0-4294967295>', self),
  command(
    'tunnel protection ipsec profile <protection:word> [<shared:shared>]',
    (tunnel, { protection }) => void (tunnel.protection = protection),
    ({ protection }) => (protection === undefined ? [] : [{ protection }]),
  ),
  command(
    'no tunnel protection ipsec profile [<protection:word>] [<shared:shared>]',
    tunnel => void delete tunnel.protection,
  ),
  ...notYet('the tunnel goes without it', [
    'tunnel mode <rest:line>',
    'tunnel destination <name:word>',
    'tunnel source dynamic',
    'tunnel protection <rest:line>',
    'tunnel checksum',
    'tunnel sequence-datagrams',
    'tunnel vrf <name:word>',
    'tunnel rbscp <rest:line>',
    'tunnel flow <rest:line>',
    'keepalive [<seconds:0-32767>] [<retries:1-255>]',
  ]),
  ...irrelevant("what the tunnel does to the outer header is the profile's", [
    'tunnel tos <tos:0-255>',
    'tunnel ttl <ttl:1-255>',
    'tunnel path-mtu-discovery [<rest:line>]',
    'no tunnel path-mtu-discovery',
    'tunnel bandwidth <way:receive|transmit> <kilobits:0-10000000>',
    'tunnel route-via <interface:interface> <how:mandatory|preferred>',
    'tunnel endpoint service-policy output <policy:word>',
    'no keepalive',
  ]),
]

/** How a tunnel's packets are switched. */
export const tunnelSwitching: readonly Command<TunnelDraft>[] = [
  command(
    'no ip route-cache cef',
    tunnel => void (tunnel.switching = 'process'),
    tunnel => (tunnel.switching === 'process' ? [{}] : []),
  ),
  command('ip route-cache cef', tunnel => void delete tunnel.switching),
  command('no ip route-cache', tunnel => void (tunnel.switching = 'process')),
  command('ip route-cache [same-interface]', tunnel => void delete tunnel.switching),
  ...flag('ip route-cache flow', () => ({}) as { flow?: boolean }, 'flow').map(each => ({
    ...each,
    apply: (): Remark => ofNoInterest('what is counted'),
    print: () => [],
  })),
]

/** The same on other interfaces, where nothing is resolved. */
export const otherSwitching: readonly Command<InterfaceDraft>[] = [
  ...irrelevant('only packets out of multipoint tunnels are resolved', [
    'ip route-cache [<rest:line>]',
    'no ip route-cache [<rest:line>]',
    'ip mtu <bytes:68-65535>',
  ]),
  ...notYet('NHRP runs on tunnels only', ['ip nhrp <rest:line>', 'ipv6 nhrp <rest:line>']),
]

function conflict(tunnel: TunnelDraft): Remark | undefined {
  return tunnel.mode === 'multipoint' && tunnel.destination !== undefined
    ? questionable('a multipoint tunnel has no destination')
    : undefined
}
