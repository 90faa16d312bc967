import { ipv4Of as ip, ipv6Of } from '@dmvpn/wire'
import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { debugLine } from './debug-line.ts'
import { decisionLines, laterLines, packetLines } from './debug-lines.ts'
import { flagsOf, flagText } from './debug-words.ts'

describe('a line of debug output', () => {
  const line = debugLine(' shtl: <length:0-63>(<kind:NSAP|E164>), of <address:ipv4|ipv6> <rest:line>.')

  it('prints its values where the pattern has them', () => {
    expect(line.print({ length: 4, kind: 'NSAP', address: ip('192.0.2.1'), rest: 'and so on' })).toBe(
      ' shtl: 4(NSAP), of 192.0.2.1 and so on.',
    )
    expect(line.print({ length: 16, kind: 'E164', address: ipv6Of('2001:db8::1'), rest: '' })).toBe(
      ' shtl: 16(E164), of 2001:db8::1 .',
    )
  })

  it('reads them whatever the space', () => {
    const values = { length: 4, kind: 'NSAP', address: ip('192.0.2.1'), rest: 'and so on' }
    expect(line.read('shtl:4 (NSAP) ,of   192.0.2.1\tand so on .  ')).toEqual(values)
    expect(line.read('     shtl : 4( NSAP ), of 192.0.2.1 and so on.')).toEqual(values)
  })

  it('does not read what is no such line', () => {
    const others = [
      'shtl: 64(NSAP), of 192.0.2.1 x.',
      'shtl: 4(NBMA), of 192.0.2.1 x.',
      'shtl: 4(NSAP), of 192.0.2.256 x.',
      'shtl: 4(NSAP), of192.0.2.1 x.',
      'shtl: 4(NSAP), of 192.0.2.1 x',
      'sh tl: 4(NSAP), of 192.0.2.1 x.',
      '',
    ]
    for (const other of others) expect([other, line.read(other)]).toEqual([other, undefined])
  })

  it('refuses to print what is not of its kind', () => {
    const good = { length: 4, kind: 'NSAP', address: ip('192.0.2.1'), rest: '' } as const
    expect(() => line.print({ ...good, length: 64 })).toThrow(RangeError)
    expect(() => line.print({ ...good, kind: 'other' as 'NSAP' })).toThrow(RangeError)
  })

  test.prop([fc.record({ hopCount: fc.nat(255), version: fc.nat(255), familyNumber: fc.nat(65_535) })])(
    'what is printed reads the same',
    numbers => {
      const values = { ...numbers, family: 'IPv4', protocol: 'IP', protocolType: '800' }
      expect(packetLines.fixed.read(packetLines.fixed.print(values))).toEqual(values)
    },
  )

  test.prop([fc.string()])('any text at all is a line or is none', text => {
    const all = [...Object.values(decisionLines), ...Object.values(packetLines), ...Object.values(laterLines)]
    for (const each of all)
      expect([undefined, 'object']).toContain(each.read(text) === undefined ? undefined : 'object')
  })
})

describe('flags', () => {
  it('are the words of the articles', () => {
    expect(flagText('resolution-request', 0xc800)).toBe('router auth src-stable')
    expect(flagText('resolution-reply', 0xf800)).toBe('router auth dst-stable unique src-stable')
    expect(flagText('registration-request', 0x8002)).toBe('unique nat')
    expect(flagText('purge-request', 0)).toBe('reply required')
    expect(flagText('purge-request', 0x8000)).toBe('')
  })

  it('read back; a word that is none is told', () => {
    expect(flagsOf('registration-reply', 'unique nat ')).toEqual({ flags: 0x8002, unknown: [] })
    expect(flagsOf('purge-reply', 'reply required')).toEqual({ flags: 0, unknown: [] })
    expect(flagsOf('purge-reply', '')).toEqual({ flags: 0x8000, unknown: [] })
    expect(flagsOf('registration-request', 'unique router')).toEqual({ flags: 0x8000, unknown: ['router'] })
  })
})
