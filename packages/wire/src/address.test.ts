import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, test } from 'vitest'
import {
  bytesOfIpv6,
  formatHex,
  formatIp,
  formatIpv4,
  formatIpv6,
  formatMac,
  ipv4Of,
  ipv6Of,
  lengthOfMask,
  maskOf,
  networkOf,
  parseHex,
  parseIpv4,
  parseIpv6,
  parseMac,
  readIpv6,
  writeIpv6,
} from './address.ts'

const u32 = fc.nat(0xffffffff)
const u128 = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n })

describe('IPv4', () => {
  test('parse is the inverse of format', () => {
    fc.assert(
      fc.property(u32, n => {
        expect(parseIpv4(formatIpv4(n))).toBe(n)
      }),
    )
  })
  test.each([
    '',
    '1',
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.1 ',
    '1.2.3.4.5',
    '0x1.2.3.4',
    '-1.2.3.4',
    '1..2.3',
  ])('refuses %j', text => expect(parseIpv4(text)).toBeUndefined())
  test('masks and networks', () => {
    expect(maskOf(0)).toBe(0)
    expect(maskOf(32)).toBe(0xffffffff)
    expect(formatIpv4(networkOf(ipv4Of('192.0.2.200'), 25))).toBe('192.0.2.128')
    for (let length = 0; length <= 32; length++) expect(lengthOfMask(maskOf(length))).toBe(length)
    expect(lengthOfMask(0xff00ff00)).toBeUndefined()
  })
})

describe('IPv6', () => {
  test('parse is the inverse of format', () => {
    fc.assert(
      fc.property(u128, n => {
        expect(parseIpv6(formatIpv6(n))).toBe(n)
      }),
    )
  })
  test('sparse addresses are written as ipaddr.js writes them (RFC 5952)', () => {
    const groups = fc.array(fc.constantFrom(0, 0, 0, 1, 0xdb8, 0xffff), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(groups, parts => {
        const address = parts.reduce((sum, part) => (sum << 16n) | BigInt(part), 0n)
        if (address >> 32n === 0xffffn) return
        expect(formatIpv6(address)).toBe(new ipaddr.IPv6(parts).toRFC5952String())
      }),
    )
  })
  test.each([
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('%s is written %s', (from, to) => expect(formatIpv6(ipv6Of(from))).toBe(to))
  test.each([
    '',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    '::1%eth0',
    '::1.2.3',
    '1.2.3.4::',
  ])('refuses %j', text => expect(parseIpv6(text)).toBeUndefined())
  test('octets and networks', () => {
    expect(formatHex(bytesOfIpv6(ipv6Of('2001:db8::1')))).toBe('20010db8000000000000000000000001')
    expect(formatIp(networkOf(ipv6Of('2001:db8:1:2::5'), 48))).toBe('2001:db8:1::')
  })
  test('octets are read where they were written, and nothing else is touched', () => {
    fc.assert(
      fc.property(u128, fc.nat(16), (n, at) => {
        const bytes = new Uint8Array(32).fill(0xa5)
        const view = new DataView(bytes.buffer)
        writeIpv6(view, at, n)
        expect(readIpv6(view, at)).toBe(n)
        expect(formatHex(bytes)).toBe('a5'.repeat(at) + formatHex(bytesOfIpv6(n)) + 'a5'.repeat(16 - at))
      }),
    )
  })
})

describe('MAC addresses and hexadecimal', () => {
  test('parse is the inverse of format', () => {
    fc.assert(
      fc.property(fc.nat(0xffffff), fc.nat(0xffffff), (high, low) => {
        const address = high * 0x1000000 + low
        expect(parseMac(formatMac(address))).toBe(address)
      }),
    )
  })
  test.each(['02-00-00-00-01-02', '02:00:00:00:01:02', '0200.0000.0102'])('%s', text =>
    expect(parseMac(text)).toBe(0x020000000102),
  )
  test.each(['02:00-00:00:01:02', '2:0:0:0:1:2', '020000000102', ''])('refuses %j', text =>
    expect(parseMac(text)).toBeUndefined(),
  )
  test('hexadecimal', () => {
    expect(parseHex('00ff')).toEqual(new Uint8Array([0, 255]))
    expect(parseHex('0')).toBeUndefined()
    expect(parseHex('0g')).toBeUndefined()
    expect(formatHex(new Uint8Array([1, 171]), ':')).toBe('01:ab')
  })
})
