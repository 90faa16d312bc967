import type { Prefix } from '@dmvpn/core'
import { type Ipv4, networkOf, parseIp, parseIpv4 } from '@dmvpn/wire'
import { type Command, command, irrelevant } from './command.ts'
import { type Draft, emptyInterface, type InterfaceDraft, type TunnelDraft } from './draft.ts'
import { notModelled, questionable, type Remark } from './line.ts'

/*
 * On Linux the routing daemons' files do not hold the interfaces: the kernel does. The `ip` commands that made them may
 * stand in the same text, before or behind the daemon's own lines, and complete the router.
 */

/** The interface of a Linux name, made on first mention as what `tunnels` says. */
export function linuxInterface(draft: Draft, name: string, tunnels: ReadonlySet<string>): InterfaceDraft {
  let found = draft.interfaces.find(each => each.name === name)
  if (found !== undefined) return found
  found = emptyInterface(tunnels.has(name) ? 'tunnel' : /^(lo|dummy)\d*$/.test(name) ? 'loopback' : 'physical', name)
  if (found.kind === 'tunnel') (found as TunnelDraft).mode = 'multipoint'
  draft.interfaces.push(found)
  return found
}

/** The names of the interfaces that a text makes tunnels, or has a tunnel's lines for. */
export function linuxTunnels(text: string): ReadonlySet<string> {
  const names = new Set<string>()
  let inside: string | undefined
  for (const line of text.split(/\r?\n/)) {
    const made = /^\s*ip (?:tunnel add|-?\S* ?link add(?: dev| name)?) (\S+) (?:mode|type) gre\b/.exec(line)
    if (made !== null) names.add(made[1]!)
    const opened = /^\s*interface (\S+)/.exec(line)
    if (opened !== null) inside = opened[1]!
    if (/^\S/.test(line) && opened === null) inside = undefined
    if (inside === undefined) continue
    if (/^\s+(ip(v6)? nhrp|tunnel|holding-time|map|cisco-authentication|multicast|redirect|shortcut\s*$)/.test(line))
      names.add(inside)
  }
  return names
}

/** The `ip` commands that make interfaces, addresses and routes. */
export function linuxCommands(tunnels: ReadonlySet<string>): readonly Command<Draft>[] {
  const named = (draft: Draft, name: string): InterfaceDraft => linuxInterface(draft, name, tunnels)
  const address = (draft: Draft, prefix: Prefix, name: string): void => void named(draft, name).addresses.push(prefix)
  return [
    command('ip tunnel add <name:word> mode gre [<options:line>]', (draft, { name, options }) =>
      makeTunnel(named(draft, name), options ?? ''),
    ),
    command('ip link add <name:word> type gre [<options:line>]', (draft, { name, options }) =>
      makeTunnel(named(draft, name), options ?? ''),
    ),
    command('ip link add <name:word> type <kind:line>', (draft, { name }) => void named(draft, name)),
    command('ip link set [<dev:dev>] <name:word> <what:line>', (draft, { name, what }) =>
      setLink(named(draft, name), what),
    ),
    command('ip [<family:-4|-6>] addr add <prefix:prefix4|prefix6> dev <name:word>', (draft, { prefix, name }) =>
      address(draft, prefix, name),
    ),
    command('ip [<family:-4|-6>] address add <prefix:prefix4|prefix6> dev <name:word>', (draft, { prefix, name }) =>
      address(draft, prefix, name),
    ),
    command(
      'ip [<family:-4|-6>] route <how:add|replace> <prefix:default|prefix4|prefix6> <way:line>',
      (draft, { family, prefix, way }) =>
        addRoute(draft, prefix === 'default' ? { address: family === '-6' ? 0n : 0, length: 0 } : prefix, way),
    ),
    ...irrelevant('how the kernel is set up', [
      'sysctl <rest:line>',
      'modprobe <rest:line>',
      'ethtool <rest:line>',
      'iptables <rest:line>',
      'iptables-legacy <rest:line>',
      'ip6tables <rest:line>',
      'ip netns <rest:line>',
      'ip rule <rest:line>',
    ]),
  ]
}

function makeTunnel(port: InterfaceDraft, options: string): Remark | undefined {
  if (port.kind !== 'tunnel') return questionable('is no tunnel')
  const tunnel = port as TunnelDraft
  const words = options.split(/\s+/).filter(word => word !== '')
  let remark: Remark | undefined
  for (let at = 0; at < words.length; at++) {
    switch (words[at]) {
      case 'local':
        setSource(tunnel, parseIpv4(words[++at] ?? ''))
        break
      case 'remote':
        setRemote(tunnel, parseIpv4(words[++at] ?? ''))
        break
      case 'dev':
        at++
        tunnel.source ??= { kind: 'interface', name: words[at] ?? '' }
        break
      case 'key':
        tunnel.key = keyOf(words[++at] ?? '')
        break
      case 'ttl':
        at++
        break
      default:
        remark = notModelled(`the tunnel goes without ${words[at]!}`)
    }
  }
  return remark
}

function setSource(tunnel: TunnelDraft, address: Ipv4 | undefined): void {
  if (address !== undefined && address !== 0) tunnel.source = { kind: 'address', address }
}

function setRemote(tunnel: TunnelDraft, address: Ipv4 | undefined): void {
  if (address === undefined || address === 0) return
  tunnel.destination = address
  tunnel.mode = 'point-to-point'
}

/** iproute2 takes a key as a number or as a dotted address. */
function keyOf(word: string): number {
  return parseIpv4(word) ?? Number(word)
}

function setLink(port: InterfaceDraft, what: string): Remark | undefined {
  const words = what.split(/\s+/)
  const mtu = words.indexOf('mtu')
  if (mtu >= 0) {
    port.mtu = Number(words[mtu + 1])
    if (port.kind === 'tunnel') (port as TunnelDraft).ipMtu = port.mtu
  }
  if (words.includes('down')) port.shutdown = true
  if (words.includes('up')) delete port.shutdown
  return undefined
}

function addRoute(draft: Draft, prefix: Prefix, way: string): Remark | undefined {
  const words = way.split(/\s+/)
  const after = (word: string): string | undefined =>
    words.includes(word) ? words[words.indexOf(word) + 1] : undefined
  const nextHop = after('via') === undefined ? undefined : parseIp(after('via')!)
  const dev = after('dev')
  if (nextHop === undefined && dev === undefined) return questionable('the route leads nowhere')
  if (networkOf(prefix.address, prefix.length) !== prefix.address)
    return questionable('the address has bits outside its mask')
  draft.routes.push({ prefix, nextHop, interface: dev, distance: 1 })
  return undefined
}
