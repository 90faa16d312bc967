/** Link state advertisements as facts, RFC 2328 §A.4; see `ospf-lsa.ts` for how they are read and written. */
import type { Ipv4 } from '@dmvpn/wire'

/** What every advertisement begins with, RFC 2328 §A.4.1, without its checksum and length. */
export interface OspfLsaStart {
  /** Seconds, at most 3600. */
  readonly age: number
  /** RFC 1793: the age stands still. */
  readonly doNotAge: boolean
  /** Bits of `ospfOption`. */
  readonly options: number
  /** One of `ospfLsaType`. */
  readonly type: number
  /** Link State ID; an opaque advertisement's type and number (RFC 5250) as one address. */
  readonly id: Ipv4
  readonly advertisingRouter: Ipv4
  /** As on the wire: 0x80000001 is the first. */
  readonly sequence: number
}

/** A header alone, as database descriptions and acknowledgements carry it: here checksum and length are facts. */
export interface OspfLsaHeader extends OspfLsaStart {
  readonly checksum: number
  /** Octets of the advertisement, its header included. */
  readonly length: number
}

export interface OspfTosMetric {
  readonly tos: number
  readonly reserved: number
  readonly metric: number
}

/** A router's link, RFC 2328 §A.4.2. What `id` and `data` mean depends on `type`. */
export interface OspfLink {
  readonly id: Ipv4
  readonly data: Ipv4
  /** One of `ospfLinkType`. */
  readonly type: number
  readonly metric: number
  /** Metrics of RFC 1583's types of service; nobody sends them. */
  readonly tosMetrics: readonly OspfTosMetric[]
}

interface Rest {
  /** Octets behind what the type defines, where there are any. */
  readonly rest?: Uint8Array
}

export interface OspfRouterBody extends Rest {
  readonly kind: 'router'
  /** Bits of `ospfRouterFlag`. */
  readonly flags: number
  readonly reserved: number
  readonly links: readonly OspfLink[]
}

/** RFC 2328 §A.4.3: the routers attached to a network, the designated one among them. */
export interface OspfNetworkBody extends Rest {
  readonly kind: 'network'
  readonly mask: Ipv4
  readonly attachedRouters: readonly Ipv4[]
}

/** RFC 2328 §A.4.4, types 3 and 4. The first metric is that of type of service 0. */
export interface OspfSummaryBody extends Rest {
  readonly kind: 'summary'
  readonly mask: Ipv4
  readonly metrics: readonly { readonly tos: number; readonly metric: number }[]
}

export interface OspfExternalRoute {
  /** Whether the metric is of type 2: larger than any path within the system. */
  readonly typeTwo: boolean
  readonly tos: number
  readonly metric: number
  readonly forwardingAddress: Ipv4
  readonly tag: number
}

/** RFC 2328 §A.4.5 and RFC 3101, types 5 and 7. The first route is that of type of service 0. */
export interface OspfExternalBody extends Rest {
  readonly kind: 'external'
  readonly mask: Ipv4
  readonly routes: readonly OspfExternalRoute[]
}

/** A type that is not read here: opaque advertisements and those nobody knows. */
export interface OspfUnrecognisedBody {
  readonly kind: 'unrecognised'
  readonly octets: Uint8Array
}

export type OspfLsaBody = OspfRouterBody | OspfNetworkBody | OspfSummaryBody | OspfExternalBody | OspfUnrecognisedBody

/** An advertisement as updates carry it. Its checksum is a claim of the packet (`lsa0Checksum` …). */
export interface OspfLsa extends OspfLsaStart {
  readonly body: OspfLsaBody
}
