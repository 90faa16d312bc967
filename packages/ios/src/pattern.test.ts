import type { Ipv4 } from '@dmvpn/wire'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { parseIos } from './parse.ts'
import { match, print, type Values, variantsOf } from './pattern.ts'

describe('a pattern', () => {
  test('has the types of its parameters', () => {
    expectTypeOf<Values<'ip nhrp map <protocol:ipv4> <nbma:ipv4>'>>().toEqualTypeOf<{
      readonly protocol: Ipv4
      readonly nbma: Ipv4
    }>()
    expectTypeOf<Values<'mode <mode:tunnel|transport> [every <seconds:1-60>]'>>().toEqualTypeOf<{
      readonly mode: 'tunnel' | 'transport'
      readonly seconds?: number | undefined
    }>()
    expectTypeOf<Values<'to <to:dynamic|ipv4> [<name:word>]'>>().toEqualTypeOf<{
      readonly to: 'dynamic' | Ipv4
      readonly name?: string | undefined
    }>()
  })

  test('is read with and without its optional parts, and printed the same way', () => {
    const variants = variantsOf('ip route <network:ipv4> <length:mask> [<name:interface>] [<distance:1-255>]')
    expect(variants).toHaveLength(4)
    for (const line of [
      'ip route 10.0.0.0 255.0.0.0 Tunnel0 5',
      'ip route 10.0.0.0 255.0.0.0 Tunnel0',
      'ip route 10.0.0.0 255.0.0.0 5',
    ]) {
      const read = variants.map(each => match(each, line.split(' '))).filter(each => each.complete)
      expect(read).toHaveLength(1)
      expect(print(variants, read[0]!.values)).toBe(line)
    }
  })
})

/** How a single line under an interface or in global mode reads. */
function said(line: string, under = 'interface Tunnel0'): string {
  const last = parseIos(`${under}\n ${line}`).lines.at(-1)!
  return `${last.state}: ${last.command ?? last.because ?? ''}`
}

describe('abbreviations', () => {
  test.each([
    ['ip add 10.0.0.1 255.255.255.0', 'understood: ip address 10.0.0.1 255.255.255.0'],
    ['ip nhr net 5', 'understood: ip nhrp network-id 5'],
    ['ip nhrp map mul dyn', 'understood: ip nhrp map multicast dynamic'],
    ['tu so lo0', 'understood: tunnel source Loopback0'],
    ['tunn mod gre m', 'understood: tunnel mode gre multipoint'],
    ['no shut', 'understood: no shutdown'],
    ['IP NHRP HOLDTIME 60', 'understood: ip nhrp holdtime 60'],
    ['no ip spl eigrp 7', 'understood: no ip split-horizon eigrp 7'],
  ])('%s', (line, outcome) => expect(said(line)).toBe(outcome))

  test('that could be two words are refused, as IOS refuses them', () => {
    expect(said('ip nhrp re timeout 5')).toMatch(/^unrecognised: ambiguous: /)
    expect(said('ip nhrp n 5')).toMatch(/^unrecognised: ambiguous: network-id, nhs/)
  })

  test.each([
    ['int tu0', 'Tunnel0'],
    ['interface Tunnel 0', 'Tunnel0'],
    ['int lo12', 'Loopback12'],
    ['int fa0/1', 'FastEthernet0/1'],
    ['interface gi0/0/0.100', 'GigabitEthernet0/0/0.100'],
    ['int Se 0/0', 'Serial0/0'],
  ])('of interfaces: %s', (line, name) => {
    expect(parseIos(line).settings.interfaces.map(each => each.name)).toEqual([name])
  })
})

test('a number out of its range is questionable and changes nothing', () => {
  expect(said('ip nhrp holdtime 70000')).toBe('questionable: ip nhrp holdtime 70000')
  expect(parseIos('interface Tunnel0\n ip nhrp holdtime 70000').settings).toEqual(
    parseIos('interface Tunnel0').settings,
  )
})
