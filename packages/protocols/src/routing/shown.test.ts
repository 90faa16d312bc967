/** What a witness of these protocols is shown: names and values as tshark 4.0.17 gives them for the same octets. */
import { allRows, type Field, formatIpv4, type Outline, parseHex, Sink, type Value, type Witness } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import type { AnyProtocol } from '../protocol.ts'
import { stack } from '../stack.ts'
import { bgp } from './bgp.ts'
import { eigrp } from './eigrp.ts'
import { ospf } from './ospf.ts'
import { pim } from './pim.ts'
import { rip } from './rip.ts'

/** Everything shown, as `name=value`, titles of subtrees in brackets, notes behind an exclamation mark. */
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
    for (const row of allRows(layout.rows)) this.line(row, row.read(this.view, at))
  }
  value(field: Field, _at: number, _length: number, value: Value): void {
    this.line(field, value)
  }
  openField(field: Field, _at: number, value: Value): void {
    this.line(field, value)
  }
  close(_at: number, title?: string): void {
    if (title !== undefined) this.lines.push(`[${title}]`)
  }
  note(field: Field, _at: number, _length: number, text: string): void {
    this.lines.push(`! ${field.name}: ${text}`)
  }
  open(title: string): void {
    this.lines.push(`[${title}]`)
  }
  beginLayer(): void {}
  endLayer(): void {}
  reopenLayer(): void {}
  beginSource(): void {}
  below(): void {}
  beginQuote(): void {}
  endQuote(): void {}
  stopped(): void {}
  private line(field: Field, value: Value): void {
    const text =
      field.type === 'ipv4'
        ? formatIpv4(value as number)
        : typeof value === 'boolean'
          ? Number(value)
          : value instanceof Uint8Array
            ? `${value.length} octets`
            : (value ?? '')
    this.lines.push(`${field.name}=${text}`)
  }
}

/** Lines written several to a line, semicolons between them. */
function listed(text: string): readonly string[] {
  return text.trim().split(/;\s*|\n\s*/)
}

function shown(protocol: AnyProtocol, hex: string): { lines: readonly string[]; info: string } {
  const bytes = parseHex(hex.replaceAll(/\s/g, ''))!
  const view = new DataView(bytes.buffer)
  const witness = new Recorder(view)
  const frame = stack([]).walk(bytes, view, 0, bytes.length, protocol, { witness })
  const sink = new Sink()
  if (frame.layers.length > 0) protocol.info!(sink, frame.layers[0]!.packet, frame, 0)
  return { lines: witness.lines, info: sink.toString() }
}

test('an EIGRP update', () => {
  const { lines, info } = shown(
    eigrp,
    `02010bbd 00000008 00000006 00000000 00000001
     0102001c 00000000 0001f400 00000a00 0005dc00 ff010000 180a0001`,
  )
  expect(info).toBe('Update')
  expect(lines).toEqual(
    listed(`
       eigrp.version=2; eigrp.opcode=1; eigrp.checksum=3005; eigrp.checksum.status=1; eigrp.flags=8
       eigrp.flags.init=0; eigrp.flags.condrecv=0; eigrp.flags.restart=0; eigrp.flags.eot=1
       eigrp.seq=6; eigrp.ack=0; eigrp.vrid=0; eigrp.as=1; [Internal Route(IPv4)]; eigrp.tlv_type=258
       eigrp.tlv.len=28; eigrp.ipv4.nexthop=0.0.0.0; [Legacy Metric]; eigrp.old_metric.delay=128000
       eigrp.old_metric.bw=2560; eigrp.old_metric.mtu=1500; eigrp.old_metric.hopcount=0
       eigrp.old_metric.rel=255; eigrp.old_metric.load=1; eigrp.old_metric.intag=0; [Flags]
       eigrp.metric.flags.unused=0; eigrp.metric.flags.repl=0; eigrp.metric.flags.active=0
       eigrp.metric.flags.cd=0; eigrp.metric.flags.srcwd=0; eigrp.ipv4.prefixlen=24
       eigrp.ipv4.destination=10.0.1.0; [Internal Route(IPv4)  =   10.0.1.0/24]`),
  )
})

test('EIGRP says what is odd', () => {
  const { lines } = shown(eigrp, '02051234 00000000 00000000 00000000 00000001 0001000c ffffffffffff000f 77770005 01')
  expect(lines).toContain('! eigrp.checksum.bad: Bad Checksum [should be 0x8561]')
  expect(lines).toContain('! eigrp.peer_termination: Peer Termination')
  expect(lines).toContain('[Parameters: Peer Termination]')
  expect(lines).toContain('! eigrp.tlv_type.unknown: Unknown TLV Group (0x7777)')
})

test('an EIGRP acknowledgement is a hello with an acknowledged number', () => {
  expect(shown(eigrp, '0205fdf2 00000000 00000000 00000007 00000001').info).toBe('Hello (Ack)')
  expect(shown(eigrp, '0263fdf2 00000000 00000000 00000007 00000001').info).toBe('Unknown OpCode (0x0063)')
})

test('an OSPF hello with a digest', () => {
  const { lines, info } = shown(
    ospf,
    `0201002c 0a000001 00000000 0000 0002 0000 01 10 6b0229b3
     ffffffff 0004 02 01 00000010 00000000 00000000 9c1c3bb64f20242a2402a564fee1ebdf`,
  )
  expect(info).toBe('Hello Packet')
  expect(lines).toEqual(
    listed(`
       ospf.header=; ospf.version=2; ospf.msg=1; ospf.msg.hello=1; ospf.packet_length=44
       ospf.srcrouter=10.0.0.1; ospf.area_id=0.0.0.0; ospf.checksum=0; ospf.auth.type=2
       ospf.auth.crypt.reserved=0; ospf.auth.crypt.key_id=1; ospf.auth.crypt.data_length=16
       ospf.auth.crypt.seq_nbr=1795303859; ospf.auth.crypt.data=16 octets; ospf.hello=
       ospf.hello.network_mask=255.255.255.255; ospf.hello.hello_interval=4; ospf.v2.options=2
       ospf.v2.options.dn=0; ospf.v2.options.o=0; ospf.v2.options.dc=0; ospf.v2.options.l=0
       ospf.v2.options.n=0; ospf.v2.options.mc=0; ospf.v2.options.e=1; ospf.v2.options.mt=0
       ospf.hello.router_priority=1; ospf.hello.router_dead_interval=16
       ospf.hello.designated_router=0.0.0.0; ospf.hello.backup_designated_router=0.0.0.0`),
  )
})

test('an OSPF update with wrong checksums', () => {
  const { lines } = shown(
    ospf,
    `02040050 0a000001 00000000 0001 0000 0000000000000000 00000001
     0001 02 01 0a000001 0a000001 80000001 0101 0034 02 00 0002
     0a000009 0a000001 01 00 000a  0a000100 ffffff00 03 01 0001 02 00 0005`,
  )
  const rest = lines.slice(lines.indexOf('[LS Update Packet]'))
  expect(rest.filter(line => !line.includes('options') && !line.startsWith('!'))).toEqual(
    listed(`
       [LS Update Packet]; ospf.ls.number_of_lsas=1; [LSA-type 1 (Router-LSA), len 52]
       ospf.lsa.donotage=0; ospf.lsa.age=1; ospf.lsa=1; ospf.lsa.router=1; ospf.lsa.id=10.0.0.1
       ospf.advrouter=10.0.0.1; ospf.lsa.seqnum=2147483649; ospf.lsa.chksum=257; ospf.lsa.length=52
       ospf.v2.router.lsa.flags=2; ospf.v2.router.lsa.flags.h=0; ospf.v2.router.lsa.flags.n=0
       ospf.v2.router.lsa.flags.w=0; ospf.v2.router.lsa.flags.v=0; ospf.v2.router.lsa.flags.e=1
       ospf.v2.router.lsa.flags.b=0; ospf.lsa.router.reserved=0; ospf.lsa.number_of_links=2; [Link]
       ospf.lsa.router.linkid=10.0.0.9; ospf.lsa.router.linkdata=10.0.0.1; ospf.lsa.router.linktype=1
       ospf.lsa.router.nummetrics=0; ospf.lsa.router.metric0=10
       [Type: PTP      ID: 10.0.0.9        Data: 10.0.0.1        Metric: 10]; [Link]
       ospf.lsa.router.linkid=10.0.1.0; ospf.lsa.router.linkdata=255.255.255.0; ospf.lsa.router.linktype=3
       ospf.lsa.router.nummetrics=1; ospf.lsa.router.metric0=1; ospf.ls.tos=2; ospf.ls.reserved=0
       ospf.ls.metric=5; [Type: Stub     ID: 10.0.1.0        Data: 255.255.255.0   Metric: 1]`),
  )
  const notes = lines.filter(line => line.startsWith('!')).map(line => line.replace(/0x[0-9a-f]{4}/, '0x…'))
  expect(notes).toEqual([
    '! ospf.checksum.bad: Bad checksum [should be 0x…]',
    '! ospf.lsa.chksum.bad: Bad checksum [should be 0x…]',
  ])
})

test('OSPF: an NSSA advertisement has a P bit, an opaque one a type; a missing block is noted', () => {
  const nssa = shown(ospf, '02050014 0a000001 00000000 0000 0000')
  expect(nssa.lines).toContain('ospf.msg.lsack=1')
  const { lines, info } = shown(
    ospf,
    `02050040 0a000001 00000000 0000 0000 0000000000000000
     0001 08 07 ac110000 0a000001 80000001 2b29 0024
     0001 02 09 03000001 0a000001 80000001 4163 002c`,
  )
  expect(info).toBe('LS Acknowledge')
  expect(lines).toContain('ospf.v2.options.p=1')
  expect(lines).toContain('ospf.lsid_opaque_type=3')
  expect(lines).toContain('ospf.lsid.opaque_id=1')
  const hello = shown(
    ospf,
    '0201002c 0a000001 00000000 ce9a 0000 0000000000000000 ffffff00 000a 12 01 00000028 0a000001 0a000002',
  )
  expect(hello.lines).toContain('! ospf.lsa.invalid_length: LLS option bit set but data block missing')
})

test('RIP: a keyed digest is shown with the entry that announces it', () => {
  const { lines, info } = shown(
    rip,
    `02020000 ffff0003 002c0114 00000007 0000000000000000
     00020007 0a000200 ffffff00 0a000009 00000010 ffff0001 000102030405060708090a0b0c0d0e0f`,
  )
  expect(info).toBe('Response')
  expect(lines).toEqual(
    listed(`
       rip.command=2; rip.version=2; rip.unused=0; [Authentication]; rip.auth.family=65535
       rip.auth.type=3; rip.digest_offset=44; rip.key_id=1; rip.auth_data_len=20; rip.seq_num=7
       rip.zero_padding=; [Authentication Data Trailer]; rip.authentication_data=16 octets
       [Authentication: Keyed Message Digest]; [Entry]; rip.family=2; rip.route_tag=7; rip.ip=10.0.2.0
       rip.netmask=255.255.255.0; rip.next_hop=10.0.0.9; rip.metric=16
       [IP Address: 10.0.2.0, Metric: 16]; rip.trailer=4 octets`),
  )
})

test('PIM: options in words, a wrong checksum', () => {
  const { lines, info } = shown(pim, '20001111 00010002 0069 00020004 81f409c4 00630002 0102')
  expect(info).toBe('Hello')
  expect(lines).toContain('! pim.bad_checksum: Bad checksum [should be 0x526e]')
  expect(lines).toContain('[Option 1: Hold Time: 105]')
  expect(lines).toContain('[Option 2: LAN Prune Delay: T = 1, Propagation Delay = 500ms, Override Interval = 2500ms]')
  expect(lines).toContain('[Option 99: Unknown: 99]')
})

test('BGP: one message stands by itself, several each in their own subtree', () => {
  const marker = 'ff'.repeat(16)
  const one = shown(bgp, `${marker}001304`)
  expect(one.lines).toEqual(['bgp.marker=16 octets', 'bgp.length=19', 'bgp.type=4'])
  expect(one.info).toBe('KEEPALIVE Message')
  const two = shown(bgp, `${marker}001304${marker}001309`)
  expect(two.info).toBe('KEEPALIVE Message, Unknown message type (0x09)')
  expect(two.lines.filter(line => line.startsWith('['))).toEqual([
    '[Border Gateway Protocol - KEEPALIVE Message]',
    '[Border Gateway Protocol - Unknown message type (0x09)]',
  ])
})

test('every name stands under its protocol, and means one type and one label', () => {
  for (const protocol of [bgp, eigrp, ospf, pim, rip] satisfies readonly AnyProtocol[]) {
    const meaning = new Map<string, string>()
    for (const each of protocol.fields) {
      for (const field of 'rows' in each ? allRows(each.rows) : [each]) {
        expect(field.name.startsWith(`${protocol.name}.`)).toBe(true)
        const text = `${field.type} ${field.label} ${field.base}`
        expect([field.name, meaning.get(field.name) ?? text]).toEqual([field.name, text])
        meaning.set(field.name, text)
      }
    }
  }
})
