/** The differences of view that are known, with the reason why neither side is changed. */
import type { Disagreement } from './disagreement.ts'

export interface KnownDisagreement {
  readonly name: string
  readonly because: string
  covers(found: Disagreement): boolean
}

export const knownDisagreements: readonly KnownDisagreement[] = [
  {
    name: 'cut-record',
    because: 'pcap-parser drops a last record that is cut short, and says nothing; we report it as truncated.',
    covers: ({ by, field, ours, theirs }) =>
      by === 'pcap-parser' && field === 'frame.cap_len' && ours === 'truncated' && theirs === 'no record',
  },
]

/** Whether a disagreement is one of those. */
export function isKnown(found: Disagreement): boolean {
  return knownDisagreements.some(known => known.covers(found))
}
