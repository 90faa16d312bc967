/** The tunnels that a station of a capture was seen to use, and which of them can be followed. */
import type { GreSeen, Ip } from '../observation.ts'
import type { Network } from '../rules/network.ts'
import { type AddressFact, TunnelFacts } from './tunnel-facts.ts'

/** A tunnel that a reference router is made for. */
export interface FollowedTunnel {
  readonly facts: TunnelFacts
  /** The one station at its other end; undefined: NHRP runs on it, and there are many. */
  readonly peer: number | undefined
}

/**
 * Tunnels by one address. Everyday designs have two, by one for each cloud, and hubs of several clouds a few more; every
 * one followed is a router of its own, and one forged key costs no more than one of these.
 */
const most = 8

export class StationFacts {
  /** By GRE key, or none. */
  private readonly tunnels = new Map<number | undefined, TunnelFacts>()
  /** What was seen on tunnel devices, where nothing tells one tunnel from another. */
  private onDevice: TunnelFacts | undefined

  /** The tunnel of a packet; undefined where there are too many. */
  tunnelOf(gre: GreSeen | undefined, frame: number): TunnelFacts | undefined {
    if (gre === undefined) {
      this.onDevice ??= new TunnelFacts(undefined)
      return this.onDevice
    }
    const { key } = gre.packet
    const known = this.tunnels.get(key)
    if (known !== undefined || this.tunnels.size >= most) return known
    const tunnel = new TunnelFacts({ value: key, frame })
    this.tunnels.set(key, tunnel)
    return tunnel
  }

  /**
   * Everything was seen: an address that several tunnels have is that of the one it was seen in most. No router has it
   * twice; the others are the same tunnel configured anew, or packets with a wrong key.
   */
  settle(): void {
    const best = new Map<Ip, AddressFact>()
    for (const { protocols } of this.tunnels.values())
      for (const [address, fact] of protocols) if (fact.times > (best.get(address)?.times ?? 0)) best.set(address, fact)
    for (const { protocols } of this.tunnels.values())
      for (const [address, fact] of protocols) if (best.get(address) !== fact) protocols.delete(address)
  }

  /** The tunnels that NHRP was seen on: on a device where there are no others. */
  get speaking(): readonly TunnelFacts[] {
    const found = [...this.tunnels.values()].filter(({ protocols }) => protocols.size > 0)
    return found.length > 0 || this.onDevice === undefined ? found : [this.onDevice]
  }

  /** Whether an address is its own in some tunnel. */
  hasProtocol(address: Ip): boolean {
    for (const { protocols } of this.tunnels.values()) if (protocols.has(address)) return true
    return this.onDevice?.protocols.has(address) ?? false
  }

  /** The tunnel in which it hears what another station sends by one of its own: they have the same key. */
  facing({ key }: TunnelFacts): TunnelFacts | undefined {
    return key === undefined ? this.speaking[0] : (this.tunnels.get(key.value) ?? this.onDevice)
  }

  /** The tunnels that NHRP was seen on; with these, those between two stations without it. */
  followed(nbma: Ip, all: ReadonlyMap<Ip, StationFacts>, network: Network): readonly FollowedTunnel[] {
    const found: FollowedTunnel[] = []
    for (const facts of this.speaking) if (facts.protocols.size > 0) found.push({ facts, peer: undefined })
    if (found.length === 0) return found
    for (const [key, facts] of this.tunnels) {
      const peer = onlyPeer(facts, network)
      const back = peer === undefined ? undefined : all.get(peer)?.tunnels.get(key)
      if (peer !== undefined && back !== undefined && onlyPeer(back, network) === nbma) found.push({ facts, peer })
    }
    return found
  }
}

/** Where all packets of a tunnel without NHRP went; undefined of any other. */
function onlyPeer({ speaks, peers }: TunnelFacts, network: Network): number | undefined {
  const [peer, ...others] = new Set([...peers].map(each => network.stationOf(each)))
  return !speaks && typeof peer === 'number' && others.length === 0 ? peer : undefined
}
