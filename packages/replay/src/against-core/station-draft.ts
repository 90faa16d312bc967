/** From what was seen of a station to settings: a router for each of its tunnels, with what is behind the station. */
import {
  type InterfaceDraft,
  type NhrpDraft,
  type ProfileName,
  prefixOf,
  type Settings,
  type SettingsDraft,
  settingsOf,
} from '@dmvpn/core'
import { formatIp } from '@dmvpn/wire'
import type { Ip } from '../observation.ts'
import type { Network } from '../rules/network.ts'
import { covers } from '../rules/parts.ts'
import type { Inferences } from './inferences.ts'
import type { FollowedTunnel, StationFacts } from './station-facts.ts'
import type { Fact, NetworkFact, ServerFact, TunnelFacts, WayFact } from './tunnel-facts.ts'

/** Behind the distance of every shortcut. */
const lastResort = 254

/** The settings of one tunnel of a station in the making. */
export class StationDraft {
  private readonly tunnel: FollowedTunnel
  private readonly facts: TunnelFacts
  /** All that the station uses, this one with them. */
  private readonly tunnels: readonly FollowedTunnel[]
  private readonly all: ReadonlyMap<Ip, StationFacts>
  private readonly network: Network
  private readonly inferences: Inferences

  constructor(
    tunnel: FollowedTunnel,
    tunnels: readonly FollowedTunnel[],
    all: ReadonlyMap<Ip, StationFacts>,
    network: Network,
    inferences: Inferences,
  ) {
    this.tunnel = tunnel
    this.facts = tunnel.facts
    this.tunnels = tunnels
    this.all = all
    this.network = network
    this.inferences = inferences
  }

  settings(nbma: number, profile: ProfileName): Settings {
    const attached = this.attached()
    const byProcess = this.resolvesDestinations()
    if (byProcess) this.inferences.note('switches by process: it asks for destinations nobody indicated')
    const interfaces: InterfaceDraft[] = [
      { kind: 'physical', name: 'nbma', addresses: [{ address: nbma, length: 32 }] },
      ...attached.map(
        ({ value }, index): InterfaceDraft => ({
          kind: 'physical',
          name: `inside${index}`,
          addresses: [prefixOf(value.address, value.length)],
          shortcutDestination: true,
        }),
      ),
      this.interface(nbma, profile),
    ]
    const routes = this.routes(attached)
    return settingsOf({
      hostname: formatIp(nbma),
      profile,
      switching: byProcess ? 'process' : 'cef',
      interfaces,
      routes,
    })
  }

  private interface(nbma: number, profile: ProfileName): InterfaceDraft {
    const { inferences } = this
    const { key, protocols } = this.facts
    const { peer } = this.tunnel
    const common = {
      kind: 'tunnel',
      name: 'tunnel',
      source: { kind: 'address', address: nbma },
      key: inferences.told('GRE key', key),
      ipMtu: 65_535,
    } as const
    if (peer !== undefined) {
      inferences.note(`point-to-point tunnel to ${formatIp(peer)}`, key?.frame)
      return { ...common, mode: 'point-to-point', destination: peer }
    }
    const isLinux = profile === 'frr'
    const addresses = [...protocols].map(([address, { frame }]) => {
      inferences.note(`tunnel address ${formatIp(address)}`, frame)
      if (typeof address === 'bigint') return { address, length: isLinux ? 128 : 64 }
      return { address, length: isLinux ? 32 : 24 }
    })
    return { ...common, mode: 'multipoint', addresses, nhrp: this.nhrp(profile) }
  }

  private nhrp(profile: ProfileName): NhrpDraft {
    const { facts, inferences } = this
    const servers = [...facts.servers.values()]
    for (const { value, frame } of servers)
      inferences.note(
        `server ${value.protocol === undefined ? 'of unknown address' : formatIp(value.protocol)} at ${formatIp(value.nbma)}`,
        frame,
      )
    const holdingTime = inferences.told('holding time', facts.holdingTime)
    return {
      networkId: 1,
      authentication: inferences.told('authentication', facts.password, true),
      ...(holdingTime === undefined ? {} : { holdingTime }),
      mtu: inferences.told('MTU in entries', facts.mtu),
      unique: inferences.told('unique registrations', facts.unique) ?? true,
      shortcut: inferences.told('asks, or answers for what is behind it', facts.shortcut) ?? false,
      redirect: inferences.told('redirects', facts.redirect) ?? false,
      ...serversFor(
        profile,
        servers.map(({ value }) => value),
      ),
    }
  }

  /**
   * Networks behind it: what it answered for by whichever tunnel, and hosts whose packets it sent; those of other tunnels
   * unless it sends there by this one.
   */
  private attached(): readonly Fact<NetworkFact>[] {
    const { tunnels } = this
    const others = tunnels.filter(each => each !== this.tunnel)
    const isNoTarget = ({ value }: Fact<NetworkFact>): boolean => !this.sendsTo(value)
    const found = [...this.facts.networks.values()]
    found.push(...others.flatMap(({ facts }) => [...facts.networks.values()].filter(isNoTarget)))
    const hosts = [...hostsBehind(this.tunnel), ...others.flatMap(hostsBehind).filter(isNoTarget)]
    for (const host of hosts) {
      const { address } = host.value
      if (tunnels.some(({ facts }) => facts.protocols.has(address))) continue
      if (!found.some(({ value }) => covers(value.address, value.length, address))) found.push(host)
    }
    for (const { value, frame } of found) this.inferences.note(`${networkText(value)} behind it`, frame)
    return found
  }

  private sendsTo({ address, length }: NetworkFact): boolean {
    for (const target of this.facts.ways.keys()) if (covers(address, length, target)) return true
    return false
  }

  /** Whether it asked, unprompted, for what is no station's tunnel address. */
  private resolvesDestinations(): boolean {
    for (const target of this.facts.asked.keys()) if (!this.isProtocol(target)) return true
    return false
  }

  private routes(attached: readonly Fact<NetworkFact>[]): NonNullable<SettingsDraft['routes']> {
    const { peer } = this.tunnel
    const routes = new Map<string, NonNullable<SettingsDraft['routes']>[number]>()
    for (const [target, way] of this.facts.ways) {
      if (this.facts.protocols.has(target)) continue
      if (attached.some(({ value }) => covers(value.address, value.length, target))) continue
      const hop = peer === undefined ? this.nextHop(target, way) : way.first
      if (hop === undefined || hop.value === target) continue
      const nextHop = peer === undefined ? hop.value : undefined
      const network = this.networkOf(target)
      const any = typeof target === 'number' ? { address: 0, length: 0 } : { address: 0n, length: 0 }
      // A client sends to its server what it knows no better way for.
      const isDefault = this.isServer(nextHop) && (routes.get(networkText(any))?.nextHop ?? nextHop) === nextHop
      const prefix = isDefault ? any : prefixOf(network.address, network.length)
      if (routes.has(networkText(prefix))) continue
      this.inferences.note(`${networkText(prefix)} by ${formatIp(hop.value)}`, hop.frame)
      routes.set(networkText(prefix), { prefix, nextHop, interface: 'tunnel', distance: lastResort })
    }
    return [...routes.values()]
  }

  /** The station it went to first; or last, where it was asked for by its tunnel address: then that is the next hop. */
  private nextHop(target: Ip, { first, last }: WayFact): Fact<Ip> | undefined {
    const end = this.protocolOf(last, target)
    const asked = end === undefined ? undefined : this.facts.asked.get(end)
    if (asked !== undefined) return { value: end!, frame: asked }
    const begin = this.protocolOf(first.value, target)
    return begin === undefined ? undefined : { value: begin, frame: first.frame }
  }

  private isServer(address: Ip | undefined): boolean {
    if (address === undefined) return false
    for (const { value } of this.facts.servers.values()) if (value.protocol === address) return true
    return false
  }

  /** The address of a station in this tunnel. */
  private protocolOf(nbma: Ip, like: Ip): Ip | undefined {
    const protocols = this.all.get(this.network.stationOf(nbma))?.facing(this.facts)?.protocols.keys() ?? []
    return [...protocols].find(each => typeof each === typeof like)
  }

  private isProtocol(address: Ip): boolean {
    for (const each of this.all.values()) if (each.hasProtocol(address)) return true
    return false
  }

  /** What somebody answered for in this tunnel, or the address alone. */
  private networkOf(target: Ip): NetworkFact {
    for (const station of this.all.values())
      for (const { value } of station.facing(this.facts)?.networks.values() ?? [])
        if (covers(value.address, value.length, target)) return value
    return { address: target, length: typeof target === 'number' ? 32 : 128 }
  }
}

/** Hosts whose packets a station sent by a tunnel, though it passes nothing on there. */
function hostsBehind({ facts, peer }: FollowedTunnel): readonly Fact<NetworkFact>[] {
  const { hosts, redirect, relays, servers } = facts
  if (redirect !== undefined || relays !== undefined || (servers.size === 0 && peer === undefined)) return []
  return [...hosts].map(([address, frame]) => ({
    value: { address, length: typeof address === 'number' ? 32 : 128 },
    frame,
  }))
}

/** As each system's configuration has them. */
function serversFor(profile: ProfileName, servers: readonly ServerFact[]): Pick<NhrpDraft, 'servers' | 'maps'> {
  const named = servers.flatMap(({ protocol, nbma }) =>
    protocol === undefined || typeof nbma !== 'number' ? [] : [{ protocol, nbma }],
  )
  if (profile === 'frr')
    return { servers: servers.flatMap(({ protocol, nbma }) => (typeof nbma === 'number' ? [{ protocol, nbma }] : [])) }
  const length = profile === 'opennhrp' ? { length: 24 } : {}
  return { servers: named.map(({ protocol }) => ({ protocol })), maps: named.map(each => ({ ...each, ...length })) }
}

function networkText({ address, length }: NetworkFact): string {
  return `${formatIp(address)}/${length}`
}
