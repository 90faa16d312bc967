/** Octets nobody knows. */
import type { Data } from '@dmvpn/protocols'
import type fc from 'fast-check'
import { facts, octets } from '../values.ts'

export function anyData(): fc.Arbitrary<Data> {
  return facts<Data>({ bytes: octets(40) })
}
