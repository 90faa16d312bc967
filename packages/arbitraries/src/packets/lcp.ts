/** PPP's link control protocol. */
import type { Lcp } from '@dmvpn/protocols'
import type fc from 'fast-check'
import { commonly, facts, octet, octets } from '../values.ts'

export function anyLcp(): fc.Arbitrary<Lcp> {
  return facts<Lcp>({ code: commonly([1, 2, 3, 4, 5, 9, 10], octet), identifier: octet, data: octets(40) })
}
