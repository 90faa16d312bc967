/** Client information entries. */
import type { Cie } from '@dmvpn/protocols'
import fc from 'fast-check'
import { commonly, facts, mostly, octet, word } from '../values.ts'
import { anyAddress, anySubaddress } from './addresses.ts'

/** A client information entry. */
export function anyCie(): fc.Arbitrary<Cie> {
  return facts<Cie>({
    code: commonly([0, 4, 5, 11, 12, 13, 14], octet),
    prefixLength: commonly([0, 24, 32, 128, 255], octet),
    unused: mostly(0, word),
    mtu: commonly([0, 1360, 1400, 1500, 1514, 17912, 17916], word),
    holdingTime: commonly([0, 60, 360, 600, 7200], word),
    preference: commonly([0, 255], octet),
    nbmaType: fc.nat(3),
    subaddressType: fc.nat(3),
    nbma: anyAddress(),
    subaddress: anySubaddress(),
    protocol: anyAddress(),
  })
}
