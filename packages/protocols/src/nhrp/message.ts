/** An NHRP packet as facts, RFC 2332 §5.2, with Cisco's Traffic Indication (draft-detienne-dmvpn-01). */
import type { Address } from '@dmvpn/wire'
import type { Cie } from './cie.ts'
import type { Extension } from './extensions/extension.ts'

/** What every message begins with. The source fields describe the requester, in requests and in replies (§5.2). */
export interface NhrpCommon {
  /** Address family of NBMA addresses, `ar$afn`: 1 IPv4, 2 IPv6, 8 E.164 … */
  readonly addressFamily: number
  /** `ar$pro.type`: an Ethertype (0x0800, 0x86dd), or 0x0080 where the SNAP form counts. */
  readonly protocolType: number
  /** `ar$pro.snap`: zero unless `protocolType` is 0x0080. */
  readonly snapOui: number
  readonly snapPid: number
  readonly hopCount: number
  /** `ar$op.version`: 1. */
  readonly version: number
  /** Bits 7 and 6 of the type/length octet: 0 NSAP or native form, 1 native E.164; 2 and 3 have the reserved bit set. */
  readonly sourceNbmaType: number
  readonly sourceSubaddressType: number
  readonly sourceNbma: Address | undefined
  readonly sourceSubaddress: Address | undefined
  readonly sourceProtocol: Address | undefined
  readonly destinationProtocol: Address | undefined
  /** In the order of the wire, the End extension included. Empty where the packet has no extensions part. */
  readonly extensions: readonly Extension[]
  /** Octets between the End extension and the packet's size. */
  readonly afterEnd: Uint8Array
}

/** The six messages that ask and answer (types 1 to 6), and those of types nobody knows. */
export interface NhrpExchange extends NhrpCommon {
  readonly kind:
    | 'resolution-request'
    | 'resolution-reply'
    | 'registration-request'
    | 'registration-reply'
    | 'purge-request'
    | 'purge-reply'
    | 'unrecognised'
  /** `ar$op.type`. */
  readonly type: number
  /** Flags as on the wire; which bit means what depends on the type (see `flags.ts`). */
  readonly flags: number
  readonly requestId: number
  readonly entries: readonly Cie[]
  /** Fewer octets than a client information entry needs, left over in the mandatory part. */
  readonly leftover: Uint8Array
}

/** Type 7: the sender of `quote` is told what was wrong with it (§5.2.7). */
export interface NhrpErrorIndication extends NhrpCommon {
  readonly kind: 'error-indication'
  readonly type: 7
  readonly unused: number
  readonly errorCode: number
  /** Octets from the quoted packet's `ar$afn` to what is wrong. */
  readonly errorOffset: number
  /** The offending NHRP packet, as much of it as fits. */
  readonly quote: Uint8Array
}

/** Type 8: there is a better way for the packet in `quote` (draft-detienne-dmvpn-01). */
export interface NhrpTrafficIndication extends NhrpCommon {
  readonly kind: 'traffic-indication'
  readonly type: 8
  readonly unused: number
  /** 0: redirect. */
  readonly trafficCode: number
  readonly unused2: number
  /** The head of the data packet, from its IP header. */
  readonly quote: Uint8Array
}

export type Nhrp = NhrpExchange | NhrpErrorIndication | NhrpTrafficIndication
export type NhrpKind = Nhrp['kind']

/** An Ethertype for IPv4 over IPv4, NHRP version 1, and nothing else: what a recipe starts from. */
export const defaultMessage: NhrpExchange = {
  kind: 'resolution-request',
  type: 1,
  addressFamily: 1,
  protocolType: 0x0800,
  snapOui: 0,
  snapPid: 0,
  hopCount: 255,
  version: 1,
  sourceNbmaType: 0,
  sourceSubaddressType: 0,
  flags: 0,
  requestId: 0,
  sourceNbma: undefined,
  sourceSubaddress: undefined,
  sourceProtocol: undefined,
  destinationProtocol: undefined,
  entries: [],
  leftover: new Uint8Array(0),
  extensions: [],
  afterEnd: new Uint8Array(0),
}
