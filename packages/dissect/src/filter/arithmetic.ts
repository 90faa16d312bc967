/** Calculations on values: exact, whatever the size; nothing where there is no result. */
import type { Value } from '@dmvpn/wire'
import type { ArithmeticOperator } from './expression.ts'

/** `a` operator `b`, both of one domain; undefined where one divides by zero. Octets are masked as far as both reach. */
export function calculate(operator: ArithmeticOperator, a: Value, b: Value): Value {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return maskedOctets(a, b)
  if (typeof a === 'number' && typeof b === 'number') {
    const quick = calculateNumbers(operator, a, b)
    if (quick === undefined || Number.isSafeInteger(quick)) return quick
  }
  const exact = calculateBig(operator, BigInt(a as number), BigInt(b as number))
  // An IPv6 address stays one, however many of its bits are left.
  return operator === '&' && typeof a === 'bigint' ? exact : narrowed(exact)
}

function calculateNumbers(operator: ArithmeticOperator, a: number, b: number): number | undefined {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return b === 0 ? undefined : Math.trunc(a / b)
    case '%':
      return b === 0 ? undefined : a % b
    case '&':
      // Wider or negative numbers go the exact way.
      return a >>> 0 === a && b >>> 0 === b ? (a & b) >>> 0 : Number.NaN
    default:
      return operator satisfies never
  }
}

function calculateBig(operator: ArithmeticOperator, a: bigint, b: bigint): bigint | undefined {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return b === 0n ? undefined : a / b
    case '%':
      return b === 0n ? undefined : a % b
    case '&':
      return a & b
    default:
      return operator satisfies never
  }
}

function narrowed(value: bigint | undefined): Value {
  if (value === undefined) return undefined
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value
}

function maskedOctets(a: Uint8Array, b: Uint8Array): Uint8Array {
  const length = Math.min(a.length, b.length)
  const masked = new Uint8Array(length)
  for (let i = 0; i < length; i++) masked[i] = a[i]! & b[i]!
  return masked
}

/** The value with the other sign. */
export function negated(value: Value): Value {
  return typeof value === 'bigint' ? -value : -(value as number)
}

/** The value without its sign. */
export function absolute(value: Value): Value {
  return (value as number) < 0 ? negated(value) : value
}
