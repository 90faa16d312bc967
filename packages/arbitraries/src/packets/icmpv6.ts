/** ICMPv6 messages: echo, errors with what they quote, and the rest, neighbour discovery among it. */
import type { Icmpv6, Icmpv6Echo, Icmpv6Error, Icmpv6Other } from '@dmvpn/protocols'
import fc from 'fast-check'
import { alone, type Place } from '../place.ts'
import { commonly, facts, long, octet, octets, word } from '../values.ts'

const code = commonly([0, 1, 3, 4], octet)

/** What an echo carries is no part of it. */
const echo = facts<Icmpv6Echo>({
  kind: fc.constant('echo' as const),
  type: fc.constantFrom(128, 129),
  code,
  identifier: word,
  sequence: word,
})
const error = facts<Icmpv6Error>({
  kind: fc.constant('error' as const),
  type: fc.integer({ min: 1, max: 4 }),
  code,
  word: commonly([0, 1280], long),
  quoted: octets(60),
})
const other = facts<Icmpv6Other>({
  kind: fc.constant('other' as const),
  type: commonly([135, 133, 134, 136, 137, 130, 131, 132, 143, 0, 255], octet).filter(isOther),
  code,
  body: octets(72),
})

export function anyIcmpv6(place: Place = alone): fc.Arbitrary<Icmpv6> {
  return place.carries === 'data' ? echo : fc.oneof({ withCrossShrink: true }, echo, error, other)
}

function isOther(type: number): boolean {
  return !(type >= 1 && type <= 4) && type !== 128 && type !== 129
}
