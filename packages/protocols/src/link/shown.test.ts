/** What a witness of the link layers is shown, as tshark 4.0.17 shows it for the same octets. */
import { allRows, type Field, type Outline, parseHex, Sink, textOf, type Value, type Witness } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { ciscoMetadata } from '../gre/cisco-metadata.ts'
import { ipv4 } from '../ip/ipv4.ts'
import { stack, type WalkOptions } from '../stack.ts'
import { arp } from './arp.ts'
import { ethernet } from './ethernet.ts'
import { linuxCooked } from './linux-cooked.ts'
import { llc } from './llc.ts'
import { mpls } from './mpls.ts'
import { nullLoopback } from './null.ts'
import { ppp } from './ppp.ts'
import { pppoeSession } from './pppoe.ts'
import { pppoeDiscovery } from './pppoe-discovery.ts'
import { providerVlan } from './provider-vlan.ts'
import { vlan } from './vlan.ts'

/** Fields of the wanted prefixes as `name=value`, notes behind an exclamation mark. */
class Recorder implements Witness {
  readonly lines: string[] = []
  private readonly view: DataView
  private readonly wanted: string
  constructor(view: DataView, wanted: string) {
    this.view = view
    this.wanted = wanted
  }
  wants(): boolean {
    return true
  }
  rows(layout: Outline, at: number, available: number): void {
    if (available < layout.size) return
    for (const row of allRows(layout.rows)) this.value(row, at, 0, row.read(this.view, at))
  }
  value(field: Field, _at: number, _length: number, value: Value): void {
    if (!field.name.startsWith(this.wanted)) return
    const text = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value ?? '')
    this.lines.push(`${field.name}=${text}`)
  }
  openField(field: Field, at: number, value: Value): void {
    this.value(field, at, 0, value)
  }
  note(field: Field): void {
    this.lines.push(`!${field.name}`)
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

const links = stack([
  arp,
  ciscoMetadata,
  ethernet,
  ipv4,
  linuxCooked,
  llc,
  mpls,
  nullLoopback,
  ppp,
  pppoeDiscovery,
  pppoeSession,
  providerVlan,
  vlan,
])
const bytesOf = (hex: string): Uint8Array => parseHex(hex.replaceAll(/\s/g, ''))!

function shown(wanted: string, link: number, hex: string, options: WalkOptions = {}): readonly string[] {
  const bytes = bytesOf(hex)
  const witness = new Recorder(new DataView(bytes.buffer), wanted)
  links.decode(bytes, link, { ...options, witness })
  return witness.lines
}

function info(link: number, hex: string): string {
  const frame = links.decode(bytesOf(hex), link)
  const sink = new Sink()
  const at = frame.layers.findLastIndex(({ protocol }) => protocol.info !== undefined)
  const { protocol, packet } = frame.layers[at]!
  protocol.info!(sink, packet, frame, at)
  const title = protocol.title === undefined ? protocol.label : textOf(s => protocol.title!(s, packet))
  return `${protocol.column?.(packet) ?? protocol.short} | ${title} | ${sink.toString()}`
}

const toAll = 'ffffffffffff 020000000001'
const packet = '4500001c000100004001f9df 0a000001 0a000002 0800f7ff00000000'
const zeros = (count: number): string => '00'.repeat(count)

/** What stands behind the payload; `missing` octets were cut. */
function behind(hex: string, fcsLength?: number, missing = 0): readonly string[] {
  const lines = shown('', 1, `${toAll} ${hex}`, { fcsLength, missing })
  return lines.filter(line => /pad|trail|fcs|past/.test(line)).map(line => line.replace('eth.', ''))
}

test('padding, trailer and check sequence are told apart', () => {
  const short = [`padding=${zeros(18)}`]
  const check = (text: string): string[] => [`fcs=${Number(`0x${text}`)}`, 'fcs.status=2']
  expect(behind(`0800 ${packet} 0000`)).toEqual(['trailer=0000'])
  expect(behind(`0800 ${packet} ${zeros(18)}`)).toEqual(short)
  expect(behind(`0800 ${packet} ${zeros(20)}`)).toEqual([...short, 'trailer=0000'])
  expect(behind(`0800 ${packet} ${zeros(18)} 11223344`)).toEqual([...short, ...check('11223344')])
  expect(behind(`0800 ${packet} ${zeros(18)} 11223344`, 0)).toEqual([...short, 'trailer=11223344'])
  expect(behind(`0800 ${packet} 01${zeros(17)}`)).toEqual([`trailer=01${zeros(17)}`, '!padding_bad'])
  expect(behind(`0800 ${packet} 11223344`, 4)).toEqual(check('11223344'))
  expect(behind(`1234 aabbccdd 11223344`, 4)).toEqual(check('11223344'))
  expect(behind(`1234 aabb`, 4, 4)).toEqual([])
  expect(behind(`0800 ${packet} 0000`, undefined, 16)).toEqual(['data.trailing=0000'])
  expect(behind(`0800 ${packet} ${zeros(18)}`, undefined, 4)).toEqual(short)
})

test('a tag has a trailer of its own, and MPLS leaves it to Ethernet', () => {
  expect(behind(`8100 0064 0800 ${packet} ${zeros(18)}`)).toEqual([`padding=${zeros(14)}`, 'vlan.trailer=00000000'])
  expect(behind(`88a8 0064 0800 ${packet} ${zeros(14)}`)).toEqual([`padding=${zeros(14)}`])
  expect(behind(`8909 0101 0001 0011 0800 ${packet} 0102`)).toEqual(['cmd.trailer=0102'])
  expect(behind(`8847 00064140 ${packet} ${zeros(18)}`)).toEqual([`padding=${zeros(14)}`, 'fcs=0', 'fcs.status=2'])
  expect(behind(`8864 11000007001e0021 ${packet} ${zeros(12)}`)).toEqual([`data.trailing=${zeros(12)}`])
})

test('lengths that promise too much, and types that are none', () => {
  expect(behind('0009 f0f003')).toEqual(['!len.past_end'])
  expect(behind('0009 f0f003', undefined, 6)).toEqual([])
  expect(behind('8100 0064 0009 f0f003')).toEqual(['!vlan.len.past_end'])
  expect(shown('eth.in', 1, `${toAll} 05dd 0102`)).toEqual(['eth.invalid_lentype=1501', '!eth.invalid_lentype.expert'])
  expect(shown('eth.x', 1, `ffffffffffff 030000000001 1234 0102`)).toEqual(['!eth.src_not_group'])
})

test('LLC: the poll bit where it is set, the modifier of commands and responses', () => {
  const control = (hex: string): readonly string[] => shown('llc.control', 1, `${toAll} ${hex}`)
  expect(control('0003 f0f003')).toEqual(['llc.control=3', 'llc.control.ftype=3', 'llc.control.u_modifier_cmd=0'])
  expect(control('0003 f0f17f')).toEqual([
    'llc.control=127',
    'llc.control.f=true',
    'llc.control.ftype=3',
    'llc.control.u_modifier_resp=27',
  ])
  expect(control('0004 f0f10503')).toEqual([
    'llc.control=773',
    'llc.control.n_r=1',
    'llc.control.f=true',
    'llc.control.s_ftype=1',
    'llc.control.ftype=1',
  ])
  expect(control('0004 f0f10204')).toEqual([
    'llc.control=1026',
    'llc.control.n_r=2',
    'llc.control.n_s=1',
    'llc.control.ftype=0',
  ])
})

test('ARP says what kind of packet it is', () => {
  const kind = (operation: string, sender: string, target: string, protocol: string): readonly string[] =>
    shown('arp.is', 1, `${toAll} 0806 000108000604 ${operation} 020000000001 ${sender} ${target} ${protocol}`)
  const nobody = zeros(6)
  expect(kind('0001', '0a000001', nobody, '0a000002')).toEqual([])
  expect(kind('0001', '00000000', nobody, '0a000002')).toEqual(['arp.isprobe=true'])
  expect(kind('0002', '0a000001', nobody, '0a000001')).toEqual(['arp.isgratuitous=true'])
  expect(kind('0001', '0a000001', nobody, '0a000001')).toEqual(['arp.isgratuitous=true', 'arp.isannouncement=true'])
  expect(kind('0003', '0a000001', nobody, '0a000001')).toEqual([])
})

test('addresses of a cooked frame by their length', () => {
  const source = (length: string): readonly string[] =>
    shown('sll.src', 113, `0000 0001 ${length} 0a00000102030405 1234 00`)
  expect(source('0004')).toEqual(['sll.src.ipv4=167772161'])
  expect(source('0006')).toEqual(['sll.src.eth=10995116343811'])
  expect(source('0003')).toEqual(['sll.src.other=0a0000'])
  expect(source('0014')).toEqual(['sll.src.other=0a00000102030405'])
  expect(shown('sll.gre', 276, '2001 0000 00000007 030a 04 00 0000000000000000 00')).toEqual(['sll.gretype=8193'])
})

test('tags of discovery, known and unknown', () => {
  const lines = shown('pppoed', 1, `${toAll} 8863 1109 0000 0010 0102 0003 616331 7777 0001 ff 0101 0000`)
  expect(lines).toEqual([
    'pppoed.tags=',
    'pppoed.tags.type=258',
    'pppoed.tags.length=3',
    'pppoed.tags.ac_name=ac1',
    'pppoed.tag=30583',
    'pppoed.tag_length=1',
    'pppoed.tag.unknown_data=ff',
    'pppoed.tags.type=257',
    'pppoed.tags.length=0',
    'pppoed.tags.service_name=',
  ])
})

test('columns and titles', () => {
  const arpText = (operation: string, sender: string, target: string): string =>
    info(1, `${toAll} 0806 000108000604 ${operation} 020000000001 ${sender} 000000000000 ${target}`)
  const resolution = 'Address Resolution Protocol'
  expect(arpText('0001', '0a000001', '0a000002')).toBe(
    `ARP | ${resolution} (request) | Who has 10.0.0.2? Tell 10.0.0.1`,
  )
  expect(arpText('0001', '0a000001', '0a000001')).toBe(
    `ARP | ${resolution} (ARP Announcement) | ARP Announcement for 10.0.0.1`,
  )
  expect(arpText('0002', '0a000001', '0a000002')).toBe(`ARP | ${resolution} (reply) | 10.0.0.1 is at 02:00:00:00:00:01`)
  expect(arpText('0099', '0a000001', '0a000002')).toBe(
    `ARP | ${resolution} (opcode 0x0099) | Unknown ARP opcode 0x0099`,
  )
  expect(arpText('0008', '0a000001', '0a000002')).toBe(
    `Inverse ARP | ${resolution} (inverse request) | Who is 00:00:00:00:00:00? Tell 02:00:00:00:00:01`,
  )
  expect(info(1, `${toAll} 1234 00`)).toBe(
    '0x1234 | Ethernet II, Src: 02:00:00:00:00:01, Dst: ff:ff:ff:ff:ff:ff | Ethernet II',
  )
  expect(info(1, `${toAll} 8100 b064 1234 00`)).toBe(
    '0x1234 | 802.1Q Virtual LAN, PRI: 5, DEI: 1, ID: 100 | PRI: 5  DEI: 1  ID: 100',
  )
  expect(info(1, `${toAll} 88a8 0064 88a8 0065 1234 00`)).toBe(
    '0x1234 | IEEE 802.1ad, S-VID: 100, C-VID: 101 | PRI: 0  DROP: 0 ID: 100',
  )
  expect(info(1, `${toAll} 8847 00000140 00`)).toBe(
    'MPLS | MultiProtocol Label Switching Header, Label: 0 (IPv4 Explicit-Null), Exp: 0, S: 1, TTL: 64 | MPLS Label Switched Packet',
  )
  expect(info(1, `${toAll} 0008 aaaa0300000c2003`)).toBe(
    'LLC | Logical-Link Control | U, func=UI; SNAP, OUI 0x00000C (Cisco Systems, Inc), PID 0x2003',
  )
  expect(info(1, `${toAll} 0004 f0f10503`)).toBe(
    'LLC | Logical-Link Control | S F, func=RNR, N(R)=1; DSAP NetBIOS Individual, SSAP NetBIOS Response',
  )
  expect(info(50, 'ff03 0001 00')).toBe('0x0001 | Point-to-Point Protocol | PPP Padding Protocol (0x0001)')
  expect(info(113, '0002 0001 0000 0000000000000000 1234 00')).toBe('0x1234 | Linux cooked capture v1 | Multicast')
  expect(info(1, `${toAll} 8863 1107 0000 0007 0102 0003 616331`)).toBe(
    "PPPoED | PPP-over-Ethernet Discovery | Active Discovery Offer (PADO) AC-Name='ac1'",
  )
})
