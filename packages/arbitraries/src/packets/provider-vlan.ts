/** Service tags of IEEE 802.1ad, alone or with a customer's tag of the same type. */
import type { ProviderTag, ProviderVlan } from '@dmvpn/protocols'
import fc from 'fast-check'
import { alone, type Place, selector } from '../place.ts'
import { bitsOf, commonly, facts } from '../values.ts'

const tag = { priority: bitsOf(3), dropEligible: bitsOf(1), identifier: commonly([1, 0, 100, 4095], bitsOf(12)) }
const providerType = 0x88a8

export function anyProviderVlan(place: Place = alone): fc.Arbitrary<ProviderVlan> {
  return facts<ProviderVlan>({
    ...tag,
    customer: fc.option(facts<ProviderTag>(tag), { nil: undefined }),
    type: selector(place, 'ethertype', 16, 0x0800),
  }).map(packet => {
    const announcesItself = packet.type === providerType && packet.customer === undefined
    return announcesItself ? { ...packet, customer: { priority: 0, dropEligible: 0, identifier: 1 } } : packet
  })
}
