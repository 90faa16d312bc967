/** The hop-by-hop options header, RFC 8200 §4.3: options that every router along the way may read. */
import { expert, type Field } from '@dmvpn/wire'
import type { Protocol } from '../protocol.ts'
import { ipv6 } from './ipv6.ts'
import { type Ipv6Options, optionsHeader } from './ipv6-options-header.ts'

const notFirst: Field = expert(
  'ipv6.hopopts.not_first',
  'IPv6 Hop-by-Hop extension header must appear immediately after IPv6 header',
  'error',
)

export const ipv6HopByHop: Protocol<Ipv6Options> = optionsHeader({
  name: 'ipv6.hopopts',
  label: 'IPv6 Hop-by-Hop Option',
  number: 0,
  fields: [notFirst],
  begin(c) {
    if (c.witness !== undefined && c.frame.layers.at(-1)?.protocol !== ipv6) c.note(notFirst, notFirst.label, c.at, 1)
  },
})
