import { ipv4Of, isFault, parseHex } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { data } from '../data.ts'
import { encode, encodeLayers, layer, recode } from '../encode.ts'
import { ipv4 } from '../ip/ipv4.ts'
import { decode, stack } from '../stack.ts'
import { type Pim, pim } from './pim.ts'

const bytesOf = (hex: string): Uint8Array => parseHex(hex.replaceAll(/\s|#.*$/gm, ''))!
const walk = (bytes: Uint8Array) =>
  stack([ipv4]).walk(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length, pim, {})

const vectors: readonly (readonly [name: string, hex: string, facts: Partial<Pim>])[] = [
  [
    'a hello',
    `20 00 6af9                                       # version 2, hello, reserved, checksum
     0001 0002 0069                                   # hold time 105 s
     0002 0004 01f4 09c4                              # propagation delay 500 ms, override interval 2500 ms
     0013 0004 00000001                               # DR priority
     0014 0004 12345678                               # generation id`,
    {
      message: {
        kind: 'hello',
        options: [
          { type: 1, value: bytesOf('0069') },
          { type: 2, value: bytesOf('01f409c4') },
          { type: 19, value: bytesOf('00000001') },
          { type: 20, value: bytesOf('12345678') },
        ],
      },
    },
  ],
  [
    'a register stop, kept as octets',
    '22 00 e1db 0100 0020 ef010101 0100 0a000001',
    { message: { kind: 'other', type: 2, octets: bytesOf('01000020ef01010101000a000001') } },
  ],
]

test.each(vectors)('%s: octets to facts to octets', (_, hex, facts) => {
  const bytes = bytesOf(hex)
  expect(decode(pim, bytes)).toEqual({ ...pim.defaults, ...facts })
  expect(encode(pim, facts)).toEqual(bytes)
})

test('every shorter hello ends with a whole option or in a fault', () => {
  const bytes = bytesOf(vectors[0]![1])
  for (let length = 0; length < bytes.length; length++) {
    const cut = bytes.slice(0, length)
    const frame = walk(cut)
    expect(isFault(frame.fault)).toBe(![4, 10, 18, 26].includes(length))
    expect(recode(frame)).toEqual(cut)
  }
})

test('a register carries its packet; its checksum covers eight octets', () => {
  const inner = { source: ipv4Of('10.0.0.1'), destination: ipv4Of('239.1.1.1') }
  const bytes = encodeLayers([
    layer(pim, { message: { kind: 'register', flags: 0x40000000 } }),
    layer(ipv4, inner),
    layer(data, { bytes: Uint8Array.of(1, 2, 3) }),
  ])
  // ~(0x2100 + 0x4000)
  expect(bytes.subarray(0, 8)).toEqual(bytesOf('21 00 9eff 40000000'))
  const frame = walk(bytes)
  expect(frame.layers.map(({ protocol }) => protocol.name)).toEqual(['pim', 'ip', 'data'])
  expect(frame.find(ipv4)).toMatchObject(inner)
  expect(recode(frame)).toEqual(bytes)
})

test('a dummy header behind a register is octets', () => {
  const bytes = bytesOf('21 00 9eff 40000000 00010203')
  const frame = walk(bytes)
  expect(frame.layers.map(({ protocol }) => protocol.name)).toEqual(['pim', 'data'])
  expect(recode(frame)).toEqual(bytes)
})

test('the octet beside the type is a fact, whatever it means', () => {
  const bytes = encode(pim, { reserved: 0x2f, message: { kind: 'other', type: 10, octets: new Uint8Array(0) } })
  expect(decode(pim, bytes)).toMatchObject({ reserved: 0x2f })
})
