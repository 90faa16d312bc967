/** A filter's text to its expression: a Pratt parser. Binding powers are the language's table of precedences. */
import type { Element, Expression, Operand, Quantifier, Relation, Word } from './expression.ts'
import { cited, reading, refuse, type Span } from './filter-error.ts'
import { type Token, tokenAt } from './lexer.ts'
import { arithmetic, logical, relations, reserved } from './operators.ts'
import { readRanges } from './ranges.ts'

/** A filter longer than this, in UTF-16 units, or nested deeper is refused. */
export const longestFilter = 65536
export const deepestFilter = 200

/** The expression of a filter. Throws FilterError where the text is none. */
export function parseFilter(text: string): Expression {
  return reading(text, () => {
    if (text.length > longestFilter) refuse({ at: 0, end: 1 }, `a filter has at most ${longestFilter} characters`)
    return new Parser(text).whole()
  })
}

class Parser {
  private readonly text: string
  private token: Token
  /** Where the token before the present one ends. */
  private behind = 0
  private depth = 0

  constructor(text: string) {
    this.text = text
    this.token = tokenAt(text, 0)
  }

  whole(): Expression {
    if (this.atEnd()) refuse({ at: 0, end: this.text.length }, 'the filter is empty')
    const expression = this.expression(0)
    return this.atEnd() ? expression : this.refuseOperator()
  }

  private expression(least: number): Expression {
    return this.nested(() => {
      const at = this.token.at
      let left = this.condition()
      for (;;) {
        const [kind, power] = logical.get(this.symbol()) ?? []
        if (kind === undefined || power === undefined || power <= least) return left
        const operands = [left]
        while (logical.get(this.symbol())?.[0] === kind) {
          this.advance()
          operands.push(this.expression(power))
        }
        left = { kind, operands, at, end: this.behind }
      }
    })
  }

  private condition(): Expression {
    const { at } = this.token
    if (this.takes('not') || this.takes('!')) {
      return this.nested(() => ({ kind: 'not', operand: this.condition(), at, end: this.behind }))
    }
    if (!this.takes('(')) return this.test()
    const inside = this.expression(0)
    this.expect(')')
    const next = this.symbol()
    if (next === 'in' || relations.has(next) || arithmetic.has(next)) {
      refuse(this.token, `${next} stands behind a condition; calculations are grouped with { and }`)
    }
    return inside
  }

  private test(): Expression {
    const { at } = this.token
    const quantifier = this.quantifier()
    const left = this.operand(0)
    if (this.isNotIn()) {
      this.advance()
      return { kind: 'not', operand: this.membership(at, quantifier, left), at, end: this.behind }
    }
    if (this.symbol() === 'in') return this.membership(at, quantifier, left)
    const relation = relations.get(this.symbol())
    if (relation !== undefined) return this.comparisons(at, quantifier, left, relation)
    if (quantifier !== undefined) refuse(this.token, `${quantifier} needs a comparison, and here is none`)
    return { kind: 'presence', operand: left, at, end: this.behind }
  }

  /** `a == b == c` means `a == b and b == c`. */
  private comparisons(at: number, quantifier: Quantifier | undefined, first: Operand, relation: Relation): Expression {
    const found: Expression[] = []
    let left = first
    for (let next: Relation | undefined = relation; next !== undefined; next = relations.get(this.symbol())) {
      this.advance()
      const right = this.operand(0)
      found.push({ kind: 'comparison', quantifier, relation: next, left, right, at: left.at, end: this.behind })
      left = right
    }
    return found.length === 1 ? { ...found[0]!, at } : { kind: 'and', operands: found, at, end: this.behind }
  }

  private membership(at: number, quantifier: Quantifier | undefined, left: Operand): Expression {
    this.advance()
    this.expect('{')
    const set: Element[] = []
    do {
      const first = this.operand(0)
      set.push({ first, last: this.takes('..') ? this.operand(0) : undefined })
    } while (this.takes(','))
    this.expect('}')
    return { kind: 'membership', quantifier, left, set, at, end: this.behind }
  }

  private operand(least: number): Operand {
    return this.nested(() => {
      const at = this.token.at
      let left = this.unary()
      for (let steps = this.depth; ; steps++) {
        const [operator, power] = arithmetic.get(this.symbol()) ?? []
        if (operator === undefined || power === undefined || power <= least) return left
        if (steps > deepestFilter) refuse(this.token, 'the calculation is too long')
        this.advance()
        const right = this.operand(power)
        left = { kind: 'arithmetic', operator, left, right, at, end: this.behind }
      }
    })
  }

  private unary(): Operand {
    const { at } = this.token
    if (this.takes('+')) return this.atom()
    if (!this.takes('-')) return this.atom()
    return { kind: 'minus', operand: this.atom(), at, end: this.behind }
  }

  private atom(): Operand {
    const { at } = this.token
    let operand: Operand
    if (this.takes('{')) {
      operand = this.operand(0)
      this.expect('}')
      return operand
    }
    const { token } = this
    if (token.kind === 'quoted') operand = { kind: 'quoted', octets: token.octets, at, end: token.end }
    else if (token.kind === 'character') operand = { kind: 'character', octet: token.octet, at, end: token.end }
    else if (token.kind === 'word' && !(token.prefix === '' && reserved.has(token.text))) operand = { ...token }
    else return this.refuseValue()
    this.advance()
    if (operand.kind === 'word' && this.symbol() === '(') operand = this.call(operand)
    if (operand.kind === 'word' && this.symbol() === '#') operand = this.layered(operand)
    for (let steps = 0; this.symbol() === '['; steps++) {
      if (steps > deepestFilter) refuse(this.token, 'a slice of too many slices')
      const { ranges, end } = readRanges(this.text, this.token.at)
      operand = { kind: 'slice', of: operand, ranges, at, end }
      this.goTo(end)
    }
    return operand
  }

  private call(name: Word): Operand {
    this.expect('(')
    const operands: Operand[] = []
    if (!this.takes(')')) {
      do operands.push(this.operand(0))
      while (this.takes(','))
      this.expect(')')
    }
    return { kind: 'call', name: name.text, operands, at: name.at, end: this.behind }
  }

  private layered(of: Word): Operand {
    const from = this.token.end
    if (this.text[from] === '[') {
      const { ranges, end } = readRanges(this.text, from)
      this.goTo(end)
      return { kind: 'layered', of, ranges, at: of.at, end }
    }
    const digits = /^\d{1,9}(?!\d)/.exec(this.text.slice(from, from + 10))
    if (digits === null) {
      return refuse({ at: from - 1, end: from }, 'the number of a layer follows #, or ranges: ip.src#2, ip.src#[1-2]')
    }
    const end = from + digits[0].length
    this.goTo(end)
    return { kind: 'layered', of, ranges: [{ start: Number(digits[0]), length: 1, last: undefined }], at: of.at, end }
  }

  private quantifier(): Quantifier | undefined {
    if (this.takes('any')) return 'any'
    return this.takes('all') ? 'all' : undefined
  }

  /** The present token as an operator, whether spelled in signs or letters; empty where it is neither. */
  private symbol(): string {
    const { token } = this
    if (token.kind === 'symbol') return token.text
    return token.kind === 'word' && token.prefix === '' ? token.text : ''
  }

  private atEnd(): boolean {
    return this.token.kind === 'end'
  }

  private takes(symbol: string): boolean {
    if (this.symbol() !== symbol) return false
    this.advance()
    return true
  }

  private expect(symbol: string): void {
    if (this.takes(symbol)) return
    const instead = this.token.kind === 'end' ? 'the filter ends' : `here is ${this.shown()}`
    refuse(this.token, `${symbol} is missing: ${instead}`)
  }

  private isNotIn(): boolean {
    if (this.symbol() !== 'not' && this.symbol() !== '!') return false
    const next = tokenAt(this.text, this.token.end)
    return next.kind === 'word' && next.prefix === '' && next.text === 'in'
  }

  private advance(): void {
    this.goTo(this.token.end)
  }

  private goTo(end: number): void {
    this.behind = end
    this.token = tokenAt(this.text, end)
  }

  private nested<T>(inside: () => T): T {
    if (++this.depth > deepestFilter) refuse(this.token, `a filter is nested at most ${deepestFilter} levels deep`)
    const found = inside()
    this.depth--
    return found
  }

  private shown(): string {
    return cited(this.text.slice(this.token.at, this.token.end))
  }

  private refuseValue(): never {
    const { token } = this
    if (token.kind === 'end') return refuse(token, 'the filter ends where a field or a value is missing')
    if (this.symbol() === '(') {
      return refuse(token, 'parentheses group conditions; calculations are grouped with { and }')
    }
    return refuse(token, `${this.shown()} stands where a field or a value is missing`)
  }

  /** Behind a whole condition comes an operator or the end. */
  private refuseOperator(): never {
    const { token } = this
    const span: Span = token
    if (this.symbol() === ')') return refuse(span, 'this ) closes nothing')
    const meant = token.kind === 'word' && reserved.has(token.text.toLowerCase()) ? [token.text.toLowerCase()] : []
    return refuse(span, `${this.shown()} stands where an operator or the end is expected`, meant)
  }
}
