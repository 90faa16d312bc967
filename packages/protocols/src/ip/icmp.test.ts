/** ICMP: octets to facts to octets, checksums computed. */
import { parseHex } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { dmvpn } from '../all.ts'
import { encode, recode } from '../encode.ts'
import { decode } from '../stack.ts'
import { type Icmp, icmp } from './icmp.ts'
import { ipv4 } from './ipv4.ts'

const bytesOf = (hex: string): Uint8Array => parseHex(hex.replaceAll(/\s|#.*$/gm, ''))!
const none = new Uint8Array(0)
/** A UDP packet's IPv4 header and first eight octets. */
const quoted = bytesOf('45000020 00070000 0111a5c4 0a000001 0a000002 1f900035 000c0000')
const quotedHex = Buffer.from(quoted).toString('hex')

const messages: readonly (readonly [name: string, hex: string, facts: Icmp])[] = [
  [
    'an echo request, its data apart',
    '08 00 e5ca 1234 0001',
    { kind: 'query', type: 8, code: 0, identifier: 0x1234, sequence: 1, data: none },
  ],
  [
    'a time stamp request',
    '0d 00 c269 0001 0002 02932e00 00000000 00000000',
    { kind: 'query', type: 13, code: 0, identifier: 1, sequence: 2, data: bytesOf('02932e00 00000000 00000000') },
  ],
  [
    'fragmentation needed, the next hop takes 1400 octets',
    `03 04 d7b2 0000 0578 ${quotedHex}`,
    { kind: 'error', type: 3, code: 4, word: 1400, quoted },
  ],
  [
    'a redirect to 10.0.0.254',
    `05 01 d02f 0a0000fe ${quotedHex}`,
    { kind: 'error', type: 5, code: 1, word: 0x0a0000fe, quoted },
  ],
  [
    'a parameter problem at octet 20',
    `0c 00 c02e 14 000000 ${quotedHex}`,
    { kind: 'error', type: 12, code: 0, word: 0x14000000, quoted },
  ],
  [
    'a router advertisement',
    '09 00 e4f4 01 02 0708 0a000001 00000000',
    { kind: 'other', type: 9, code: 0, word: 0x01020708, data: bytesOf('0a000001 00000000') },
  ],
]

test.each(messages)('%s: octets to facts to octets', (_, hex, facts) => {
  const bytes = bytesOf(hex)
  expect(decode(icmp, bytes)).toEqual(facts)
  expect(encode(icmp, facts)).toEqual(bytes)
})

test('facts that do not belong together are refused', () => {
  expect(() => encode(icmp, { kind: 'other', type: 3, code: 0, word: 0, data: none })).toThrow(RangeError)
  expect(() => encode(icmp, { kind: 'query', type: 13, data: bytesOf('00') })).toThrow(RangeError)
})

test('the checksum covers what an echo carries', () => {
  const facts = { kind: 'query', type: 8, code: 0, identifier: 0x1234, sequence: 1, data: none } as const
  // One octet: it is summed as the upper half of a word.
  expect(encode(icmp, facts, { payload: bytesOf('61') })).toEqual(bytesOf('08 00 84ca 1234 0001 61'))
})

test.each(messages)('%s: cut anywhere in its packet it is a fault', (_, hex) => {
  const packet = encode(ipv4, { protocol: 1 }, { payload: bytesOf(hex) })
  for (let length = 21; length < packet.length; length++) {
    const cut = packet.slice(0, length)
    const frame = dmvpn.decode(cut, 228)
    expect(frame.fault?.fault).toBe('truncated')
    expect(recode(frame)).toEqual(cut)
  }
})
