/** A line of a station's NHRP cache, as the messages it sent and received make it. */
import type { Ip } from '../observation.ts'

/**
 * How a station came to it: `registered` by its owner with this server; `resolved` by a reply to a request;
 * `implicit` in a request that this station answered; `server` by a registration that succeeded there; `asked` is no
 * mapping yet: a request is out, or was refused.
 */
export type Origin = 'registered' | 'resolved' | 'implicit' | 'server' | 'asked'

export type BindingChange =
  /** A request for it went out. */
  | 'asked'
  | 'created'
  | 'refreshed'
  /** The same network by another NBMA address. */
  | 'moved'
  /** A packet went by it. */
  | 'used'
  | 'expired'
  | 'purged'
  /** Somebody was told no: another holds it, or nobody knows it. */
  | 'refused'

/** What became of a binding, and the frame that shows it; an expiry is shown by none. */
export interface BindingEvent {
  readonly change: BindingChange
  /** Nanoseconds since the capture's first frame. */
  readonly time: number
  readonly frame: number | undefined
  /** NBMA address before a move, the code of a refusal. */
  readonly because?: string
}

export interface Binding {
  /** The station that holds it, by its NBMA address. */
  readonly holder: Ip
  readonly network: Ip
  readonly prefixLength: number
  readonly origin: Origin
  /** The protocol address of the way. */
  readonly via: Ip
  /** Where packets go; undefined while that is only asked for. */
  readonly nbma: Ip | undefined
  /** What the station calls its own address: another one behind NAT. */
  readonly claimed: Ip | undefined
  readonly unique: boolean
  readonly holdingTime: number
  /** Nanoseconds since the capture's first frame; `expires` undefined where it never does. */
  readonly created: number
  readonly expires: number | undefined
  /** When it expired or was taken back; undefined while it lives. */
  readonly ended: number | undefined
  readonly used: boolean
  /** The last events, oldest first; of uses only the first after each other event. */
  readonly events: readonly BindingEvent[]
  /** How often it moved or came back after it had ended: a binding that flaps. */
  readonly flaps: number
}
