/** VLAN tags of IEEE 802.1Q. */
import type { Vlan } from '@dmvpn/protocols'
import fc from 'fast-check'
import { alone, type Place } from '../place.ts'
import { bitsOf, commonly, facts } from '../values.ts'
import { anyType } from './ethernet.ts'

export function anyVlan(place: Place = alone): fc.Arbitrary<Vlan> {
  return facts<Vlan>({
    priority: bitsOf(3),
    dropEligible: fc.boolean(),
    identifier: commonly([1, 0, 100, 4094, 4095], bitsOf(12)),
    type: anyType(place, () => false),
  })
}
