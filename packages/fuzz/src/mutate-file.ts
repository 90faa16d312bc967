/** Changes of capture files: of the words that lengths and types are, of octets, of pieces put together. */
import type { Chance } from './chance.ts'
import type { FuzzCase } from './fuzz-case.ts'
import { mutateOctets, spliced } from './mutate-octets.ts'

/** No mutation makes a file longer than this. */
export const longestFile: number = 1 << 16

/** A file after one to four changes. */
export function mutateFile(input: FuzzCase, others: readonly FuzzCase[], chance: Chance): FuzzCase {
  let { bytes } = input
  for (let changes = 1 + chance.below(4); changes > 0; changes--) bytes = mutateOnce(bytes, others, chance)
  return { ...input, bytes }
}

function mutateOnce(bytes: Uint8Array, others: readonly FuzzCase[], chance: Chance): Uint8Array {
  if (bytes.length < 8) return mutateOctets(bytes, chance, longestFile)
  const kind = chance.below(8)
  if (kind < 4) return withWord(bytes, chance)
  if (kind < 6) return mutateOctets(bytes, chance, longestFile)
  const from = wordIn(bytes, chance)
  // The head of one with the tail of another, or a piece of itself again.
  if (kind === 6) {
    const other = chance.pick(others).bytes
    return spliced(bytes, from, bytes.length - from, other.subarray(wordIn(other, chance)), longestFile)
  }
  return spliced(bytes, wordIn(bytes, chance), 0, bytes.subarray(from, from + 4 * chance.below(32)), longestFile)
}

/** Where a word of 32 bits may begin. */
function wordIn(bytes: Uint8Array, chance: Chance): number {
  const last = Math.max(0, bytes.length - 4)
  // Lengths stand at multiples of four in pcapng; in classic files behind every record of another length, anywhere.
  return chance.once(3) ? chance.below(last + 1) : 4 * chance.below(Math.floor(last / 4) + 1)
}

const edges: readonly number[] = [
  0, 1, 3, 4, 8, 11, 12, 16, 28, 0x7fff, 0xffff, 0x10000, 0x40000, 0x7fffffff, 0xffffffff,
]

function withWord(bytes: Uint8Array, chance: Chance): Uint8Array {
  const copy = bytes.slice()
  const view = new DataView(copy.buffer)
  const at = wordIn(copy, chance)
  const little = chance.once(2)
  if (chance.once(3)) {
    const value = view.getUint16(at, little)
    view.setUint16(at, chance.once(2) ? chance.pick(edges) : value + chance.below(17) - 8, little)
  } else {
    const value = view.getUint32(at, little)
    const near = chance.once(2) ? value + chance.below(33) - 16 : value ^ (1 << chance.below(32))
    view.setUint32(at, chance.once(2) ? chance.pick(edges) : near, little)
  }
  return copy
}
