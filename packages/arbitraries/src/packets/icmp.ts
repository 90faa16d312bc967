/** ICMP messages: queries, errors with what they quote, and the rest. */
import type { Icmp, IcmpError, IcmpOther, IcmpQuery } from '@dmvpn/protocols'
import fc from 'fast-check'
import { alone, type Place } from '../place.ts'
import { commonly, exactly, facts, long, noOctets, octet, octets, word } from '../values.ts'

const queries = [8, 0, 13, 14, 15, 16, 17, 18] as const
const errors = [3, 4, 5, 11, 12] as const
const taken: ReadonlySet<number> = new Set([...queries, ...errors])
const code = commonly([0, 1, 3, 4, 13], octet)

/** Time stamps have three times of four octets, address masks a mask; what an echo carries is no part of it. */
const query = facts<IcmpQuery>({
  kind: fc.constant('query' as const),
  type: fc.constantFrom(...queries),
  code,
  identifier: word,
  sequence: word,
  data: exactly(12),
}).map(packet => ({ ...packet, data: dataOf(packet) }))

function dataOf({ type, data }: IcmpQuery): Uint8Array {
  if (type === 13 || type === 14) return data
  return type === 17 || type === 18 ? data.slice(0, 4) : noOctets
}

const error = facts<IcmpError>({
  kind: fc.constant('error' as const),
  type: fc.constantFrom(...errors),
  code,
  word: commonly([0, 1400], long),
  quoted: octets(60),
})
const other = facts<IcmpOther>({
  kind: fc.constant('other' as const),
  type: commonly([9, 10, 42, 43, 255], octet).filter(type => !taken.has(type)),
  code,
  word: long,
  data: octets(40),
})

export function anyIcmp(place: Place = alone): fc.Arbitrary<Icmp> {
  return place.carries === 'data' ? query : fc.oneof({ withCrossShrink: true }, query, error, other)
}
