/** What a router wants done to the world. */
import type { SecurityAssociation } from '@dmvpn/ipsec'

export type Effect =
  /** An IP datagram leaves by a port. */
  | { readonly effect: 'send'; readonly port: string; readonly bytes: Uint8Array }
  /** An association that opens what was sealed, with its keys, for whoever exports them. */
  | { readonly effect: 'keys'; readonly keys: SecurityAssociation }
