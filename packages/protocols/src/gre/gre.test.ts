/** GRE and what only GRE carries: octets to facts to octets, alone and cut anywhere. */
import { allRows, type Field, type Outline, parseHex, Sink, textOf, type Value, type Witness } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { encode, encodeLayers, layer, recode } from '../encode.ts'
import { ipv4 } from '../ip/ipv4.ts'
import { arp } from '../link/arp.ts'
import { ethernet } from '../link/ethernet.ts'
import { lcp } from '../link/lcp.ts'
import { mpls } from '../link/mpls.ts'
import { ppp } from '../link/ppp.ts'
import { decode, stack, type WalkOptions } from '../stack.ts'
import { cdp } from './cdp.ts'
import { ciscoMetadata } from './cisco-metadata.ts'
import { erspan } from './erspan.ts'
import { type Gre, gre } from './gre.ts'

const tunnels = stack([arp, cdp, ciscoMetadata, erspan, ethernet, gre, ipv4, lcp, mpls, ppp])
const bytesOf = (hex: string): Uint8Array => parseHex(hex.replaceAll(/\s/g, ''))!

/** An IPv4 packet from 10.0.0.1 to 10.0.0.2 around a GRE packet. */
function tunnelled(hex: string, source = 0x0a000001, destination = 0x0a000002): Uint8Array {
  return encode(ipv4, { protocol: 47, source, destination }, { payload: bytesOf(hex) })
}

/** Fields as `name=value`, notes behind an exclamation mark. */
class Recorder implements Witness {
  readonly lines: string[] = []
  private readonly view: DataView
  constructor(view: DataView) {
    this.view = view
  }
  wants(): boolean {
    return true
  }
  rows(layout: Outline, at: number, available: number): void {
    if (available < layout.size) return
    for (const row of allRows(layout.rows)) this.value(row, at, 0, row.read(this.view, at))
  }
  value(field: Field, _at: number, _length: number, value: Value): void {
    const text = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value ?? '')
    this.lines.push(`${field.name}=${text}`)
  }
  openField(field: Field, at: number, value: Value): void {
    this.value(field, at, 0, value)
  }
  note(field: Field, _at: number, _length: number, text: string): void {
    this.lines.push(`!${field.name}: ${text}`)
  }
  beginLayer(): void {}
  endLayer(): void {}
  reopenLayer(): void {}
  beginSource(): void {}
  below(): void {}
  open(): void {}
  close(): void {}
  beginQuote(): void {}
  endQuote(): void {}
  stopped(): void {}
}

function shown(wanted: RegExp, bytes: Uint8Array, options: WalkOptions = {}): readonly string[] {
  const witness = new Recorder(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  tunnels.decode(bytes, 228, { ...options, witness })
  return witness.lines.filter(line => wanted.test(line))
}

const inner = '4500001c000100004001f9df 0a000001 0a000002 0800f7ff00000000'
const frameInside = `ffffffffffff 020000000001 0800 ${inner}`
const mirrored = '1064 1805 00000abc'
const mirrored3 = '2064 1805 00000abc 0007 8a57'

type Packet = readonly [name: string, hex: string, layers: string, facts: object]

// Each of them read by tshark 4.0.17 to the same layers and values.
const packets: readonly Packet[] = [
  [
    'checksum, key and sequence',
    `b000 0800 dead 0000 0000007b 00000007 ${inner}`,
    'ip gre ip data',
    { checksummed: true, key: 123, sequence: 7, offset: 0, version: 0, callId: undefined },
  ],
  [
    'routing without a checksum, strict, recursion 3',
    `4b00 0800 1234 0004 0800 0408 c0000201 c0000202 0000 0000 ${inner}`,
    'ip gre ip data',
    {
      checksummed: false,
      strictSourceRoute: true,
      recursion: 3,
      offset: 4,
      routing: [
        { addressFamily: 0x0800, offset: 4, information: bytesOf('c0000201c0000202') },
        { addressFamily: 0, offset: 0, information: bytesOf('') },
      ],
    },
  ],
  ['all reserved bits', `07f8 0800 ${inner}`, 'ip gre ip data', { recursion: 7, reserved: 31 }],
  ['a version nobody has defined', `2003 0800 00000001 ${inner}`, 'ip gre ip data', { version: 3, key: 1 }],
  [
    'PPTP: a call, a sequence and an acknowledgment',
    '3081 880b 000a 1234 00000005 00000004 ff03 c021 01010004 0000',
    'ip gre ppp lcp',
    { version: 1, key: undefined, callId: 0x1234, sequence: 5, acknowledgment: 4, reserved: 0 },
  ],
  ['PPTP: an acknowledgment alone', '20f9 880b 0000 1234 00000004', 'ip gre', { acknowledgment: 4, reserved: 15 }],
  [
    'PPP in version 0 has a key and no acknowledgment',
    '2080 880b 00000001 0021 45',
    'ip gre ppp',
    { key: 1, reserved: 16 },
  ],
  [
    'version 1 around IP is no PPTP',
    `0081 0800 ${inner}`,
    'ip gre ip data',
    { reserved: 16, acknowledgment: undefined },
  ],
  ['an A10 connection acknowledges in version 0', '0080 8881 00000005 00', 'ip gre data', { acknowledgment: 5 }],
  ['bridging, the key of NVGRE', `2000 6558 00006401 ${frameInside}`, 'ip gre eth ip data', { key: 0x6401 }],
  ['MikroTik EoIP', `2001 6400 001c6400 ${frameInside}`, 'ip gre eth ip data', { version: 1, key: 0x001c6400 }],
  ['MPLS', `2000 8847 0000007b 00064140 ${inner}`, 'ip gre mpls ip data', { key: 123 }],
  ['nothing at all', '0000 0000', 'ip gre', { protocol: 0 }],
  ['WCCP version 1', `0000 883e ${inner}`, 'ip gre ip data', { redirect: undefined }],
  [
    'WCCP version 2',
    `0000 883e 8a33012a ${inner}`,
    'ip gre ip data',
    {
      redirect: {
        dynamicService: true,
        alternativeBucketUsed: false,
        unavailable: false,
        reserved: 10,
        service: 51,
        alternativeBucket: 1,
        primaryBucket: 42,
      },
    },
  ],
  ['CDP', '0000 2000 02b4fce1 0001000564', 'ip gre cdp', { protocol: 0x2000 }],
  ['Cisco MetaData', `0000 8909 0800 0101 0001 0011 ${inner}`, 'ip gre cmd ip data', { protocol: 0x8909 }],
  ['ERSPAN type I', `0000 88be ${frameInside}`, 'ip gre erspan eth ip data', { sequence: undefined }],
  ['ERSPAN type II', `1000 88be 00000001 ${mirrored} ${frameInside}`, 'ip gre erspan eth ip data', { sequence: 1 }],
  [
    'ERSPAN type III with a sub-header',
    `1000 22eb 00000001 2064 1805 00000abc 0007 8001 1c123456 89abcdef ${frameInside}`,
    'ip gre erspan eth ip data',
    { protocol: 0x22eb },
  ],
  ['ERSPAN type III around IP', `1000 22eb 00000001 ${mirrored3.slice(0, -1)}6 ${inner}`, 'ip gre erspan ip data', {}],
  ['ERSPAN of an unknown version', `1000 88be 00000001 3064 1805`, 'ip gre', {}],
]

describe.each(packets)('%s', (_, hex, layers, facts) => {
  const bytes = tunnelled(hex)

  test('has its layers and facts', () => {
    const frame = tunnels.decode(bytes, 228)
    expect(frame.layers.map(({ protocol }) => protocol.name).join(' ')).toBe(layers)
    expect(frame.find(gre)).toMatchObject(facts)
  })

  test('is written as it was read, cut anywhere', () => {
    for (let length = 0; length <= bytes.length; length++) {
      const part = bytes.slice(0, length)
      expect(recode(tunnels.decode(part, 228))).toEqual(part)
    }
  })
})

test('each of the sixteen sets of C, R, K and S is written and read', () => {
  const routing = [
    { addressFamily: 0x0800, offset: 0, information: bytesOf('0a000001') },
    { addressFamily: 0, offset: 0, information: bytesOf('') },
  ]
  for (let set = 0; set < 16; set++) {
    const facts: Partial<Gre> = {
      protocol: 0x0800,
      checksummed: (set & 8) !== 0,
      routing: (set & 4) === 0 ? undefined : routing,
      key: (set & 2) === 0 ? undefined : 0,
      sequence: (set & 1) === 0 ? undefined : 9,
    }
    const bytes = encode(gre, facts, { payload: bytesOf(inner) })
    expect(bytes[0]! >>> 4).toBe(set)
    expect(decode(gre, bytes)).toEqual({ ...gre.defaults, ...facts })
    const length = 4 + (set > 3 ? 4 : 0) + (set & 4 ? 12 : 0) + (set & 2 ? 4 : 0) + (set & 1 ? 4 : 0)
    expect(bytes.length).toBe(length + 28)
    expect(shown(/^gre.checksum/, encode(ipv4, { protocol: 47 }, { payload: bytes })).slice(1)).toEqual(
      set < 4 ? [] : [`gre.checksum.status=${set < 8 ? 2 : 1}`],
    )
  }
})

test('a wrong checksum says what it should be; one of a cut packet is not judged', () => {
  const bytes = tunnelled(`8000 0800 76ff 0000 ${inner}`)
  expect(
    shown(/checksum(\.|:)/, bytes).filter(line => !line.startsWith('gre.flags') && !line.startsWith('ip.')),
  ).toEqual(['gre.checksum.status=0', '!gre.checksum.incorrect: Incorrect GRE Checksum [should be 0xe4fd]'])
  const cut = bytes.slice(0, 40)
  expect(shown(/^gre.checksum.status/, cut, { missing: bytes.length - 40 })).toEqual(['gre.checksum.status=2'])
})

test('a keepalive is told by its reversed addresses and its empty payload', () => {
  const [here, there] = [0x96010303, 0x96010101]
  const keepalive = (key: number | undefined, back: number): Uint8Array =>
    encodeLayers([
      layer(ipv4, { source: here, destination: there }),
      layer(gre, { key: 5 }),
      layer(ipv4, { source: there, destination: back, protocol: 47 }),
      layer(gre, { protocol: 0, key }),
    ])
  expect(shown(/keepalive/, keepalive(5, here))).toEqual(['gre.keepalive=true'])
  expect(shown(/keepalive/, keepalive(undefined, here))).toEqual([])
  expect(shown(/keepalive/, keepalive(5, there))).toEqual([])
  expect(shown(/keepalive/, tunnelled('0000 0000'))).toEqual([])
  expect(tunnels.decode(keepalive(5, here), 228).fault).toBeUndefined()
})

test("the redirect header has the draft's flags and Wireshark's", () => {
  expect(shown(/^gre.wccp/, tunnelled(`0000 883e 8033002a ${inner}`))).toEqual([
    'gre.wccp.redirect_header=',
    'gre.wccp.flags.dynamic=true',
    'gre.wccp.flags.alternative=false',
    'gre.wccp.flags.unavailable=false',
    'gre.wccp.flags.reserved=0',
    'gre.wccp.redirect_header_valid=false',
    'gre.wccp.alternative_bucket_used=false',
    'gre.wccp.dynamic_service=false',
    'gre.wccp.service_id=51',
    'gre.wccp.alternative_bucket=0',
    'gre.wccp.primary_bucket=42',
  ])
})

test('ERSPAN: all types, and the sub-headers of all platforms', () => {
  const type3 = decode(erspan, bytesOf(`2064 fc05 00000abc 0007 8a57 04123456 89abcdef`))
  expect(type3).toEqual({
    type: 3,
    vlan: 100,
    classOfService: 7,
    integrity: 3,
    truncated: 1,
    session: 5,
    timestamp: 2748,
    securityGroup: 7,
    hasPdu: 1,
    frameType: 2,
    hardware: 37,
    egress: false,
    granularity: 3,
    platform: { platform: 1, first: 0x123456, second: 0x89abcdef },
  })
  const platform = (id: number): readonly string[] => {
    const octet = (id << 2).toString(16).padStart(2, '0')
    const header = `2064 1805 00000abc 0007 8001 ${octet}123456 89abcdef`
    return shown(/^erspan\.p(lat|id)/, tunnelled(`1000 22eb 00000001 ${header}`))
  }
  expect(platform(1)).toEqual([
    'erspan.platid=1',
    'erspan.pid1.rsvd1=291',
    'erspan.pid1.vsmid=1110',
    'erspan.pid1.port_index=2309737967',
  ])
  expect(platform(3).slice(1, 3)).toEqual(['erspan.pid3.rsvd1=72', 'erspan.pid3.port_index=13398'])
  expect(platform(4).slice(1, 3)).toEqual(['erspan.pid4.rsvd1=72', 'erspan.pid4.rsvd2=13398'])
  expect(platform(6).slice(1, 3)).toEqual(['erspan.pid5.switchid=18', 'erspan.pid5.port_index=13398'])
  expect(platform(7).slice(1, 3)).toEqual(['erspan.pid7.rsvd1=1', 'erspan.pid7.source_index=144470'])
  expect(platform(63).at(-1)).toBe('erspan.pid.rsvd=28036591')
  expect(shown(/^!?erspan/, tunnelled('1000 88be 00000001 3064 1805'))).toEqual([
    'erspan.version=3',
    '!erspan.version.unknown: Unknown version, please report or test to use fake ERSPAN preference',
  ])
})

test("CDP's checksum of an odd length is Cisco's own", () => {
  const sum = (hex: string): number => {
    const bytes = encode(cdp, { elements: bytesOf(hex) })
    return (bytes[2]! << 8) | bytes[3]!
  }
  expect([sum('0001000564'), sum('0001000590'), sum('0001000580')]).toEqual([0xfce1, 0xfdb5, 0xfdc5])
  expect(sum('000100066465')).toBe(0x98df)
  expect(shown(/cdp.*(status|bad)/, tunnelled('0000 2000 02b40000 0001000564'))).toEqual([
    'cdp.checksum.status=0',
    '!cdp.bad_checksum: Bad checksum [should be 0xfce1]',
  ])
  const sink = new Sink()
  const frame = tunnels.decode(tunnelled('0000 2000 02b40000 00010006 5231 00030006 4574'), 228)
  cdp.info!(sink, frame.find(cdp)!, frame, 2)
  expect(sink.toString()).toBe('Device ID: R1  Port ID: Et  ')
})

test('Cisco MetaData has its type last behind Ethernet, first behind GRE', () => {
  const facts = { version: 1, length: 1, options: 1, securityGroup: 17, type: 0x0800 }
  expect(encode(ciscoMetadata, facts)).toEqual(bytesOf('0101 0001 0011 0800'))
  expect(encode(ciscoMetadata, { ...facts, typeFirst: true })).toEqual(bytesOf('0800 0101 0001 0011'))
  const frame = tunnels.decode(tunnelled(`0000 8909 0800 0101 0001 0011 ${inner}`), 228)
  expect(frame.find(ciscoMetadata)).toEqual({ ...facts, typeFirst: true })
})

test('facts without a place are refused', () => {
  const refused = (facts: Partial<Gre>): void => expect(() => encode(gre, facts)).toThrow(RangeError)
  refused({ version: 1, protocol: 0x880b, key: 1 })
  refused({ protocol: 0x880b, callId: 1 })
  refused({ acknowledgment: 1 })
  const redirect = {
    dynamicService: false,
    alternativeBucketUsed: true,
    unavailable: false,
    reserved: 0,
    service: 0,
    alternativeBucket: 0,
    primaryBucket: 0,
  }
  refused({ redirect })
  refused({ protocol: 0x883e, redirect })
  expect(encode(gre, { protocol: 0x883e, redirect: { ...redirect, unavailable: true } })).toEqual(
    bytesOf('0000 883e 60000000'),
  )
})

test('titles and the information column', () => {
  const text = (hex: string): string => {
    const frame = tunnels.decode(tunnelled(hex), 228)
    const sink = new Sink()
    gre.info!(sink, frame.find(gre)!, frame, 1)
    return `${textOf(s => gre.title!(s, frame.find(gre)!))} | ${sink.toString()}`
  }
  expect(text('0000 0000')).toBe(
    'Generic Routing Encapsulation (Possible GRE keepalive packet) | Encapsulated Possible GRE keepalive packet',
  )
  expect(text('0000 88a8')).toBe('Generic Routing Encapsulation (0x88a8 - unknown) | Encapsulated 0x88A8 (unknown)')
})
