/** IGMP: octets to facts to octets. */
import { parseHex } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { dmvpn } from '../all.ts'
import { encode, recode } from '../encode.ts'
import { decode } from '../stack.ts'
import { igmp } from './igmp.ts'
import { ipv4 } from './ipv4.ts'

const bytesOf = (hex: string): Uint8Array => parseHex(hex.replaceAll(/\s/g, ''))!

const messages = [
  ['a membership report of version 2', '16 00 f9fc ef010101', { type: 0x16, code: 0, body: bytesOf('ef010101') }],
  [
    'a membership report of version 3: one record, exclude nothing from 224.0.0.5',
    '22 00 f9f8 0000 0001 04 00 0000 e0000005',
    { type: 0x22, code: 0, body: bytesOf('00000001 04000000 e0000005') },
  ],
] as const

test.each(messages)('%s: octets to facts to octets', (_, hex, facts) => {
  expect(decode(igmp, bytesOf(hex))).toEqual(facts)
  expect(encode(igmp, facts)).toEqual(bytesOf(hex))
})

test.each(messages)('%s: cut anywhere in its packet it is a fault', (_, hex) => {
  const packet = encode(ipv4, { protocol: 2 }, { payload: bytesOf(hex) })
  for (let length = 21; length < packet.length; length++) {
    const frame = dmvpn.decode(packet.slice(0, length), 228)
    expect(frame.fault?.fault).toBe('truncated')
    expect(recode(frame)).toEqual(packet.slice(0, length))
  }
})
