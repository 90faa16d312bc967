/** The laboratory as somebody sees it who sits at a terminal: the built command in a pseudo-terminal. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { built, scenario } from './command.ts'

const typist = fileURLToPath(new URL('terminal.py', import.meta.url))

/** Where it is missing, tests skip with a loud line; in CI that is a failure. */
const hasPython = spawnSync('python3', ['--version']).status === 0
if (!hasPython) process.stderr.write('\n*** python3 is not installed: nobody sits at a terminal ***\n\n')

const control = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) & 31)
const tab = '\t'
const up = `${control('[')}[A`

/** What the terminal shows when each of the keys is typed once what stands before them was shown. */
function typed(steps: readonly (readonly [after: string, keys: string])[]): { code: number | null; screen: string } {
  const lab = [process.execPath, built, 'lab', scenario('phase-2-eigrp')]
  const { status, stdout, stderr } = spawnSync('python3', [typist, ...lab], {
    input: JSON.stringify(steps),
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  // Of what a terminal does with its cursor only lines and words are left.
  const escapes = new RegExp(`${control('[')}\\[[\\d;?]*[A-Za-z]`, 'g')
  return { code: status, screen: stdout.replaceAll(escapes, '').replaceAll('\r', '') }
}

describe.skipIf(!hasPython && process.env['CI'] === undefined)('at a terminal', () => {
  test('prompt, abbreviated commands, routers by name, and time that passes', () => {
    const { code, screen } = typed([
      ['R1#', 'wait 100\r'],
      ['R1#', 'R3\r'],
      ['R3#', 'sh ip nh\r'],
      ['R3#', control('d')],
    ])
    expect(code).toBe(0)
    expect(screen).toContain('R1, R2, R3: time stands still')
    expect(screen).toContain('10.0.0.1/32 via 10.0.0.1, Tunnel0 created 00:01:40, never expire')
  })

  test('the tabulator completes a word, twice shows what there is', () => {
    // What comes in one piece counts as pasted, and the tabulator in its middle for nothing.
    const { screen } = typed([
      ['R1#', `sh${tab}`],
      ['show ', `ip nhr${tab}`],
      ['nhrp ', `mul${tab}`],
      ['multicast ', '\r'],
      ['NBMA address', ''],
      ['R1#', `show d${tab}`],
      ['show d', tab],
      ['dmvpn', control('c')],
      ['R1#', `con${tab}`],
      ['con', tab],
      ['configure', control('c')],
      ['R1#', control('d')],
    ])
    expect(screen).toContain('R1#show ip nhrp multicast')
    expect(screen).toMatch(/debugging\s+dmvpn/)
    expect(screen).toMatch(/configure\s+connect/)
  })

  test('a question mark helps at once, and leaves the line as it was', () => {
    const { screen } = typed([
      ['R1#', 'show ip nhrp ?'],
      ['<cr>', 'brief\r'],
      ['Claimed', ''],
      ['R1#', control('d')],
    ])
    expect(screen).toMatch(/R1#show ip nhrp \?\n {2}A\.B\.C\.D +The mapping of this address\n/)
    expect(screen).toContain('R1#show ip nhrp brief')
  })

  test('Ctrl-C forgets the line that is being typed, and ends what takes too long', () => {
    const { screen } = typed([
      ['R1#', `show ip nhrp bogus${control('c')}`],
      ['bogus', 'routers\r'],
      ['time 0', ''],
      ['R1#', 'wait 900h\r'],
      ['wait 900h', control('c')],
      ['% Interrupted at', ''],
      ['R1#', 'debug nhrp\r'],
      ['protocol debugging is on', ''],
      ['R1#', control('d')],
    ])
    expect(screen).not.toContain('Invalid input')
  })

  test('the lines before come back', () => {
    const { screen } = typed([
      ['R1#', 'R2\r'],
      ['R2#', 'show debugging\r'],
      ['R2#', 'debug nhrp\r'],
      ['protocol debugging is on', ''],
      ['R2#', `${up}${up}\r`],
      ['protocol debugging is on', ''],
      ['R2#', control('d')],
    ])
    expect(screen.match(/^NHRP protocol debugging is on$/gm)).toHaveLength(2)
  })

  test('a ping shows its marks, and can be ended', () => {
    const { code, screen } = typed([
      ['R1#', 'wait 1\r'],
      ['R1#', 'ping 10.9.9.9\r'],
      ['Success rate is 0 percent (0/5)', ''],
      ['R1#', 'ping 10.9.9.9 repeat 65535\r'],
      ['...', control('c')],
      ['R1#', 'exit\r'],
    ])
    expect(code).toBe(0)
    expect(screen).toContain('Sending 5, 100-byte ICMP Echos to 10.9.9.9, timeout is 2 seconds:\n.....\n')
  })
})
