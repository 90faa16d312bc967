/** Terms as sources of values. */
import { formatIpv4, formatIpv6, formatMac, type Value } from '@dmvpn/wire'
import { absolute, calculate, negated } from './arithmetic.ts'
import type { Column } from './columns.ts'
import type { Range } from './expression.ts'
import { octetsOfValue } from './octets.ts'
import { includesLayer, sliceOf } from './ranges.ts'
import { octetsOf } from './target.ts'
import type { CallTerm, FieldTerm, Term } from './term.ts'
import { orderOf, Values } from './values.ts'

/** The values a term has in the present frame. */
export type Source = () => Values

/** Gives the column of a field; asked once for every place in a filter. `reads` tells whether values are needed. */
export type ColumnOf = (term: FieldTerm, reads: boolean) => Column

/** The source of a term. */
export function sourceOf(term: Term, columnOf: ColumnOf): Source {
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
      return combined(sourceOf(term.left, columnOf), sourceOf(term.right, columnOf), (a, b) =>
        calculate(term.operator, a, b),
      )
    case 'call':
      return callSource(term, columnOf)
    default:
      return term satisfies never
  }
}

/** Those of a column's values that stand in some layers. */
export function layered(column: Column, values: Values, ranges: readonly Range[]): Source {
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
      return outermost(
        terms.map(term => sourceOf(term, columnOf)),
        orderOf(domain),
        name === 'max' ? 1 : -1,
      )
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
