/** Every protocol below IP: octets to facts to octets, alone and cut anywhere. */
import { parseHex, parseMac } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { data } from '../data.ts'
import { encodeLayers, layer, recode } from '../encode.ts'
import { ipv4 } from '../ip/ipv4.ts'
import type { AnyProtocol } from '../protocol.ts'
import { stack } from '../stack.ts'
import { arp } from './arp.ts'
import { ethernet } from './ethernet.ts'
import { lcp } from './lcp.ts'
import { linuxCooked } from './linux-cooked.ts'
import { llc } from './llc.ts'
import { mpls } from './mpls.ts'
import { familyOf, nullLoopback } from './null.ts'
import { ppp } from './ppp.ts'
import { pppoeSession } from './pppoe.ts'
import { pppoeDiscovery } from './pppoe-discovery.ts'
import { providerVlan } from './provider-vlan.ts'
import { raw } from './raw.ts'
import { vlan } from './vlan.ts'

const links: readonly AnyProtocol[] = [
  arp,
  ethernet,
  lcp,
  linuxCooked,
  llc,
  mpls,
  nullLoopback,
  ppp,
  pppoeDiscovery,
  pppoeSession,
  providerVlan,
  raw,
  vlan,
  ipv4,
]
const everything = stack(links)
const bytesOf = (hex: string): Uint8Array => parseHex(hex.replaceAll(/\s/g, ''))!
const mac = (text: string): number => parseMac(text)!

const toAll = 'ffffffffffff 020000000001'
// 10.0.0.1 > 10.0.0.2, an echo request without data.
const packet = '4500001c000100004001f9df 0a000001 0a000002 0800f7ff00000000'

type Frame = readonly [name: string, link: number, hex: string, layers: string, facts: Readonly<Record<string, object>>]

// Each of them read by tshark 4.0.17 to the same layers and values.
const frames: readonly Frame[] = [
  [
    'Ethernet II, padded to the least size',
    1,
    `${toAll} 0800 ${packet} ${'00'.repeat(18)}`,
    'eth ip data',
    { eth: { type: 0x0800, source: mac('02:00:00:00:00:01'), destination: mac('ff:ff:ff:ff:ff:ff') } },
  ],
  ['a type that is no type', 1, `${toAll} 05dd 01020304`, 'eth data', { eth: { type: 0x05dd } }],
  ['type 0 is no length', 1, `${toAll} 0000 01020304`, 'eth data', { eth: { type: 0 } }],
  [
    'IEEE 802.3 with SNAP, four octets behind its length',
    1,
    `${toAll} 0024 aaaa03000000 0800 ${packet} 00000000`,
    'eth llc ip data',
    {
      eth: { type: undefined },
      llc: { destinationSap: 0xaa, sourceSap: 0xaa, control: 3, organization: 0, protocolId: 0x0800 },
    },
  ],
  ['IEEE 802.3 whose length promises more', 1, `${toAll} 0024 f0f003`, 'eth llc', { llc: { organization: undefined } }],
  ['bare IPX is not LLC', 1, `${toAll} 0005 ffff010203`, 'eth data', {}],
  [
    'the SNAP of IANA, behind which NHRP stands',
    1,
    `${toAll} 000a aaaa0300005e00030001`,
    'eth llc data',
    { llc: { organization: 0x5e, protocolId: 3 } },
  ],
  ['a supervisory frame', 1, `${toAll} 0004 f0f10503`, 'eth llc', { llc: { sourceSap: 0xf1, control: 0x0305 } }],
  ['IP by its access point', 1, `${toAll} 001f 060603 ${packet}`, 'eth llc ip data', {}],
  [
    'a VLAN tag, drop eligible',
    1,
    `${toAll} 8100 b064 0800 ${packet}`,
    'eth vlan ip data',
    { vlan: { priority: 5, dropEligible: true, identifier: 100, type: 0x0800 } },
  ],
  [
    'a VLAN tag before a length',
    1,
    `${toAll} 8100 0064 0003 f0f003 0102`,
    'eth vlan llc',
    { vlan: { type: undefined } },
  ],
  ['two tags of the old kind', 1, `${toAll} 9100 7064 8100 0065 0800 ${packet}`, 'eth vlan vlan ip data', {}],
  [
    'a service tag and a customer tag',
    1,
    `${toAll} 88a8 7064 8100 0065 0800 ${packet}`,
    'eth ieee8021ad vlan ip data',
    { ieee8021ad: { priority: 3, dropEligible: 1, identifier: 100, customer: undefined, type: 0x8100 } },
  ],
  [
    'two service tags are one layer',
    1,
    `${toAll} 88a8 7064 88a8 1065 0800 ${packet}`,
    'eth ieee8021ad ip data',
    { ieee8021ad: { identifier: 100, customer: { priority: 0, dropEligible: 1, identifier: 101 }, type: 0x0800 } },
  ],
  [
    'an MPLS stack',
    1,
    `${toAll} 8847 00064040 00065340 ${packet} ${'00'.repeat(14)}`,
    'eth mpls mpls ip data',
    { mpls: { label: 100, trafficClass: 0, bottom: 0, ttl: 64 } },
  ],
  ['MPLS over the channel of OAM', 1, `${toAll} 8847 0000d140 10000021`, 'eth mpls data', { mpls: { label: 13 } }],
  [
    'a PPPoE session, padded',
    1,
    `${toAll} 8864 11 00 0007 001e 0021 ${packet} 0000`,
    'eth pppoes ppp ip data',
    { pppoes: { version: 1, type: 1, code: 0, session: 7 }, ppp: { address: undefined, protocol: 0x21 } },
  ],
  [
    'PPPoE discovery',
    1,
    `${toAll} 8863 11 07 0000 0011 0101 0000 0102 0003 616331 0000 0000 dead aa`,
    'eth pppoed',
    {
      pppoed: {
        code: 7,
        tags: [
          { type: 0x0101, value: bytesOf('') },
          { type: 0x0102, value: bytesOf('616331') },
          { type: 0, value: bytesOf('') },
        ],
        afterTags: bytesOf('dead'),
      },
    },
  ],
  [
    'PPP with address and control, its number in one octet',
    50,
    `ff0321 ${packet}`,
    'ppp ip data',
    { ppp: { address: 0xff, control: 3, protocol: 0x21, compressed: true } },
  ],
  [
    'LCP',
    9,
    'ff03 c021 0102000a 010405dc 0304 0000',
    'ppp lcp',
    { lcp: { code: 1, identifier: 2, data: bytesOf('010405dc0304') } },
  ],
  [
    'a GRE tunnel captured as cooked: the protocol is one of GRE',
    113,
    `0004 030a 0004 0a000001 00000000 2001 00`,
    'sll data',
    {
      sll: {
        packetType: 4,
        hardwareType: 778,
        address: bytesOf('0a000001'),
        unused: bytesOf('00000000'),
        protocol: 0x2001,
        interfaceIndex: undefined,
      },
    },
  ],
  ['a cooked address longer than its slot', 113, `0000 0001 0014 0102030405060708 0800 ${packet}`, 'sll ip data', {}],
  ['LLC in a cooked frame', 113, `0002 0001 0000 0000000000000000 0004 f0f003`, 'sll llc', {}],
  [
    'cooked version 2',
    276,
    `0800 1234 00000007 0001 04 06 020000000001 abcd ${packet}`,
    'sll ip data',
    {
      sll: {
        protocol: 0x0800,
        reserved: 0x1234,
        interfaceIndex: 7,
        packetType: 4,
        address: bytesOf('020000000001'),
        unused: bytesOf('abcd'),
      },
    },
  ],
  ['a loopback of a little-endian host', 0, `02000000 ${packet}`, 'null ip data', { null: { word: 0x02000000 } }],
  ['a loopback of a big-endian host', 0, `00000002 ${packet}`, 'null ip data', {}],
  ['a loopback with an Ethertype', 0, `00000800 ${packet}`, 'null ip data', {}],
  ['a loopback of OpenBSD', 108, `00000002 ${packet}`, 'null ip data', { null: { word: 2 } }],
  ['OpenBSD has but one byte order', 108, `02000000 ${packet}`, 'null data', {}],
  ['IP alone, something behind it', 101, `${packet} 0102`, 'raw ip data', {}],
  ['PPP where IP was promised', 12, `ff030021 ${packet}`, 'raw ppp ip data', {}],
  ['IP without a layer before it, something behind it', 228, `${packet} 0102`, 'ip data', {}],
  [
    'an ARP request, padded',
    1,
    `${toAll} 0806 0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002 ${'00'.repeat(18)}`,
    'eth arp',
    {
      arp: {
        hardwareType: 1,
        operation: 1,
        senderHardware: bytesOf('020000000001'),
        senderProtocol: 0x0a000001,
        targetProtocol: 0x0a000002,
      },
    },
  ],
  [
    'ARP for frame relay',
    1,
    `${toAll} 0806 000f 0800 02 04 0008 1841 0a000001 0000 00000000`,
    'eth arp',
    { arp: { hardwareType: 15, senderHardware: bytesOf('1841') } },
  ],
  [
    'ARP for IPv6, which nobody sends',
    1,
    `${toAll} 0806 0001 86dd 00 10 0001 ${'fe80'.padEnd(32, '0')} ${'fe80'.padEnd(32, '1')}`,
    'eth arp',
    { arp: { senderProtocol: bytesOf('fe80'.padEnd(32, '0')), senderHardware: bytesOf('') } },
  ],
]

describe.each(frames)('%s', (_, link, hex, layers, facts) => {
  const bytes = bytesOf(hex)

  test('has its layers and facts', () => {
    const frame = everything.decode(bytes, link)
    expect(frame.layers.map(({ protocol }) => protocol.name).join(' ')).toBe(layers)
    for (const [name, expected] of Object.entries(facts)) {
      const found = frame.layers.find(({ protocol }) => protocol.name === name)
      expect(found?.packet).toMatchObject(expected)
    }
  })

  test('is written as it was read, cut anywhere', () => {
    for (let length = 0; length <= bytes.length; length++) {
      const part = bytes.slice(0, length)
      expect(recode(everything.decode(part, link))).toEqual(part)
    }
  })

  test('with a frame check sequence, too', () => {
    const frame = everything.decode(bytes, link, { fcsLength: 4 })
    expect(recode(frame)).toEqual(bytes)
  })
})

test('headers name what they carry, and lengths leave the trailer out', () => {
  const llcFrame = encodeLayers([
    layer(ethernet, { type: undefined }, { trailer: new Uint8Array(3) }),
    layer(vlan, { identifier: 5 }),
    layer(mpls, { label: 100 }),
  ])
  expect(llcFrame).toEqual(bytesOf(`${'00'.repeat(12)} 0008 0005 8847 000641ff 000000`))
  const session = encodeLayers([
    layer(ethernet),
    layer(pppoeSession, { session: 1 }, { trailer: new Uint8Array(2) }),
    layer(ppp),
    layer(lcp),
  ])
  expect(session).toEqual(bytesOf(`${'00'.repeat(12)} 8864 1100 0001 0006 c021 01000004 0000`))
})

test('facts without a place are refused', () => {
  const nothing = new Uint8Array(0)
  expect(() => encodeLayers([layer(llc, { organization: undefined })])).toThrow(RangeError)
  expect(() => encodeLayers([layer(providerVlan), layer(providerVlan)])).toThrow(RangeError)
  expect(() => encodeLayers([layer(arp, { senderHardware: nothing })])).toThrow(RangeError)
  expect(() => encodeLayers([layer(linuxCooked, { address: new Uint8Array(9) })])).toThrow(RangeError)
  expect(() => encodeLayers([layer(mpls, { label: 0x100000 })])).toThrow(RangeError)
  expect(() => encodeLayers([layer(vlan, { identifier: 4096 }), layer(data)])).toThrow(RangeError)
})

test('an address family is found whichever host wrote it', () => {
  expect([0x02000000, 0x00000002, 0x00020000, 0x00000200].map(familyOf)).toEqual([2, 2, 2, 2])
  expect([0x1e000000, 0x0000001c].map(familyOf)).toEqual([30, 28])
  expect([0x00000800, 0x00080000, 0xdd860000, 0x000086dd].map(familyOf)).toEqual([0x800, 0x800, 0x86dd, 0x86dd])
})
