/**
 * What a clock or a history sets in the printed blocks: one token each, at a named place. What the token must be instead
 * is asserted in `blocks.test.ts`.
 */
const tokens = { time: String.raw`\d\d:\d\d:\d\d`, number: String.raw`\d+`, place: '0x[0-9A-F]{5,8}' } as const

export interface Replacement {
  /** What stands before the token. */
  readonly behind: RegExp
  readonly token: keyof typeof tokens
  /** Only in blocks of this section; anywhere without. */
  readonly section?: string
}

export const replacements: readonly Replacement[] = [
  { behind: /created /, token: 'time' },
  { behind: /created \S+ expire /, token: 'time' },
  { behind: /Request ID: /, token: 'number' },
  { behind: /reqid: /, token: 'number' },
  { behind: /nhrp_cache_lookup_comp returned /, token: 'place' },
  { behind: /Last update from \S+ on \S+ /, token: 'time' },
  { behind: /\* \S+ from \S+ /, token: 'time' },
  { behind: /^\S+ version /, token: 'number' },
  { behind: /round-trip min\/avg\/max = /, token: 'number' },
  { behind: /round-trip min\/avg\/max = [^/]+\//, token: 'number' },
  { behind: /round-trip min\/avg\/max = [^/]+\/[^/]+\//, token: 'number' },
  { behind: / QM_IDLE /, token: 'number' },
  { behind: /^#pkts (?:encaps|decaps): /, token: 'number' },
  { behind: /#pkts (?:encrypt|decrypt): /, token: 'number' },
  { behind: /#pkts (?:digest|verify): /, token: 'number' },
  { behind: /^#send errors /, token: 'number' },
  { behind: /spi: /, token: 'place' },
  { behind: /spi: \S+ \(/, token: 'number' },
  { behind: /^conn id: /, token: 'number' },
  { behind: /flow_id: SW:/, token: 'number' },
  { behind: /key lifetime \(k\/sec\): \(/, token: 'number' },
  { behind: /key lifetime \(k\/sec\): \([^/]+\//, token: 'number' },
  // The article configures 60 s and traces a run with 360 s, of which 18 s and 118 s had passed.
  { behind: /hd_time: /, token: 'number', section: 'nhrp-phase-2' },
]

/** The line with every such token replaced. */
export function replaced(line: string, section: string): string {
  return replacements.reduce(
    (text, each) => (isFor(each, section) ? text.replace(patternOf(each), '$1<>') : text),
    line,
  )
}

/** Whether a line of a section has the token. Those before it on the line may be replaced already. */
export function matches(each: Replacement, line: string, section: string): boolean {
  return isFor(each, section) && patternOf(each).test(line)
}

function isFor(each: Replacement, section: string): boolean {
  return each.section === undefined || each.section === section
}

function patternOf({ behind, token }: Replacement): RegExp {
  return new RegExp(`(${behind.source})${tokens[token]}(?![0-9A-Za-z])`)
}
