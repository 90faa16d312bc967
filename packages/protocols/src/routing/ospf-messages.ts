/** What OSPF version 2 says, as facts: RFC 2328 §A.3; see `ospf-message.ts` for how it is read and written. */
import type { Ipv4 } from '@dmvpn/wire'
import type { OspfLsa, OspfLsaHeader } from './ospf-lsas.ts'

/** RFC 2328 §A.3.2. Intervals are seconds. */
export interface OspfHello {
  readonly kind: 'hello'
  readonly networkMask: Ipv4
  readonly helloInterval: number
  /** Bits of `ospfOption`. */
  readonly options: number
  /** 0 never becomes designated router. */
  readonly priority: number
  readonly deadInterval: number
  /** The interface address of the designated router; 0.0.0.0 where there is none. */
  readonly designatedRouter: Ipv4
  readonly backupDesignatedRouter: Ipv4
  /** Router ids heard lately. */
  readonly neighbors: readonly Ipv4[]
}

/** RFC 2328 §A.3.3. */
export interface OspfDatabaseDescription {
  readonly kind: 'database-description'
  readonly interfaceMtu: number
  readonly options: number
  /** Bits of `ospfDescriptionFlag`. */
  readonly flags: number
  readonly sequence: number
  readonly headers: readonly OspfLsaHeader[]
}

/** Which advertisement is asked for. */
export interface OspfRequest {
  readonly type: number
  readonly id: Ipv4
  readonly advertisingRouter: Ipv4
}

/** RFC 2328 §A.3.4. */
export interface OspfLinkStateRequest {
  readonly kind: 'request'
  readonly requests: readonly OspfRequest[]
}

/** RFC 2328 §A.3.5. */
export interface OspfLinkStateUpdate {
  readonly kind: 'update'
  readonly lsas: readonly OspfLsa[]
  /** Octets behind the last advertisement, where there are any. */
  readonly rest?: Uint8Array
}

/** RFC 2328 §A.3.6. */
export interface OspfLinkStateAcknowledgement {
  readonly kind: 'acknowledgement'
  readonly headers: readonly OspfLsaHeader[]
}

/** A message of a type nobody knows. */
export interface OspfUnrecognisedMessage {
  readonly kind: 'unrecognised'
  readonly type: number
  readonly octets: Uint8Array
}

export type OspfMessage =
  | OspfHello
  | OspfDatabaseDescription
  | OspfLinkStateRequest
  | OspfLinkStateUpdate
  | OspfLinkStateAcknowledgement
  | OspfUnrecognisedMessage
