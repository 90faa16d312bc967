/** Consoles on the command line: among the events of `simulate`, followed by it, and read from a pipe by `lab`. */
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { built, dmvpn, scenario } from './command.ts'

const phase2 = scenario('phase-2-eigrp')

describe('simulate', () => {
  test('prints what a router answers when its time comes, before the summary', async () => {
    const { code, out } = await dmvpn([
      'simulate',
      phase2,
      '--at',
      '30s',
      'R3: show ip nhrp',
      '--at',
      '29s',
      'R1: sh ip nh',
    ])
    expect(code).toBe(0)
    expect(out).toMatch(
      /^R1#sh ip nh\n10\.0\.0\.3\/32 via 10\.0\.0\.3, Tunnel0 created 00:00:28, expire 00:00:31\n( .*\n)+R3#show ip nhrp\n10\.0\.0\.1\/32 .* never expire\n( .*\n)+\nThe hub keeps/,
    )
  })

  test('follows a console: what it logs, what is typed, pings of the story among it', async () => {
    const { out } = await dmvpn(['simulate', phase2, '--console', 'R3', '--timestamps', '--until', '240s'])
    expect(out).toMatch(/^\*Mar {2}1 00:00:00\.\d{3}: %DUAL-5-NBRCHANGE: IP-EIGRP\(0\) 123: Neighbor 10\.0\.0\.1 /m)
    expect(out).toMatch(
      /^R3#ping 10\.0\.2\.2\n\nType escape sequence to abort\.\nSending 5, .*\n!!!!!\nSuccess rate is 100 percent/m,
    )
    expect(out).not.toContain('R1#')
  })

  test('prints debug output of a router that nobody follows, and nothing else of it', async () => {
    const { out } = await dmvpn([
      'simulate',
      phase2,
      '--until',
      '240s',
      '--at',
      '200s',
      'R2: debug nhrp',
      '--at',
      '230s',
      'R3: show ip cef 10.0.0.2',
    ])
    expect(out).toMatch(/^R2#debug nhrp\nNHRP protocol debugging is on\nNHRP: /)
    expect(out).toContain('NHRP: Encapsulation failed for destination 10.0.0.3 out Tunnel0\n')
    expect(out).toContain('R3#show ip cef 10.0.0.2\n10.0.0.0/24, version ')
    expect(out).toContain('R3 at 238s: ping 10.0.2.2: !!!!!')
    expect(out).not.toContain('Success rate')
  })

  test('keeps a capture on standard output clean', () => {
    const words = ['--until', '1s', '-w', '-', '--at', '1s', 'R1: show ip nhrp multicast']
    const { stdout, stderr } = spawnSync(process.execPath, [built, 'simulate', phase2, ...words], {
      encoding: 'latin1',
    })
    expect(stdout).not.toContain('NBMA')
    expect(stderr).toBe('R1#show ip nhrp multicast\n  I/F     NBMA address\nTunnel0   150.1.3.3       Flags: dynamic\n')
  })

  test('knows routers and commands beforehand', async () => {
    expect(await dmvpn(['simulate', phase2, '--at', '1s', 'R9: show ip nhrp'])).toMatchObject({
      code: 2,
      err: "dmvpn: --at 1s 'R9: show ip nhrp': there is no router R9",
    })
    expect(await dmvpn(['simulate', phase2, '--at', '1s', 'R1: show ip nhpr'])).toMatchObject({ code: 2 })
    expect(await dmvpn(['simulate', phase2, '--console', 'R9'])).toMatchObject({
      code: 2,
      err: 'dmvpn: --console R9: there is no such router',
    })
  })
})

describe('lab', () => {
  const said = async (words: readonly string[], ...lines: readonly string[]): Promise<string> => {
    const { code, out } = await dmvpn(['lab', ...words], lines.join('\r\n'))
    expect(code).toBe(0)
    return out.replaceAll(/^%(LINEPROTO|DUAL).*\n/gm, '')
  }

  test('helps, and says what there is besides the router’s commands', async () => {
    expect(await said([phase2], 'sh ip nh?', 'con?', 'zzz?')).toBe(
      'R1#sh ip nh?\nnhrp\nR1#con?\nconfigure  connect\nR1#zzz?\n% Unrecognized command\n',
    )
    const out = await said([phase2], '?')
    expect(out).toMatch(/^R1#\?\nRouter:\n( {2}\w+ +.*\n)+Laboratory:\n( {2}\w+ +.*\n){3}$/)
  })

  test('lets time pass in seconds and in other units, and nothing else does', async () => {
    const out = await said(
      [phase2],
      'routers',
      'wait 3',
      'wait 250ms',
      'show ip nhrp',
      'routers',
      'wait forever',
      'wait',
    )
    expect(out).toMatch(/^R1#routers\ntime 0us\n\* R1 +running\n {2}R2 +switched off\n/)
    expect(out).toContain('R1#routers\ntime 3250ms\n')
    expect(out).toContain('% forever: no time such as 30, 250ms or 2m\n')
  })

  test('goes from router to router, whose words wait for whoever comes', async () => {
    const out = await said(
      [phase2],
      'r3',
      'debug nhrp',
      'R1',
      'wait 31',
      'connect R3',
      'connect R7',
      'R2',
      'show ip nhrp',
    )
    expect(out).toMatch(/R1#connect R3\nNHRP: [^]*NHRP: 81 bytes out Tunnel0\n/)
    expect(out).toContain(
      'R3#connect R7\n% There is no router R7\nR3#R2\nR2#show ip nhrp\n% The router is switched off\n',
    )
  })

  test('has what happens outside of routers happen, and the story where it is wanted', async () => {
    const cut = await said(
      [phase2, '--story'],
      'R3',
      'unplug',
      'wait 10',
      'ping 10.0.0.1 repeat 1',
      'plug',
      'ping 10.0.0.1 repeat 1',
    )
    expect(cut).toMatch(/\(0\/1\)\nR3#plug\n[^]*\(1\/1\)/)
    expect(await said([phase2, '--story'], 'wait 300', 'show ip nhrp', 'R3', 'show ip nhrp')).not.toContain('Ping')
    const events = async (...words: readonly string[]): Promise<boolean> =>
      (await said([phase2, ...words], 'wait 239', 'show ip nhrp')).includes('Requester')
    expect([await events(), await events('--story')]).toEqual([false, true])
  })

  test('leaves at the end of the input, and where it is told to', async () => {
    expect(await said([phase2], 'exit', 'show ip nhrp')).toBe('R1#exit\n')
    expect(await dmvpn(['lab', scenario('none')])).toMatchObject({ code: 3 })
    expect(await dmvpn(['lab', phase2, '--profile', 'ios99'])).toMatchObject({ code: 2 })
  })
})
