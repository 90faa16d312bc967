/** What became of an ESP or AH packet: every one ends in exactly one of these. */

export type Verdict = 'icv-good' | 'icv-bad' | 'unchecked' | 'no-association' | 'padding-wrong' | 'cut-short'

/** The closed list, in the order statistics are written. */
export const verdicts: readonly Verdict[] = [
  'icv-good',
  'icv-bad',
  'unchecked',
  'no-association',
  'padding-wrong',
  'cut-short',
]

/** The verdict on an ESP packet in words. */
export const verdictText: Readonly<Record<Verdict, string>> = {
  'icv-good': 'opened, ICV good',
  'icv-bad': 'ICV bad',
  unchecked: 'opened, nothing to check',
  'no-association': 'no association for this destination and SPI',
  'padding-wrong': 'padding wrong, probably the wrong key',
  'cut-short': 'cut short',
}

/** The verdict on an AH packet in words: there is nothing to open. */
export const authenticationVerdictText: Readonly<Record<Verdict, string>> = {
  ...verdictText,
  'icv-good': 'ICV good',
  unchecked: 'nothing to check',
}
