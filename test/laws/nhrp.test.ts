/** Laws 3 and 6 over generated NHRP packets. */
import { anyNhrp } from '@dmvpn/arbitraries'
import { decode, encode, nhrp } from '@dmvpn/protocols'
import { checksumOf, isFault } from '@dmvpn/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'

test('decode(encode(p)) equals p, and the claims are true', () => {
  fc.assert(
    fc.property(anyNhrp(), packet => {
      const bytes = encode(nhrp, packet)
      expect(bytes.length).toBe(nhrp.size(packet))
      expect(decode(nhrp, bytes)).toEqual(packet)
      const view = new DataView(bytes.buffer)
      expect(view.getUint16(10)).toBe(bytes.length)
      expect(checksumOf(view, 0, bytes.length)).toBe(0)
    }),
    { numRuns: 5000 },
  )
})

test('every shorter length faults', () => {
  fc.assert(
    fc.property(anyNhrp(), packet => {
      const bytes = encode(nhrp, packet)
      for (let length = 0; length < bytes.length; length++) {
        const out = decode(nhrp, bytes.subarray(0, length))
        expect(isFault(out) && out.fault === 'truncated' && out.limitedBy !== 'nhrp.hdr.pktsz').toBe(true)
      }
    }),
    { numRuns: 200 },
  )
})
