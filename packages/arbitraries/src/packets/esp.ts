/** ESP's two words in the clear; what follows them is ciphertext. */
import { type Esp, udpEncapsulation } from '@dmvpn/protocols'
import type fc from 'fast-check'
import { alone, type Place } from '../place.ts'
import { commonly, facts, long } from '../values.ts'

export function anyEsp(place: Place = alone): fc.Arbitrary<Esp> {
  const spi = commonly([0x100, 0xffffffff], long)
  return facts<Esp>({
    // Behind UDP an SPI of 0 is the marker of IKE.
    spi: place.carrier === udpEncapsulation ? spi.filter(value => value !== 0) : spi,
    sequence: commonly([1, 0xffffffff], long),
  })
}
