/** EIGRP's type-length-value entries as facts, RFC 7868 §6.5: what each holds; see `eigrp-tlv.ts` for how it is read. */
import type { Ipv4, Ipv6 } from '@dmvpn/wire'
import type { EigrpDestination, EigrpExternal, EigrpMetric } from './eigrp-routes.ts'

/** What every entry may have. */
interface EigrpEntry {
  /** Octets behind what the type defines, where there are any. */
  readonly rest?: Uint8Array
}

/** Metric coefficients and hold time, RFC 7868 §6.6.1. Coefficients of 255 say farewell. */
export interface EigrpParameters extends EigrpEntry {
  readonly kind: 'parameters'
  readonly k1: number
  readonly k2: number
  readonly k3: number
  readonly k4: number
  readonly k5: number
  readonly k6: number
  /** Seconds. */
  readonly holdTime: number
}

/** RFC 7868 §6.6.2. The digest is kept, not judged. */
export interface EigrpAuthentication extends EigrpEntry {
  readonly kind: 'authentication'
  readonly type: number
  readonly keyId: number
  readonly keySequence: number
  /** Eight octets. */
  readonly padding: Uint8Array
  readonly digest: Uint8Array
}

/** Who must not listen to the next multicast packet, RFC 7868 §6.6.3. */
export interface EigrpSequence extends EigrpEntry {
  readonly kind: 'sequence'
  readonly addresses: readonly (Ipv4 | Ipv6)[]
}

/** RFC 7868 §6.6.4: major number in the high octet, minor in the low one. */
export interface EigrpSoftwareVersion extends EigrpEntry {
  readonly kind: 'software-version'
  readonly release: number
  readonly tlvVersion: number
}

/** RFC 7868 §6.6.5. */
export interface EigrpNextMulticastSequence extends EigrpEntry {
  readonly kind: 'next-multicast-sequence'
  readonly sequence: number
}

/** What a stub advertises: bits of `eigrpStub`. */
export interface EigrpPeerStub extends EigrpEntry {
  readonly kind: 'peer-stub'
  readonly options: number
}

/** A graceful farewell, RFC 7868 §6.6.6; what it holds is kept as octets. */
export interface EigrpPeerTermination {
  readonly kind: 'peer-termination'
  readonly value: Uint8Array
}

/** RFC 7868 §6.8.3. */
export interface EigrpIpv4Internal extends EigrpEntry {
  readonly kind: 'ipv4-internal'
  readonly nextHop: Ipv4
  readonly metric: EigrpMetric
  readonly destinations: readonly EigrpDestination[]
}

/** RFC 7868 §6.8.4. */
export interface EigrpIpv4External extends EigrpEntry {
  readonly kind: 'ipv4-external'
  readonly nextHop: Ipv4
  readonly external: EigrpExternal
  readonly metric: EigrpMetric
  readonly destinations: readonly EigrpDestination[]
}

/** An entry of a type that is not read here. */
export interface EigrpUnrecognised {
  readonly kind: 'unrecognised'
  readonly type: number
  readonly value: Uint8Array
}

export type EigrpTlv =
  | EigrpParameters
  | EigrpAuthentication
  | EigrpSequence
  | EigrpSoftwareVersion
  | EigrpNextMulticastSequence
  | EigrpPeerStub
  | EigrpPeerTermination
  | EigrpIpv4Internal
  | EigrpIpv4External
  | EigrpUnrecognised
export type EigrpTlvKind = EigrpTlv['kind']
