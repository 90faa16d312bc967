/** Where tshark's word on a frame differs from ours, and ours stays: with the reason. */
import { dmvpn, nhrp } from '@dmvpn/protocols'
import type { FuzzCase } from './fuzz-case.ts'

export interface KnownDifference {
  readonly because: string
  covers(input: FuzzCase, field: string, ours: string, theirs: string): boolean
}

export const knownDifferences: readonly KnownDifference[] = [
  {
    because:
      'of a fixed header or a client information entry that is cut short, or denied by a length, tshark shows nothing or less; we keep every field understood before',
    covers: ({ bytes, linkType }, field, ours, theirs) => {
      if (!field.startsWith('nhrp.') || !ours.startsWith(theirs)) return false
      return dmvpn.decode(bytes, linkType).stoppedIn === nhrp
    },
  },
]

/** Whether a difference in a field's values is one of those. */
export function isKnownDifference(input: FuzzCase, field: string, ours: string, theirs: string): boolean {
  return knownDifferences.some(known => known.covers(input, field, ours, theirs))
}
