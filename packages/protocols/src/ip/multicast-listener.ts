/**
 * Multicast listener discovery, RFC 2710 §3 and RFC 3810 §5: messages of ICMPv6, shown to a witness.
 *
 *  |    Maximum Response Code      |           Reserved            |
 *  |                    Multicast Address (128)                    |
 *  |Resv |S| QRV |      QQIC       |       Number of Sources       |  version 2
 */
import {
  bits,
  type Field,
  field,
  flag,
  formatIpv6,
  type Ipv6,
  ipv6,
  type Layout,
  layout,
  type Names,
  names,
  type Outline,
  opaque,
  u8,
  u16,
  word,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'

const title = 'Multicast Listener Discovery'
const delay: Layout<{ readonly delay: number }> = layout('icmpv6.mld', title, {
  delay: u16('icmpv6.mld.maximum_response_delay', 'Maximum Response Delay [ms]'),
})
const codeField: Field = field('icmpv6.mld.maximum_response_code', 'Maximum Response Code', 'uint16')
const group: Layout<{ readonly reserved: Uint8Array; readonly address: Ipv6 }> = layout('icmpv6.mld', title, {
  reserved: opaque(2, 'icmpv6.reserved', 'Reserved'),
  address: ipv6('icmpv6.mld.multicast_address', 'Multicast Address'),
})
interface Second {
  readonly flags: { readonly reserved: number; readonly suppress: boolean; readonly robustness: number }
  readonly interval: number
  readonly sources: number
}
const second: Layout<Second> = layout<Second>('icmpv6.mld', title, {
  flags: word('icmpv6.mld.flag', 'Flags', {
    reserved: bits(4, 'icmpv6.mld.flag.reserved', 'Reserved'),
    suppress: flag('icmpv6.mld.flag.s', 'Suppress Router-Side Processing'),
    robustness: bits(3, 'icmpv6.mld.flag.qrv', "QRV (Querier's Robustness Variable)"),
  }),
  interval: u8('icmpv6.mld.qqi', "QQIC (Querier's Query Interval Code)"),
  sources: u16('icmpv6.mld.nb_sources', 'Number of Sources'),
})
const source: Layout<{ readonly address: Ipv6 }> = layout('icmpv6.mld', title, {
  address: ipv6('icmpv6.mld.source_address', 'Source Address'),
})

const report: Layout<{ readonly reserved: Uint8Array; readonly records: number }> = layout('icmpv6.mldr', title, {
  reserved: opaque(2, 'icmpv6.reserved', 'Reserved'),
  records: u16('icmpv6.mldr.nb_mcast_records', 'Number of Multicast Address Records'),
})
const recordNames: Names = names({
  1: 'Include',
  2: 'Exclude',
  3: 'Changed to include',
  4: 'Changed to exclude',
  5: 'Allow new sources',
  6: 'Block old sources',
})
const record: Field = field('icmpv6.mldr.mar', 'Multicast Address Record', 'none')
interface RecordStart {
  readonly type: number
  /** In units of four octets. */
  readonly auxiliary: number
  readonly sources: number
  readonly address: Ipv6
}
const recordStart: Layout<RecordStart> = layout<RecordStart>('icmpv6.mldr.mar', title, {
  type: u8('icmpv6.mldr.mar.record_type', 'Record Type', { names: recordNames }),
  auxiliary: u8('icmpv6.mldr.mar.aux_data_len', 'Aux Data Len'),
  sources: u16('icmpv6.mldr.mar.nb_sources', 'Number of Sources'),
  address: ipv6('icmpv6.mldr.mar.multicast_address', 'Multicast Address'),
})
const recordSource: Layout<{ readonly address: Ipv6 }> = layout('icmpv6.mldr.mar', title, {
  address: ipv6('icmpv6.mldr.mar.source_address', 'Source Address'),
})
const auxiliaryData: Field = field('icmpv6.mldr.mar.auxiliary_data', 'Auxiliary Data', 'bytes')

export const multicastListenerFields: readonly (Outline | Field)[] = [
  delay,
  codeField,
  group,
  second,
  source,
  report,
  record,
  recordStart,
  recordSource,
  auxiliaryData,
]

/** A query, or a report or done message of version 1; at least 20 octets. A longer query is one of version 2. */
export function showListenerQuery(c: PacketCursor, end: number): void {
  if (end - c.at < 24) {
    c.take(delay)
    c.take(group)
    return
  }
  const code = c.view.getUint16(c.at)
  c.show(codeField, milliseconds(code), c.at, 2)
  c.at += 2
  c.take(group)
  const { sources } = c.take(second)
  for (let i = 0; i < sources && end - c.at >= source.size; i++) c.take(source)
}

/** RFC 3810 §5.1.3: from 32768 on a code is a floating-point number. */
function milliseconds(code: number): number {
  return code < 0x8000 ? code : ((code & 0xfff) | 0x1000) << (((code >>> 12) & 7) + 3)
}

/** A report of version 2; at least 4 octets. */
export function showListenerReport(c: PacketCursor, end: number): void {
  const { records } = c.take(report)
  for (let i = 0; i < records && end - c.at >= recordStart.size; i++) {
    c.openField(record, undefined)
    const { type, auxiliary, sources, address } = c.take(recordStart)
    for (let k = 0; k < sources && end - c.at >= recordSource.size; k++) c.take(recordSource)
    c.takeBytes(auxiliaryData, Math.min(4 * auxiliary, end - c.at))
    c.close(`Multicast Address Record ${recordNames.nameOf(type) ?? 'Unknown'}: ${formatIpv6(address)}`)
  }
}
