import { ipv4Of, isFault, parseHex } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { data } from '../data.ts'
import { claimsOf, encode, encodeLayers, layer, recode } from '../encode.ts'
import { decode, stack } from '../stack.ts'
import { type Eigrp, eigrp } from './eigrp.ts'
import { eigrpFlag, eigrpOpcode, eigrpStub } from './eigrp-codes.ts'

const bytesOf = (hex: string): Uint8Array => parseHex(hex.replaceAll(/\s|#.*$/gm, ''))!
const walk = (bytes: Uint8Array) =>
  stack([]).walk(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length, eigrp, {})

const metric = {
  delay: 128_000,
  bandwidth: 2560,
  mtu: 1500,
  hopCount: 0,
  reliability: 255,
  load: 1,
  tag: 0,
  flags: 0,
}

// Packets made by hand, every one read by tshark 4.0.17 to the same values.
const vectors: readonly (readonly [name: string, hex: string, facts: Partial<Eigrp>])[] = [
  [
    'the hello of a connected stub',
    `02 05 eebe 00000000 00000000 00000000 0000 0001  # version, opcode, checksum, flags, sequence, ack, vrid, AS
     0001 000c 01 00 01 00 00 00 000f                 # K1 to K6, hold time
     0006 0006 0001                                   # stub: connected
     0004 0008 0c04 0102                              # EIGRP 12.4, TLV 1.2`,
    {
      opcode: eigrpOpcode.hello,
      autonomousSystem: 1,
      tlvs: [
        { kind: 'parameters', k1: 1, k2: 0, k3: 1, k4: 0, k5: 0, k6: 0, holdTime: 15 },
        { kind: 'peer-stub', options: eigrpStub.connected },
        { kind: 'software-version', release: 0x0c04, tlvVersion: 0x0102 },
      ],
    },
  ],
  [
    'the last update of a table',
    `02 01 0bbd 00000008 00000006 00000000 0000 0001
     0102 001c 00000000                               # internal route, next hop: the sender
     0001f400 00000a00 0005dc 00 ff 01 00 00          # delay, bandwidth, MTU, hops, reliability, load, tag, flags
     18 0a0001                                        # 10.0.1.0/24`,
    {
      opcode: eigrpOpcode.update,
      flags: eigrpFlag.endOfTable,
      sequence: 6,
      autonomousSystem: 1,
      tlvs: [{ kind: 'ipv4-internal', nextHop: 0, metric, destinations: [{ prefix: ipv4Of('10.0.1.0'), length: 24 }] }],
    },
  ],
  [
    'a redistributed route to two destinations',
    `02 01 d575 00000000 00000008 00000000 0000 0001
     0103 0033 00000000                               # external route
     0a000001 00000064 00000007 00000014 0000 0b 01   # origin, its AS, tag, metric, reserved, connected, external
     0001f400 00000a00 0005dc 00 ff 01 00 02          # candidate default
     18 0a0007 10 ac10                                # 10.0.7.0/24, 172.16.0.0/16`,
    {
      opcode: eigrpOpcode.update,
      sequence: 8,
      autonomousSystem: 1,
      tlvs: [
        {
          kind: 'ipv4-external',
          nextHop: 0,
          external: {
            router: ipv4Of('10.0.0.1'),
            autonomousSystem: 100,
            tag: 7,
            metric: 20,
            reserved: 0,
            protocol: 11,
            flags: 1,
          },
          metric: { ...metric, flags: 2 },
          destinations: [
            { prefix: ipv4Of('10.0.7.0'), length: 24 },
            { prefix: ipv4Of('172.16.0.0'), length: 16 },
          ],
        },
      ],
    },
  ],
  [
    'an authenticated hello',
    `02 05 b64e 00000000 00000000 00000000 0000 0001
     0002 0028 0002 0010 00000001 00000000 0000000000000000 000102030405060708090a0b0c0d0e0f
     0001 000c 01 00 01 00 00 00 000f
     0004 0008 0c04 0102`,
    {
      autonomousSystem: 1,
      tlvs: [
        {
          kind: 'authentication',
          type: 2,
          keyId: 1,
          keySequence: 0,
          padding: new Uint8Array(8),
          digest: Uint8Array.from({ length: 16 }, (_, index) => index),
        },
        { kind: 'parameters', k1: 1, k2: 0, k3: 1, k4: 0, k5: 0, k6: 0, holdTime: 15 },
        { kind: 'software-version', release: 0x0c04, tlvVersion: 0x0102 },
      ],
    },
  ],
]

test.each(vectors)('%s: octets to facts to octets', (_, hex, facts) => {
  const bytes = bytesOf(hex)
  expect(decode(eigrp, bytes)).toEqual({ ...eigrp.defaults, ...facts })
  expect(encode(eigrp, facts)).toEqual(bytes)
})

test.each(vectors)('%s: every shorter packet is a fault or less, and keeps its octets', (_, hex) => {
  const bytes = bytesOf(hex)
  for (let length = 0; length < bytes.length; length++) {
    const cut = bytes.slice(0, length)
    const frame = walk(cut)
    expect(isFault(frame.fault) || length >= 20).toBe(true)
    expect(recode(frame)).toEqual(cut)
  }
})

test('entries nobody knows, and octets behind known ones, survive', () => {
  const tlvs: Eigrp['tlvs'] = [
    { kind: 'unrecognised', type: 0x00f5, value: Uint8Array.of(0, 0, 0, 2, 0, 1) },
    { kind: 'peer-termination', value: Uint8Array.of(0) },
    { kind: 'next-multicast-sequence', sequence: 9, rest: Uint8Array.of(7) },
    { kind: 'sequence', addresses: [ipv4Of('10.0.0.2'), 0x20010db8_00000000_00000000_00000001n] },
    { kind: 'sequence', addresses: [], rest: Uint8Array.of(5, 1, 2) },
  ]
  const bytes = encode(eigrp, { tlvs })
  expect(decode(eigrp, bytes)).toEqual({ ...eigrp.defaults, tlvs })
})

test('a default route has one octet, and is understood without any', () => {
  const route = (destinations: readonly { prefix: number; length: number; octets?: number }[]) =>
    encode(eigrp, { tlvs: [{ kind: 'ipv4-internal', nextHop: 0, metric, destinations }] })
  expect(route([{ prefix: 0, length: 0 }]).subarray(-2)).toEqual(Uint8Array.of(0, 0))
  const bare = route([{ prefix: 0, length: 0, octets: 0 }])
  expect(decode(eigrp, bare)).toMatchObject({ tlvs: [{ destinations: [{ prefix: 0, length: 0, octets: 0 }] }] })
  expect(recode(walk(bare))).toEqual(bare)
})

test('host bits in the last octet of a prefix are kept; more octets than the length reaches are refused', () => {
  const destinations = [{ prefix: ipv4Of('10.0.0.255'), length: 26 }]
  const bytes = encode(eigrp, { tlvs: [{ kind: 'ipv4-internal', nextHop: 0, metric, destinations }] })
  expect(decode(eigrp, bytes)).toMatchObject({ tlvs: [{ destinations }] })
  const wrong = [{ prefix: ipv4Of('10.0.0.255'), length: 24 }]
  expect(() => encode(eigrp, { tlvs: [{ kind: 'ipv4-internal', nextHop: 0, metric, destinations: wrong }] })).toThrow(
    RangeError,
  )
})

test('lies survive: a wrong checksum, a length that ends inside its own header', () => {
  const facts: Partial<Eigrp> = { tlvs: [{ kind: 'peer-stub', options: 1 }] }
  const wrong = encode(eigrp, facts, { claims: { checksum: 0x1234 } })
  expect(claimsOf(walk(wrong), 0)).toEqual({ checksum: 0x1234, tlv0Length: 6 })
  expect(recode(walk(wrong))).toEqual(wrong)
  const corrupt = encode(eigrp, facts, { claims: { tlv0Length: 3 } })
  expect(decode(eigrp, corrupt)).toMatchObject({ fault: 'malformed', reading: 'eigrp.tlv.len', at: 22 })
  expect(recode(walk(corrupt))).toEqual(corrupt)
})

test('the checksum covers what the layer carries', () => {
  const bytes = encodeLayers([layer(eigrp, {}), layer(data, { bytes: Uint8Array.of(0x12, 0x34) })])
  expect([bytes[2], bytes[3]]).toEqual([0xeb, 0xc6])
})
