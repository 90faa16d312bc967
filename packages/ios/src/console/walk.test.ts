import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { variantsOf } from '../pattern.ts'
import { execMode } from './exec-mode.ts'
import { completionsOf, helpOn } from './help.ts'
import { walk } from './walk.ts'

const commands = [
  'show ip nhrp [<address:ipv4>]',
  'show ip nhrp brief',
  'show ip nhrp nhs [<form:detail>]',
  'show ip route <address:ipv4>',
  'show interfaces [<name:interface>]',
  'show debugging',
  'ping <destination:ipv4> [repeat <count:1-65535>] [source <source:ipv4|interface>]',
].map(pattern => ({ pattern, variants: variantsOf(pattern) }))

/** What a line comes to: the pattern said with its values, or where and how it fails. */
function result(line: string): unknown {
  const found = walk(commands, line)
  if (found.walk !== 'reached') return found.walk === 'invalid' ? found.column : 'ambiguous'
  const said = found.ways.find(({ rest }) => rest.length === 0)
  return said === undefined ? 'incomplete' : [said.written.join(' '), said.values]
}

describe('the words of a line', () => {
  test('may be cut short where one keyword is left', () => {
    expect(result('sh ip nh')).toEqual(['show ip nhrp', {}])
    expect(result('  SHOW   ip nhrp b')).toEqual(['show ip nhrp brief', {}])
    expect(result('sh ip nhrp nhs d')).toEqual(['show ip nhrp nhs detail', { form: 'detail' }])
  })

  test('are parameters where no keyword fits', () => {
    expect(result('sh ip nhrp 10.0.0.2')).toEqual(['show ip nhrp 10.0.0.2', { address: 0x0a000002 }])
    expect(result('p 10.0.0.2 rep 7')).toEqual(['ping 10.0.0.2 repeat 7', { destination: 0x0a000002, count: 7 }])
    expect(result('ping 10.0.0.2 so lo1')).toMatchObject(['ping 10.0.0.2 source Loopback1', { source: 'Loopback1' }])
  })

  test('one parameter may be two words', () => {
    expect(result('show int tu 0')).toEqual(['show interfaces Tunnel0', { name: 'Tunnel0' }])
    expect(result('ping 10.0.0.2 source loopback 1')).toMatchObject([expect.anything(), { source: 'Loopback1' }])
  })

  test('could be several keywords', () => {
    expect(result('sh i')).toBe('ambiguous')
    expect(result('show ip n')).toEqual(['show ip nhrp', {}])
  })

  test('are too few', () => {
    for (const line of ['show', 'show ip', 'show ip route', 'ping', 'ping 10.0.0.2 repeat'])
      expect(result(line)).toBe('incomplete')
  })

  test.each([
    ['foo', 0],
    // The words agree so far.
    ['shwo ip', 2],
    ['show ip foo', 8],
    ['show  ip  nhrq', 13],
    ['show ip nhrp 10.0.0.256', 13],
    ['show ip route 10.0.0.2 more', 23],
    ['ping 10.0.0.2 repeat 0', 21],
    ['show interfaces 7', 16],
  ])('%s: wrong from a column', (line, column) => {
    expect(result(line)).toBe(column)
  })
})

describe('help', () => {
  test('on a word that has begun', () => {
    expect(helpOn(commands, 'show i')).toEqual(['interfaces  ip'])
    expect(helpOn(commands, 'show x')).toEqual(['% Unrecognized command'])
  })

  test('on what may follow, and whether that may be nothing', () => {
    expect(helpOn(commands, 'show ip nhrp ')).toEqual([
      '  A.B.C.D  The mapping of this address',
      '  brief    One line each',
      '  nhs      Next hop servers',
      '  <cr>',
    ])
    expect(helpOn(commands, 'ping 10.0.0.2 repeat ')).toEqual(['  <1-65535>'])
    expect(helpOn(commands, '')[0]).toMatch(/^ {2}ping +Send echo messages$/)
  })

  test('on a line that leads nowhere', () => {
    expect(helpOn(commands, 'show foo ')).toEqual(['% Unrecognized command'])
    expect(helpOn(commands, 'sh i ')).toEqual(['% Ambiguous command:  "sh i"'])
  })

  test('completes keywords and nothing else', () => {
    expect(completionsOf(commands, 'sh')).toEqual(['show'])
    expect(completionsOf(commands, 'sh ip ')).toEqual(['nhrp', 'route'])
    expect(completionsOf(commands, 'show ip route ')).toEqual([])
    expect(completionsOf(commands, 'show foo ')).toEqual([])
  })
})

describe('laws over every command of a console', () => {
  /** Every way to say something with keywords alone. */
  const said = execMode.flatMap(({ variants }) =>
    variants.flatMap(({ elements }) => {
      const words = elements.map(each => (typeof each === 'string' ? each : undefined))
      return words.includes(undefined) ? [] : [words.join(' ')]
    }),
  )
  const cut = fc.constantFrom(...said).chain(line => {
    const words = line.split(' ')
    return fc
      .tuple(...words.map(word => fc.integer({ min: 1, max: word.length })))
      .map(lengths => ({ line, short: words.map((word, at) => word.slice(0, lengths[at])).join(' ') }))
  })

  test('what is cut short means what it was, or nothing', () => {
    expect(said.length).toBeGreaterThan(25)
    fc.assert(
      fc.property(cut, ({ line, short }) => {
        const found = walk(execMode, short)
        if (found.walk === 'ambiguous') return
        expect(found.walk === 'reached' && found.ways.map(({ written }) => written.join(' '))).toContain(line)
      }),
      { numRuns: 500 },
    )
  })

  test('every word can be completed from its first letters, and help names it', () => {
    for (const line of said) {
      const words = line.split(' ')
      for (const [at, word] of words.entries()) {
        const before = words
          .slice(0, at)
          .map(each => `${each} `)
          .join('')
        expect(completionsOf(execMode, `${before}${word.slice(0, 2)}`)).toContain(word)
        expect(helpOn(execMode, before).some(each => each.startsWith(`  ${word} `) || each === `  ${word}`)).toBe(true)
      }
    }
  })

  test('no text makes it throw, and a wrong column is within the line', () => {
    const word = fc.oneof(fc.constantFrom(...new Set(said.flatMap(each => each.split(' ')))), fc.string(), fc.ipV4())
    const line = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 6 }).map(words => words.join(' ')),
    )
    fc.assert(
      fc.property(line, text => {
        const found = walk(execMode, text)
        if (found.walk === 'invalid') expect(found.column).toBeLessThan(text.length)
        helpOn(execMode, text)
        completionsOf(execMode, text)
      }),
      { numRuns: 500 },
    )
  })
})
