/** Who sends a message, and in whose manner: what of a router a single packet shows. */
import { type PrefixLength, type Profile, type ProfileName, profiles } from '@dmvpn/core'
import { type Cie, emptyCie } from '@dmvpn/protocols'
import type { Ipv4, Ipv6 } from '@dmvpn/wire'
import { type Ip, ipOf, ipv4From, type Spelled, widthOf } from './addresses.ts'

/** A station of the cloud by its two addresses. */
export interface Station {
  /** On the tunnel. */
  readonly protocol: Spelled<Ip>
  /** On the outside. */
  readonly nbma: Spelled<Ipv4>
  /** What NAT made of the outside address, where the station knows. */
  readonly publicNbma?: Spelled<Ipv4> | undefined
  /** The tunnel's link-local address, on IPv6 overlays: Cisco registers it, too. */
  readonly linkLocal?: Spelled<Ipv6> | undefined
  /** Seconds; the profile's default where left out. */
  readonly holdingTime?: number | undefined
}

/** How messages are written. */
export interface Manner {
  /** Whose habits; IOS 15 where left out. */
  readonly profile?: ProfileName | undefined
  /** The tunnel's GRE key: some releases write the MTU of a keyed tunnel. */
  readonly key?: number | undefined
  /** The password, in clear text; no authentication extension where left out. */
  readonly authentication?: string | undefined
  /** What client information entries say; the profile's where left out. */
  readonly mtu?: number | undefined
}

export const usualProfile: ProfileName = 'ios15'

export function profileOf({ profile }: Manner): Profile {
  return profiles[profile ?? usualProfile]
}

/** The MTU that a station writes in entries about itself. */
export function mtuOf(manner: Manner): number {
  if (manner.mtu !== undefined) return manner.mtu
  const { entryMtu, tunnelMtu } = profileOf(manner)
  if (entryMtu === 'zero') return 0
  return manner.key === undefined ? tunnelMtu.plain : tunnelMtu.keyed
}

export function holdingTimeOf(station: Station, manner: Manner): number {
  return station.holdingTime ?? profileOf(manner).holdingTime
}

/** The number a profile writes for the prefix length of an address. */
export function prefixNumber(rule: PrefixLength, address: Ip): number {
  return rule === 'host' ? widthOf(address) : rule
}

/** A client information entry; what is left out is nought. */
export function entryOf(facts: Partial<Cie>): Cie {
  return { ...emptyCie, ...facts }
}

/** The station's own record in a responder or transit extension. */
export function recordOfStation(station: Station, manner: Manner): Cie {
  const protocol = ipOf(station.protocol)
  return entryOf({
    prefixLength: prefixNumber(profileOf(manner).recordPrefix, protocol),
    mtu: mtuOf(manner),
    holdingTime: holdingTimeOf(station, manner),
    nbma: ipv4From(station.publicNbma ?? station.nbma),
    protocol,
  })
}

/** `ar$pro.type` of an overlay. */
export function protocolTypeOf(address: Ip): number {
  return typeof address === 'number' ? 0x0800 : 0x86dd
}
