/** Frames without a link header: there is nothing to know. */
import type { Raw } from '@dmvpn/protocols'
import fc from 'fast-check'

export function anyRaw(): fc.Arbitrary<Raw> {
  return fc.constant({})
}
