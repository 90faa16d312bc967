/** What is wrong with a filter: one sentence, the place under a caret, and what may have been meant. */

/** Where something stands in a filter's text, in UTF-16 units; `end` is behind its last. */
export interface Span {
  readonly at: number
  readonly end: number
}

/** The only thing that reading a filter throws. `message` has three lines: the reason, the filter, the caret. */
export class FilterError extends RangeError {
  /** What is wrong, in one sentence without suggestions. */
  readonly reason: string
  readonly filter: string
  readonly at: number
  readonly end: number
  /** What may have been meant, the likeliest first. */
  readonly suggestions: readonly string[]

  constructor(filter: string, { at, end }: Span, reason: string, suggestions: readonly string[] = []) {
    const hint = suggestions.length === 0 ? '' : `; did you mean ${suggestions.join(' or ')}?`
    super(`${reason}${hint}\n${pointer(filter, at, end)}`)
    this.name = 'FilterError'
    this.reason = reason
    this.filter = filter
    this.at = at
    this.end = end
    this.suggestions = suggestions
  }
}

const widest = 100
const before = 40

/** The line and the caret below; a long filter is shown around the place. */
function pointer(filter: string, at: number, end: number): string {
  const from = filter.length <= widest ? 0 : Math.max(0, Math.min(at - before, filter.length - widest))
  const to = Math.min(filter.length, from + widest)
  const lead = from > 0 ? '…' : ''
  const line = `${lead}${filter.slice(from, to)}${to < filter.length ? '…' : ''}`
  const length = Math.max(1, Math.min(end, to) - at)
  // Tabs and line ends would move the caret away from its place.
  const shown = line.replaceAll(/\p{Cc}/gu, ' ')
  return `  ${shown}\n  ${' '.repeat(lead.length + at - from)}^${'~'.repeat(length - 1)}`
}

/** Thrown inside, where the filter's whole text is not at hand. */
export class Mistake extends Error {
  readonly span: Span
  readonly suggestions: readonly string[]

  constructor(span: Span, reason: string, suggestions: readonly string[]) {
    super(reason)
    this.span = span
    this.suggestions = suggestions
  }
}

/** Refuses a part of a filter. */
export function refuse(span: Span, reason: string, suggestions: readonly string[] = []): never {
  throw new Mistake(span, reason, suggestions)
}

/** Runs what may refuse; throws FilterError where it does. */
export function reading<T>(filter: string, read: () => T): T {
  try {
    return read()
  } catch (mistake) {
    if (!(mistake instanceof Mistake)) throw mistake
    throw new FilterError(filter, mistake.span, mistake.message, mistake.suggestions)
  }
}

/** A piece of a filter between quotation marks, short enough for a sentence. */
export function cited(text: string): string {
  const short = text.length > 40 ? `${text.slice(0, 40)}…` : text
  return `"${short.replaceAll(/\p{Cc}/gu, ' ')}"`
}
