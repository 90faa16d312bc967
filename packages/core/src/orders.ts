/** What an operator tells a router to do. */

import type { Ipv4 } from '@dmvpn/wire'
import type { Span } from './instant.ts'
import type { Family } from './prefix.ts'
import type { Ip, Prefix } from './settings.ts'

export type Order =
  | PingOrder
  | { readonly order: 'shutdown'; readonly interface: string }
  | { readonly order: 'no shutdown'; readonly interface: string }
  | { readonly order: 'add address'; readonly interface: string; readonly address: Prefix }
  | { readonly order: 'remove address'; readonly interface: string; readonly address: Prefix }
  /** Dynamic mappings go; those inside `prefix` only, where one is given. */
  | { readonly order: 'clear nhrp'; readonly prefix: Prefix | undefined }
  | { readonly order: 'clear nhrp shortcut' }
  /** Registers at once with the servers at a station, whatever the timers say. */
  | { readonly order: 'register'; readonly interface: string; readonly server: Ipv4; readonly family: Family }
  /** Asks for a target at once, once more where it is being asked for. */
  | { readonly order: 'resolve'; readonly interface: string; readonly target: Ip }
  /** OpenNHRP's: mappings go, servers are told, registrations begin anew. */
  | { readonly order: 'purge' }
  | { readonly order: 'clear crypto' }
  /** Everything learned is gone; the configuration stays. */
  | { readonly order: 'reload' }

export interface PingOrder {
  readonly order: 'ping'
  readonly destination: Ip
  /** Undefined: the address of the interface that the route leaves by. */
  readonly source?: Ip | undefined
  readonly count?: number
  /** Octets of the IP packet. */
  readonly size?: number
  readonly timeout?: Span
  /** Undefined: the next leaves when the last was answered or given up. */
  readonly interval?: Span | undefined
}
