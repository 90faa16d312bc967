/** Where a printed block is not what our routers say, line by line, and why. */
export interface Difference {
  readonly section: string
  readonly title: string
  /** As the article has it. */
  readonly printed: string
  readonly ours: string
  readonly because: string
}

export const differences: readonly Difference[] = [
  {
    section: 'integrating-ipsec',
    title: 'ping, lines 1779-1788',
    printed: '!..!!',
    ours: '!.!!!',
    because:
      'The next line counts 4 of 5, which are four marks, and the text has only the second packet missed: two dots are a slip of the pen.',
  },
]
