/** NHRP messages from facts: the common header, the entries and the extensions as a profile writes them. */
import {
  type Cie,
  ciscoVendor,
  defaultMessage,
  type Extension,
  emptyCie,
  type Nhrp,
  type NhrpExchange,
  nhrp,
  octetsOf,
  typeOfKind,
} from '@dmvpn/protocols'
import type { Address, Ipv4 } from '@dmvpn/wire'
import { primaryAddress } from '../interface-state.ts'
import { type Family, familyOf, widthOf } from '../prefix.ts'
import type { ExtensionKind, PrefixLength, Profile } from '../profile.ts'
import type { RouterState } from '../router-state.ts'
import type { Ip } from '../settings.ts'
import type { TunnelState } from '../tunnel/tunnel-state.ts'

/** The messages that ask and answer. */
export type ExchangeKind = Exclude<NhrpExchange['kind'], 'unrecognised'>

/** A message with its type, and everything else a default. */
export function exchange(kind: ExchangeKind, facts: Partial<NhrpExchange>): NhrpExchange {
  return { ...defaultMessage, ...facts, kind, type: typeOfKind(kind) }
}

/** `ar$pro.type` of an overlay. */
export function protocolTypeOf(address: Ip): number {
  return typeof address === 'number' ? 0x0800 : 0x86dd
}

/** An address of a message, where it is IPv4 or IPv6. */
export function ipOf(address: Address | undefined): Ip | undefined {
  return typeof address === 'number' || typeof address === 'bigint' ? address : undefined
}

/** An NBMA address of a message, where it is IPv4. */
export function nbmaOf(address: Address | undefined): Ipv4 | undefined {
  return typeof address === 'number' ? address : undefined
}

/** The tunnel's own protocol address of a family. */
export function ownProtocol(tunnel: TunnelState, family: Family): Ip | undefined {
  return primaryAddress(tunnel.interface, family)
}

/** The number a profile writes for the prefix length of an address. */
export function prefixNumber(rule: PrefixLength, address: Ip): number {
  return rule === 'host' ? widthOf(address) : rule
}

/** The length a prefix number of a message stands for: 0 and 255 say nothing, hence a host. */
export function lengthOfPrefixNumber(number: number, address: Ip): number {
  const width = widthOf(address)
  return number === 0 || number > width ? width : number
}

export function entry(facts: Partial<Cie>): Cie {
  return { ...emptyCie, ...facts }
}

/** The MTU this router writes in entries about itself. */
export function entryMtu(router: RouterState, tunnel: TunnelState): number {
  if (tunnel.nhrp.mtu !== undefined) return tunnel.nhrp.mtu
  return router.profile.entryMtu === 'interface' ? tunnel.interface.settings.mtu : 0
}

/** The record of this station in a responder extension of an overlay of that family. */
export function responderRecord(router: RouterState, tunnel: TunnelState, family: Family): Cie {
  return ownRecord(router, tunnel, router.profile.responderFamily === 'overlay' ? family : 'ipv4')
}

/** The record of this station in a responder or transit extension. */
export function ownRecord(router: RouterState, tunnel: TunnelState, family: Family): Cie {
  const protocol = responderAddress(router, tunnel, family)
  return entry({
    prefixLength: protocol === undefined ? 0 : prefixNumber(router.profile.recordPrefix, protocol),
    mtu: entryMtu(router, tunnel),
    holdingTime: tunnel.nhrp.holdingTime,
    nbma: tunnel.source,
    protocol,
  })
}

function responderAddress(router: RouterState, tunnel: TunnelState, family: Family): Ip | undefined {
  const { responder } = tunnel.nhrp
  const named = responder === undefined ? undefined : router.interfaces.get(responder)
  return (named === undefined ? undefined : primaryAddress(named, family)) ?? ownProtocol(tunnel, family)
}

/** What goes into extensions that are not empty. */
export interface ExtensionContents {
  readonly responder?: readonly Cie[]
  readonly nat?: readonly Cie[]
  /** Registrations name the group. */
  readonly group?: string | undefined
}

/** Extensions of the kinds named, in the profile's order, and the End extension. */
export function extensionsFor(
  profile: Profile,
  tunnel: TunnelState,
  kinds: readonly ExtensionKind[],
  contents: ExtensionContents = {},
): Extension[] {
  const extensions: Extension[] = []
  for (const kind of profile.extensionOrder) {
    const made = kinds.includes(kind) ? extensionOf(kind, profile, tunnel, contents) : undefined
    if (made !== undefined) extensions.push(made)
  }
  return [...extensions, endExtension]
}

const compulsory = { compulsory: true, reserved: false } as const

export const endExtension: Extension = { kind: 'end', ...compulsory, value: new Uint8Array(0) }

function extensionOf(
  kind: ExtensionKind,
  profile: Profile,
  tunnel: TunnelState,
  { responder, nat, group }: ExtensionContents,
): Extension | undefined {
  switch (kind) {
    case 'responder-address':
      return { kind, ...compulsory, entries: responder ?? [] }
    case 'forward-transit':
    case 'reverse-transit':
      return { kind, ...compulsory, entries: [] }
    case 'authentication':
      return authenticationExtension(tunnel)
    case 'nat-address':
      return profile.natExtension ? { kind, compulsory: false, reserved: false, entries: nat ?? [] } : undefined
    case 'vendor-private':
      return group === undefined ? undefined : groupExtension(group)
    default:
      return kind satisfies never
  }
}

/** The tunnel's key in clear text; undefined without one. */
export function authenticationExtension(tunnel: TunnelState): Extension | undefined {
  const { authentication } = tunnel.nhrp
  if (authentication === undefined) return undefined
  return { kind: 'authentication', form: 'cleartext', ...compulsory, key: octetsOf(authentication) }
}

/** Cisco's sub-TLV 1: a type, a length, a name. */
function groupExtension(group: string): Extension {
  const name = octetsOf(group)
  return {
    kind: 'vendor-private',
    compulsory: false,
    reserved: false,
    vendor: ciscoVendor,
    data: Uint8Array.of(1, name.length, ...name),
  }
}

/** The real address of a station behind NAT, as the NAT extension tells it. */
export function natOf(message: NhrpExchange, station: Ip): Ipv4 | undefined {
  for (const each of message.extensions) {
    if (each.kind !== 'nat-address') continue
    for (const { nbma, protocol } of each.entries) if (protocol === station) return nbmaOf(nbma)
  }
  return undefined
}

/** Octets of a message on the wire. */
export function sizeOf(message: Nhrp): number {
  return nhrp.size(message)
}

export function familyOfMessage(message: Nhrp): Family {
  const address = ipOf(message.sourceProtocol) ?? ipOf(message.destinationProtocol)
  return address === undefined ? 'ipv4' : familyOf(address)
}
