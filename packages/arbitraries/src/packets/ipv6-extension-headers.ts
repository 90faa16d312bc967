/** The extension headers of IPv6: options, routing, fragments. */
import type { Ipv6Fragment, Ipv6Options, Ipv6Routing } from '@dmvpn/protocols'
import fc from 'fast-check'
import { alone, type Place, selector } from '../place.ts'
import { bitsOf, commonly, exactly, facts, groupsOf, long, mostly, octet } from '../values.ts'

/** Padding; a router alert; a jumbo payload length; a tunnel limit. */
const knownOptions = [
  Uint8Array.of(1, 4, 0, 0, 0, 0),
  Uint8Array.of(5, 2, 0, 0, 1, 0),
  Uint8Array.of(194, 4, 0, 1, 0, 0),
  Uint8Array.of(4, 1, 4, 1, 1, 0),
  Uint8Array.of(0, 0, 0, 0, 0, 0),
]

/** Hop-by-hop and destination options: six octets, or a multiple of eight more. */
export function anyIpv6Options(place: Place = alone): fc.Arbitrary<Ipv6Options> {
  return facts<Ipv6Options>({
    nextHeader: selector(place, 'ip.proto', 8, 59),
    options: commonly<Uint8Array>([knownOptions[0]!, ...knownOptions.slice(1)], padded(6)),
  })
}

export function anyIpv6Routing(place: Place = alone): fc.Arbitrary<Ipv6Routing> {
  return facts<Ipv6Routing>({
    nextHeader: selector(place, 'ip.proto', 8, 59),
    type: commonly([0, 2, 3, 4], octet),
    segmentsLeft: octet,
    data: padded(4),
  })
}

/** `first` octets, and whole groups of eight behind them. */
function padded(first: number): fc.Arbitrary<Uint8Array> {
  return fc.tuple(exactly(first), groupsOf(8, 5)).map(([head, groups]) => Uint8Array.from([...head, ...groups]))
}

/** In front of a packet an atomic fragment; in front of octets, or nothing, any. */
export function anyIpv6Fragment(place: Place = alone): fc.Arbitrary<Ipv6Fragment> {
  const whole = typeof place.carries === 'object'
  return facts<Ipv6Fragment>({
    nextHeader: selector(place, 'ip.proto', 8, 59),
    reserved: mostly(0, octet),
    offset: whole ? fc.constant(0) : mostly(0, bitsOf(13)),
    reservedBits: mostly(0, bitsOf(2)),
    more: whole ? fc.constant(false) : fc.boolean(),
    identification: long,
  })
}
