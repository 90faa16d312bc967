/** PPP over Ethernet, both of its stages. */
import type { Pppoe, PppoeDiscovery, PppoeTag } from '@dmvpn/protocols'
import fc from 'fast-check'
import { bitsOf, commonly, facts, mostly, noOctets, octet, octets, word } from '../values.ts'

const header = {
  version: mostly(1, bitsOf(4)),
  type: mostly(1, bitsOf(4)),
  session: word,
}

export function anyPppoeSession(): fc.Arbitrary<Pppoe> {
  return facts<Pppoe>({ ...header, code: mostly(0, octet) })
}

const endOfList: PppoeTag = { type: 0, value: noOctets }
const tag = facts<PppoeTag>({
  type: commonly([0x0101, 0x0102, 0x0103, 0x0104, 0x0105, 0x0110, 0x0203], word).filter(type => type !== 0),
  value: octets(20),
})

/** Tags, and now and then the one that closes the list, with octets behind it. */
export function anyPppoeDiscovery(): fc.Arbitrary<PppoeDiscovery> {
  return fc
    .tuple(
      facts<Pppoe>({ ...header, code: commonly([0x09, 0x07, 0x19, 0x65, 0xa7], octet) }),
      fc.array(tag, { maxLength: 4 }),
      fc.boolean(),
      octets(8),
    )
    .map(([start, tags, closed, behind]) => ({
      ...start,
      tags: closed ? [...tags, endOfList] : tags,
      afterTags: closed ? behind : noOctets,
    }))
}
