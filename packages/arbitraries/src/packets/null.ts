/** The header of BSD's loopback device, as several hosts write it. */
import type { Null } from '@dmvpn/protocols'
import fc from 'fast-check'
import { alone, type Place } from '../place.ts'
import { facts, long } from '../values.ts'

/** LINKTYPE_LOOP: the most significant octet always comes first. */
const openBsd = 108

/** A family as a host of either byte order writes it, the little-endian one first; OpenBSD has one way only. */
function families(place: Place, ...numbers: readonly number[]): fc.Arbitrary<number> {
  const oneWay = place.reached?.key === openBsd
  return fc.constantFrom(...numbers.flatMap(number => (oneWay ? [number] : [number * 0x1000000, number])))
}

export function anyNull(place: Place = alone): fc.Arbitrary<Null> {
  return facts<Null>({ word: anyWord(place) })
}

function anyWord(place: Place): fc.Arbitrary<number> {
  const { carries } = place
  if (carries === 'nothing') return fc.oneof(families(place, 2, 24, 28, 30), long)
  if (carries === 'data') return families(place, 7, 16, 23)
  if (carries.key === 0x0800) return families(place, 2)
  if (carries.key === 0x86dd) return families(place, 24, 28, 30)
  return fc.constant(carries.key)
}
