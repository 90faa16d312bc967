/** What a witness is shown of IP and what rides on it, as tshark 4.0.17 shows it for the same octets. */
import { allRows, type Field, type Outline, parseHex, type Value, type Witness } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { dmvpn } from '../all.ts'
import type { WalkOptions } from '../stack.ts'

/** Fields of the wanted prefixes as `name=value`, notes behind an exclamation mark. */
class Recorder implements Witness {
  readonly lines: string[] = []
  private readonly view: DataView
  private readonly wanted: RegExp
  constructor(view: DataView, wanted: RegExp) {
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
    if (!this.wanted.test(field.name)) return
    const text = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value ?? '')
    this.lines.push(`${field.name}=${text}`)
  }
  openField(field: Field, at: number, value: Value): void {
    this.value(field, at, 0, value)
  }
  note(field: Field): void {
    if (this.wanted.test(field.name)) this.lines.push(`!${field.name}`)
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

const bytesOf = (hex: string): Uint8Array => parseHex(hex.replaceAll(/\s|#.*$/gm, ''))!

function shown(wanted: RegExp, hex: string, options: WalkOptions = {}): readonly string[] {
  const bytes = bytesOf(hex)
  const witness = new Recorder(new DataView(bytes.buffer), wanted)
  dmvpn.decode(bytes, 101, { ...options, witness })
  return witness.lines
}

const ends = '0a000001 0a000002'
const ends6 = '20010db8000000000000000000000001 20010db8000000000000000000000002'
/** An IPv4 packet of 32 octets without its last four. */
const quoted = `45000020 00070000 0111a5c4 ${ends} 1f900035 000c0000`

type Case = readonly [name: string, wanted: RegExp, hex: string, lines: string]

const cases: readonly Case[] = [
  [
    'IPv4 with a record route',
    /^ip\.(?!host|addr|src_host|dst_host)/,
    `47 b9 0020 1234 4000 40 fd 05eb ${ends} 0707 04 00000000 00 deadbeef`,
    `ip.version=4 ip.hdr_len=28 ip.dsfield=185 ip.dsfield.dscp=46 ip.dsfield.ecn=1 ip.len=32 ip.id=4660
      ip.flags=2 ip.flags.rb=false ip.flags.df=true ip.flags.mf=false ip.frag_offset=0 ip.ttl=64 ip.proto=253
      ip.checksum=1515 ip.checksum.status=2 ip.src=167772161 ip.dst=167772162
      ip.options.record_route=07070400000000 ip.opt.type=7 ip.opt.type.copy=false ip.opt.type.class=0
      ip.opt.type.number=7 ip.opt.len=7 ip.opt.ptr=4 ip.empty_rt=0 ip.empty_rt_host=0 ip.options.eol=00
      ip.opt.type=0 ip.opt.type.copy=false ip.opt.type.class=0 ip.opt.type.number=0`,
  ],
  [
    'an ICMP echo',
    /^(icmp|data)\./,
    `45 00 001d 1234 0000 40 01 54aa ${ends} 0800 84ca 1234 0001 61`,
    `icmp.type=8 icmp.code=0 icmp.checksum=33994 icmp.checksum.status=1 icmp.ident=4660 icmp.ident_le=13330
      icmp.seq=1 icmp.seq_le=256 data.data=61 data.len=1`,
  ],
  [
    'an ICMP error with an extension behind what it quotes',
    /^(icmp|udp)\./,
    `45 00 00a8 1234 0000 40 01 541f ${ends} 0b00 d50e 00 20 0000 ${quoted} ${'00'.repeat(100)} 2000 bcf6 0008 01 01 000121ff`,
    `icmp.type=11 icmp.code=0 icmp.checksum=54542 icmp.checksum.status=1 icmp.unused=00 icmp.length=32
      icmp.length.original_datagram=128 icmp.unused=0000 udp.srcport=8080 udp.port=8080 udp.dstport=53 udp.port=53
      udp.length=12 udp.checksum=0 udp.checksum.status=3 udp.payload=00000000
      icmp.quote_padding=${'00'.repeat(96)} icmp.ext= icmp.ext.version=2 icmp.ext.res=0 icmp.ext.checksum=48374
      icmp.ext.checksum.status=1 icmp.ext.length=8 icmp.ext.class=1 icmp.ext.ctype=1 icmp.mpls.label=18
      icmp.mpls.exp=0 icmp.mpls.s=true icmp.mpls.ttl=255`,
  ],
  [
    'an ICMPv6 router advertisement',
    /^icmpv6\./,
    `60000000 0038 3a 40 ${ends6} 8600 9a1f 40 c0 0708 00000000 00000000 0101020000000001 0304 40c0 00278d00 00093a80 00000000 20010db8000000000000000000000000`,
    `icmpv6.type=134 icmpv6.code=0 icmpv6.checksum=39455 icmpv6.checksum.status=1 icmpv6.nd.ra.cur_hop_limit=64
      icmpv6.nd.ra.flag=192 icmpv6.nd.ra.flag.m=true icmpv6.nd.ra.flag.o=true icmpv6.nd.ra.flag.h=false
      icmpv6.nd.ra.flag.prf=0 icmpv6.nd.ra.flag.p=false icmpv6.nd.ra.flag.rsv=0 icmpv6.nd.ra.router_lifetime=1800
      icmpv6.nd.ra.reachable_time=0 icmpv6.nd.ra.retrans_timer=0 icmpv6.opt= icmpv6.opt.type=1 icmpv6.opt.length=1
      icmpv6.opt.linkaddr=2199023255553 icmpv6.opt.src_linkaddr=2199023255553 icmpv6.opt= icmpv6.opt.type=3
      icmpv6.opt.length=4 icmpv6.opt.prefix.length=64 icmpv6.opt.prefix.flag=192 icmpv6.opt.prefix.flag.l=true
      icmpv6.opt.prefix.flag.a=true icmpv6.opt.prefix.flag.r=false icmpv6.opt.prefix.flag.reserved=0
      icmpv6.opt.prefix.valid_lifetime=2592000 icmpv6.opt.prefix.preferred_lifetime=604800 icmpv6.opt.reserved=
      icmpv6.opt.prefix=42540766411282592856903984951653826560`,
  ],
  [
    'IPv6 extension headers',
    /^ipv6\.(hopopts|opt|routing|fraghdr)/,
    `60000000 002c 00 40 ${ends6} 2b00 05020000 0100 2c 02 02 01 00000000 20010db8000000000000000000000003 fd00 0008 00000007 deadbeef`,
    `ipv6.hopopts.nxt=43 ipv6.hopopts.len=0 ipv6.hopopts.len_oct=8 ipv6.opt= ipv6.opt.type=5
      ipv6.opt.type.action=0 ipv6.opt.type.change=false ipv6.opt.type.rest=5 ipv6.opt.length=2
      ipv6.opt.router_alert=0 ipv6.opt= ipv6.opt.type=1 ipv6.opt.type.action=0 ipv6.opt.type.change=false
      ipv6.opt.type.rest=1 ipv6.opt.length=0 ipv6.opt.padn= ipv6.routing.nxt=44 ipv6.routing.len=2
      ipv6.routing.len_oct=24 ipv6.routing.type=2 ipv6.routing.segleft=1 ipv6.routing.mipv6.reserved=00000000
      ipv6.routing.mipv6.home_address=42540766411282592856903984951653826563 ipv6.fraghdr.nxt=253
      ipv6.fraghdr.reserved_octet=0 ipv6.fraghdr.offset=1 ipv6.fraghdr.reserved_bits=0 ipv6.fraghdr.more=false
      ipv6.fraghdr.ident=7`,
  ],
  [
    'a TCP segment with options',
    /^tcp\./,
    `45 00 0034 1234 0000 40 06 548e ${ends} 9c40 00b3 00000064 00000000 8012 faf0 bcbc 0000 020405b4 03030701 01010402`,
    `tcp.srcport=40000 tcp.port=40000 tcp.dstport=179 tcp.port=179 tcp.len=0 tcp.seq_raw=100 tcp.ack_raw=0
      tcp.hdr_len=32 tcp.flags=18 tcp.flags.res=0 tcp.flags.ae=false tcp.flags.cwr=false tcp.flags.ece=false
      tcp.flags.urg=false tcp.flags.ack=true tcp.flags.push=false tcp.flags.reset=false tcp.flags.syn=true
      tcp.flags.fin=false !tcp.connection.synack tcp.flags.str=·······A··S· tcp.window_size_value=64240
      tcp.checksum=48316 tcp.checksum.status=2 tcp.urgent_pointer=0 tcp.options=020405b40303070101010402
      tcp.options.mss=020405b4 tcp.option_kind=2 tcp.option_len=4 tcp.options.mss_val=1460
      tcp.options.wscale=030307 tcp.option_kind=3 tcp.option_len=3 tcp.options.wscale.shift=7
      tcp.options.wscale.multiplier=128 tcp.options.nop=01 tcp.option_kind=1 tcp.options.nop=01 tcp.option_kind=1
      tcp.options.nop=01 tcp.option_kind=1 tcp.options.sack_perm=0402 tcp.option_kind=4 tcp.option_len=2`,
  ],
  [
    'a UDP datagram',
    /^udp\./,
    `45 00 0020 1234 0000 40 11 5497 ${ends} 1f90 0035 000c 2e71 deadbeef`,
    `udp.srcport=8080 udp.port=8080 udp.dstport=53 udp.port=53 udp.length=12 udp.checksum=11889
      udp.checksum.status=2 udp.payload=deadbeef`,
  ],
  [
    'an IGMP report of version 3',
    /^igmp\./,
    `45 00 0028 1234 0000 40 02 549e ${ends} 2200 ddf5 0000 0001 06 00 0001 ef010101 0a000005`,
    `igmp.version=3 igmp.type=34 igmp.reserved=00 igmp.checksum=56821 igmp.checksum.status=1 igmp.reserved=0000
      igmp.num_grp_recs=1 igmp.record_type=6 igmp.aux_data_len=0 igmp.num_src=1 igmp.maddr=4009820417
      igmp.saddr=167772165`,
  ],
  [
    'AH around an ICMP echo',
    /^ah\./,
    `45 00 0035 1234 0000 40 33 5460 ${ends} 01 04 0000 00000100 00000001 000102030405060708090a0b 0800 84ca 1234 0001 61`,
    `ah.next_header=1 ah.length=4 ah.reserved=0000 ah.spi=256 ah.sequence=1 ah.icv=000102030405060708090a0b`,
  ],
  [
    'ESP within UDP',
    /^(esp|udpencap)\./,
    `45 00 0028 1234 0000 40 11 548f ${ends} 1194 1194 0014 0000 c0de1000 000009ce 1a70f2d8`,
    'esp.spi=3235778560 esp.sequence=2510',
  ],
  [
    'an IKE message of version 2',
    /^isakmp\./,
    `45 00 0060 1234 0000 40 11 5457 ${ends} 01f4 01f4 004c 0000 0102030405060708 0000000000000000 21 20 22 08 00000000 00000044 28 00 0020 00 00 001c 01 01 00 02 03 00 000c 01 00 000c 800e 0100 00 00 0008 04 00 000e 00 00 0008 aabbccdd`,
    `isakmp.ispi=0102030405060708 isakmp.rspi=0000000000000000 isakmp.nextpayload=33 isakmp.version=32
      isakmp.mjver=2 isakmp.mnver=0 isakmp.exchangetype=34 isakmp.flags=8 isakmp.flag_i=true isakmp.flag_v=false
      isakmp.flag_r=false isakmp.messageid=0 isakmp.length=68 isakmp.typepayload=33 isakmp.nextpayload=40
      isakmp.criticalpayload=false isakmp.reserved7=0 isakmp.payloadlength=32 isakmp.typepayload=2
      isakmp.nextpayload=0 isakmp.reserved=00 isakmp.payloadlength=28 isakmp.prop.number=1 isakmp.prop.protoid=1
      isakmp.spisize=0 isakmp.prop.transforms=2 isakmp.typepayload=3 isakmp.nextpayload=3 isakmp.reserved=00
      isakmp.payloadlength=12 isakmp.tf.type=1 isakmp.reserved=00 isakmp.tf.id.encr=12 isakmp.ike2.attr=
      isakmp.ike2.attr.format=true isakmp.ike2.attr.type=14 isakmp.ike2.attr.value=0100
      isakmp.ike2.attr.key_length=256 isakmp.typepayload=3 isakmp.nextpayload=0 isakmp.reserved=00
      isakmp.payloadlength=8 isakmp.tf.type=4 isakmp.reserved=00 isakmp.tf.id.dh=14 isakmp.typepayload=40
      isakmp.nextpayload=0 isakmp.criticalpayload=false isakmp.reserved7=0 isakmp.payloadlength=8
      isakmp.nonce=aabbccdd`,
  ],
]

test.each(cases)('%s', (_, wanted, hex, lines) => {
  expect(shown(wanted, hex)).toEqual(lines.split(/\s+/))
})

test('checksums are judged where the caller asks for it', () => {
  const datagram = `45 00 0020 1234 0000 40 11 5497 ${ends} 1f90 0035 000c 2e71 deadbeef`
  const status = /checksum\.(status|bad)$/
  expect(shown(status, datagram, { verify: true })).toEqual(['ip.checksum.status=1', 'udp.checksum.status=1'])
  expect(shown(status, datagram.replace('2e71', '2e72'), { verify: true })).toEqual([
    'ip.checksum.status=1',
    '!udp.checksum.bad',
    'udp.checksum.status=0',
  ])
})

test('the time in a ping is known by the time of its capture', () => {
  const ping = `45 00 0024 1234 0000 40 01 54a3 ${ends} 0800 2b5e 1234 0001 2c026b67 e8030000`
  expect(shown(/^icmp\.data_time/, ping)).toEqual([])
  expect(shown(/^icmp\.data_time/, ping, { time: { seconds: 0x676b022c, nanoseconds: 1_000_500 } })).toEqual([
    'icmp.data_time=1735066156001000000',
    'icmp.data_time_relative=500',
  ])
})

test('a neighbor discovery option that is cut short is shown as octets', () => {
  const shortRoute = `60000000 0012 3a ff ${ends6} 8500 0000 00000000 1802 40 00 0000 0000 2001`
  expect(shown(/^icmpv6\.(opt|data)/, shortRoute)).toContain('icmpv6.opt.route_lifetime=0')
  const shorter = `60000000 000b 3a ff ${ends6} 8500 0000 00000000 1802 40`
  expect(shown(/^icmpv6\.(opt|data|undecoded)/, shorter)).toEqual([
    'icmpv6.opt=',
    'icmpv6.opt.type=24',
    'icmpv6.opt.length=2',
    '!icmpv6.undecoded.option',
    'icmpv6.data=40',
  ])
})
