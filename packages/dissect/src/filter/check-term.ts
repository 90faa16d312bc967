/** Types operands: names become fields, literals take the type of what stands beside them. */
import type { Catalogue } from '../catalogue.ts'
import { calculate } from './arithmetic.ts'
import type { Arithmetic, Call, Layered, Operand, Slice, Word } from './expression.ts'
import { cited, Mistake, refuse } from './filter-error.ts'
import { constantOf, isLiteral } from './literals.ts'
import { calculated, type Domain, domainWords, type Target, targetOfField } from './target.ts'
import type { CallTerm, FieldTerm, Term } from './term.ts'

/** Where names are looked up. `call` types a function, and is given here because functions have operands, too. */
export interface Scope {
  readonly catalogue: Catalogue
  readonly call: (call: Call) => CallTerm
}

/** What an operand is by itself; undefined where it is made of literals alone and takes the type of what is beside it. */
export function targetOf(operand: Operand, scope: Scope): Target | undefined {
  switch (operand.kind) {
    case 'word':
      return fieldOf(operand, scope)?.target
    case 'quoted':
    case 'character':
      return undefined
    case 'layered':
      return fieldOf(operand.of, scope)?.target ?? refuseName(operand.of, scope)
    case 'slice':
      return calculated('octets', nameOfSlice(operand))
    case 'call':
      return scope.call(operand).target
    case 'minus':
      return targetOf(operand.operand, scope)
    case 'arithmetic': {
      const target = targetOf(operand.left, scope) ?? targetOf(operand.right, scope)
      return target === undefined ? undefined : { ...target, type: undefined, names: [], truths: [] }
    }
    default:
      return operand satisfies never
  }
}

/** An operand as a term; literals are read as the target says. */
export function checkTerm(operand: Operand, target: Target, scope: Scope): Term {
  switch (operand.kind) {
    case 'word':
      return fieldOf(operand, scope) ?? constantTerm(operand, target, scope)
    case 'quoted':
    case 'character':
      return { kind: 'constant', target, value: constantOf(operand, target) }
    case 'layered':
      return layeredTerm(operand, scope)
    case 'slice':
      return sliceTerm(operand, scope)
    case 'call':
      return scope.call(operand)
    case 'minus':
      return minusTerm(operand.operand, target, scope)
    case 'arithmetic':
      return arithmeticTerm(operand, target, scope)
    default:
      return operand satisfies never
  }
}

/** The field a word names; a word with a colon before it is a value. */
function fieldOf({ prefix, text }: Word, { catalogue }: Scope): FieldTerm | undefined {
  const entry = prefix === ':' ? undefined : catalogue.find(text)
  if (entry === undefined) return undefined
  const { name, type, fields } = entry
  return { kind: 'field', target: targetOfField(name, type, fields), entry, ranges: undefined, whole: false }
}

function constantTerm(word: Word, target: Target, scope: Scope): Term {
  if (word.prefix === '.') refuseName(word, scope)
  try {
    return { kind: 'constant', target, value: constantOf(word, target) }
  } catch (mistake) {
    // What looks more like a name than like a value is one that is not known.
    const suggestions = /^[a-z_]\w*\.[\w.-]+$/.test(word.text) ? scope.catalogue.suggestions(word.text) : []
    if (!(mistake instanceof Mistake) || suggestions.length === 0) throw mistake
    return refuse(word, `no field is named ${word.text}`, suggestions)
  }
}

/** Refuses a word that is no field where one is needed. */
export function refuseName(word: Word, { catalogue }: Scope): never {
  const looksLikeValue = /^[\d:]/.test(word.text)
  const reason = looksLikeValue
    ? `${cited(word.text)} is a value, and a field stands here: values stand behind the operator`
    : `no field or protocol is named ${word.text.length > 60 ? `${word.text.slice(0, 60)}…` : word.text}`
  if (looksLikeValue) return refuse(word, reason)
  // `frame.number-1`: a hyphen may be part of a name.
  const hyphen = word.text.lastIndexOf('-')
  const head = word.text.slice(0, Math.max(0, hyphen))
  const difference = catalogue.find(head) === undefined ? [] : [`${head} - ${word.text.slice(hyphen + 1)}`]
  return refuse(word, reason, difference.length > 0 ? difference : catalogue.suggestions(word.text))
}

function layeredTerm({ of, ranges }: Layered, scope: Scope): FieldTerm {
  const field = fieldOf(of, scope) ?? refuseName(of, scope)
  return { ...field, ranges }
}

function nameOfSlice({ of }: Slice): string {
  const inner = of.kind === 'layered' ? of.of : of
  return inner.kind === 'word' ? `a slice of ${inner.text}` : 'a slice'
}

const sliceable: ReadonlySet<Domain> = new Set(['octets', 'text', 'ether', 'ipv4', 'ipv6'])

function sliceTerm(slice: Slice, scope: Scope): Term {
  const { of, ranges } = slice
  const target = targetOf(of, scope)
  if (target === undefined) return of.kind === 'word' ? refuseName(of, scope) : refuse(of, 'only fields have slices')
  if (!sliceable.has(target.domain)) {
    refuse(slice, `${target.name} is ${domainWords[target.domain]} and has no octets to take a slice of`)
  }
  const inner = checkTerm(of, target, scope)
  return { kind: 'slice', target: calculated('octets', nameOfSlice(slice)), of: octetsTerm(inner), ranges }
}

/** A term as octets. */
export function octetsTerm(term: Term): Term {
  if (term.target.domain === 'octets') return term
  return { kind: 'octets', target: calculated('octets', term.target.name), of: term }
}

function minusTerm(operand: Operand, target: Target, scope: Scope): Term {
  if (operand.kind === 'word' && fieldOf(operand, scope) === undefined) {
    return { kind: 'constant', target, value: constantOf(operand, target, true) }
  }
  if (isLiteral(operand) && operand.kind !== 'word') {
    return { kind: 'constant', target, value: constantOf(operand, target, true) }
  }
  const of = checkTerm(operand, target, scope)
  if (of.target.domain !== 'integer' && of.target.domain !== 'relative-time') {
    refuse(operand, `${of.target.name} is ${domainWords[of.target.domain]}, and no minus sign goes before that`)
  }
  return { kind: 'minus', target: calculated(of.target.domain, of.target.name), of }
}

/** What can be calculated with what. */
const operands: Readonly<Record<Arithmetic['operator'], ReadonlySet<Domain>>> = {
  '+': new Set(['integer', 'relative-time']),
  '-': new Set(['integer', 'relative-time']),
  '*': new Set(['integer']),
  '/': new Set(['integer']),
  '%': new Set(['integer']),
  '&': new Set(['integer', 'ipv4', 'ipv6', 'ether', 'octets']),
}

function arithmeticTerm(expression: Arithmetic, context: Target, scope: Scope): Term {
  const { operator } = expression
  const own = targetOf(expression, scope) ?? { ...context, type: undefined }
  if (!operands[operator].has(own.domain))
    refuse(expression, `${own.name} is ${domainWords[own.domain]}, and ${operator} does not work on that`)
  // A literal is as wide as the field beside it; what is calculated has no bounds.
  const beside = { ...own, names: [], truths: [] }
  const left = checkTerm(expression.left, beside, scope)
  const right = checkTerm(expression.right, beside, scope)
  if (left.target.domain !== own.domain || right.target.domain !== own.domain) {
    const [a, b] = [left.target, right.target]
    refuse(expression, `${operator} does not work on ${domainWords[a.domain]} and ${domainWords[b.domain]}`)
  }
  const target = calculated(own.domain, own.name)
  if (left.kind === 'constant' && right.kind === 'constant') {
    const value = calculate(operator, left.value.value, right.value.value)
    if (value === undefined) return refuse(expression, 'this divides by zero')
    return { kind: 'constant', target: context, value: { ...left.value, value } as typeof left.value }
  }
  return { kind: 'arithmetic', target, operator, left, right }
}

/** Whether values of two domains compare as they are. */
export function domainsMeet(a: Domain, b: Domain): boolean {
  if (a === b) return a !== 'nothing'
  return (a === 'integer' && b === 'boolean') || (a === 'boolean' && b === 'integer')
}
