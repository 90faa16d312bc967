/** IPv6 headers. */
import type { Ipv6Packet } from '@dmvpn/protocols'
import type fc from 'fast-check'
import { alone, type Place, selector } from '../place.ts'
import { bitsOf, commonly, facts, mostly, octet } from '../values.ts'
import { anyIpv6 } from './addresses.ts'

export function anyIpv6Packet(place: Place = alone): fc.Arbitrary<Ipv6Packet> {
  return facts<Ipv6Packet>({
    dscp: commonly([0, 48, 46], bitsOf(6)),
    ecn: bitsOf(2),
    flowLabel: mostly(0, bitsOf(20)),
    nextHeader: selector(place, 'ip.proto', 8, 59),
    hopLimit: commonly([64, 255, 1, 0], octet),
    source: anyIpv6(),
    destination: anyIpv6(),
  })
}
