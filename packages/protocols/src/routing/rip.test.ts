import { ipv4Of, isFault, parseHex } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { encode, recode } from '../encode.ts'
import { decode, stack } from '../stack.ts'
import { type Rip, rip } from './rip.ts'

const bytesOf = (hex: string): Uint8Array => parseHex(hex.replaceAll(/\s|#.*$/gm, ''))!
const walk = (bytes: Uint8Array) =>
  stack([]).walk(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length, rip, {})

const routeTo = (address: string, tag: number, nextHop: string, metric: number): Rip['entries'][number] => ({
  family: 2,
  tag,
  address: ipv4Of(address),
  mask: 0xffffff00,
  nextHop: ipv4Of(nextHop),
  metric,
})

const vectors: readonly (readonly [name: string, hex: string, facts: Partial<Rip>])[] = [
  [
    'version 1 asks for the whole table',
    '01 01 0000  0000 0000 00000000 00000000 00000000 00000010', // family 0, metric 16
    {
      command: 1,
      version: 1,
      entries: [{ family: 0, tag: 0, address: 0, mask: 0, nextHop: 0, metric: 16 }],
    },
  ],
  [
    'version 2 answers with two routes',
    `02 02 0000
     0002 0000 0a000100 ffffff00 00000000 00000001    # 10.0.1.0/24, by way of the sender
     0002 0007 0a000200 ffffff00 0a000009 00000010    # 10.0.2.0/24, tag 7, by 10.0.0.9, unreachable`,
    { entries: [routeTo('10.0.1.0', 0, '0.0.0.0', 1), routeTo('10.0.2.0', 7, '10.0.0.9', 16)] },
  ],
  [
    'a password before the route',
    `02 02 0000 ffff 0002 73656372657400000000000000000000
     0002 0007 0a000200 ffffff00 0a000009 00000010`,
    {
      authentication: { kind: 'password', password: bytesOf('73656372657400000000000000000000') },
      entries: [routeTo('10.0.2.0', 7, '10.0.0.9', 16)],
    },
  ],
  [
    'a keyed digest behind the route',
    `02 02 0000 ffff 0003 002c 01 14 00000007 0000000000000000  # digest at octet 44, key 1, sequence 7
     0002 0007 0a000200 ffffff00 0a000009 00000010
     ffff 0001 000102030405060708090a0b0c0d0e0f`,
    {
      authentication: {
        kind: 'keyed-digest',
        digestOffset: 44,
        keyId: 1,
        dataLength: 20,
        sequence: 7,
        padding: new Uint8Array(8),
      },
      entries: [routeTo('10.0.2.0', 7, '10.0.0.9', 16)],
      trailer: bytesOf('ffff0001 000102030405060708090a0b0c0d0e0f'),
    },
  ],
]

test.each(vectors)('%s: octets to facts to octets', (_, hex, facts) => {
  const bytes = bytesOf(hex)
  expect(decode(rip, bytes)).toEqual({ ...rip.defaults, ...facts })
  expect(encode(rip, facts)).toEqual(bytes)
})

test.each(vectors)('%s: every shorter packet ends with a whole entry or in a fault', (_, hex) => {
  const bytes = bytesOf(hex)
  for (let length = 0; length < bytes.length; length++) {
    const cut = bytes.slice(0, length)
    const frame = walk(cut)
    expect(isFault(frame.fault) || length % 20 === 4 || length > 44).toBe(true)
    expect(recode(frame)).toEqual(cut)
  }
})

test('families, versions and authentications nobody knows keep their octets', () => {
  const facts: Partial<Rip> = {
    command: 7,
    version: 9,
    unused: 5,
    authentication: { kind: 'unrecognised', type: 9, octets: new Uint8Array(16).fill(1) },
    entries: [{ ...routeTo('10.0.1.0', 3, '10.0.0.9', 0x12345), family: 65535 }],
  }
  const bytes = encode(rip, facts)
  expect(decode(rip, bytes)).toEqual({ ...rip.defaults, ...facts })
  expect(recode(walk(bytes))).toEqual(bytes)
})
