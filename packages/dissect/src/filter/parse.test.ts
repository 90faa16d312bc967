import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FilterError } from './filter-error.ts'
import { deepestFilter, longestFilter, parseFilter } from './parse.ts'
import { printFilter } from './print.ts'

describe('precedence', () => {
  test.each([
    ['a or b and c', 'a or (b and c)'],
    ['a && b || c && d', '(a and b) or (c and d)'],
    ['a or b xor c and d', 'a or (b xor (c and d))'],
    ['a ^^ b ^^ c', 'a xor b xor c'],
    ['(a or b) and c', '(a or b) and c'],
    ['a or (b or c)', 'a or (b or c)'],
    ['!a == 1', 'not a == 1'],
    ['not a and b', 'not a and b'],
    ['!(a and b)', 'not (a and b)'],
    ['! ! a', 'not not a'],
    ['a & 3 + 1 == 4', 'a & {3 + 1} == 4'],
    ['a + b * c - d == 1', '{a + {b * c}} - d == 1'],
    ['{a + b} * c == 1', '{a + b} * c == 1'],
    ['-a -b == - 1', '{-a} - b == -1'],
    ['a == b == c', 'a == b and b == c'],
    ['any a != b', 'any a != b'],
    ['all a in {1, 2..3}', 'all a in {1, 2 .. 3}'],
    ['a not in {1} and b !in {2}', 'not a in {1} and not b in {2}'],
    [
      'a eq 1 or a ne 1 or a gt 1 or a ge 1 or a lt 1 or a le 1',
      'a == 1 or a != 1 or a > 1 or a >= 1 or a < 1 or a <= 1',
    ],
    [
      'a any_eq 1 or a all_eq 1 or a any_ne 1 or a all_ne 1 or a ~= 1',
      'a == 1 or a === 1 or a !== 1 or a != 1 or a !== 1',
    ],
    ['a ~ "x" or a matches r"\\d"', 'a matches "x" or a matches "\\x5cd"'],
    ['a[0:2,3-4,5,:6,7:,-1] == 00', 'a[0:2,3-4,5:1,0:6,7:,-1:1] == 00'],
    ['a#2 and a #[1-2,-1][0]', 'a#[2:1] and a#[1-2,-1:1][0:1]'],
    ['len ( a ) == max(a, b, 3)', 'len(a) == max(a, b, 3)'],
    ["a == '\\n' or a == '\\x41' or a == '\\101' or a == 'A'", "a == '\\x0a' or a == 'A' or a == 'A' or a == 'A'"],
    ['a == "\\x00\\u00e9\\U0001F600é"', 'a == "\\x00\\xc3\\xa9\\xf0\\x9f\\x98\\x80\\xc3\\xa9"'],
    ['.ip or a == :ip or a == fe80::1 or a == ::/0', '.ip or a == :ip or a == fe80::1 or a == ::/0'],
    ['a/2==1', 'a / 2 == 1'],
    ['a == 10.0.0.0/8', 'a == 10.0.0.0/8'],
    ['a-b', 'a-b'],
  ])('%s', (text, printed) => {
    expect(printFilter(parseFilter(text))).toBe(printed)
    expect(printFilter(parseFilter(printed))).toBe(printed)
  })
})

const number = fc.integer({ min: -9, max: 99 })
const range = fc.oneof(
  number.map(String),
  fc.tuple(number, fc.integer({ min: 1, max: 99 })).map(([from, length]) => `${from}:${length}`),
  fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 9, max: 99 })).map(([from, to]) => `${from}-${to}`),
  number.map(from => `${from}:`),
)
const quoted = fc
  .uint8Array({ maxLength: 8 })
  .map(octets => `"${Array.from(octets, octet => `\\x${octet.toString(16).padStart(2, '0')}`).join('')}"`)
const atom = fc.oneof(
  fc.constantFrom(
    'ip.src',
    'frame.len',
    '.nhrp',
    ':c0',
    '10.0.0.0/8',
    'fe80::1/64',
    '00:01:02',
    '0x1f',
    "'x'",
    '2026-11-21',
  ),
  quoted,
)
const { operand } = fc.letrec<{ operand: string }>(tie => ({
  operand: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    atom,
    fc
      .tuple(tie('operand'), fc.constantFrom('+', '-', '*', '/', '%', '&'), tie('operand'))
      .map(parts => `{${parts.join(' ')}}`),
    tie('operand').map(inner => `-{${inner}}`),
    fc.array(tie('operand'), { maxLength: 3 }).map(inner => `len(${inner.join(',')})`),
    fc.tuple(atom, fc.array(range, { minLength: 1, maxLength: 3 })).map(([of, ranges]) => `${of}[${ranges.join(',')}]`),
    fc
      .tuple(fc.constantFrom('ip.src', 'nhrp'), fc.array(range, { minLength: 1, maxLength: 3 }))
      .map(([of, ranges]) => `${of}#[${ranges.join(',')}]`),
  ),
}))
const { expression } = fc.letrec<{ expression: string }>(tie => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    operand,
    fc
      .tuple(
        fc.constantFrom('', 'any ', 'all '),
        operand,
        fc.constantFrom('==', '!=', '===', '!==', '<', 'ge', 'contains', '~', '~='),
        operand,
      )
      .map(([q, a, r, b]) => `${q}${a} ${r} ${b}`),
    fc
      .tuple(operand, fc.array(fc.tuple(operand, fc.option(operand)), { minLength: 1, maxLength: 3 }))
      .map(([a, set]) => `${a} in {${set.map(([x, y]) => (y === null ? x : `${x} .. ${y}`)).join(', ')}}`),
    fc
      .tuple(tie('expression'), fc.constantFrom('and', '||', 'xor'), tie('expression'))
      .map(parts => `(${parts.join(' ')})`),
    fc.tuple(tie('expression'), fc.constantFrom('and', '||', 'xor'), tie('expression')).map(parts => parts.join(' ')),
    tie('expression').map(inner => `not (${inner})`),
  ),
}))

test('what is printed reads as what it was printed from', () => {
  fc.assert(
    fc.property(expression, text => {
      const printed = printFilter(parseFilter(text))
      expect(printFilter(parseFilter(printed))).toBe(printed)
    }),
    { numRuns: 500 },
  )
})

/** The error of a text, or undefined; anything but a FilterError is passed on. */
function errorOf(text: string): FilterError | undefined {
  try {
    parseFilter(text)
    return undefined
  } catch (error) {
    if (error instanceof FilterError) return error
    throw error
  }
}

const pieces = [
  ...'ip.src and or not in any all == != < ( ) { } [ ] # , .. - + & r" 1 0x : . 10.0.0.0/8 :: ${ @ = | é 💥 len( [0:2]'.split(
    ' ',
  ),
  '"',
  "'",
  '\\',
  ' ',
  '\n',
  '\0',
  '\ud800',
]

test('any text is a filter or has an error that points into it', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map(parts => parts.join('')),
    fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map(parts => parts.join(' ')),
  )
  fc.assert(
    fc.property(anything, text => {
      const error = errorOf(text)
      if (error === undefined) return
      expect(error.message.split('\n')).toHaveLength(3)
      expect(error.at).toBeGreaterThanOrEqual(0)
      expect(error.end).toBeLessThanOrEqual(text.length)
      expect(error.at).toBeLessThanOrEqual(error.end)
    }),
    { numRuns: 1000 },
  )
})

test.each([
  ['(', ''],
  ['not ', 'ip'],
  ['!', 'ip'],
  ['len(', 'ip'],
  ['{', ''],
  ['ip.src == {', ''],
  ['a + {', ''],
  ['-', 'a'],
])('%s many times over is refused in no time', (piece, end) => {
  const long = piece.repeat(Math.floor((longestFilter - 10) / piece.length)) + end
  const before = performance.now()
  expect(errorOf(long)?.reason).toBeDefined()
  expect(performance.now() - before).toBeLessThan(10_000)
})

test('long chains are no deep ones', () => {
  const terms = Array.from({ length: 3000 }, (_, i) => `frame.len==${i}`)
  expect(errorOf(terms.join(' or '))?.reason).toBeUndefined()
  expect(errorOf(terms.join(' and '))?.reason).toBeUndefined()
  expect(errorOf(`a in {${terms.map((_, i) => i).join(',')}}`)?.reason).toBeUndefined()
  expect(errorOf(`${'('.repeat(deepestFilter - 5)}ip${')'.repeat(deepestFilter - 5)}`)?.reason).toBeUndefined()
  expect(errorOf(`ip${' + 1'.repeat(10_000)} == 1`)?.reason).toMatch(/too long/)
  expect(errorOf(`ip${'[0]'.repeat(10_000)}`)?.reason).toMatch(/too many slices/)
  expect(errorOf('x'.repeat(longestFilter + 1))?.reason).toMatch(/at most 65536/)
})

test('a long filter is shown around the mistake', () => {
  const error = errorOf(`${'ip or '.repeat(100)}ip = 1${' or ip'.repeat(100)}`)!
  const [, line, caret] = error.message.split('\n')
  expect(line!.length).toBeLessThan(110)
  expect(line!.slice(caret!.indexOf('^'))).toMatch(/^= 1 or ip/)
})
