/** The destination options header, RFC 8200 §4.6: options for the destination, or for every stop of a routing header behind it. */
import type { Protocol } from '../protocol.ts'
import { type Ipv6Options, optionsHeader } from './ipv6-options-header.ts'

export const ipv6DestinationOptions: Protocol<Ipv6Options> = optionsHeader({
  name: 'ipv6.dstopts',
  label: 'Destination Options for IPv6',
  number: 60,
  fields: [],
})
