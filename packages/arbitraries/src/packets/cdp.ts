/** Cisco Discovery Protocol: its elements are octets here, an odd number of them as well. */
import type { Cdp } from '@dmvpn/protocols'
import type fc from 'fast-check'
import { commonly, facts, mostly, octet, octets } from '../values.ts'

export function anyCdp(): fc.Arbitrary<Cdp> {
  return facts<Cdp>({ version: mostly(2, octet), ttl: commonly([180, 0, 255], octet), elements: octets(60) })
}
