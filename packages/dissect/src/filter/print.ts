/** An expression as text that reads as the same expression. */
import type { Element, Expression, Operand, Quantifier } from './expression.ts'
import { rangeText } from './ranges.ts'

/** The filter of an expression, in one spelling: words for logic, signs for comparisons. */
export function printFilter(expression: Expression): string {
  switch (expression.kind) {
    case 'and':
    case 'or':
    case 'xor':
      return expression.operands.map(grouped).join(` ${expression.kind} `)
    case 'not':
      return `not ${grouped(expression.operand)}`
    case 'presence':
      return operandText(expression.operand)
    case 'comparison': {
      const { quantifier, relation, left, right } = expression
      return `${quantified(quantifier)}${operandText(left)} ${relation} ${operandText(right)}`
    }
    case 'membership': {
      const { quantifier, left, set } = expression
      return `${quantified(quantifier)}${operandText(left)} in {${set.map(elementText).join(', ')}}`
    }
    default:
      return expression satisfies never
  }
}

/** Parentheses around what is more than one condition. */
function grouped(expression: Expression): string {
  const text = printFilter(expression)
  return expression.kind === 'and' || expression.kind === 'or' || expression.kind === 'xor' ? `(${text})` : text
}

function quantified(quantifier: Quantifier | undefined): string {
  return quantifier === undefined ? '' : `${quantifier} `
}

function elementText({ first, last }: Element): string {
  return last === undefined ? operandText(first) : `${operandText(first)} .. ${operandText(last)}`
}

function operandText(operand: Operand): string {
  switch (operand.kind) {
    case 'word':
      return `${operand.prefix}${operand.text}`
    case 'quoted':
      return `"${Array.from(operand.octets, octetText).join('')}"`
    case 'character':
      return `'${octetText(operand.octet)}'`
    case 'layered':
      return `${operandText(operand.of)}#[${operand.ranges.map(rangeText).join(',')}]`
    case 'slice':
      return `${groupedOperand(operand.of)}[${operand.ranges.map(rangeText).join(',')}]`
    case 'call':
      return `${operand.name}(${operand.operands.map(operandText).join(', ')})`
    case 'minus':
      return `-${groupedOperand(operand.operand)}`
    case 'arithmetic':
      return `${groupedOperand(operand.left)} ${operand.operator} ${groupedOperand(operand.right)}`
    default:
      return operand satisfies never
  }
}

function groupedOperand(operand: Operand): string {
  const text = operandText(operand)
  return operand.kind === 'arithmetic' || operand.kind === 'minus' ? `{${text}}` : text
}

/** Letters, digits and the usual signs as they are, everything else by its number. */
function octetText(octet: number): string {
  const letter = String.fromCharCode(octet)
  return octet > 0x20 && octet < 0x7f && !/["'\\]/.test(letter) ? letter : `\\x${octet.toString(16).padStart(2, '0')}`
}
