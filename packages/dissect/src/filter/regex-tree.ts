/** What a regular expression is made of. */
import type { OctetSet } from './regex-classes.ts'

export type RegexNode =
  | { readonly kind: 'set'; readonly set: OctetSet }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence' | 'choice'; readonly nodes: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly node: RegexNode; readonly least: number; readonly most: number }

/** Places: of the text, of a line, before a last line end, at and not at the border of a word. */
export type Assertion = 'text-begin' | 'text-end' | 'last-line-end' | 'line-begin' | 'line-end' | 'border' | 'no-border'

/** Why an expression is refused, to be read behind "this regular expression". */
export class RegexRefusal extends Error {}

/** The assertions behind a backslash. */
export const places: ReadonlyMap<string, Assertion> = new Map([
  ['A', 'text-begin'],
  ['z', 'text-end'],
  ['Z', 'last-line-end'],
  ['b', 'border'],
  ['B', 'no-border'],
])

/** `\R`. */
export const lineEnds: RegexNode = {
  kind: 'choice',
  nodes: [
    { kind: 'sequence', nodes: [0x0d, 0x0a].map(octet => ({ kind: 'set', set: only(octet) })) },
    { kind: 'set', set: only(0x0a, 0x0b, 0x0c, 0x0d, 0x85) },
  ],
}

function only(...octets: readonly number[]): OctetSet {
  const set = new Uint8Array(256)
  for (const octet of octets) set[octet] = 1
  return set
}
