/** Changes that know nothing of what the octets mean. */
import type { Chance } from './chance.ts'

/** Octets where arithmetic and masks break. */
export const edgeOctets: readonly number[] = [0, 1, 2, 4, 0x14, 0x3f, 0x40, 0x44, 0x7f, 0x80, 0xc0, 0xfe, 0xff]

/** No mutation makes a frame longer than this. */
export const longestFrame = 2048

/** One change: a bit, an octet, a cut, something put in or left out or copied. */
export function mutateOctets(bytes: Uint8Array, chance: Chance, longest: number = longestFrame): Uint8Array {
  if (bytes.length === 0) return chance.octets(1 + chance.below(40))
  const at = chance.below(bytes.length)
  switch (chance.below(6)) {
    case 0:
      return replaced(bytes, at, bytes[at]! ^ (1 << chance.below(8)))
    case 1:
      return replaced(bytes, at, chance.pick(edgeOctets))
    case 2:
      return bytes.slice(0, at)
    case 3:
      return spliced(bytes, at, 0, chance.octets(1 + chance.below(8)), longest)
    case 4:
      return spliced(bytes, at, 1 + chance.below(8), nothing, longest)
    default: {
      const from = chance.below(bytes.length)
      return spliced(bytes, at, 0, bytes.subarray(from, from + 1 + chance.below(24)), longest)
    }
  }
}

export const nothing: Uint8Array = new Uint8Array(0)

function replaced(bytes: Uint8Array, at: number, octet: number): Uint8Array {
  const copy = bytes.slice()
  copy[at] = octet
  return copy
}

/** The octets with some left out and others in their place. */
export function spliced(
  bytes: Uint8Array,
  at: number,
  without: number,
  put: Uint8Array,
  longest: number = longestFrame,
): Uint8Array {
  const rest = bytes.subarray(at + without)
  const out = new Uint8Array(Math.min(longest, at + put.length + rest.length))
  out.set(bytes.subarray(0, Math.min(at, out.length)))
  out.set(put.subarray(0, out.length - at), at)
  out.set(rest.subarray(0, Math.max(0, out.length - at - put.length)), Math.min(out.length, at + put.length))
  return out
}
