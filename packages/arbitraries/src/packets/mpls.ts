/** Entries of a label stack. */
import type { Mpls } from '@dmvpn/protocols'
import fc from 'fast-check'
import { alone, type Place } from '../place.ts'
import { bitsOf, commonly, facts, octet } from '../values.ts'

/** Labels behind which no packet of a network layer stands: an alert, an associated channel. */
const special = [14, 13] as const

export function anyMpls(place: Place = alone): fc.Arbitrary<Mpls> {
  const { carries } = place
  const label = commonly([16, 0, 1, 2, 3, 7, 0xfffff], bitsOf(20))
  const more = typeof carries === 'object' && carries.table === 'mpls.bottom'
  return facts<Mpls>({
    label: carries === 'data' ? fc.constantFrom(...special) : label.filter(each => more || !isSpecial(each)),
    trafficClass: bitsOf(3),
    bottom: carries === 'nothing' ? bitsOf(1) : fc.constant(more ? 0 : 1),
    ttl: commonly([255, 1, 0], octet),
  })
}

function isSpecial(label: number): boolean {
  return label === special[0] || label === special[1]
}
