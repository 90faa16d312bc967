/** Authentication headers. */
import type { Ah } from '@dmvpn/protocols'
import type fc from 'fast-check'
import { alone, type Place, selector } from '../place.ts'
import { commonly, exactly, facts, groupsOf, long, mostly } from '../values.ts'

export function anyAh(place: Place = alone): fc.Arbitrary<Ah> {
  return facts<Ah>({
    nextHeader: selector(place, 'ip.proto', 8, 59),
    reserved: mostly<Uint8Array>(new Uint8Array(2), exactly(2)),
    spi: long,
    sequence: long,
    icv: commonly<Uint8Array>([new Uint8Array(12)], groupsOf(4, 16)),
  })
}
