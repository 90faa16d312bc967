import { type Order, Random, Router, type Settings, seconds } from '@dmvpn/core'
import { describe, expect, test } from 'vitest'
import { parseIos } from '../parse.ts'
import { Console } from './console.ts'

const configuration = `hostname R1
interface Loopback0
 ip address 150.1.1.1 255.255.255.0
interface Tunnel0
 ip address 10.0.0.1 255.255.255.0
 ip nhrp network-id 123
 ip nhrp nhs 10.0.0.9
 ip nhrp map 10.0.0.9 150.1.9.9
 tunnel source Loopback0
 tunnel mode gre multipoint
`

/** A router alone at its console: what the screen shows. */
function sit(settings: Settings = parseIos(configuration).settings): {
  readonly console: Console
  readonly router: Router
  readonly shown: () => string
  readonly pass: (until: number) => void
} {
  let screen = ''
  let now = 0
  const router = new Router(settings, { random: new Random(1) })
  const console = new Console(
    {
      name: 'R1',
      get router() {
        return router.state
      },
      get now() {
        return now
      },
      perform: (order: Order) => router.perform(now, order),
    },
    text => {
      screen += text
    },
  )
  router.watch((step, at) => console.take(step, at))
  return {
    console,
    router,
    shown: () => {
      const text = screen
      screen = ''
      return text
    },
    pass: until => {
      now = seconds(until)
      router.wake(now)
    },
  }
}

describe('a console', () => {
  test('points at what is wrong, under the prompt and the line', () => {
    const { console, shown } = sit()
    console.enter('show ip foo')
    expect(`R1#show ip foo\n${shown()}`).toBe(
      ['R1#show ip foo', '           ^', "% Invalid input detected at '^' marker.", '', ''].join('\n'),
    )
    console.enter('sh i')
    console.enter('show ip')
    console.enter('show interfaces Tunnel7')
    expect(shown()).toBe(
      [
        '% Ambiguous command:  "sh i"',
        '% Incomplete command.',
        '',
        '                   ^',
        "% Invalid input detected at '^' marker.",
        '',
        '',
      ].join('\n'),
    )
  })

  test('says nothing of empty lines and comments', () => {
    const { console, shown } = sit()
    for (const line of ['', '   ', '! nothing', 'enable', 'terminal length 0']) expect(console.enter(line)).toBe('stay')
    expect(shown()).toBe('')
    expect(console.enter('exit')).toBe('leave')
  })

  test('debugs what it is told to, until it is told not to', () => {
    const { console, router, shown, pass } = sit()
    console.enter('debug nhrp')
    console.enter('debug nhrp packet')
    console.enter('show debugging')
    expect(shown()).toBe(
      [
        'NHRP protocol debugging is on',
        'NHRP activity debugging is on',
        'NHRP activity debugging is on',
        'NHRP protocol debugging is on',
        '',
      ].join('\n'),
    )
    router.perform(0, { order: 'reload' })
    pass(1)
    expect(shown()).toMatch(
      /^NHRP: Attempting to send packet via DEST 10\.0\.0\.9$[^]*^NHRP: Send Registration Request via Tunnel0 vrf 0, packet size: /m,
    )
    console.enter('no debug nhrp packet')
    expect(console.isDebugging).toBe(true)
    console.enter('undebug all')
    expect(shown()).toBe('NHRP activity debugging is off\nAll possible debugging has been turned off\n')
    expect(console.isDebugging).toBe(false)
    router.perform(seconds(1), { order: 'reload' })
    pass(2)
    expect(shown()).not.toContain('NHRP:')
  })

  test('shows a ping as it goes, and is busy meanwhile', () => {
    const { console, shown, pass } = sit()
    console.enter('ping 10.0.0.9 repeat 2 source Loopback0')
    expect(console.busy).toBe(true)
    pass(3)
    expect(shown()).toBe(
      [
        '',
        'Type escape sequence to abort.',
        'Sending 2, 100-byte ICMP Echos to 10.0.0.9, timeout is 2 seconds:',
        'Packet sent with a source address of 150.1.1.1',
        '.',
      ].join('\n'),
    )
    pass(5)
    expect(shown()).toBe('.\nSuccess rate is 0 percent (0/2)\n')
    expect(console.busy).toBe(false)
  })

  test('breaks the line of marks for what is logged, and after seventy', () => {
    const { console, router, shown, pass } = sit()
    console.enter('ping 10.0.0.9 timeout 1 repeat 71')
    pass(1)
    router.perform(seconds(1), { order: 'shutdown', interface: 'Loopback0' })
    expect(shown()).toContain(':\n.\n%LINK-5-CHANGED: Interface Loopback0, changed state to administratively down\n')
    // Seventy marks fill a line.
    const { console: other, shown: otherShown, pass: otherPass } = sit()
    other.enter('ping 10.0.0.9 timeout 1 repeat 71')
    otherPass(80)
    expect(otherShown()).toContain(`:\n${'.'.repeat(70)}\n.\nSuccess`)
  })

  test('takes no source that is not its own', () => {
    const { console, shown } = sit()
    console.enter('ping 10.0.0.9 source 10.9.9.9')
    console.enter('ping 10.0.0.9 source Loopback7')
    expect(shown()).toBe('% Invalid source. Must use IP address or full interface name\n'.repeat(2))
  })

  test('shuts and opens interfaces in configuration mode', () => {
    const { console, shown } = sit()
    const prompts = [
      'configure terminal',
      'interface tunnel 0',
      'shutdown',
      'no shutdown',
      'exit',
      'int Lo0',
      'end',
    ].map(line => {
      console.enter(line)
      return console.prompt
    })
    expect(prompts).toEqual([
      'R1(config)#',
      'R1(config-if)#',
      'R1(config-if)#',
      'R1(config-if)#',
      'R1(config)#',
      'R1(config-if)#',
      'R1#',
    ])
    expect(shown()).toContain('%LINK-5-CHANGED: Interface Tunnel0, changed state to administratively down\n')
    console.enter('show running-config')
    const before = shown()
    for (const line of [
      'conf t',
      'int tu0',
      'ip address 10.0.9.1 255.255.255.0 secondary',
      'shutdown',
      'end',
      'show run',
    ])
      console.enter(line)
    expect(before).not.toContain('shutdown')
    expect(shown()).toMatch(
      /interface Tunnel0\n( .*\n)* ip address 10\.0\.9\.1 255\.255\.255\.0 secondary\n( .*\n)* shutdown\n/,
    )
  })

  test('does what is outside of configuration behind do', () => {
    const { console, shown } = sit()
    for (const line of ['conf t', 'do show debugging', 'do sh ip nhrp nhs', 'do show ip foo', 'show ip nhrp'])
      console.enter(line)
    expect(shown()).toBe(
      [
        'Enter configuration commands, one per line.  End with CNTL/Z.',
        'Legend: E=Expecting replies, R=Responding, W=Waiting',
        'Tunnel0:',
        '10.0.0.9         W priority = 0 cluster = 0',
        `${' '.repeat('R1(config)#do show ip '.length)}^`,
        "% Invalid input detected at '^' marker.",
        '',
        `${' '.repeat('R1(config)#'.length)}^`,
        "% Invalid input detected at '^' marker.",
        '',
        '',
      ].join('\n'),
    )
    expect(console.completions('do show ip nh')).toEqual(['nhrp'])
  })

  test('what is printed as the running configuration reads as the settings', () => {
    const { settings } = parseIos(configuration)
    const { console, shown } = sit(settings)
    console.enter('show running-config')
    expect(parseIos(shown()).settings).toEqual(settings)
  })
})
