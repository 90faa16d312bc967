/** Spaces before an element of PDML, two for each level. */
export function indent(depth: number): string {
  return '  '.repeat(depth)
}
