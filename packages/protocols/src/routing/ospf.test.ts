import { ipv4Of, isFault, parseHex } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { claimsOf, encode, recode } from '../encode.ts'
import { decode, stack } from '../stack.ts'
import { fletcherChecksum } from './fletcher.ts'
import { ospf } from './ospf.ts'
import { ospfDescriptionFlag, ospfLinkType, ospfLsaType, ospfOption, ospfRouterFlag } from './ospf-codes.ts'
import { ospfLsaHeaderOf } from './ospf-lsa.ts'
import type { OspfLsa } from './ospf-lsas.ts'
import type { OspfVersion2 } from './ospf-version-2.ts'

const bytesOf = (hex: string): Uint8Array => parseHex(hex.replaceAll(/\s|#.*$/gm, ''))!
const walk = (bytes: Uint8Array) =>
  stack([]).walk(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length, ospf, {})

const none: OspfVersion2['authentication'] = { kind: 'null', octets: new Uint8Array(8) }
const counting = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index)
const md5 = (sequence: number, digest: string): OspfVersion2['authentication'] => ({
  kind: 'cryptographic',
  reserved: 0,
  keyId: 1,
  sequence,
  digest: parseHex(digest)!,
})
const router = ipv4Of('10.0.0.1')

/** What FRR advertises for itself at the hub of 05a. */
const frrRouter: OspfLsa = {
  age: 1,
  doNotAge: false,
  options: ospfOption.external,
  type: ospfLsaType.router,
  id: router,
  advertisingRouter: router,
  sequence: 0x80000003,
  body: {
    kind: 'router',
    flags: 0,
    reserved: 0,
    links: [
      { id: router, data: 0xffffffff, type: ospfLinkType.stub, metric: 0, tosMetrics: [] },
      { id: ipv4Of('10.0.0.20'), data: router, type: ospfLinkType.pointToPoint, metric: 10, tosMetrics: [] },
      { id: ipv4Of('10.0.1.0'), data: 0xffffff00, type: ospfLinkType.stub, metric: 10, tosMetrics: [] },
    ],
  },
}
const spokeRouter: OspfLsa = {
  ...frrRouter,
  age: 6,
  id: ipv4Of('10.0.0.20'),
  advertisingRouter: ipv4Of('10.0.0.20'),
  sequence: 0x80000002,
  body: {
    kind: 'router',
    flags: 0,
    reserved: 0,
    links: [
      { id: ipv4Of('10.0.0.3'), data: 0xffffffff, type: ospfLinkType.stub, metric: 0, tosMetrics: [] },
      { id: ipv4Of('10.0.3.0'), data: 0xffffff00, type: ospfLinkType.stub, metric: 10, tosMetrics: [] },
    ],
  },
}

/** Every type of advertisement that is read, as an area border router of RFC 2328 might send them. */
const everyType: readonly OspfLsa[] = [
  {
    ...frrRouter,
    sequence: 0x80000001,
    body: {
      kind: 'router',
      flags: ospfRouterFlag.areaBorder | ospfRouterFlag.boundary,
      reserved: 0,
      links: [
        { id: ipv4Of('10.0.0.9'), data: router, type: ospfLinkType.pointToPoint, metric: 10, tosMetrics: [] },
        {
          id: ipv4Of('10.0.1.0'),
          data: 0xffffff00,
          type: ospfLinkType.stub,
          metric: 1,
          tosMetrics: [
            { tos: 2, reserved: 0, metric: 5 },
            { tos: 8, reserved: 7, metric: 6 },
          ],
        },
        { id: ipv4Of('10.0.2.2'), data: router, type: ospfLinkType.transit, metric: 100, tosMetrics: [] },
      ],
    },
  },
  {
    ...frrRouter,
    age: 3,
    doNotAge: true,
    type: ospfLsaType.network,
    sequence: 0x80000001,
    body: {
      kind: 'network',
      mask: 0xffffff00,
      attachedRouters: [router, ipv4Of('10.0.0.2'), ipv4Of('10.0.0.3')],
    },
  },
  {
    ...frrRouter,
    type: ospfLsaType.summaryNetwork,
    id: ipv4Of('10.9.0.0'),
    sequence: 0x80000001,
    body: {
      kind: 'summary',
      mask: 0xffffff00,
      metrics: [
        { tos: 0, metric: 10 },
        { tos: 2, metric: 20 },
        { tos: 4, metric: 30 },
      ],
    },
  },
  {
    ...frrRouter,
    type: ospfLsaType.summaryBoundary,
    sequence: 0x80000001,
    body: { kind: 'summary', mask: 0, metrics: [{ tos: 0, metric: 0xffffff }] },
  },
  {
    ...frrRouter,
    type: ospfLsaType.external,
    options: ospfOption.external | ospfOption.demandCircuits,
    id: ipv4Of('172.16.0.0'),
    sequence: 0x80000001,
    body: {
      kind: 'external',
      mask: 0xffff0000,
      routes: [
        { typeTwo: true, tos: 0, metric: 20, forwardingAddress: ipv4Of('10.0.0.9'), tag: 7 },
        { typeTwo: false, tos: 2, metric: 21, forwardingAddress: 0, tag: 9 },
      ],
    },
  },
  {
    ...frrRouter,
    type: ospfLsaType.nssa,
    options: ospfOption.nssa,
    id: ipv4Of('172.17.0.0'),
    sequence: 0x80000001,
    body: {
      kind: 'external',
      mask: 0xffff0000,
      routes: [{ typeTwo: false, tos: 0, metric: 20, forwardingAddress: ipv4Of('10.0.0.9'), tag: 7 }],
    },
  },
]

// From 05a (FRR 10), and made by hand; every one read by tshark 4.0.17 to the same values.
const vectors: readonly (readonly [name: string, hex: string, facts: Partial<OspfVersion2>])[] = [
  [
    '05a: the hub has heard both spokes',
    `02 01 0034 0a000001 00000000 0000 0002           # hello, 52 octets, router, backbone, no checksum, cryptographic
     0000 01 10 6b0229b7                              # key 1, 16 octets of digest, sequence
     ffffffff 0004 02 01 00000010 00000000 00000000   # mask, 4 s, options E, priority, 16 s, no DR, no backup
     0a00000a 0a000014                                # neighbours
     ea950897d9bbcf1119677613f1e04b4b                 # digest behind the packet`,
    {
      router,
      authentication: md5(0x6b0229b7, 'ea950897d9bbcf1119677613f1e04b4b'),
      message: {
        kind: 'hello',
        networkMask: 0xffffffff,
        helloInterval: 4,
        options: ospfOption.external,
        priority: 1,
        deadInterval: 16,
        designatedRouter: 0,
        backupDesignatedRouter: 0,
        neighbors: [ipv4Of('10.0.0.10'), ipv4Of('10.0.0.20')],
      },
    },
  ],
  [
    '05a: the slave describes its database',
    `02 02 0034 0a000001 00000000 0000 0002 0000 01 10 6b0229b9
     0578 02 00 106a30b1                              # MTU 1400, options, neither init nor more nor master, sequence
     0005 02 01 0a000001 0a000001 80000002 9c6f 0030  # one header: age, options, router, checksum, length
     83dd7cc9578db62d239a813dafe5e1b3`,
    {
      router,
      authentication: md5(0x6b0229b9, '83dd7cc9578db62d239a813dafe5e1b3'),
      message: {
        kind: 'database-description',
        interfaceMtu: 1400,
        options: ospfOption.external,
        flags: 0,
        sequence: 0x106a30b1,
        headers: [
          {
            age: 5,
            doNotAge: false,
            options: ospfOption.external,
            type: ospfLsaType.router,
            id: router,
            advertisingRouter: router,
            sequence: 0x80000002,
            checksum: 0x9c6f,
            length: 48,
          },
        ],
      },
    },
  ],
  [
    '05a: a spoke asks for the router advertisement of the hub',
    `02 03 0024 0a000014 00000000 0000 0002 0000 01 10 6b0229ba
     00000001 0a000001 0a000001
     87d686e6770a1e3130f243312be9dc4e`,
    {
      router: ipv4Of('10.0.0.20'),
      authentication: md5(0x6b0229ba, '87d686e6770a1e3130f243312be9dc4e'),
      message: { kind: 'request', requests: [{ type: 1, id: router, advertisingRouter: router }] },
    },
  ],
  [
    '05a: the hub floods its own advertisement and that of a spoke',
    `02 04 0088 0a000001 00000000 0000 0002 0000 01 10 6b0229c2
     00000002
     0006 02 01 0a000014 0a000014 80000002 a938 0030 00 00 0002
     0a000003 ffffffff 03 00 0000  0a000300 ffffff00 03 00 000a
     0001 02 01 0a000001 0a000001 80000003 9b2e 003c 00 00 0003
     0a000001 ffffffff 03 00 0000  0a000014 0a000001 01 00 000a  0a000100 ffffff00 03 00 000a
     09d45bbcc8fb280b76dca52ca9263cd4`,
    {
      router,
      authentication: md5(0x6b0229c2, '09d45bbcc8fb280b76dca52ca9263cd4'),
      message: { kind: 'update', lsas: [spokeRouter, frrRouter] },
    },
  ],
  [
    'a hello without authentication',
    `02 01 0034 0a000001 00000000 ca8d 0000 0000000000000000
     ffffff00 000a 02 01 00000028 0a000001 0a000002 0a000002 0a000003`,
    {
      router,
      authentication: none,
      message: {
        kind: 'hello',
        networkMask: 0xffffff00,
        helloInterval: 10,
        options: ospfOption.external,
        priority: 1,
        deadInterval: 40,
        designatedRouter: router,
        backupDesignatedRouter: ipv4Of('10.0.0.2'),
        neighbors: [ipv4Of('10.0.0.2'), ipv4Of('10.0.0.3')],
      },
    },
  ],
  [
    'link-local signaling behind a digest',
    `02 01 002c 0a000001 00000000 0000 0002 0000 01 10 00000007
     ffffff00 000a 12 01 00000028 0a000001 0a000002
     000102030405060708090a0b0c0d0e0f
     0000 0009  0001 0004 00000001  0002 0014 00000007 000102030405060708090a0b0c0d0e0f`,
    {
      router,
      authentication: md5(7, '000102030405060708090a0b0c0d0e0f'),
      message: {
        kind: 'hello',
        networkMask: 0xffffff00,
        helloInterval: 10,
        options: ospfOption.external | ospfOption.linkLocalSignaling,
        priority: 1,
        deadInterval: 40,
        designatedRouter: router,
        backupDesignatedRouter: ipv4Of('10.0.0.2'),
        neighbors: [],
      },
      linkLocal: {
        tlvs: [
          { type: 1, value: Uint8Array.of(0, 0, 0, 1), padding: new Uint8Array(0) },
          { type: 2, value: Uint8Array.of(0, 0, 0, 7, ...counting(16)), padding: new Uint8Array(0) },
        ],
      },
    },
  ],
  [
    'every type of advertisement',
    `02 04 0118 0a000001 00000000 cd79 0000 0000000000000000
     00000006
     0001 02 01 0a000001 0a000001 80000001 4cf8 0044  03 00 0003
     0a000009 0a000001 01 00 000a
     0a000100 ffffff00 03 02 0001  02 00 0005  08 07 0006
     0a000202 0a000001 02 00 0064
     8003 02 02 0a000001 0a000001 80000001 44d7 0024  ffffff00 0a000001 0a000002 0a000003
     0001 02 03 0a090000 0a000001 80000001 1ada 0024  ffffff00 00 00000a 02 000014 04 00001e
     0001 02 04 0a000001 0a000001 80000001 70d5 001c  00000000 00 ffffff
     0001 22 05 ac100000 0a000001 80000001 6c24 0030  ffff0000 80 000014 0a000009 00000007 02 000015 00000000 00000009
     0001 08 07 ac110000 0a000001 80000001 2b29 0024  ffff0000 00 000014 0a000009 00000007`,
    { router, authentication: none, message: { kind: 'update', lsas: everyType } },
  ],
]

test.each(vectors)('%s: octets to facts to octets', (_, hex, facts) => {
  const bytes = bytesOf(hex)
  expect(decode(ospf, bytes)).toEqual({ ...ospf.defaults, ...facts })
  expect(encode(ospf, facts)).toEqual(bytes)
})

test.each(vectors)('%s: every shorter packet is a fault and keeps its octets', (_, hex, facts) => {
  const bytes = bytesOf(hex)
  for (let length = 0; length < bytes.length; length++) {
    const cut = bytes.slice(0, length)
    const frame = walk(cut)
    // A block of link-local signaling that is missing as a whole is only noted.
    const complete = facts.linkLocal !== undefined && length === 60
    expect(isFault(frame.fault)).toBe(!complete)
    expect(recode(frame)).toEqual(cut)
  }
})

test('the Fletcher checksum of an advertisement sums to zero over everything but the age', () => {
  for (const lsa of [frrRouter, spokeRouter, ...everyType]) {
    const { checksum, length } = ospfLsaHeaderOf(lsa)
    expect(ospfLsaHeaderOf({ ...lsa, age: 3600 }).checksum).toBe(checksum)
    expect(checksum >>> 8).not.toBe(0)
    expect(checksum & 0xff).not.toBe(0)
    expect(length % 4).toBe(0)
  }
  expect(ospfLsaHeaderOf(frrRouter)).toMatchObject({ checksum: 0x9b2e, length: 60 })
})

test('both sums of a checked run are zero modulo 255, wherever the checksum stands', () => {
  const bytes = counting(64).map(value => (value * 37 + 11) & 0xff)
  const view = new DataView(bytes.buffer)
  for (let at = 0; at + 1 < bytes.length; at++) {
    const checked = bytes.slice()
    new DataView(checked.buffer).setUint16(at, fletcherChecksum(view, 0, bytes.length, at))
    let c0 = 0
    let c1 = 0
    for (const octet of checked) {
      c0 = (c0 + octet) % 255
      c1 = (c1 + c0) % 255
    }
    expect([c0, c1]).toEqual([0, 0])
  }
})

test('lies survive: checksums of packet and advertisement, more advertisements than there are', () => {
  const facts: Partial<OspfVersion2> = { router, message: { kind: 'update', lsas: [frrRouter] } }
  const wrong = encode(ospf, facts, { claims: { checksum: 1, lsa0Checksum: 0xffff } })
  expect(claimsOf(walk(wrong), 0)).toEqual({
    packetLength: 88,
    checksum: 1,
    lsaCount: 1,
    lsa0Checksum: 0xffff,
    lsa0Length: 60,
  })
  expect(recode(walk(wrong))).toEqual(wrong)
  const many = encode(ospf, facts, { claims: { lsaCount: 0xffffffff } })
  expect(decode(ospf, many)).toMatchObject({ fault: 'truncated', limitedBy: 'ospf.packet_length' })
  expect(recode(walk(many))).toEqual(many)
  const short = encode(ospf, facts, { claims: { lsa0Length: 19 } })
  expect(decode(ospf, short)).toMatchObject({ fault: 'malformed', reading: 'ospf.lsa.length' })
})

test('opaque and unknown advertisements, unknown messages and authentications keep their octets', () => {
  const lsas: readonly OspfLsa[] = [
    { ...frrRouter, type: ospfLsaType.opaqueArea, id: 0x01000007, body: { kind: 'unrecognised', octets: counting(9) } },
    { ...frrRouter, type: 77, body: { kind: 'unrecognised', octets: counting(3) } },
    { ...frrRouter, body: { ...frrRouter.body, rest: counting(2) } as OspfLsa['body'] },
  ]
  const message: OspfVersion2['message'] = { kind: 'update', lsas, rest: counting(1) }
  const authentication: OspfVersion2['authentication'] = { kind: 'unrecognised', type: 9, octets: counting(8) }
  expect(decode(ospf, encode(ospf, { message, authentication }))).toMatchObject({ message, authentication })
  const strange: OspfVersion2['message'] = { kind: 'unrecognised', type: 9, octets: counting(5) }
  const password: OspfVersion2['authentication'] = { kind: 'simple', password: bytesOf('636973636f000000') }
  const bytes = encode(ospf, { message: strange, authentication: password })
  expect(decode(ospf, bytes)).toMatchObject({ message: strange, authentication: password })
})

test('link-local signaling has a checksum where nothing else protects it, and fills words', () => {
  const message: OspfVersion2['message'] = {
    kind: 'database-description',
    interfaceMtu: 1400,
    options: ospfOption.linkLocalSignaling,
    flags: ospfDescriptionFlag.init | ospfDescriptionFlag.more | ospfDescriptionFlag.master,
    sequence: 1,
    headers: [],
  }
  const tlv = { type: 7, value: counting(3), padding: new Uint8Array(1) }
  const bytes = encode(ospf, { message, linkLocal: { tlvs: [tlv] } })
  // 0x0003 words, type 7, length 3, 0x0001 0x0200.
  expect(bytes.subarray(32)).toEqual(bytesOf('fdf10003 0007 0003 00010200'))
  expect(decode(ospf, bytes)).toMatchObject({ linkLocal: { tlvs: [tlv] } })
  const odd = { tlvs: [{ ...tlv, padding: new Uint8Array(0) }] }
  expect(() => encode(ospf, { message, linkLocal: odd })).toThrow(RangeError)
})

test('version 3 is named with its router and area; what it says is octets', () => {
  const bytes = bytesOf('03 01 0014 0a000001 00000007 0000 05 00 01020304')
  const packet = decode(ospf, bytes)
  expect(packet).toEqual({
    version: 3,
    type: 1,
    router,
    area: 7,
    instance: 5,
    reserved: 0,
    octets: Uint8Array.of(1, 2, 3, 4),
  })
  expect(recode(walk(bytes))).toEqual(bytes)
  expect(decode(ospf, bytesOf('04 01 0014'))).toMatchObject({ fault: 'malformed', reading: 'ospf.version' })
})
