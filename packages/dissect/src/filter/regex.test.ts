import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileRegex } from './regex.ts'

const encoder = new TextEncoder()

function matches(pattern: string, text: string): boolean | string {
  const compiled = compileRegex(encoder.encode(pattern))
  return 'reason' in compiled ? compiled.reason : compiled.test(encoder.encode(text))
}

describe('what people write', () => {
  test.each([
    ['', '', true],
    ['b', 'abc', true],
    ['B', 'abc', true],
    ['(?-i)B', 'abc', false],
    ['^b', 'abc', false],
    ['c$', 'abc', true],
    ['c$', 'abc\n', true],
    ['c\\z', 'abc\n', false],
    ['c\\Z', 'abc\n', true],
    ['c$', 'abc\nd', false],
    ['(?m)c$', 'abc\nd', true],
    ['(?m)^d', 'abc\nd', true],
    ['(?m)^$', 'abc\n', false],
    ['(?m)\\Ad', 'abc\nd', false],
    ['a.c', 'a\nc', false],
    ['(?s)a.c', 'a\nc', true],
    ['a\\Nc', 'a\nc', false],
    ['\\bip\\b', 'eth:ip:gre', true],
    ['\\bip\\b', 'eth:ipv6', false],
    ['ip\\B', 'eth:ipv6', true],
    ['^\\d{1,3}(\\.\\d{1,3}){3}$', '150.1.33.3', true],
    ['^\\d{1,3}(\\.\\d{1,3}){3}$', '150.1.33', false],
    ['a{2}', 'aba', false],
    ['a{2,}', 'abaaa', true],
    ['a{,2}', 'a{,2}', true],
    ['a{x', 'a{x', true],
    ['x*?y+?z??', 'y', true],
    ['[a-cx-]+$', 'b-x', true],
    ['[]a]', ']', true],
    ['[^]a]', ']a', false],
    ['[^a]', 'A', false],
    ['(?-i)[^a]', 'A', true],
    ['[[:digit:][:upper:]]', 'a', true],
    ['(?-i)[[:upper:]]', 'a', false],
    ['[[:^digit:]]', '5', false],
    ['[\\d\\-x]', '-', true],
    ['[\\b]', '\b', true],
    ['\\x41\\x{42}\\103\\o{104}\\t', 'abcd\t', true],
    ['\\Qa.b\\E+$', 'xa.bbb', true],
    ['\\Qa.b\\E', 'axb', false],
    ['(?<name>a)(?P<other>b)(?:c)', 'abc', true],
    ['a(?i:B)c', 'abc', true],
    ['(?x) a b # comment\n c', 'abc', true],
    ['a(?#comment)b', 'ab', true],
    ['a|b(?-i)C|d', 'bC', true],
    ['(a(?-i)b)C', 'abc', true],
    ['(a(?-i)B)c', 'abC', false],
    ['a\\Rb', 'a\r\nb', true],
    ['\\h\\v', ' \n', true],
    ['é', 'é', true],
    ['\\xc3\\xa9', 'é', true],
    ['()*x', 'x', true],
    ['(a*)*$', 'b', true],
    ['\\cA', '\u0001', true],
  ])('%s on %j: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected)
  })
})

describe('what is refused, and why', () => {
  test.each([
    ['(a)\\1', 'refers back to a group, which needs backtracking'],
    ['(?<x>a)\\k<x>', 'refers back to a group, which needs backtracking'],
    ['(?P=x)', 'refers back to a group, which needs backtracking'],
    ['(?=a)', 'looks ahead or behind, which needs backtracking'],
    ['(?<!a)', 'looks ahead or behind, which needs backtracking'],
    ['(?>a)', 'has an atomic group, which needs backtracking'],
    ['a++', 'has a possessive repetition, which needs backtracking'],
    ['(?R)', 'calls a group, which needs backtracking'],
    ['(?1)', 'calls a group, which needs backtracking'],
    ['(?(1)a)', 'has a condition, which needs backtracking'],
    ['(*ACCEPT)', 'has a verb, which needs backtracking'],
    ['(?C1)', 'calls out'],
    ['\\p{L}', 'has \\p: octets have no Unicode properties'],
    ['\\Ga', 'has \\G, which is not known here'],
    ['a\\K', 'has \\K, which is not known here'],
    ['\\y', 'has \\y, which means nothing here'],
    ['\\x{100}', 'has a character beyond one octet'],
    ['(a', 'leaves a parenthesis open'],
    ['a)', 'closes a parenthesis that none opens'],
    ['[a', 'leaves a bracket open'],
    ['[z-a]', 'has a range in brackets that is out of order'],
    ['[a-\\d]', 'has a range in brackets that ends with a class'],
    ['[[:foo:]]', 'has a class [:foo:] that is not known'],
    ['*a', 'repeats what is not there'],
    ['a**', 'repeats a repetition'],
    ['a{3,2}', 'repeats at least more often than at most'],
    ['a{1001}', 'repeats something more than 1000 times'],
    ['(a{100}){100}', 'is too large: it takes more than 2000 steps'],
    ['((((){1000}){1000}){1000}){1000}', 'repeats too much'],
    ['a\\', 'ends with a backslash'],
    ['(?z)', 'has a group (?… that is not known'],
    [`${'('.repeat(200)}${')'.repeat(200)}`, 'is nested more than 100 levels deep'],
  ])('%s', (pattern, reason) => {
    expect(matches(pattern, 'a')).toBe(reason)
  })
})

/** Patterns that JavaScript and we understand alike. */
const { pattern } = fc.letrec<{ pattern: string }>(tie => ({
  pattern: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\W', '\\d', '\\b', '\\B', '^', 'A', '\\n', '-'),
    fc.tuple(tie('pattern'), tie('pattern')).map(parts => parts.join('')),
    fc.tuple(tie('pattern'), tie('pattern')).map(parts => `(?:${parts.join('|')})`),
    fc
      .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '*?'))
      .map(parts => `(?:${parts[0]})${parts[1]}`),
  ),
}))

test('agrees with JavaScript where both mean the same', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '1', '-', '\n', ' '), maxLength: 12 })
  fc.assert(
    fc.property(pattern, text, (of, on) => {
      expect(matches(of, on)).toBe(new RegExp(of, 'i').test(on))
    }),
    { numRuns: 1500 },
  )
})

test('no pattern throws, and none is slow', () => {
  const pieces = [
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '*',
    '+',
    '?',
    '|',
    '\\',
    '^',
    '$',
    '.',
    'a',
    '1',
    ',',
    ':',
    '-',
    '(?',
    '<',
    '[:',
    'Q',
    'x',
    'é',
  ]
  const text = 'a1'.repeat(500)
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 20 }), parts => {
      expect(['boolean', 'string']).toContain(typeof matches(parts.join(''), text))
    }),
    { numRuns: 1000 },
  )
})

test.each(['(a*)*b', '(a+)+$x', '(a|a)*b', '(a|aa)+$b', '(.*a){20}b', 'a?'.repeat(50) + 'a'.repeat(50) + 'b'])(
  '%s takes time linear in the text',
  pattern => {
    const before = performance.now()
    expect(matches(pattern, 'a'.repeat(65_536))).toBe(false)
    expect(performance.now() - before).toBeLessThan(10_000)
  },
)
