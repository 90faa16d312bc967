/** A checked filter as closures over columns. */
import { formatIpv4, formatIpv6, formatMac, type Value } from '@dmvpn/wire'
import { absolute, calculate, negated } from './arithmetic.ts'
import type { Column } from './columns.ts'
import type { Quantifier } from './expression.ts'
import { octetsOfValue } from './octets.ts'
import { includesLayer, sliceOf } from './ranges.ts'
import { octetsOf } from './target.ts'
import type { CallTerm, ComparisonCondition, Condition, FieldTerm, MembershipCondition, Term } from './term.ts'
import { containsOctets, holds, isNotZero, orderOf, testAgainst, Values, type ValueTest } from './values.ts'

/** Whether the present frame, whose columns are filled, satisfies a condition. */
export type Test = () => boolean

/** The values a term has in the present frame. */
type Source = () => Values

/** Gives the column of a field; asked once for every place in a filter. `reads` tells whether values are needed. */
export type ColumnOf = (term: FieldTerm, reads: boolean) => Column

/** The test of a condition. */
export function compileCondition(condition: Condition, columnOf: ColumnOf): Test {
  switch (condition.kind) {
    case 'and':
    case 'or':
    case 'xor':
      return logical(condition.kind, condition.conditions.map(each => compileCondition(each, columnOf)))
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
      return paired(condition.quantifier, sourceOf(condition.left, columnOf), sourceOf(condition.right, columnOf), contains)
    }
    case 'matches': {
      const { regex } = condition
      return quantified(condition.quantifier, sourceOf(condition.left, columnOf), value => regex.test(value as Uint8Array))
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

function sourceOf(term: Term, columnOf: ColumnOf): Source {
  switch (term.kind) {
    case 'field': {
      const column = columnOf(term, true)
      const values = term.whole && term.entry.type === 'protocol' ? column.whole : column
      return term.ranges === undefined ? () => values : layered(column, values, term.ranges)
    }
    case 'constant': {
      const values = new Values()
      values.add(term.value.value)
      return () => values
    }
    case 'octets': {
      const { domain } = term.of.target
      return mapped(sourceOf(term.of, columnOf), value => octetsOfValue(value, domain))
    }
    case 'slice': {
      const { ranges } = term
      return mapped(sourceOf(term.of, columnOf), value => sliceOf(value as Uint8Array, ranges))
    }
    case 'minus':
      return mapped(sourceOf(term.of, columnOf), negated)
    case 'arithmetic':
      return combined(sourceOf(term.left, columnOf), sourceOf(term.right, columnOf), (a, b) => calculate(term.operator, a, b))
    case 'call':
      return callSource(term, columnOf)
    default:
      return term satisfies never
  }
}

function layered(column: Column, values: Values, ranges: FieldTerm['ranges'] & object): Source {
  column.layered = true
  const found = new Values()
  return () => {
    found.count = 0
    const { layers, count } = column
    const highest = layers[count - 1] ?? 0
    for (let i = 0; i < count; i++) if (includesLayer(ranges, layers[i]!, highest)) found.add(values.items[i])
    return found
  }
}

function mapped(source: Source, map: (value: Value) => Value): Source {
  const found = new Values()
  return () => {
    const { items, count } = source()
    found.count = 0
    for (let i = 0; i < count; i++) found.add(map(items[i]))
    return found
  }
}

function combined(left: Source, right: Source, combine: (a: Value, b: Value) => Value): Source {
  const found = new Values()
  return () => {
    const a = left()
    const b = right()
    found.count = 0
    for (let i = 0; i < a.count; i++) {
      for (let j = 0; j < b.count; j++) {
        const value = combine(a.items[i], b.items[j])
        if (value !== undefined) found.add(value)
      }
    }
    return found
  }
}

function callSource({ name, terms }: CallTerm, columnOf: ColumnOf): Source {
  const [first] = terms as [Term]
  const { domain, type } = first.target
  switch (name) {
    case 'count':
      return counted(first, columnOf)
    case 'len': {
      const fixed = type === undefined || domain === 'octets' || domain === 'text' ? undefined : octetsOf[type]
      return mapped(sourceOf(first, columnOf), value => fixed ?? octetsOfValue(value, domain).length)
    }
    case 'upper':
      return mapped(sourceOf(first, columnOf), value => (value as string).toUpperCase())
    case 'lower':
      return mapped(sourceOf(first, columnOf), value => (value as string).toLowerCase())
    case 'string':
      return mapped(sourceOf(first, columnOf), value => textOfValue(value, domain))
    case 'abs':
      return mapped(sourceOf(first, columnOf), absolute)
    case 'max':
    case 'min':
      return outermost(terms.map(term => sourceOf(term, columnOf)), orderOf(domain), name === 'max' ? 1 : -1)
    default:
      return name satisfies never
  }
}

/** How many there are, where there are any. */
function counted(term: Term, columnOf: ColumnOf): Source {
  const column = term.kind === 'field' ? columnOf(term, false) : undefined
  const source: Source =
    column === undefined || term.kind !== 'field' || term.ranges === undefined
      ? () => column ?? new Values()
      : layered(column, column, term.ranges)
  const found = new Values()
  return () => {
    const { count } = source()
    found.items[0] = count
    found.count = count > 0 ? 1 : 0
    return found
  }
}

function outermost(sources: readonly Source[], order: (a: Value, b: Value) => number, sign: number): Source {
  const found = new Values()
  return () => {
    found.count = 0
    for (const source of sources) {
      const { items, count } = source()
      for (let i = 0; i < count; i++) {
        if (found.count === 0) found.add(items[i])
        else if (sign * order(items[i], found.items[0]) > 0) found.items[0] = items[i]
      }
    }
    return found
  }
}

/** Numbers in decimal, addresses in their usual spelling. */
function textOfValue(value: Value, domain: string): string {
  if (domain === 'ipv4') return formatIpv4(value as number)
  if (domain === 'ipv6') return formatIpv6(value as bigint)
  return domain === 'ether' ? formatMac(Number(value)) : String(value)
}
