/** What a session follows, by the fields somebody looks at: what nobody looks at costs nothing. */
import {
  duplicateAddressFields,
  echoFieldList,
  icmpEcho,
  icmpv6Echo,
  nhrpTransactionFields,
  tcpStreamFields,
  udpStreamFields,
} from '@dmvpn/protocols'
import type { Field } from '@dmvpn/wire'

export interface Followed {
  readonly streams: boolean
  readonly echoes: boolean
  readonly addresses: boolean
  readonly exchanges: boolean
}

const shownBy: Readonly<Record<keyof Followed, ReadonlySet<string>>> = {
  streams: namesOf([...udpStreamFields, ...tcpStreamFields]),
  echoes: namesOf([...echoFieldList(icmpEcho), ...echoFieldList(icmpv6Echo)]),
  addresses: namesOf(duplicateAddressFields),
  exchanges: namesOf(nhrpTransactionFields),
}

function namesOf(fields: readonly Field[]): ReadonlySet<string> {
  return new Set(fields.map(({ name }) => name))
}

/** What the named fields need; everything where no names are given. */
export function followedBy(names: Iterable<string> | undefined): Followed {
  if (names === undefined) return { streams: true, echoes: true, addresses: true, exchanges: true }
  const wanted = [...names]
  const notes = wanted.some(name => name.startsWith('_ws.expert'))
  const wants = (what: keyof Followed): boolean => wanted.some(name => shownBy[what].has(name))
  return {
    streams: wants('streams'),
    echoes: notes || wants('echoes'),
    addresses: notes || wants('addresses'),
    exchanges: wants('exchanges'),
  }
}

/** Names of fields that only a second pass over the frames can show. */
export function needsLaterFrames(name: string): boolean {
  return later.has(name)
}

const later: ReadonlySet<string> = new Set([
  'icmp.resp_in',
  'icmp.no_resp',
  'icmp.resp_not_found',
  'icmpv6.resp_in',
  'icmpv6.no_resp',
  'icmpv6.resp_not_found',
  'ip.reassembled_in',
  'ipv6.reassembled_in',
  'nhrp.response_in',
  'nhrp.unanswered',
  'nhrp.forwarded_as',
  'nhrp.resolution_in',
  'nhrp.error_in',
])
