/** Types a filter's expression against the catalogue: after this nothing about it can fail. */
import type { Catalogue } from '../catalogue.ts'
import { checkCall } from './check-call.ts'
import { checkTerm, domainsMeet, octetsTerm, refuseName, type Scope, targetOf } from './check-term.ts'
import type { Call, Comparison, Expression, Membership, Operand, Presence, Quantifier } from './expression.ts'
import { refuse } from './filter-error.ts'
import { compileRegex } from './regex.ts'
import { type Domain, domainWords, type Target } from './target.ts'
import type { CallTerm, Condition, Term } from './term.ts'
import type { Ordering } from './values.ts'

/** The checked form of an expression. Refuses what the catalogue does not know and what does not fit together. */
export function checkFilter(expression: Expression, catalogue: Catalogue): Condition {
  // Asked for its type and then for itself, a call is checked once, however deep calls are nested.
  const known = new Map<Call, CallTerm>()
  const scope: Scope = {
    catalogue,
    call: call => {
      const term = known.get(call) ?? checkCall(call, scope)
      known.set(call, term)
      return term
    },
  }
  return condition(expression, scope)
}

function condition(expression: Expression, scope: Scope): Condition {
  switch (expression.kind) {
    case 'and':
    case 'or':
    case 'xor':
      return { kind: expression.kind, conditions: expression.operands.map(each => condition(each, scope)) }
    case 'not':
      return { kind: 'not', condition: condition(expression.operand, scope) }
    case 'presence':
      return presence(expression, scope)
    case 'comparison':
      return comparison(expression, scope)
    case 'membership':
      return membership(expression, scope)
    default:
      return expression satisfies never
  }
}

function presence({ operand }: Presence, scope: Scope): Condition {
  const target = targetOf(operand, scope)
  if (target === undefined) return refuseConstant(operand, scope)
  const term = checkTerm(operand, target, scope)
  switch (term.kind) {
    case 'field':
      return { kind: 'present', term }
    case 'slice':
      return { kind: 'not-empty', term }
    case 'arithmetic':
    case 'minus':
      return { kind: 'not-zero', term }
    default:
      return refuse(operand, `${target.name} always has a value: compare it with something`)
  }
}

/** The field side of a comparison comes first. */
function leftOf(operand: Operand, scope: Scope): Term {
  const target = targetOf(operand, scope)
  return target === undefined ? refuseConstant(operand, scope) : checkTerm(operand, target, scope)
}

function refuseConstant(operand: Operand, scope: Scope): never {
  if (operand.kind === 'word' && operand.prefix !== ':') return refuseName(operand, scope)
  return refuse(operand, 'a field stands here, and values stand behind the operator')
}

const orderings: Readonly<Record<string, readonly [ordering: Ordering, usual: Quantifier]>> = {
  '==': ['==', 'any'],
  '!=': ['!=', 'all'],
  '===': ['==', 'all'],
  '!==': ['!=', 'any'],
  '>': ['>', 'any'],
  '>=': ['>=', 'any'],
  '<': ['<', 'any'],
  '<=': ['<=', 'any'],
}

function comparison(expression: Comparison, scope: Scope): Condition {
  const { relation, right } = expression
  const left = leftOf(expression.left, scope)
  if (relation === 'contains') return contains(expression, left, scope)
  if (relation === 'matches') return matches(expression, left)
  const [ordering, usual] = orderings[relation]!
  const quantifier = expression.quantifier ?? usual
  if (left.target.domain === 'nothing') refuseNothing(expression.left, left.target)
  const other = checkTerm(right, targetOf(right, scope) ?? left.target, scope)
  const [first, second] = met(left, other, right)
  return { kind: 'comparison', quantifier, ordering, left: first, right: second }
}

/** Both sides in one domain: addresses become octets beside octets. */
function met(left: Term, right: Term, place: Operand): readonly [Term, Term] {
  const [a, b] = [left.target, right.target]
  if (domainsMeet(a.domain, b.domain)) return [left, right]
  const isOctets = (domain: Domain): boolean => domain === 'octets' || domain === 'ether'
  if (isOctets(a.domain) && isOctets(b.domain)) return [octetsTerm(left), octetsTerm(right)]
  const reason = `${a.name} is ${domainWords[a.domain]}, ${b.name} is ${domainWords[b.domain]}: they do not compare`
  return refuse(place, reason)
}

function refuseNothing(operand: Operand, target: Target): never {
  return refuse(operand, `${target.name} is ${domainWords.nothing}: it is there or not, and cannot be compared`)
}

/** The term in which one may search; a protocol is searched with all it carries. */
function searched(left: Term, place: Operand, relation: string): Term {
  const { domain, name } = left.target
  if (domain === 'ether') return octetsTerm(left)
  if (domain !== 'text' && domain !== 'octets') {
    const hint =
      domain === 'nothing' || domain === 'boolean' || domain.endsWith('time') ? '' : `; string(${name}) can be`
    refuse(place, `${name} is ${domainWords[domain]} and cannot be searched with ${relation}${hint}`)
  }
  return left.kind === 'field' ? { ...left, whole: true } : left
}

function contains({ left: place, right, quantifier }: Comparison, field: Term, scope: Scope): Condition {
  const left = searched(field, place, 'contains')
  const term = checkTerm(right, targetOf(right, scope) ?? left.target, scope)
  const needle = term.target.domain === 'ether' ? octetsTerm(term) : term
  if (needle.target.domain !== left.target.domain) {
    const reason = `${left.target.name} is ${domainWords[left.target.domain]}, ${needle.target.name} is ${domainWords[needle.target.domain]}: one cannot contain the other`
    refuse(right, reason)
  }
  return { kind: 'contains', quantifier: quantifier ?? 'any', left, right: needle }
}

function matches({ left: place, right, quantifier }: Comparison, field: Term): Condition {
  const left = searched(field, place, 'matches')
  if (right.kind !== 'quoted') return refuse(right, 'a regular expression stands between double quotation marks')
  const compiled = compileRegex(right.octets)
  if ('reason' in compiled) return refuse(right, `this regular expression ${compiled.reason}`)
  return { kind: 'matches', quantifier: quantifier ?? 'any', left: octetsTerm(left), regex: compiled }
}

function membership({ left: place, set, quantifier }: Membership, scope: Scope): Condition {
  const left = leftOf(place, scope)
  if (left.target.domain === 'nothing') refuseNothing(place, left.target)
  const member = (operand: Operand): Term => {
    const term = checkTerm(operand, targetOf(operand, scope) ?? left.target, scope)
    const [a, b] = [left.target, term.target]
    if (domainsMeet(a.domain, b.domain)) return term
    const reason = `${a.name} is ${domainWords[a.domain]}, ${b.name} is ${domainWords[b.domain]}: they do not compare`
    return refuse(operand, reason)
  }
  return {
    kind: 'membership',
    quantifier: quantifier ?? 'any',
    left,
    set: set.map(({ first, last }) => ({ first: member(first), last: last === undefined ? undefined : member(last) })),
  }
}
