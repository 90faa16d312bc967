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
  // Key by key, as a decoded message has them: who reads messages then meets one shape.
  return {
    kind,
    type: typeOfKind(kind),
    addressFamily: facts.addressFamily ?? defaultMessage.addressFamily,
    protocolType: facts.protocolType ?? defaultMessage.protocolType,
    snapOui: facts.snapOui ?? defaultMessage.snapOui,
    snapPid: facts.snapPid ?? defaultMessage.snapPid,
    hopCount: facts.hopCount ?? defaultMessage.hopCount,
    version: facts.version ?? defaultMessage.version,
    sourceNbmaType: facts.sourceNbmaType ?? defaultMessage.sourceNbmaType,
    sourceSubaddressType: facts.sourceSubaddressType ?? defaultMessage.sourceSubaddressType,
    flags: facts.flags ?? defaultMessage.flags,
    requestId: facts.requestId ?? defaultMessage.requestId,
    sourceNbma: facts.sourceNbma,
    sourceSubaddress: facts.sourceSubaddress,
    sourceProtocol: facts.sourceProtocol,
    destinationProtocol: facts.destinationProtocol,
    entries: facts.entries ?? defaultMessage.entries,
    leftover: facts.leftover ?? defaultMessage.leftover,
    extensions: facts.extensions ?? defaultMessage.extensions,
    afterEnd: facts.afterEnd ?? defaultMessage.afterEnd,
  }
}

/** What an answer says otherwise than its request. */
export type AnswerFacts = Pick<NhrpExchange, 'hopCount' | 'extensions'> &
  Partial<Pick<NhrpExchange, 'flags' | 'entries' | 'destinationProtocol'>>

/** The answer to a message: what is not told otherwise is as it was asked. Key by key for the same reason. */
export function answerTo(request: NhrpExchange, kind: ExchangeKind, facts: AnswerFacts): NhrpExchange {
  return {
    kind,
    type: typeOfKind(kind),
    addressFamily: request.addressFamily,
    protocolType: request.protocolType,
    snapOui: request.snapOui,
    snapPid: request.snapPid,
    hopCount: facts.hopCount,
    version: request.version,
    sourceNbmaType: request.sourceNbmaType,
    sourceSubaddressType: request.sourceSubaddressType,
    flags: facts.flags ?? request.flags,
    requestId: request.requestId,
    sourceNbma: request.sourceNbma,
    sourceSubaddress: request.sourceSubaddress,
    sourceProtocol: request.sourceProtocol,
    destinationProtocol: 'destinationProtocol' in facts ? facts.destinationProtocol : request.destinationProtocol,
    entries: facts.entries ?? request.entries,
    leftover: request.leftover,
    extensions: facts.extensions,
    afterEnd: request.afterEnd,
  }
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

/** A client information entry; what is left out is zero or absent. Key by key for the same reason. */
export function entry(facts: Partial<Cie>): Cie {
  return {
    code: facts.code ?? emptyCie.code,
    prefixLength: facts.prefixLength ?? emptyCie.prefixLength,
    unused: facts.unused ?? emptyCie.unused,
    mtu: facts.mtu ?? emptyCie.mtu,
    holdingTime: facts.holdingTime ?? emptyCie.holdingTime,
    preference: facts.preference ?? emptyCie.preference,
    nbmaType: facts.nbmaType ?? emptyCie.nbmaType,
    subaddressType: facts.subaddressType ?? emptyCie.subaddressType,
    nbma: facts.nbma,
    subaddress: facts.subaddress,
    protocol: facts.protocol,
  }
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
  const prefixLength = protocol === undefined ? 0 : prefixNumber(router.profile.recordPrefix, protocol)
  const mtu = entryMtu(router, tunnel)
  const { holdingTime } = tunnel.nhrp
  const { source } = tunnel
  const isLast =
    lastRecord.protocol === protocol &&
    lastRecord.nbma === source &&
    lastRecord.prefixLength === prefixLength &&
    lastRecord.mtu === mtu &&
    lastRecord.holdingTime === holdingTime
  if (!isLast) lastRecord = entry({ prefixLength, mtu, holdingTime, nbma: source, protocol })
  return lastRecord
}

/** A server answers one registration after another, with the same record of itself. */
let lastRecord: Cie = emptyCie

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
  extensions.push(endExtension)
  return extensions
}

const noEntries: readonly Cie[] = []
const forwardTransit: Extension = { kind: 'forward-transit', compulsory: true, reserved: false, entries: noEntries }
const reverseTransit: Extension = { kind: 'reverse-transit', compulsory: true, reserved: false, entries: noEntries }

export const endExtension: Extension = { kind: 'end', compulsory: true, reserved: false, value: new Uint8Array(0) }

function extensionOf(
  kind: ExtensionKind,
  profile: Profile,
  tunnel: TunnelState,
  { responder, nat, group }: ExtensionContents,
): Extension | undefined {
  switch (kind) {
    case 'responder-address':
      return { kind, compulsory: true, reserved: false, entries: responder ?? noEntries }
    case 'forward-transit':
      return forwardTransit
    case 'reverse-transit':
      return reverseTransit
    case 'authentication':
      return authenticationExtension(tunnel)
    case 'nat-address':
      return profile.natExtension ? { kind, compulsory: false, reserved: false, entries: nat ?? noEntries } : undefined
    case 'vendor-private':
      return group === undefined ? undefined : groupExtension(group)
    default:
      return kind satisfies never
  }
}

/** The tunnel's key in clear text; undefined without one. */
export function authenticationExtension(tunnel: TunnelState): Extension | undefined {
  const text = tunnel.nhrp.authentication
  if (text === undefined) return undefined
  if (text !== lastKey) {
    lastKey = text
    lastAuthentication = {
      kind: 'authentication',
      form: 'cleartext',
      compulsory: true,
      reserved: false,
      key: octetsOf(text),
    }
  }
  return lastAuthentication
}

/** Routers of one cloud have one key: what says it is made once for all of them. */
let lastKey: string | undefined
let lastAuthentication: Extension | undefined

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
