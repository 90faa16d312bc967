/** The language's operators: how they are spelled, and how tightly they bind. */
import type { ArithmeticOperator, Relation } from './expression.ts'

/** Logical operators, loosest first. */
export const logical: ReadonlyMap<string, readonly [kind: 'and' | 'or' | 'xor', power: number]> = new Map([
  ['or', ['or', 1]],
  ['||', ['or', 1]],
  ['xor', ['xor', 2]],
  ['^^', ['xor', 2]],
  ['and', ['and', 3]],
  ['&&', ['and', 3]],
])

/** Arithmetic operators, loosest first. */
export const arithmetic: ReadonlyMap<string, readonly [operator: ArithmeticOperator, power: number]> = new Map([
  ['&', ['&', 1]],
  ['bitwise_and', ['&', 1]],
  ['+', ['+', 2]],
  ['-', ['-', 2]],
  ['*', ['*', 3]],
  ['/', ['/', 3]],
  ['%', ['%', 3]],
])

export const relations: ReadonlyMap<string, Relation> = new Map<string, Relation>([
  ...(['==', '!=', '===', '!==', '>', '>=', '<', '<=', 'contains', 'matches'] as const).map(
    each => [each, each] as const,
  ),
  ['eq', '=='],
  ['any_eq', '=='],
  ['ne', '!='],
  ['all_ne', '!='],
  ['all_eq', '==='],
  ['any_ne', '!=='],
  ['~=', '!=='],
  ['gt', '>'],
  ['ge', '>='],
  ['lt', '<'],
  ['le', '<='],
  ['~', 'matches'],
])

/** Words that are operators, and so neither names nor values. */
export const reserved: ReadonlySet<string> = new Set([
  ...[...logical.keys(), ...arithmetic.keys(), ...relations.keys()].filter(each => /^\w+$/.test(each)),
  'not',
  'in',
  'any',
  'all',
])
