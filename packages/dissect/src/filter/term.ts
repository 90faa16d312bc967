/** A filter that was checked: every name found in the catalogue, every literal read, every type settled. */
import type { CatalogueEntry } from '../catalogue.ts'
import type { ArithmeticOperator, Quantifier, Range } from './expression.ts'
import type { Regex } from './regex.ts'
import type { Target } from './target.ts'
import type { Constant, Ordering } from './values.ts'

/** What gives values. */
export type Term = FieldTerm | ConstantTerm | OctetsTerm | SliceTerm | CallTerm | MinusTerm | ArithmeticTerm

export interface FieldTerm {
  readonly kind: 'field'
  readonly target: Target
  readonly entry: CatalogueEntry
  /** Only of these layers; of all where undefined. */
  readonly ranges: readonly Range[] | undefined
  /** Of a protocol: whether what it carries counts, too. */
  readonly whole: boolean
}

export interface ConstantTerm {
  readonly kind: 'constant'
  readonly target: Target
  readonly value: Constant
}

/** Addresses and text as octets. */
export interface OctetsTerm {
  readonly kind: 'octets'
  readonly target: Target
  readonly of: Term
}

export interface SliceTerm {
  readonly kind: 'slice'
  readonly target: Target
  readonly of: Term
  readonly ranges: readonly Range[]
}

export type FunctionName = 'len' | 'count' | 'upper' | 'lower' | 'string' | 'max' | 'min' | 'abs'

export interface CallTerm {
  readonly kind: 'call'
  readonly target: Target
  readonly name: FunctionName
  readonly terms: readonly Term[]
}

export interface MinusTerm {
  readonly kind: 'minus'
  readonly target: Target
  readonly of: Term
}

export interface ArithmeticTerm {
  readonly kind: 'arithmetic'
  readonly target: Target
  readonly operator: ArithmeticOperator
  readonly left: Term
  readonly right: Term
}

/** What is true or false of a frame. */
export type Condition =
  | { readonly kind: 'and' | 'or' | 'xor'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'present'; readonly term: FieldTerm }
  | { readonly kind: 'not-empty' | 'not-zero'; readonly term: Term }
  | ComparisonCondition
  | { readonly kind: 'contains'; readonly quantifier: Quantifier; readonly left: Term; readonly right: Term }
  | { readonly kind: 'matches'; readonly quantifier: Quantifier; readonly left: Term; readonly regex: Regex }
  | MembershipCondition

export interface ComparisonCondition {
  readonly kind: 'comparison'
  readonly quantifier: Quantifier
  readonly ordering: Ordering
  readonly left: Term
  readonly right: Term
}

export interface MembershipCondition {
  readonly kind: 'membership'
  readonly quantifier: Quantifier
  readonly left: Term
  readonly set: readonly { readonly first: Term; readonly last: Term | undefined }[]
}
