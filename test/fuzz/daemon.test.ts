/** What `docs/fuzzing.md` shows: a daemon's own parser, here a small one, tried with our arbitraries and our corpus. */
import { framesAsBytes, mutated } from '@dmvpn/arbitraries'
import { bytesOf, readCapture } from '@dmvpn/capture'
import { labelledCorpus } from '@dmvpn/fuzz'
import fc from 'fast-check'
import { expect, test } from 'vitest'

/** Looks no further than a daemon must before it trusts an NHRP packet in GRE in IPv4: sizes and the checksum. */
function accepts(frame: Uint8Array): boolean {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  if (frame.length < 24 || frame[0]! >>> 4 !== 4 || frame[9] !== 47) return false
  const gre = 4 * (frame[0]! & 15)
  if (gre < 20 || frame.length < gre + 4 || (frame[gre]! & 0xdf) !== 0 || view.getUint16(gre + 2) !== 0x2001)
    return false
  const start = gre + ((frame[gre]! & 0x20) === 0 ? 4 : 8)
  if (frame.length < start + 28) return false
  const size = view.getUint16(start + 10)
  const offset = view.getUint16(start + 14)
  if (size < 28 || start + size > frame.length || frame[start + 16] !== 1) return false
  const source = (frame[start + 18]! & 0x3f) + (frame[start + 19]! & 0x3f) + frame[start + 20]!
  const least = 28 + source + frame[start + 21]!
  if (least > size || (offset !== 0 && (offset < least || offset > size))) return false
  let sum = 0
  for (let at = 0; at < size; at++) sum += at % 2 === 0 ? frame[start + at]! * 256 : frame[start + at]!
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000)
  return sum === 0xffff
}

test('no octets are fatal', () => {
  fc.assert(
    fc.property(mutated(framesAsBytes().map(({ bytes }) => bytes)), bytes => typeof accepts(bytes) === 'boolean'),
    { numRuns: 2000 },
  )
})

const judged = ['checksum', 'version', 'size-short', 'size-long', 'cut', 'offset-in-fixed-part', 'offset-in-addresses']
const refused = [...judged, 'offset-past-end', 'nbma-length', 'subaddress-length', 'source-protocol-length']

test('what the corpus wants discarded for its sizes is discarded, and the rest is not', () => {
  const accepted = labelledCorpus()
    .filter(({ name }) => name.startsWith('nhrp-'))
    .filter(({ file }) => accepts(bytesOf([...readCapture(file)][0]!)))
    .map(({ name }) => name.slice('nhrp-'.length))
  expect(refused.filter(name => accepted.includes(name))).toEqual([])
  expect(accepted).toContain('extension-unknown')
})
