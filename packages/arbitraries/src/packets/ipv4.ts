/** IPv4 headers, with options and fragments. */
import type { Ipv4Packet } from '@dmvpn/protocols'
import fc from 'fast-check'
import { alone, type Place, selector } from '../place.ts'
import { bitsOf, commonly, facts, groupsOf, mostly, noOctets, octet, word } from '../values.ts'
import { anyIpv4 } from './addresses.ts'

/** Router alert; record route with room for one address; an unfinished loose source route. */
const knownOptions = [
  Uint8Array.of(148, 4, 0, 0),
  Uint8Array.of(7, 7, 4, 0, 0, 0, 0, 0),
  Uint8Array.of(131, 11, 4, 192, 0, 2, 1, 192, 0, 2, 2, 0),
  Uint8Array.of(68, 12, 5, 0, 0, 0, 0, 1, 0, 0, 0, 2),
  Uint8Array.of(1, 1, 1, 0),
]

export function anyIpv4Packet(place: Place = alone): fc.Arbitrary<Ipv4Packet> {
  const whole = typeof place.carries === 'object'
  return facts<Ipv4Packet>({
    dscp: commonly([0, 48, 46], bitsOf(6)),
    ecn: bitsOf(2),
    identification: word,
    reservedBit: mostly(false, fc.boolean(), 9),
    dontFragment: fc.boolean(),
    moreFragments: whole ? fc.constant(false) : mostly(false, fc.boolean()),
    fragmentOffset: whole ? fc.constant(0) : mostly(0, bitsOf(13)),
    ttl: commonly([255, 64, 1, 254, 0], octet),
    protocol: selector(place, 'ip.proto', 8, 59),
    source: anyIpv4(),
    destination: anyIpv4(),
    options: fc.oneof(
      { withCrossShrink: true },
      { weight: 6, arbitrary: fc.constant<Uint8Array>(noOctets) },
      { weight: 2, arbitrary: fc.constantFrom<Uint8Array>(...knownOptions) },
      { weight: 1, arbitrary: groupsOf(4, 10) },
    ),
  })
}
