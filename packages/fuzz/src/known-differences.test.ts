import { parseHex } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { isKnownDifference } from './known-differences.ts'
import { lineDifference } from './oracle.ts'

const rawIpv4 = 228
/** The first twelve octets of NHRP's fixed header, and no more. */
const cutHeader = {
  linkType: rawIpv4,
  bytes: parseHex('4500002400000000ff2fbbab000000000000000000002001000108000000000000ff0004')!,
}
/** A client information entry of which only the code is there. */
const cutEntry = {
  linkType: rawIpv4,
  bytes: parseHex(
    '4500004100000000ff2fbb8e000000000000000000002001000108000000090000ff005d8a3f003c0102040004048800' +
      '00000007c63364020a0000020a00000100',
  )!,
}
const whole = { linkType: rawIpv4, bytes: parseHex('4500001800000000ff2fbbb7000000000000000000000000')! }

describe('known differences to tshark', () => {
  test.each([
    [cutHeader, 'nhrp.hdr.pktsz', '4', ''],
    [cutEntry, 'nhrp.code', '0', ''],
  ])('what was understood before a cut is kept', (input, field, ours, theirs) => {
    expect(isKnownDifference(input, field, ours, theirs)).toBe(true)
  })

  test.each([
    ['nothing is cut', whole, 'nhrp.code', '0', ''],
    ['another protocol', cutHeader, 'gre.proto', '0x2001', ''],
    ['we show less', cutHeader, 'nhrp.hdr.pktsz', '', '4'],
    ['we show something else', cutEntry, 'nhrp.code', '0', '1'],
  ])('%s: a finding', (_, input, field, ours, theirs) => {
    expect(isKnownDifference(input, field, ours, theirs)).toBe(false)
  })

  test('a line that differs only so is no finding, and the next field is still compared', () => {
    const known = (name: string): boolean => name === 'nhrp.code'
    expect(lineDifference('1\t0\t5', '1\t\t5', ['a', 'nhrp.code', 'b'], known)).toBeUndefined()
    expect(lineDifference('1\t0\t5', '1\t\t6', ['a', 'nhrp.code', 'b'], known)).toMatchObject({ field: 'b' })
  })
})
