/** What the six messages that ask and answer have in common. */
import { defaultMessage, type NhrpExchange, typeOfKind } from '@dmvpn/protocols'
import { type Ip, ipOf, ipv4From } from '../addresses.ts'
import { protocolTypeOf, type Station } from '../station.ts'

/** A message from `requester`, everything not said a default. */
export function request(
  kind: 'resolution-request' | 'registration-request' | 'purge-request',
  requester: Station,
  destination: Ip,
  facts: Pick<NhrpExchange, 'hopCount' | 'flags' | 'requestId' | 'entries' | 'extensions'>,
): NhrpExchange {
  const own = ipOf(requester.protocol)
  if (typeof own !== typeof destination) throw new RangeError('one address is IPv4, the other IPv6')
  return {
    ...defaultMessage,
    ...facts,
    kind,
    type: typeOfKind(kind),
    protocolType: protocolTypeOf(own),
    sourceNbma: ipv4From(requester.nbma),
    sourceProtocol: own,
    destinationProtocol: destination,
  }
}

/** The message that answers a request: the source part stays the requester's (RFC 2332 §5.2). */
export function reply(
  to: NhrpExchange,
  kind: 'resolution-reply' | 'registration-reply' | 'purge-reply',
  facts: Partial<NhrpExchange>,
): NhrpExchange {
  return { ...to, ...facts, kind, type: typeOfKind(kind) }
}
