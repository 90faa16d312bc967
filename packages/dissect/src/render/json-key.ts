/** Keys and line breaks of JSON as tshark lays it out: two spaces for each level; compact, all on one line. */

/** The line break before a key or an element. */
export function jsonLine(depth: number, compact: boolean): string {
  return compact ? '' : `\n${'  '.repeat(depth)}`
}

/** A line break, the name in quotes, a colon. */
export function jsonKey(name: string, depth: number, compact: boolean): string {
  return `${jsonLine(depth, compact)}${JSON.stringify(name)}${compact ? ':' : ': '}`
}
