/** Ethernet II and IEEE 802.3. */
import type { Ethernet } from '@dmvpn/protocols'
import fc from 'fast-check'
import { alone, type Place, selector } from '../place.ts'
import { facts } from '../values.ts'
import { anyMac } from './addresses.ts'

export function anyEthernet(place: Place = alone): fc.Arbitrary<Ethernet> {
  return facts<Ethernet>({ destination: anyMac(), source: anyMac(), type: anyType(place, type => type === 0) })
}

/**
 * What stands where a length may stand: a length in front of LLC, otherwise an Ethertype or one of the numbers between
 * both. `short` says which smaller numbers are read as types.
 */
export function anyType(place: Place, short: (type: number) => boolean): fc.Arbitrary<number | undefined> {
  if (isLength(place)) return fc.constant(undefined)
  return selector(place, 'ethertype', 16, 0x0800).filter(type => type > 1500 || short(type))
}

function isLength({ carries }: Place): boolean {
  return typeof carries === 'object' && carries.table === 'eth.len'
}
