/** The next case from those there are. */
import type { Chance } from './chance.ts'
import { type FuzzCase, wholeFile } from './fuzz-case.ts'
import { mutateFact, repaired, spliceLayers } from './mutate-facts.ts'
import { mutateField } from './mutate-fields.ts'
import { mutateFile } from './mutate-file.ts'
import { mutateOctets } from './mutate-octets.ts'

/** A case after one change, often, or up to four: of facts and layers, of fields in their place, of octets now and then. */
export function mutate(input: FuzzCase, others: readonly FuzzCase[], chance: Chance): FuzzCase {
  if (input.linkType === wholeFile) return mutateFile(input, others, chance)
  let made = input
  const most = chance.once(2) ? 1 : 4
  for (let changes = 1 + chance.below(most); changes > 0; changes--) {
    try {
      made = mutateOnce(made, others, chance) ?? made
    } catch {
      // Our own walk throws at it: whoever judges it will see.
      return made
    }
  }
  return made
}

function mutateOnce(input: FuzzCase, others: readonly FuzzCase[], chance: Chance): FuzzCase | undefined {
  const kind = chance.below(16)
  if (kind < 8) return mutateFact(input, chance)
  if (kind < 12) return mutateField(input, chance)
  if (kind === 12) return spliceLayers(input, chance.pick(others), chance)
  if (kind === 13) return repaired(input)
  return { ...input, bytes: mutateOctets(input.bytes, chance) }
}

const linkTypes: readonly number[] = [0, 1, 12, 101, 108, 113, 228, 229, 276]

/** Octets of which nothing is known: what a blind search tries. */
export function noise(chance: Chance): FuzzCase {
  return { bytes: chance.octets(chance.below(200)), linkType: chance.pick(linkTypes) }
}
