/** The fields in which a minimal case differs from a valid one. */

import { type Place, placesOf } from './field-at.ts'
import { type FuzzCase, wholeFile } from './fuzz-case.ts'
import type { Minimal } from './minimise.ts'

/** What follows from the rest: lengths, and checksums of all kinds. */
const derived = /(?:chksum|checksum|pktsz|extoff|[._]len)(?:[._]|$)/

/** Wireshark's names, those first that do not follow from others; empty where there is nothing to compare with. */
export function wrongFields({ input, base }: Minimal): readonly string[] {
  if (input === base || input.linkType === wholeFile) return []
  const valid = new Map(numbered(base).map(each => [each.key, each.bits]))
  const wrong = numbered(input).filter(({ key, bits }) => valid.get(key) !== bits)
  const names = [...new Set(wrong.map(({ name }) => name.replace(/#.*/, '')))]
  return [...names.filter(name => !derived.test(name)), ...names.filter(name => derived.test(name))]
}

/** Every field with its bits; a second one of a name is told from the first. */
function numbered(input: FuzzCase): readonly { readonly name: string; readonly key: string; readonly bits: string }[] {
  const seen = new Map<string, number>()
  return placesOf(input).map(place => {
    const count = (seen.get(place.name) ?? 0) + 1
    seen.set(place.name, count)
    return { name: place.name, key: `${place.name} ${count}`, bits: bitsOf(input.bytes, place) }
  })
}

function bitsOf(bytes: Uint8Array, { from, width }: Place): string {
  let bits = ''
  for (let bit = from; bit < from + width; bit++) bits += ((bytes[bit >>> 3] ?? 0) >>> (7 - (bit & 7))) & 1
  return bits
}
