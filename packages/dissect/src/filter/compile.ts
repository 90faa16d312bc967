/** A checked filter as closures over columns. */
import type { Value } from '@dmvpn/wire'
import type { Quantifier } from './expression.ts'
import { type ColumnOf, layered, type Source, sourceOf } from './source.ts'
import type { ComparisonCondition, Condition, FieldTerm, MembershipCondition, Term } from './term.ts'
import { containsOctets, holds, isNotZero, orderOf, testAgainst, type ValueTest } from './values.ts'

/** Whether the present frame, whose columns are filled, satisfies a condition. */
export type Test = () => boolean

/** The test of a condition. */
export function compileCondition(condition: Condition, columnOf: ColumnOf): Test {
  switch (condition.kind) {
    case 'and':
    case 'or':
    case 'xor':
      return logical(
        condition.kind,
        condition.conditions.map(each => compileCondition(each, columnOf)),
      )
    case 'not': {
      const test = compileCondition(condition.condition, columnOf)
      return () => !test()
    }
    case 'present':
      return presence(condition.term, columnOf)
    case 'not-empty':
      return some(sourceOf(condition.term, columnOf), value => (value as Uint8Array).length > 0)
    case 'not-zero':
      return some(sourceOf(condition.term, columnOf), isNotZero)
    case 'comparison':
      return comparison(condition, columnOf)
    case 'contains': {
      const contains: Pair = condition.left.target.domain === 'text' ? containsText : containsValue
      return paired(
        condition.quantifier,
        sourceOf(condition.left, columnOf),
        sourceOf(condition.right, columnOf),
        contains,
      )
    }
    case 'matches': {
      const { regex } = condition
      return quantified(condition.quantifier, sourceOf(condition.left, columnOf), value =>
        regex.test(value as Uint8Array),
      )
    }
    case 'membership':
      return membership(condition, columnOf)
    default:
      return condition satisfies never
  }
}

function logical(kind: 'and' | 'or' | 'xor', tests: readonly Test[]): Test {
  const [first, second] = tests as [Test, Test]
  const isPair = tests.length === 2
  switch (kind) {
    case 'and':
      return isPair ? () => first() && second() : () => tests.every(test => test())
    case 'or':
      return isPair ? () => first() || second() : () => tests.some(test => test())
    case 'xor':
      return () => tests.filter(test => test()).length % 2 === 1
    default:
      return kind satisfies never
  }
}

function presence(term: FieldTerm, columnOf: ColumnOf): Test {
  const column = columnOf(term, false)
  if (term.ranges === undefined) return () => column.count > 0
  const source = layered(column, column, term.ranges)
  return () => source().count > 0
}

function some(source: Source, test: ValueTest): Test {
  return () => {
    const { items, count } = source()
    for (let i = 0; i < count; i++) if (test(items[i])) return true
    return false
  }
}

/** Every value, and there is one. */
function every(source: Source, test: ValueTest): Test {
  return () => {
    const { items, count } = source()
    for (let i = 0; i < count; i++) if (!test(items[i])) return false
    return count > 0
  }
}

function quantified(quantifier: Quantifier, source: Source, test: ValueTest): Test {
  return quantifier === 'any' ? some(source, test) : every(source, test)
}

type Pair = (a: Value, b: Value) => boolean

const containsText: Pair = (a, b) => b !== '' && (a as string).includes(b as string)
const containsValue: Pair = (a, b) => containsOctets(a as Uint8Array, b as Uint8Array)

/** Some pair of values, or every one; where either side has none there is no pair, and the answer is no. */
function paired(quantifier: Quantifier, left: Source, right: Source, test: Pair): Test {
  const wanted = quantifier === 'any'
  return () => {
    const a = left()
    const b = right()
    for (let i = 0; i < a.count; i++) {
      for (let j = 0; j < b.count; j++) if (test(a.items[i], b.items[j]) === wanted) return wanted
    }
    return !wanted && a.count > 0 && b.count > 0
  }
}

function comparison({ left, right, ordering, quantifier }: ComparisonCondition, columnOf: ColumnOf): Test {
  const source = sourceOf(left, columnOf)
  if (right.kind === 'constant') return quantified(quantifier, source, testAgainst(ordering, right.value))
  const order = orderOf(left.target.domain)
  return paired(quantifier, source, sourceOf(right, columnOf), (a, b) => holds(ordering, order(a, b)))
}

function membership({ left, set, quantifier }: MembershipCondition, columnOf: ColumnOf): Test {
  const source = sourceOf(left, columnOf)
  const members = set.map(({ first, last }) => {
    if (last === undefined) return memberTest(left, first, '==', columnOf)
    const from = memberTest(left, first, '>=', columnOf)
    const to = memberTest(left, last, '<=', columnOf)
    return (value: Value): boolean => from(value) && to(value)
  })
  return quantified(quantifier, source, value => members.some(member => member(value)))
}

function memberTest(left: Term, member: Term, ordering: '==' | '>=' | '<=', columnOf: ColumnOf): ValueTest {
  if (member.kind === 'constant') return testAgainst(ordering, member.value)
  const source = sourceOf(member, columnOf)
  const order = orderOf(left.target.domain)
  return value => {
    const { items, count } = source()
    for (let i = 0; i < count; i++) if (holds(ordering, order(value, items[i]))) return true
    return false
  }
}
