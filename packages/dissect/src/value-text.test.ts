import { type Field, type FieldType, type Format, field, generated, ipv6Of, names, Sink, type Value } from '@dmvpn/wire'
import { describe, expect, it } from 'vitest'
import { maskOfSecret, valueText, writeWords } from './value-text.ts'

const of = (type: FieldType, format: Format = {}): Field => field('x.y', 'Y', type, format)

describe('a value in exports', () => {
  const cases: readonly (readonly [string, Field, Value, string])[] = [
    ['a decimal number', of('uint16'), 1360, '1360'],
    ['hexadecimal digits by type', of('uint16', { base: 'hex' }), 0x800, '0x0800'],
    ['hexadecimal first', of('uint32', { base: 'hex-dec' }), 123, '0x0000007b'],
    ['decimal first', of('uint8', { base: 'dec-hex' }), 123, '123'],
    ['a negative number', of('int32'), -5, '-5'],
    ['64 bits', of('uint64', { base: 'hex' }), 255n, '0x00000000000000ff'],
    ['true', of('boolean'), true, '1'],
    ['false', of('boolean'), false, '0'],
    ['an IPv4 address', of('ipv4'), 0x96010303, '150.1.3.3'],
    ['an IPv6 address', of('ipv6'), ipv6Of('2001:db8::1'), '2001:db8::1'],
    ['a MAC address', of('ether'), 0x020000000001, '02:00:00:00:00:01'],
    ['a string made of a value', of('string', { text: (value: number) => `<${value}>` }), 7, '<7>'],
    ['mere presence', of('none'), undefined, '1'],
    ['a time', of('relative-time'), 1_500_000_000, '1.500000000'],
    ['a negative time', of('relative-time'), -1n, '-0.000000001'],
  ]
  it.each(cases)('writes %s', (_what, own, value, text) => {
    expect(valueText(own, value)).toBe(text)
  })

  it('separates octets in JSON only', () => {
    const octets = new Uint8Array([0xab, 0xcd])
    expect(valueText(of('bytes'), octets)).toBe('abcd')
    expect(valueText(of('bytes'), octets, 'json')).toBe('ab:cd')
  })

  it('masks secrets unless asked', () => {
    const secret = of('string', { secret: true })
    expect(valueText(secret, 'cisco', 'json', false)).toBe('***** (5 octets)')
    expect(valueText(secret, 'cisco', 'json', true)).toBe('cisco')
    expect(maskOfSecret(7)).toBe('*****')
  })
})

describe('a value in the tree', () => {
  const words = (own: Field, value: Value): string => {
    const s = new Sink()
    writeWords(s, own, value)
    return s.toString()
  }
  const codes = names({ 0: 'Success' })

  it('names numbers and keeps those without a name', () => {
    expect(words(of('uint8', { names: codes }), 0)).toBe('Success (0)')
    expect(words(of('uint8', { names: codes }), 9)).toBe('Unknown (9)')
    expect(words(of('uint16', { names: codes, base: 'hex-dec' }), 0)).toBe('Success (0x0000)')
    expect(words(generated('x.y', 'Y', 'uint8', { names: codes }), 0)).toBe('Success')
  })

  it('says truth in the words of the field', () => {
    expect(words(of('boolean'), true)).toBe('True')
    expect(words(of('boolean', { truth: ['Set', 'Not set'] }), false)).toBe('Not set')
  })

  it('writes both bases, units and what was scaled', () => {
    expect(words(of('uint16', { base: 'hex-dec' }), 58566)).toBe('0xe4c6 (58566)')
    expect(words(of('uint8', { scale: 4, unit: ' bytes' }), 20)).toBe('20 bytes (5)')
  })

  it('cuts long octets', () => {
    expect(words(of('bytes'), new Uint8Array(40))).toBe(`${'00'.repeat(36)}…`)
  })
})
