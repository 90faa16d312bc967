/** IGMP of any version. */
import type { Igmp } from '@dmvpn/protocols'
import fc from 'fast-check'
import { commonly, exactly, facts, octet, octets } from '../values.ts'

export function anyIgmp(): fc.Arbitrary<Igmp> {
  return facts<Igmp>({
    type: commonly([0x16, 0x11, 0x12, 0x17, 0x22], octet),
    code: commonly([0, 100, 255], octet),
    body: fc.oneof({ withCrossShrink: true }, exactly(4), octets(40)),
  })
}
