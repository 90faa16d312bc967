/** The associations of a router, by pair of NBMA addresses, and what is being negotiated. */
import type { ReplayWindow, SecurityAssociation } from '@dmvpn/ipsec'
import type { Ipv4 } from '@dmvpn/wire'
import type { Instant } from '../instant.ts'
import type { IpsecProfile, IsakmpPolicy, TransformSet } from '../settings.ts'
import { SmallMap } from '../small-map.ts'

export interface CryptoState {
  peers: SmallMap<string, CryptoPeer>
  /** Inbound associations by SPI: this router chose it, so it is its own. */
  bySpi: SmallMap<number, AssociationPair>
  /** Numbers that a table prints. */
  connections: number
}

/** Another station, as far as its protection goes. */
export interface CryptoPeer {
  readonly local: Ipv4
  readonly peer: Ipv4
  readonly profile: IpsecProfile
  isakmp: IsakmpAssociation | undefined
  /** By the initiator's cookie. */
  readonly negotiations: Map<string, Negotiation>
  /** The last is the one packets leave by. */
  pairs: AssociationPair[]
  readonly counters: { sealed: number; opened: number; sendErrors: number; receiveErrors: number }
}

/** What main mode left behind (RFC 2409 §5). */
export interface IsakmpAssociation {
  readonly connection: number
  readonly initiator: boolean
  readonly initiatorCookie: Uint8Array
  readonly responderCookie: Uint8Array
  readonly policy: IsakmpPolicy
  readonly secret: Uint8Array
  readonly since: Instant
  readonly expires: Instant
}

/** An exchange under way: what was said last, and what it rests on. */
export interface Negotiation {
  readonly key: string
  readonly mode: 'main' | 'quick'
  readonly initiator: boolean
  readonly initiatorCookie: Uint8Array
  responderCookie: Uint8Array
  readonly messageId: number
  /** The number of the message that comes next, counted in its mode; undefined: nothing more is awaited. */
  expects: number | undefined
  policy: IsakmpPolicy | undefined
  readonly ownNonce: Uint8Array
  otherNonce: Uint8Array
  /** SKEYID: both have it when they have the same key and have seen both nonces. */
  secret: Uint8Array | undefined
  /** This side's SPI in quick mode. */
  readonly spi: number
  /** The other side's, and the transform both have. */
  offered: { readonly spi: number; readonly transform: TransformSet } | undefined
  lastSent: Uint8Array | undefined
  /** How often that was sent. */
  attempts: number
  /** Counts what is waited for: alarms of earlier waits no longer count. */
  waits: number
}

/** Two associations, one per direction. */
export interface AssociationPair {
  readonly owner: CryptoPeer
  readonly inbound: SecurityAssociation
  readonly outbound: SecurityAssociation
  readonly inboundSpi: number
  readonly outboundSpi: number
  readonly transform: TransformSet
  readonly initiator: boolean
  readonly opened: Instant
  readonly expires: Instant
  readonly lifetimeKilobytes: number
  /** Numbers that a table prints: inbound, outbound. */
  readonly connections: readonly [number, number]
  readonly window: ReplayWindow
  sequence: number
  octetsIn: number
  octetsOut: number
  /** Whether a packet went by it since it was opened. */
  used: boolean
}

export type CryptoAlarm =
  | {
      readonly alarm: 'crypto'
      readonly what: 'retransmit'
      readonly peer: CryptoPeer
      readonly negotiation: Negotiation
      readonly wait: number
    }
  | {
      readonly alarm: 'crypto'
      readonly what: 'renew' | 'expire'
      readonly peer: CryptoPeer
      readonly pair: AssociationPair
    }

export function cryptoStateOf(): CryptoState {
  return { peers: new SmallMap(), bySpi: new SmallMap(), connections: 0 }
}
