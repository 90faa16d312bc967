/**
 * The settings of one router: vendor-neutral, total, plain data. A dialect reads its text into a `SettingsDraft` and
 * `settingsOf` fills in every default; nothing behind this file knows what was written and what was left out.
 *
 * Holding times, timers and lifetimes are in seconds, bandwidths in kilobits per second, delays in microseconds.
 */
import type { Ipv4, Ipv6 } from '@dmvpn/wire'
import type { ProfileName } from './profile.ts'

export type Ip = Ipv4 | Ipv6

/** An address and how many of its bits are the network: an interface's address, or a network (host bits then zero). */
export interface Prefix {
  readonly address: Ip
  readonly length: number
}

export interface Settings {
  readonly hostname: string
  /** Whose habits the router has where implementations differ. */
  readonly profile: ProfileName
  /** How packets are switched out of multipoint tunnels: by adjacencies of next hops, or by a look-up per destination. */
  readonly switching: Switching
  readonly interfaces: readonly Interface[]
  readonly routes: readonly StaticRoute[]
  readonly eigrp: readonly Eigrp[]
  readonly ospf: readonly Ospf[]
  readonly bgp: Bgp | undefined
  readonly crypto: Crypto
}

export type Switching = 'cef' | 'process'

export type Interface = PhysicalInterface | LoopbackInterface | TunnelInterface

interface InterfaceCommon {
  /** As written, in full: `Tunnel0`, `FastEthernet0/0`, `gre1`. */
  readonly name: string
  readonly description: string
  readonly shutdown: boolean
  /** The first address of a family is the primary one. */
  readonly addresses: readonly Prefix[]
  readonly mtu: number
  readonly bandwidth: number
  readonly delay: number
  /** OpenNHRP's `shortcut-destination`: requests for networks behind this interface are answered. IOS and FRR answer always. */
  readonly shortcutDestination: boolean
  /** What the interface does in EIGRP autonomous systems, where it differs from the defaults. */
  readonly eigrp: readonly EigrpInterface[]
  readonly ospf: OspfInterface
}

export interface PhysicalInterface extends InterfaceCommon {
  readonly kind: 'physical'
}

export interface LoopbackInterface extends InterfaceCommon {
  readonly kind: 'loopback'
}

export interface TunnelInterface extends InterfaceCommon {
  readonly kind: 'tunnel'
  /** `multipoint` is mGRE. A point-to-point tunnel has a destination and never resolves. */
  readonly mode: 'point-to-point' | 'multipoint'
  readonly source: TunnelSource | undefined
  readonly destination: Ipv4 | undefined
  /** A missing key and key 0 are different things (RFC 2890 §2.1). */
  readonly key: number | undefined
  /** The largest IP packet that leaves by the tunnel. */
  readonly ipMtu: number
  /** Switches this tunnel's packets by process although the router has adjacencies. */
  readonly switching: Switching
  readonly nhrp: NhrpSettings
  /** The name of an IPsec profile. */
  readonly protection: string | undefined
}

export type TunnelSource =
  | { readonly kind: 'interface'; readonly name: string }
  | { readonly kind: 'address'; readonly address: Ipv4 }

export interface NhrpSettings {
  /** Local to the router; NHRP does not run without it. Requests that would leave by another network are answered. */
  readonly networkId: number | undefined
  /** Clear text, 1–8 octets, in every message. */
  readonly authentication: string | undefined
  readonly maps: readonly NhrpMap[]
  readonly multicast: MulticastMaps
  readonly servers: readonly NextHopServer[]
  /** Told to others: in registrations, requests and answers for own networks. */
  readonly holdingTime: number
  /** Undefined: a third of the holding time. */
  readonly registrationTimeout: number | undefined
  /** Whether registrations ask for the address to be theirs alone. */
  readonly unique: boolean
  /** Indications are followed by a request and a shortcut. */
  readonly shortcut: boolean
  /** Packets that leave by the network they came from make an indication. */
  readonly redirect: boolean
  readonly redirectTimeout: number
  /** Never asks. */
  readonly serverOnly: boolean
  /** The MTU in client information entries; undefined: what the profile says. */
  readonly mtu: number | undefined
  /** The group named in registrations (Cisco's vendor extension). */
  readonly group: string | undefined
  /** The interface whose address fills the Responder Address extension; undefined: the tunnel's own. */
  readonly responder: string | undefined
  /** Data packets for a destination before it is asked for. */
  readonly useCount: number
  /** Whether answers may come from what was learned from others. */
  readonly cacheNonAuthoritative: boolean
  /** Packets per span of seconds that NHRP may send on the interface. */
  readonly maxSend: { readonly packets: number; readonly seconds: number }
}

/** A static mapping: never expires. `length` below the address length maps a network (OpenNHRP). */
export interface NhrpMap {
  readonly protocol: Ip
  readonly length: number
  readonly nbma: Ipv4
}

/** Where multicast and broadcast packets go: one copy each. */
export interface MulticastMaps {
  readonly static: readonly Ipv4[]
  /** Every registered station. */
  readonly dynamic: boolean
  /** Every next hop server. */
  readonly servers: boolean
}

export interface NextHopServer {
  /** Undefined: learned from the first reply. */
  readonly protocol: Ip | undefined
  /** Undefined: a static mapping says. */
  readonly nbma: Ipv4 | undefined
  /** Lower is preferred. */
  readonly priority: number
  readonly cluster: number
}

export interface StaticRoute {
  readonly prefix: Prefix
  /** At least one of the two. */
  readonly nextHop: Ip | undefined
  readonly interface: string | undefined
  readonly distance: number
}

/** Addresses whose bits agree with `address` wherever `wildcard` has a zero. */
export interface Wildcard {
  readonly address: Ipv4
  readonly wildcard: Ipv4
}

export interface Eigrp {
  readonly autonomousSystem: number
  readonly routerId: Ipv4 | undefined
  readonly networks: readonly Wildcard[]
  readonly passive: readonly string[]
  /** Undefined: not a stub. */
  readonly stub: EigrpStub | undefined
  readonly autoSummary: boolean
  readonly distance: { readonly internal: number; readonly external: number }
  readonly redistribute: readonly ('connected' | 'static')[]
  /** K1 … K5. */
  readonly kValues: readonly [number, number, number, number, number]
}

export interface EigrpStub {
  readonly connected: boolean
  readonly summary: boolean
  readonly static: boolean
  readonly redistributed: boolean
  readonly receiveOnly: boolean
}

export interface EigrpInterface {
  readonly autonomousSystem: number
  readonly splitHorizon: boolean
  readonly nextHopSelf: boolean
  readonly summaries: readonly EigrpSummary[]
  /** Undefined: 5 and 15. */
  readonly hello: number | undefined
  readonly hold: number | undefined
}

export interface EigrpSummary {
  readonly prefix: Prefix
  readonly distance: number
}

export interface Ospf {
  readonly processId: number
  readonly routerId: Ipv4 | undefined
  readonly networks: readonly (Wildcard & { readonly area: number })[]
  readonly passive: readonly string[]
  /** Whom hellos are sent to where nobody is reached by multicast. */
  readonly neighbors: readonly { readonly address: Ipv4 }[]
  /** Megabits per second that cost 1. */
  readonly referenceBandwidth: number
  readonly distance: number
  /** `default-information originate`; undefined: not at all. */
  readonly defaultInformation: DefaultInformation | undefined
}

/** A default route that is told as one from outside. */
export interface DefaultInformation {
  /** Also without a default route of the router's own. */
  readonly always: boolean
  readonly metric: number
  /** 2: larger than any cost within. */
  readonly type: 1 | 2
}

export type OspfNetworkType =
  | 'broadcast'
  | 'non-broadcast'
  | 'point-to-point'
  | 'point-to-multipoint'
  | 'point-to-multipoint non-broadcast'

export interface OspfInterface {
  /** The process and area an interface is put in whatever the process' networks are. */
  readonly runs: { readonly processId: number; readonly area: number } | undefined
  /** Undefined: point-to-point on tunnels, broadcast on Ethernet, a stub host on loopbacks. */
  readonly network: OspfNetworkType | undefined
  readonly priority: number
  /** Undefined: from the bandwidth. */
  readonly cost: number | undefined
  /** Undefined: by network type. */
  readonly hello: number | undefined
  readonly dead: number | undefined
  /** `database-filter all out`. */
  readonly databaseFilter: boolean
  readonly mtuIgnore: boolean
  readonly authentication:
    | { readonly kind: 'simple'; readonly key: string }
    | { readonly kind: 'md5'; readonly keyId: number; readonly key: string }
    | undefined
}

/** Of BGP what decides next hops. */
export interface Bgp {
  readonly autonomousSystem: number
  readonly routerId: Ipv4 | undefined
  readonly networks: readonly Prefix[]
  readonly neighbors: readonly BgpNeighbor[]
}

export interface BgpNeighbor {
  readonly address: Ipv4
  readonly remoteAs: number
  /** Puts the router's own address in place of the next hop it was told. */
  readonly nextHopSelf: boolean
  readonly routeReflectorClient: boolean
}

export interface Crypto {
  readonly isakmpPolicies: readonly IsakmpPolicy[]
  readonly isakmpKeys: readonly IsakmpKey[]
  readonly transformSets: readonly TransformSet[]
  readonly profiles: readonly IpsecProfile[]
  /** Lifetimes of security associations whose profile says nothing. */
  readonly lifetimeSeconds: number
  readonly lifetimeKilobytes: number
  /** What opens an association to a new mapping's station: the mapping itself, or the first packet over it. */
  readonly trigger: 'install' | 'first-use'
  /** What becomes of packets over a mapping whose association is being negotiated. */
  readonly duringNegotiation: 'drop' | 'via-hub'
}

export type IsakmpEncryption = 'des' | '3des' | 'aes-128' | 'aes-192' | 'aes-256'
export type IsakmpHash = 'md5' | 'sha' | 'sha256' | 'sha384' | 'sha512'

export interface IsakmpPolicy {
  readonly priority: number
  readonly encryption: IsakmpEncryption
  readonly hash: IsakmpHash
  readonly authentication: 'pre-share' | 'rsa-sig' | 'rsa-encr'
  readonly group: number
  readonly lifetime: number
}

export interface IsakmpKey {
  readonly key: string
  /** The peers that use it; length 0 is any. */
  readonly peers: Prefix
}

export type EspEncryption =
  | 'esp-null'
  | 'esp-des'
  | 'esp-3des'
  | 'esp-aes-128'
  | 'esp-aes-192'
  | 'esp-aes-256'
  | 'esp-gcm-128'
  | 'esp-gcm-256'
export type EspAuthentication = 'esp-md5-hmac' | 'esp-sha-hmac' | 'esp-sha256-hmac' | 'esp-sha512-hmac'

export interface TransformSet {
  readonly name: string
  readonly encryption: EspEncryption
  /** Undefined: none, or the cipher's own. */
  readonly authentication: EspAuthentication | undefined
  readonly mode: 'tunnel' | 'transport'
}

export interface IpsecProfile {
  readonly name: string
  readonly transformSets: readonly string[]
  /** Undefined: the router's. */
  readonly lifetimeSeconds: number | undefined
  readonly lifetimeKilobytes: number | undefined
  readonly pfsGroup: number | undefined
}
