/** Changes of one field in its place: its bits become an edge, a neighbour, or what another field holds. */
import type { Chance } from './chance.ts'
import { type Place, placesOf } from './field-at.ts'
import type { FuzzCase } from './fuzz-case.ts'

/** The case with one field changed; the case itself where it has none. */
export function mutateField(input: FuzzCase, chance: Chance): FuzzCase {
  const places = placesOf(input).filter(({ width }) => width > 0)
  if (places.length === 0) return input
  const steer = places.filter(({ steers }) => steers)
  const place = steer.length > 0 && chance.once(2) ? chance.pick(steer) : chance.pick(places)
  // Of a long field only the first or the last 32 bits.
  const width = Math.min(place.width, 32)
  const from = chance.once(2) ? place.from : place.from + place.width - width
  const bytes = input.bytes.slice()
  const value = numberAt(bytes, from, width)
  setNumber(bytes, from, width, changed(value, width, chance, bytes, places))
  return { ...input, bytes }
}

function changed(value: number, width: number, chance: Chance, bytes: Uint8Array, places: readonly Place[]): number {
  const most = 2 ** width - 1
  switch (chance.below(8)) {
    case 0:
      return 0
    case 1:
      return most
    case 2:
      return Math.min(value + 1, most)
    case 3:
      return Math.max(value - 1, 0)
    case 4:
      return Math.floor(most / 2) + chance.below(2)
    case 5:
      return chance.below(most + 1)
    case 6: {
      const other = chance.pick(places)
      return numberAt(bytes, other.from, Math.min(other.width, 32)) % (most + 1)
    }
    default:
      return (value ^ (1 << chance.below(width))) >>> 0
  }
}

/** At most 32 bits, most significant first; bits behind the end are 0. */
export function numberAt(bytes: Uint8Array, from: number, width: number): number {
  let value = 0
  for (let bit = from; bit < from + width; bit++)
    value = value * 2 + (((bytes[bit >>> 3] ?? 0) >>> (7 - (bit & 7))) & 1)
  return value
}

function setNumber(bytes: Uint8Array, from: number, width: number, value: number): void {
  for (let bit = from + width - 1; bit >= from; bit--) {
    const mask = 0x80 >>> (bit & 7)
    const at = bit >>> 3
    if (at < bytes.length) bytes[at] = value % 2 === 1 ? bytes[at]! | mask : bytes[at]! & ~mask
    value = Math.floor(value / 2)
  }
}
