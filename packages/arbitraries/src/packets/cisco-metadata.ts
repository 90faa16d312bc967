/** Security group tags of Cisco MetaData, whose parts stand in another order behind GRE. */
import { type CiscoMetadata, gre } from '@dmvpn/protocols'
import fc from 'fast-check'
import { alone, type Place, selector } from '../place.ts'
import { facts, mostly, octet, word } from '../values.ts'

export function anyCiscoMetadata(place: Place = alone): fc.Arbitrary<CiscoMetadata> {
  return facts<CiscoMetadata>({
    version: mostly(1, octet),
    length: mostly(1, octet),
    options: mostly(1, word),
    securityGroup: word,
    type: selector(place, 'ethertype', 16, 0x0800),
    typeFirst: fc.constant(place.carrier === gre),
  })
}
