/** Types the calls of functions. */

import { editDistance } from '../catalogue.ts'
import type { Scope } from './check-term.ts'
import { checkTerm, refuseName, targetOf } from './check-term.ts'
import type { Call, Operand } from './expression.ts'
import { refuse } from './filter-error.ts'
import { calculated, type Domain, domainWords, type Target } from './target.ts'
import type { CallTerm, FunctionName, Term } from './term.ts'

interface Signature {
  /** How many operands it takes. */
  readonly most: number
  /** What it takes; anything where undefined. */
  readonly takes: ReadonlySet<Domain> | undefined
  /** What it gives; what it takes where undefined. */
  readonly gives: Domain | undefined
}

const one = { most: 1 }
const several = { most: 1000 }
const ordered: ReadonlySet<Domain> = new Set<Domain>([
  'integer',
  'real',
  'absolute-time',
  'relative-time',
  'ipv4',
  'ipv6',
  'ether',
  'text',
])

const signatures: Readonly<Record<FunctionName, Signature>> = {
  len: { ...one, takes: undefined, gives: 'integer' },
  count: { ...one, takes: undefined, gives: 'integer' },
  upper: { ...one, takes: new Set<Domain>(['text']), gives: 'text' },
  lower: { ...one, takes: new Set<Domain>(['text']), gives: 'text' },
  string: { ...one, takes: new Set<Domain>(['integer', 'ipv4', 'ipv6', 'ether']), gives: 'text' },
  max: { ...several, takes: ordered, gives: undefined },
  min: { ...several, takes: ordered, gives: undefined },
  abs: { ...one, takes: new Set<Domain>(['integer', 'real', 'relative-time']), gives: undefined },
}

/** A call as a term. Refuses unknown functions and operands that do not fit. */
export function checkCall(call: Call, scope: Scope): CallTerm {
  const { name, operands } = call
  if (!isFunction(name)) return refuseFunction(call)
  const { most, takes, gives } = signatures[name]
  if (operands.length === 0) refuse(call, `${name}() needs ${most === 1 ? 'one field' : 'at least one field'}`)
  if (operands.length > most) refuse(operands[most]!, `${name}() takes one field`)
  const target = operands.map(each => targetOf(each, scope)).find(each => each !== undefined)
  if (target === undefined) return refuseConstants(operands, name, scope)
  const terms = operands.map(each => checked(each, name, target, takes, scope))
  if (name === 'count' && terms[0]!.kind !== 'field') refuse(operands[0]!, 'count() takes a field')
  return { kind: 'call', target: calculated(gives ?? target.domain, `${name}()`), name, terms }
}

function checked(
  operand: Operand,
  name: FunctionName,
  target: Target,
  takes: ReadonlySet<Domain> | undefined,
  scope: Scope,
): Term {
  const term = checkTerm(operand, target, scope)
  const { domain } = term.target
  if (takes !== undefined && !takes.has(domain)) {
    refuse(operand, `${name}() does not take ${domainWords[domain]}, which ${term.target.name} is`)
  }
  if (domain !== target.domain) {
    refuse(operand, `${name}() takes values of one type: ${domainWords[target.domain]}, not ${domainWords[domain]}`)
  }
  return term
}

function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(signatures, name)
}

function refuseFunction({ name, at }: Call): never {
  const known = Object.keys(signatures)
  const wanted = name.toLowerCase()
  const meant = known.filter(each => wanted.startsWith(each) || editDistance(wanted, each) <= 2)
  return refuse(
    { at, end: at + name.length },
    `no function is named ${name.slice(0, 60)}`,
    meant.map(each => `${each}()`),
  )
}

function refuseConstants(operands: readonly Operand[], name: string, scope: Scope): never {
  const [first] = operands
  if (first?.kind === 'word' && first.prefix !== ':') return refuseName(first, scope)
  return refuse(first!, `${name}() takes fields, and this is a value`)
}
