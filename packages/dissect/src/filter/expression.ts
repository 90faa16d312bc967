/** A filter as its text says it, before anybody asked what its names mean. Every part knows where it stands. */
import type { Span } from './filter-error.ts'

/** Logical: what is true or false of a frame. Chains of one operator are one node, so that long ones stay shallow. */
export type Expression = Logical | Negation | Presence | Comparison | Membership

export interface Logical extends Span {
  readonly kind: 'and' | 'or' | 'xor'
  readonly operands: readonly Expression[]
}

export interface Negation extends Span {
  readonly kind: 'not'
  readonly operand: Expression
}

/** An operand alone: a field is there, a slice is not empty, a calculation is not zero. */
export interface Presence extends Span {
  readonly kind: 'presence'
  readonly operand: Operand
}

/** How many of a frame's values must satisfy a comparison. */
export type Quantifier = 'any' | 'all'

/** `===` and `!==` turn the quantifier of `==` and `!=` around. */
export type Relation = '==' | '!=' | '===' | '!==' | '>' | '>=' | '<' | '<=' | 'contains' | 'matches'

export interface Comparison extends Span {
  readonly kind: 'comparison'
  readonly quantifier: Quantifier | undefined
  readonly relation: Relation
  readonly left: Operand
  readonly right: Operand
}

export interface Membership extends Span {
  readonly kind: 'membership'
  readonly quantifier: Quantifier | undefined
  readonly left: Operand
  readonly set: readonly Element[]
}

/** One member of a set: a value, or a range where there is a `last`. */
export interface Element {
  readonly first: Operand
  readonly last: Operand | undefined
}

export type Operand = Word | Quoted | Character | Layered | Slice | Call | Minus | Arithmetic

/** A name or a value without quotation marks; `.` before it says it is a name, `:` that it is a value. */
export interface Word extends Span {
  readonly kind: 'word'
  readonly prefix: '' | '.' | ':'
  readonly text: string
}

/** Octets between double quotation marks, escapes resolved. */
export interface Quoted extends Span {
  readonly kind: 'quoted'
  readonly octets: Uint8Array
}

/** `'x'`: an octet. */
export interface Character extends Span {
  readonly kind: 'character'
  readonly octet: number
}

/** `ip.addr#2`: of some layers only. */
export interface Layered extends Span {
  readonly kind: 'layered'
  readonly of: Word
  readonly ranges: readonly Range[]
}

/** `eth.src[0:3]`: some octets. */
export interface Slice extends Span {
  readonly kind: 'slice'
  readonly of: Operand
  readonly ranges: readonly Range[]
}

/**
 * A part of a slice or of a layer list: `length` from `start`, or up to and with `last`, or to the end where neither is
 * given. Negative numbers count from the end.
 */
export interface Range {
  readonly start: number
  readonly length: number | undefined
  readonly last: number | undefined
}

export interface Call extends Span {
  readonly kind: 'call'
  readonly name: string
  readonly operands: readonly Operand[]
}

export interface Minus extends Span {
  readonly kind: 'minus'
  readonly operand: Operand
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '&'

export interface Arithmetic extends Span {
  readonly kind: 'arithmetic'
  readonly operator: ArithmeticOperator
  readonly left: Operand
  readonly right: Operand
}
