/** What stands between UDP and IPsec: nothing before ESP, a marker before IKE, an octet that keeps a mapping alive. */
import type { UdpEncapsulation } from '@dmvpn/protocols'
import fc from 'fast-check'
import { alone, type Place } from '../place.ts'

/** With nothing behind it, ESP cannot be told from a cut packet. */
export function anyUdpEncapsulation(place: Place = alone): fc.Arbitrary<UdpEncapsulation> {
  const { carries } = place
  if (typeof carries === 'object') return fc.constant<UdpEncapsulation>({ kind: carries.key === 1 ? 'esp' : 'ike' })
  return fc.constantFrom<UdpEncapsulation>({ kind: 'keepalive' }, { kind: 'ike' })
}
