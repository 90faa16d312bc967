import type { Ip, NextHopServer } from '@dmvpn/core'
import { type Ipv4, type Ipv6, networkOf } from '@dmvpn/wire'
import { type Command, command, flag, irrelevant, notYet, property, shared } from '../command.ts'
import type { NhrpDraft, TunnelDraft } from '../draft.ts'
import { notModelled, questionable, type Remark } from '../line.ts'

const nhrp = (tunnel: TunnelDraft): NhrpDraft => tunnel.nhrp

/** What NHRP does on a tunnel, IPv4 form: the one that is printed for what both forms share. */
export const nhrpCommands: readonly Command<TunnelDraft>[] = [
  command(
    'ip nhrp authentication <authentication:word>',
    (tunnel, { authentication }) => authenticate(tunnel.nhrp, authentication),
    tunnel => (tunnel.nhrp.authentication === undefined ? [] : [{ authentication: tunnel.nhrp.authentication }]),
  ),
  command('no ip nhrp authentication [<old:word>]', tunnel => void delete tunnel.nhrp.authentication),
  command(
    'ip nhrp map multicast <to:dynamic|ipv4>',
    (tunnel, { to }) => mapMulticast(tunnel.nhrp, to),
    ({ nhrp: { multicast } }) => [
      ...(multicast.dynamic === true ? [{ to: 'dynamic' as const }] : []),
      ...multicast.static.map(to => ({ to })),
    ],
  ),
  command('no ip nhrp map multicast <to:dynamic|ipv4>', ({ nhrp: { multicast } }, { to }) => {
    if (to === 'dynamic') delete multicast.dynamic
    else multicast.static = multicast.static.filter(each => each !== to)
  }),
  ...flag('!dmvpn nhrp map multicast servers', (tunnel: TunnelDraft) => tunnel.nhrp.multicast, 'servers'),
  command(
    'ip nhrp map <protocol:ipv4> [<length:mask>] <nbma:ipv4|word>',
    (tunnel, { protocol, length, nbma }) => mapAddress(tunnel.nhrp, protocol, length ?? 32, nbma),
    ({ nhrp: { maps } }) =>
      maps.flatMap(({ protocol, length, nbma }) =>
        typeof protocol === 'number' ? [{ protocol, length: length === 32 ? undefined : length, nbma }] : [],
      ),
  ),
  command('no ip nhrp map <protocol:ipv4> [<length:mask>] [<nbma:ipv4>]', (tunnel, { protocol }) => {
    tunnel.nhrp.maps = tunnel.nhrp.maps.filter(each => each.protocol !== protocol)
  }),
  ...property('ip nhrp network-id <networkId:1-4294967295>', nhrp),
  ...property('ip nhrp holdtime <holdingTime:1-65535>', nhrp),
  command(
    'ip nhrp nhs <server:ipv4|dynamic> [nbma <nbma:ipv4|word>] [<multicast:multicast>] [priority <priority:0-255>] [cluster <cluster:0-10>]',
    (tunnel, values) => addServer(tunnel.nhrp, values),
    ({ nhrp: { servers } }) =>
      servers.flatMap(each =>
        typeof each.protocol === 'bigint'
          ? []
          : [{ ...serverValues(each), server: each.protocol ?? ('dynamic' as const) }],
      ),
  ),
  command('no ip nhrp nhs <server:ipv4> [<rest:line>]', (tunnel, { server }) => {
    tunnel.nhrp.servers = tunnel.nhrp.servers.filter(each => each.protocol !== server)
  }),
  ...property('ip nhrp registration timeout <registrationTimeout:1-65535>', nhrp),
  ...flag('ip nhrp registration no-unique', nhrp, 'unique', false),
  ...flag('ip nhrp registration unique', nhrp, 'unique').map(each => ({ ...each, print: () => [] })),
  ...flag('ip nhrp shortcut', nhrp, 'shortcut'),
  command(
    'ip nhrp redirect [timeout <seconds:1-65535>]',
    (tunnel, { seconds }) => {
      tunnel.nhrp.redirect = true
      if (seconds !== undefined) tunnel.nhrp.redirectTimeout = seconds
    },
    ({ nhrp: it }) => (it.redirect === true ? [{ seconds: it.redirectTimeout }] : []),
  ),
  command('no ip nhrp redirect [timeout <seconds:1-65535>]', tunnel => void delete tunnel.nhrp.redirect),
  command(
    '!dmvpn nhrp redirect-timeout <seconds:1-65535>',
    (tunnel, { seconds }) => void (tunnel.nhrp.redirectTimeout = seconds),
    ({ nhrp: it }) =>
      it.redirect !== true && it.redirectTimeout !== undefined ? [{ seconds: it.redirectTimeout }] : [],
  ),
  ...flag('ip nhrp server-only', nhrp, 'serverOnly'),
  command('ip nhrp server-only non-caching', tunnel => {
    tunnel.nhrp.serverOnly = true
    return notModelled('a server keeps what it learns')
  }),
  command(
    'ip nhrp max-send <packets:1-65535> every <seconds:1-65535>',
    (tunnel, { packets, seconds }) => void (tunnel.nhrp.maxSend = { packets, seconds }),
    ({ nhrp: { maxSend } }) => (maxSend === undefined ? [] : [maxSend]),
  ),
  ...property('ip nhrp responder <responder:interface>', nhrp),
  ...property('ip nhrp use <useCount:1-65535>', nhrp),
  ...flag('ip nhrp cache non-authoritative', nhrp, 'cacheNonAuthoritative'),
  ...property('ip nhrp group <group:word>', nhrp),
  ...property('nhrp group <group:word>', nhrp).map(each => ({ ...each, print: () => [] })),
  ...property('ip nhrp mtu <mtu:576-1500>', nhrp),
  ...irrelevant('what traffic of a group may do on the way is not modelled', [
    'ip nhrp map group <group:word> service-policy output <policy:word>',
    'nhrp map group <group:word> service-policy output <policy:word>',
    'ip nhrp attribute <rest:line>',
    'nhrp attribute <rest:line>',
  ]),
  ...notYet('NHRP goes without it', [
    'ip nhrp nhs <server:ipv4> <network:ipv4> [<length:mask>]',
    'ip nhrp nhs cluster <cluster:0-10> max-connections <most:0-255>',
    'ip nhrp nhs fallback <seconds:0-60>',
    'ip nhrp interest <rest:line>',
    'ip nhrp trigger-svc <rest:line>',
    'ip nhrp record',
    'no ip nhrp record',
    'ip nhrp send-routed',
    'ip nhrp connect <rest:line>',
    'ip nhrp path <rest:line>',
    'ip nhrp multicast <rest:line>',
    'ip nhrp bulk-registration <rest:line>',
    'nhrp route-watch',
    'no nhrp route-watch',
    'nhrp multipath',
    'nhrp event-publisher <rest:line>',
    'if-state nhrp',
  ]),
]

/** What NHRP does on a tunnel, IPv6 form: its own addresses, and what it shares with the IPv4 form. */
export const nhrpIpv6Commands: readonly Command<TunnelDraft>[] = [
  command(
    'ipv6 nhrp map <protocol:prefix6> <nbma:ipv4|word>',
    (tunnel, { protocol, nbma }) => mapAddress(tunnel.nhrp, protocol.address, protocol.length, nbma),
    ({ nhrp: { maps } }) =>
      maps.flatMap(({ protocol, length, nbma }) =>
        typeof protocol === 'bigint' ? [{ protocol: { address: protocol, length }, nbma }] : [],
      ),
  ),
  command('ipv6 nhrp map <protocol:ipv6> <nbma:ipv4|word>', (tunnel, { protocol, nbma }) =>
    mapAddress(tunnel.nhrp, protocol, 128, nbma),
  ),
  command('ipv6 nhrp map multicast <to:dynamic|ipv4>', (tunnel, { to }) => mapMulticast(tunnel.nhrp, to)),
  command(
    'ipv6 nhrp nhs <server:ipv6|dynamic> [nbma <nbma:ipv4|word>] [<multicast:multicast>] [priority <priority:0-255>] [cluster <cluster:0-10>]',
    (tunnel, values) => addServer(tunnel.nhrp, values),
    ({ nhrp: { servers } }) =>
      servers.flatMap(each =>
        typeof each.protocol === 'bigint' ? [{ ...serverValues(each), server: each.protocol }] : [],
      ),
  ),
  command('ipv6 nhrp authentication <authentication:word>', (tunnel, { authentication }) =>
    tunnel.nhrp.authentication === undefined || tunnel.nhrp.authentication === authentication
      ? authenticate(tunnel.nhrp, authentication)
      : questionable('differs from the IPv4 form, and the interface has one value here'),
  ),
  shared('ipv6 nhrp network-id <networkId:1-4294967295>', nhrp),
  shared('ipv6 nhrp holdtime <holdingTime:1-65535>', nhrp),
  shared('ipv6 nhrp registration timeout <registrationTimeout:1-65535>', nhrp),
  shared('ipv6 nhrp mtu <mtu:576-1500>', nhrp),
  command('ipv6 nhrp registration no-unique', tunnel => void (tunnel.nhrp.unique = false)),
  command('ipv6 nhrp shortcut', tunnel => void (tunnel.nhrp.shortcut = true)),
  command('ipv6 nhrp redirect [timeout <seconds:1-65535>]', (tunnel, { seconds }) => {
    tunnel.nhrp.redirect = true
    if (seconds !== undefined) tunnel.nhrp.redirectTimeout = seconds
  }),
  ...notYet('NHRP goes without it', ['ipv6 nhrp <rest:line>']),
]

function authenticate(it: NhrpDraft, authentication: string): Remark | undefined {
  if (authentication.length > 8) return questionable('the key is longer than 8 characters')
  it.authentication = authentication
  return undefined
}

function mapMulticast({ multicast }: NhrpDraft, to: 'dynamic' | Ipv4): void {
  if (to === 'dynamic') multicast.dynamic = true
  else if (!multicast.static.includes(to)) multicast.static.push(to)
}

function mapAddress(it: NhrpDraft, protocol: Ip, length: number, nbma: Ipv4 | string): Remark | undefined {
  if (typeof nbma === 'string') return notModelled('names of stations are not looked up')
  const at = it.maps.findIndex(each => each.protocol === protocol && each.length === length)
  if (at < 0) it.maps.push({ protocol, length, nbma })
  else it.maps[at] = { protocol, length, nbma }
  return length < (typeof protocol === 'number' ? 32 : 128) && networkOf(protocol, length) !== protocol
    ? questionable('the address has bits outside its mask')
    : undefined
}

interface ServerValues {
  readonly server: Ipv4 | Ipv6 | 'dynamic'
  readonly nbma?: Ipv4 | string | undefined
  readonly multicast?: 'multicast' | undefined
  readonly priority?: number | undefined
  readonly cluster?: number | undefined
}

function addServer(it: NhrpDraft, { server, nbma, multicast, priority, cluster }: ServerValues): Remark | undefined {
  if (typeof nbma === 'string') return notModelled('names of stations are not looked up')
  if (server === 'dynamic' && nbma === undefined) return questionable('nothing says where the server is')
  const protocol = server === 'dynamic' ? undefined : server
  const added: NextHopServer = { protocol, nbma, priority: priority ?? 0, cluster: cluster ?? 0 }
  const at = it.servers.findIndex(each => each.protocol === protocol && (protocol !== undefined || each.nbma === nbma))
  if (at < 0) it.servers.push(added)
  else it.servers[at] = added
  if (multicast !== undefined && nbma !== undefined) mapMulticast(it, nbma)
  return undefined
}

function serverValues({ nbma, priority, cluster }: NextHopServer): Omit<
  ServerValues,
  'server' | 'multicast' | 'nbma'
> & {
  readonly nbma: Ipv4 | undefined
} {
  return { nbma, priority: priority === 0 ? undefined : priority, cluster: cluster === 0 ? undefined : cluster }
}
