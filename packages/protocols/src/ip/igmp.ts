/**
 * Internet Group Management Protocol: version 1 (RFC 1112 appendix I), 2 (RFC 2236 §2) and 3 (RFC 3376 §4).
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |     Type      | Max Resp Code |           Checksum            |
 *  |                         Group Address                         |
 *  | Resv  |S| QRV |     QQIC      |     Number of Sources (N)     |  version 3
 */
import {
  bits,
  expert,
  type Field,
  field,
  flag,
  formatIpv4,
  generated,
  type Ipv4,
  ipv4,
  type Layout,
  layout,
  u8,
  u16,
} from '@dmvpn/wire'
import { statusField } from '../checksum-status.ts'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'
import { showChecksum } from './checksum.ts'
import { igmpInfo } from './igmp-info.ts'
import { igmpRecordNames, igmpTypeNames } from './igmp-names.ts'
import { takeMessage } from './promised.ts'

export interface Igmp {
  readonly type: number
  /** The second octet: how long members may wait with their answer, or reserved. */
  readonly code: number
  /** Everything behind the checksum. */
  readonly body: Uint8Array
}

interface Head {
  readonly type: number
  readonly code: number
  readonly checksum: number
}

const title = 'Internet Group Management Protocol'
const typeOctet: Layout<{ readonly type: number }> = layout('igmp', title, {
  type: u8('igmp.type', 'Type', { base: 'hex', names: igmpTypeNames }),
})
const checksumWord: Layout<{ readonly checksum: number }> = layout('igmp', title, {
  checksum: u16('igmp.checksum', 'Checksum', { base: 'hex' }),
})
/** The first word as it is read and written; a witness is shown its parts, which depend on the version. */
const head: Layout<Head> = layout<Head>('igmp', title, {
  ...typeOctet.parts,
  code: u8('igmp.max_resp', 'Max Resp Time'),
  ...checksumWord.parts,
})
const version: Field = generated('igmp.version', 'IGMP Version', 'uint8')
const reserved: Field = field('igmp.reserved', 'Reserved', 'bytes')
const maxResponse: Field = field('igmp.max_resp', 'Max Resp Time', 'uint8', { text: tenthsText })
const floating: Layout<{ readonly one: number; readonly exponent: number; readonly mantissa: number }> = layout(
  'igmp',
  title,
  {
    one: bits(1, 'igmp.max_resp.floating', 'Floating point'),
    exponent: bits(3, 'igmp.max_resp.exp', 'Exponent', { base: 'hex' }),
    mantissa: bits(4, 'igmp.max_resp.mant', 'Mantissa', { base: 'hex' }),
  },
)
const exponent: Field = field('igmp.max_resp.exp', 'Exponent', 'uint8', { base: 'hex' })
const mantissa: Field = field('igmp.max_resp.mant', 'Mantissa', 'uint8', { base: 'hex' })
const status: Field = statusField('igmp.checksum')
const bad: Field = expert('igmp.bad_checksum', 'Bad checksum', 'error')
const group: Layout<{ readonly address: Ipv4 }> = layout('igmp', title, {
  address: ipv4('igmp.maddr', 'Multicast Address'),
})
const suppress = { truth: ['SUPPRESS router side processing', 'Do not suppress router side processing'] } as const
interface Query {
  readonly reserved: number
  readonly suppress: boolean
  readonly robustness: number
  readonly interval: number
  readonly sources: number
}
const query: Layout<Query> = layout<Query>('igmp', title, {
  reserved: bits(4, 'igmp.query.reserved', 'Reserved', { hidden: true }),
  suppress: flag('igmp.s', 'S', suppress),
  robustness: bits(3, 'igmp.qrv', 'QRV'),
  interval: u8('igmp.qqic', 'QQIC'),
  sources: u16('igmp.num_src', 'Num Src'),
})
const source: Layout<{ readonly address: Ipv4 }> = layout('igmp', title, {
  address: ipv4('igmp.saddr', 'Source Address'),
})
const recordCount: Layout<{ readonly records: number }> = layout('igmp', title, {
  records: u16('igmp.num_grp_recs', 'Num Group Records'),
})
interface RecordStart {
  readonly type: number
  /** In units of four octets. */
  readonly auxiliary: number
  readonly sources: number
  readonly address: Ipv4
}
const recordStart: Layout<RecordStart> = layout<RecordStart>('igmp', title, {
  type: u8('igmp.record_type', 'Record Type', { names: igmpRecordNames }),
  auxiliary: u8('igmp.aux_data_len', 'Aux Data Len'),
  sources: u16('igmp.num_src', 'Num Src'),
  ...group.parts,
})
const auxiliary: Field = field('igmp.aux_data', 'Aux Data', 'bytes')
const data: Field = field('igmp.data', 'Data', 'bytes')

export const igmp: Protocol<Igmp> = protocol<Igmp>({
  name: 'igmp',
  label: title,
  short: 'IGMP',
  over: [{ table: 'ip.proto', key: 2 }],
  fields: [
    version,
    typeOctet,
    reserved,
    maxResponse,
    exponent,
    mantissa,
    checksumWord,
    status,
    bad,
    group,
    query,
    source,
    recordCount,
    recordStart,
    auxiliary,
    data,
  ],
  defaults: { type: 0x16, code: 0, body: new Uint8Array(4) },
  claims: () => ({ checksum: head.lens.checksum }),
  column: packet => {
    const number = versionOf(packet.type, packet.code, head.size + packet.body.length)
    return number === undefined ? 'IGMP' : `IGMPv${number}`
  },
  info(s, packet) {
    const number = versionOf(packet.type, packet.code, head.size + packet.body.length)
    igmpInfo(s, packet, number, igmpTypeNames.nameOf(packet.type))
  },

  walk(c) {
    c.need('igmp.type', head.size)
    const { type, code } = head.read(c.view, c.at)
    const message = takeMessage(c, 'igmp.data', () => show(c, type, code))
    return { type, code, body: message.subarray(head.size) }
  },

  size: packet => head.size + packet.body.length,

  write(w, packet) {
    w.put(head, { type: packet.type, code: packet.code, checksum: 0 })
    w.putBytes(packet.body)
    head.lens.checksum.write(w.view, w.start, w.checksum())
  },
})

/** Wireshark's rule: queries tell by their length and code (RFC 3376 §7.1); undefined where the type is no version's. */
function versionOf(type: number, code: number, length: number): number | undefined {
  if (type === 0x11) return length >= 12 ? 3 : code === 0 ? 1 : 2
  if (type === 0x12) return 1
  if (type === 0x16 || type === 0x17) return 2
  return type === 0x22 ? 3 : undefined
}

function show(c: PacketCursor, type: number, code: number): void {
  const start = c.at
  const number = versionOf(type, code, c.left)
  if (number !== undefined) c.show(version, number)
  c.take(typeOctet)
  if (number === undefined) {
    c.takeRest(data)
    return
  }
  if (number === 1 || type === 0x22) c.takeBytes(reserved, 1)
  else showCode(c, number, code)
  c.take(checksumWord)
  showChecksum(c, { status, bad }, start, start + 2)
  if (type === 0x22) showReport(c)
  else if (c.left >= group.size) {
    c.take(group)
    if (number === 3 && c.left >= query.size) showSources(c, c.take(query).sources)
  }
  if (c.left > 0) c.takeRest(data)
}

/** Tenths of a second; from 128 on in version 3 a floating-point number (RFC 3376 §4.1.1). */
function showCode(c: PacketCursor, number: number, code: number): void {
  if (number < 3 || code < 128) {
    c.show(maxResponse, code, c.at, 1)
    c.at += 1
    return
  }
  const parts = floating.read(c.view, c.at)
  c.show(maxResponse, (parts.mantissa | 0x10) << (parts.exponent + 3), c.at, 1)
  c.below()
  c.show(exponent, parts.exponent, c.at, 1)
  c.show(mantissa, parts.mantissa, c.at, 1)
  c.close()
  c.at += 1
}

function showSources(c: PacketCursor, count: number): void {
  for (let i = 0; i < count && c.left >= source.size; i++) c.take(source)
}

function showReport(c: PacketCursor): void {
  if (c.left < 4) return
  c.takeBytes(reserved, 2)
  const { records } = c.take(recordCount)
  for (let i = 0; i < records && c.left >= recordStart.size; i++) {
    c.open('Group Record')
    const { type, auxiliary: words, sources, address } = c.take(recordStart)
    showSources(c, sources)
    c.takeBytes(auxiliary, Math.min(4 * words, c.left))
    c.close(`Group Record : ${formatIpv4(address)}  ${igmpRecordNames.nameOf(type) ?? 'Unknown'}`)
  }
}

function tenthsText(tenths: number): string {
  return `${(tenths / 10).toFixed(1)} sec (0x${tenths.toString(16).padStart(2, '0')})`
}
