/** A regular expression's tree as a program of few kinds of steps: Thompson's automaton. */
import type { OctetSet } from './regex-classes.ts'
import { type Assertion, type RegexNode, RegexRefusal } from './regex-tree.ts'

/** One step. `next` and `other` are numbers of steps. */
export type Step =
  | { readonly kind: 'set'; readonly set: OctetSet; next: number }
  | { readonly kind: 'assertion'; readonly assertion: Assertion; next: number }
  | { readonly kind: 'split'; next: number; other: number }
  | { readonly kind: 'match' }

export interface Program {
  readonly steps: readonly Step[]
  readonly start: number
}

/** A program of more steps is refused: time per octet grows with it. */
const mostSteps = 2000
/** Repetitions of nothing make no steps, but work. */
const mostWork = 50_000

/** The program of a tree. Throws RegexRefusal where it would be too large. */
export function programOf(node: RegexNode): Program {
  const steps: Step[] = []
  let work = 0
  const put = (step: Step): number => {
    if (steps.length >= mostSteps) throw new RegexRefusal(`is too large: it takes more than ${mostSteps} steps`)
    return steps.push(step) - 1
  }
  /** Compiles backwards: `next` is known, the number of the first step is given back. */
  const compile = (each: RegexNode, next: number): number => {
    if (++work > mostWork) throw new RegexRefusal('repeats too much')
    switch (each.kind) {
      case 'set':
        return put({ kind: 'set', set: each.set, next })
      case 'assertion':
        return put({ kind: 'assertion', assertion: each.assertion, next })
      case 'sequence':
        return each.nodes.reduceRight((behind, inner) => compile(inner, behind), next)
      case 'choice':
        return each.nodes
          .map(inner => compile(inner, next))
          .reduceRight((other, first) => put({ kind: 'split', next: first, other }))
      case 'repeat':
        return repeat(each, next)
      default:
        return each satisfies never
    }
  }
  const repeat = ({ node: inner, least, most }: RegexNode & { kind: 'repeat' }, next: number): number => {
    let first = next
    if (most === Infinity) {
      const again: Step & { kind: 'split' } = { kind: 'split', next: 0, other: next }
      first = put(again)
      again.next = compile(inner, first)
    } else {
      for (let i = least; i < most; i++) first = put({ kind: 'split', next: compile(inner, first), other: next })
    }
    for (let i = 0; i < least; i++) first = compile(inner, first)
    return first
  }
  const start = compile(node, put({ kind: 'match' }))
  return { steps, start }
}
