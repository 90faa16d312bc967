/** IKE messages of both versions: octets to facts to octets. */
import { parseHex } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { encode } from '../encode.ts'
import { decode } from '../stack.ts'
import { type Isakmp, isakmp } from './isakmp.ts'

const bytesOf = (hex: string): Uint8Array => parseHex(hex.replaceAll(/\s|#.*$/gm, ''))!
const none = new Uint8Array(0)
const spis = { initiatorSpi: bytesOf('0102030405060708'), responderSpi: bytesOf('1112131415161718'), minorVersion: 0 }

const messages: readonly (readonly [name: string, hex: string, facts: Isakmp])[] = [
  [
    'version 2, a nonce and a critical notification',
    `0102030405060708 1112131415161718
     28 20 22 08 00000000 0000002c   # a nonce is first; IKE_SA_INIT of the initiator; 44 octets
     29 00 0008 aabbccdd             # a notification is next
     00 80 0008 00 00 4004           # the last one, critical`,
    {
      ...spis,
      majorVersion: 2,
      exchangeType: 34,
      flags: 0x08,
      messageId: 0,
      payloads: [
        { type: 40, reserved: 0, body: bytesOf('aabbccdd') },
        { type: 41, reserved: 0x80, body: bytesOf('00004004') },
      ],
      lastNext: 0,
      rest: none,
    },
  ],
  [
    'version 2, encrypted: what is named next is inside',
    `0102030405060708 1112131415161718
     2e 20 25 20 00000002 00000028
     29 00 000c 0001020304050607`,
    {
      ...spis,
      majorVersion: 2,
      exchangeType: 37,
      flags: 0x20,
      messageId: 2,
      payloads: [{ type: 46, reserved: 0, body: bytesOf('0001020304050607') }],
      lastNext: 41,
      rest: none,
    },
  ],
  [
    'version 1, encrypted from the first payload on',
    `0102030405060708 1112131415161718
     05 10 02 01 00000000 00000024
     0001020304050607`,
    {
      ...spis,
      majorVersion: 1,
      exchangeType: 2,
      flags: 0x01,
      messageId: 0,
      payloads: [],
      lastNext: 5,
      rest: bytesOf('0001020304050607'),
    },
  ],
  [
    'a payload length of 3 ends the chain',
    `0102030405060708 1112131415161718
     28 20 22 08 00000000 00000028
     00 00 0003 aabbccdd 00000000`,
    {
      ...spis,
      majorVersion: 2,
      exchangeType: 34,
      flags: 0x08,
      messageId: 0,
      payloads: [],
      lastNext: 40,
      rest: bytesOf('00000003 aabbccdd 00000000'),
    },
  ],
]

test.each(messages)('%s: octets to facts to octets', (_, hex, facts) => {
  expect(decode(isakmp, bytesOf(hex))).toEqual(facts)
  expect(encode(isakmp, facts)).toEqual(bytesOf(hex))
})

test.each(messages)('%s: cut anywhere it is a fault', (_, hex) => {
  const bytes = bytesOf(hex)
  for (let length = 0; length < bytes.length; length++) {
    expect(decode(isakmp, bytes.slice(0, length)), `${length}`).toMatchObject({ fault: 'truncated' })
  }
})
