/** From what was seen of a station to settings. */
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
import type { Fact, NetworkFact, ServerFact, StationFacts } from './station-facts.ts'

/** Behind the distance of every shortcut. */
const lastResort = 254

/** One station's settings in the making. */
export class StationDraft {
  private readonly facts: StationFacts
  private readonly all: ReadonlyMap<Ip, StationFacts>
  private readonly network: Network
  private readonly inferences: string[]

  constructor(facts: StationFacts, all: ReadonlyMap<Ip, StationFacts>, network: Network, inferences: string[]) {
    this.facts = facts
    this.all = all
    this.network = network
    this.inferences = inferences
  }

  /** Undefined where not even its address in the tunnel is known. */
  settings(nbma: number, profile: ProfileName): Settings | undefined {
    const { facts } = this
    if (facts.protocols.size === 0) return undefined
    const isLinux = profile === 'frr'
    const attached = this.attached()
    const byProcess = this.resolvesDestinations()
    if (byProcess) this.note('switches by process: it asks for destinations nobody indicated')
    const tunnel: InterfaceDraft = {
      kind: 'tunnel',
      name: 'tunnel',
      mode: 'multipoint',
      source: { kind: 'address', address: nbma },
      key: this.told('GRE key', facts.key),
      ipMtu: 65_535,
      addresses: [...facts.protocols].map(([address, frame]) => {
        this.note(`tunnel address ${formatIp(address)}`, frame)
        if (typeof address === 'bigint') return { address, length: isLinux ? 128 : 64 }
        return { address, length: isLinux ? 32 : 24 }
      }),
      nhrp: this.nhrp(profile),
    }
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
      tunnel,
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

  private nhrp(profile: ProfileName): NhrpDraft {
    const { facts } = this
    const servers = [...facts.servers.values()]
    for (const { value, frame } of servers)
      this.note(
        `server ${value.protocol === undefined ? 'of unknown address' : formatIp(value.protocol)} at ${formatIp(value.nbma)}`,
        frame,
      )
    const holdingTime = this.told('holding time', facts.holdingTime)
    return {
      networkId: 1,
      authentication: this.told(
        'authentication',
        facts.password === undefined ? undefined : { ...facts.password },
        true,
      ),
      ...(holdingTime === undefined ? {} : { holdingTime }),
      mtu: this.told('MTU in entries', facts.mtu),
      unique: this.told('unique registrations', facts.unique) ?? true,
      shortcut: this.told('asks, or answers for what is behind it', facts.shortcut) ?? false,
      redirect: this.told('redirects', facts.redirect) ?? false,
      ...serversFor(
        profile,
        servers.map(({ value }) => value),
      ),
    }
  }

  /** Networks behind it: what it answered for, and hosts whose packets it sent though it passes nothing on. */
  private attached(): readonly Fact<NetworkFact>[] {
    const { networks, hosts, protocols, redirect, relays, servers } = this.facts
    const found = [...networks.values()]
    const passesOn = redirect !== undefined || relays !== undefined || servers.size === 0
    for (const [address, frame] of passesOn ? [] : hosts) {
      if (protocols.has(address) || found.some(({ value }) => covers(value.address, value.length, address))) continue
      found.push({ value: { address, length: typeof address === 'number' ? 32 : 128 }, frame })
    }
    for (const { value, frame } of found) this.note(`${networkText(value)} behind it`, frame)
    return found
  }

  /** Whether it asked, unprompted, for what is no station's tunnel address. */
  private resolvesDestinations(): boolean {
    for (const target of this.facts.asked.keys()) if (this.stationWith(target) === undefined) return true
    return false
  }

  private routes(attached: readonly Fact<NetworkFact>[]): NonNullable<SettingsDraft['routes']> {
    const routes = new Map<string, NonNullable<SettingsDraft['routes']>[number]>()
    for (const [target, way] of this.facts.ways) {
      if (this.facts.protocols.has(target)) continue
      if (attached.some(({ value }) => covers(value.address, value.length, target))) continue
      const nextHop = this.nextHop(target, way)
      if (nextHop === undefined || nextHop === target) continue
      const network = this.networkOf(target)
      const any = typeof target === 'number' ? { address: 0, length: 0 } : { address: 0n, length: 0 }
      // A client sends to its server what it knows no better way for.
      const isDefault = this.isServer(nextHop) && (routes.get(networkText(any))?.nextHop ?? nextHop) === nextHop
      const prefix = isDefault ? any : prefixOf(network.address, network.length)
      if (routes.has(networkText(prefix))) continue
      this.note(`${networkText(prefix)} by ${formatIp(nextHop)}`, way.first.frame)
      routes.set(networkText(prefix), { prefix, nextHop, interface: 'tunnel', distance: lastResort })
    }
    return [...routes.values()]
  }

  /** The station it went to first; or last, where it was asked for by its tunnel address: then that is the next hop. */
  private nextHop(target: Ip, { first, last }: { readonly first: Fact<Ip>; readonly last: Ip }): Ip | undefined {
    const asked = this.protocolOf(last, target)
    if (asked !== undefined && this.facts.asked.has(asked)) return asked
    return this.protocolOf(first.value, target)
  }

  private isServer(address: Ip): boolean {
    for (const { value } of this.facts.servers.values()) if (value.protocol === address) return true
    return false
  }

  private protocolOf(nbma: Ip, like: Ip): Ip | undefined {
    const protocols = this.all.get(this.network.stationOf(nbma))?.protocols.keys() ?? []
    return [...protocols].find(each => typeof each === typeof like)
  }

  private stationWith(address: Ip): StationFacts | undefined {
    for (const each of this.all.values()) if (each.protocols.has(address)) return each
    return undefined
  }

  /** What somebody answered for, or the address alone. */
  private networkOf(target: Ip): NetworkFact {
    for (const { networks } of this.all.values())
      for (const { value } of networks.values()) if (covers(value.address, value.length, target)) return value
    return { address: target, length: typeof target === 'number' ? 32 : 128 }
  }

  private told<T>(what: string, fact: Fact<T> | undefined, isSecret = false): T | undefined {
    if (fact?.value === undefined) return undefined
    const value = isSecret || typeof fact.value === 'boolean' ? '' : ` ${String(fact.value)}`
    this.note(fact.value === false ? `no ${what}` : `${what}${value}`, fact.frame)
    return fact.value
  }

  private note(inference: string, frame?: number): void {
    this.inferences.push(frame === undefined ? inference : `${inference}: frame ${frame}`)
  }
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
