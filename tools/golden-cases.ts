/** One golden file: its name under test/golden, and the words given to `dmvpn` from the root of the repository. */
export interface GoldenCase {
  readonly name: string
  readonly words: readonly string[]
}

/** Reads test/golden/CASES: `<name> <words…>` on a line, `'…'` around a word with spaces, `#` before a comment. */
export function goldenCases(text: string): GoldenCase[] {
  const cases: GoldenCase[] = []
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue
    const [name, ...words] = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(match => match[1] ?? match[2] ?? '')
    if (name === undefined || words.length === 0) throw new Error(`CASES: no command in: ${line}`)
    cases.push({ name, words })
  }
  return cases
}
