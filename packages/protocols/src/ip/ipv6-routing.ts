/**
 * The IPv6 routing header, RFC 8200 §4.4; its types 0 (RFC 2460 §4.4, deprecated by RFC 5095), 2 (RFC 6275 §6.4),
 * 3 (RFC 6554 §3) and 4 (RFC 8754 §2).
 *
 *  |  Next Header  |  Hdr Ext Len  |  Routing Type | Segments Left |
 *  |                       type-specific data …
 */
import {
  bits,
  expert,
  type Field,
  field,
  generated,
  type Ipv6,
  ipv6,
  type Layout,
  layout,
  type Names,
  names,
  opaque,
  u8,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'
import { ipv6Info, ipv6 as ipv6Protocol } from './ipv6.ts'
import { ipProtocolNames } from './numbers.ts'
import { wholeUnits } from './whole-units.ts'

export interface Ipv6Routing {
  readonly nextHeader: number
  readonly type: number
  readonly segmentsLeft: number
  /** What the type makes of it, as it stands on the wire: four octets, or a multiple of eight more. */
  readonly data: Uint8Array
}

interface Start {
  readonly nextHeader: number
  /** In units of eight octets, the first eight not counted. */
  readonly length: number
  readonly type: number
  readonly segmentsLeft: number
}

const typeNames: Names = names({
  0: 'Source Route',
  1: 'Nimrod',
  2: 'Type 2 Routing',
  3: 'RPL Source Route',
  4: 'Segment Routing',
  5: 'Compact Routing Header 16',
  6: 'Compact Routing Header 32',
  253: 'Experiment 1',
  254: 'Experiment 2',
})

const label = 'Routing Header for IPv6'
const lengthPart: Layout<{ readonly nextHeader: number; readonly length: number }> = layout('ipv6.routing', label, {
  nextHeader: u8('ipv6.routing.nxt', 'Next Header', { names: ipProtocolNames }),
  length: u8('ipv6.routing.len', 'Length'),
})
const typePart: Layout<{ readonly type: number; readonly segmentsLeft: number }> = layout('ipv6.routing', label, {
  type: u8('ipv6.routing.type', 'Type', { names: typeNames }),
  segmentsLeft: u8('ipv6.routing.segleft', 'Segments Left'),
})
const start: Layout<Start> = layout<Start>('ipv6.routing', label, { ...lengthPart.parts, ...typePart.parts })
const octets: Field = generated('ipv6.routing.len_oct', 'Length', 'uint16', { unit: ' bytes' })

type Word = Layout<{ readonly reserved: Uint8Array }>
type AddressRow = Layout<{ readonly address: Ipv6 }>

const sourceReserved: Word = layout('ipv6.routing.src', label, {
  reserved: opaque(4, 'ipv6.routing.src.reserved', 'Reserved'),
})
const sourceAddress: AddressRow = layout('ipv6.routing.src', label, {
  address: ipv6('ipv6.routing.src.addr', 'Address'),
})
const mobileReserved: Word = layout('ipv6.routing.mipv6', label, {
  reserved: opaque(4, 'ipv6.routing.mipv6.reserved', 'Reserved'),
})
const mobileAddress: AddressRow = layout('ipv6.routing.mipv6', label, {
  address: ipv6('ipv6.routing.mipv6.home_address', 'Home Address'),
})
const segmentStart: Layout<{ readonly last: number; readonly flags: number; readonly tag: Uint8Array }> = layout(
  'ipv6.routing.srh',
  label,
  {
    last: u8('ipv6.routing.srh.last_entry', 'Last Entry'),
    flags: u8('ipv6.routing.srh.flags', 'Flags', { base: 'hex' }),
    tag: opaque(2, 'ipv6.routing.srh.tag', 'Tag'),
  },
)
const segmentAddress: AddressRow = layout('ipv6.routing.srh', label, {
  address: ipv6('ipv6.routing.srh.addr', 'Address'),
})
const rplStart: Layout<{
  readonly inner: number
  readonly last: number
  readonly padding: number
  readonly reserved: number
}> = layout('ipv6.routing.rpl', label, {
  inner: bits(4, 'ipv6.routing.rpl.cmprI', 'Compressed Internal Octets (CmprI)', { type: 'uint32' }),
  last: bits(4, 'ipv6.routing.rpl.cmprE', 'Compressed Final Octets (CmprE)', { type: 'uint32' }),
  padding: bits(4, 'ipv6.routing.rpl.pad', 'Padding Bytes', { type: 'uint32' }),
  reserved: bits(20, 'ipv6.routing.rpl.reserved', 'Reserved', { type: 'uint32' }),
})
const rplCount: Field = generated('ipv6.routing.rpl.addr_count', 'Total Address Count', 'int32')
const rplAddress: Field = field('ipv6.routing.rpl.address', 'Address', 'bytes')
const rplFullAddress: Field = generated('ipv6.routing.rpl.full_address', 'Full Address', 'ipv6')
/** Wireshark has no field for these. */
const rplPadding: Field = field('ipv6.routing.rpl.padding_octets', 'Padding', 'bytes')
const unknown: Field = field('ipv6.routing.unknown_data', 'Type-Specific Data', 'bytes')

const deprecated: Field = expert('ipv6.routing.deprecated', 'Routing header type is deprecated', 'note')
const badSegments: Field = expert(
  'ipv6.routing.invalid_segleft',
  'IPv6 Routing Header segments left field must not exceed address count',
  'warning',
)
const undecoded: Field = expert('ipv6.routing.undecoded', 'Undecoded IPv6 routing header field', 'note')

export const ipv6Routing: Protocol<Ipv6Routing> = protocol<Ipv6Routing>({
  name: 'ipv6.routing',
  label,
  short: 'IPv6',
  over: [{ table: 'ip.proto', key: 43 }],
  fields: [
    lengthPart,
    typePart,
    octets,
    sourceReserved,
    sourceAddress,
    mobileReserved,
    mobileAddress,
    segmentStart,
    segmentAddress,
    rplStart,
    rplCount,
    rplAddress,
    rplFullAddress,
    rplPadding,
    unknown,
    deprecated,
    badSegments,
    undecoded,
  ],
  defaults: { nextHeader: 59, type: 0, segmentsLeft: 0, data: new Uint8Array(4) },
  selects: { table: 'ip.proto', fact: 'nextHeader' },
  title: (s, packet) => {
    s.text(`${label} (${typeNames.nameOf(packet.type) ?? `Unknown type ${packet.type}`})`)
  },
  info: (s, packet) => ipv6Info(s, packet.nextHeader),

  walk(c) {
    const at = c.at
    const { nextHeader, length } = c.take(lengthPart)
    const size = 8 * (length + 1) - start.size
    c.show(octets, size + start.size, at + 1, 1)
    const { type, segmentsLeft } = c.take(typePart)
    const body = c.at
    if (c.witness !== undefined) {
      showData(c, type, segmentsLeft, Math.min(body + size, c.end))
      c.at = body
    }
    c.need('ipv6.routing.len', size)
    c.at = body + size
    c.carries('ip.proto', nextHeader)
    return { nextHeader, type, segmentsLeft, data: c.bytes.subarray(body, c.at) }
  },

  size: packet => start.size + packet.data.length,

  write(w, packet) {
    const { nextHeader, type, segmentsLeft, data } = packet
    const units = wholeUnits(start.size + data.length, 8, 'ipv6.routing.len')
    w.put(start, { nextHeader, length: units - 1, type, segmentsLeft })
    w.putBytes(data)
  },
})

function showData(c: PacketCursor, type: number, segmentsLeft: number, end: number): void {
  if (end - c.at < 4) return
  const segmentsAt = c.at - 1
  const count = Math.floor((end - c.at - 4) / 16)
  if (type === 0) {
    c.note(deprecated, deprecated.label, segmentsAt - 1, 1)
    if (segmentsLeft > count) noteSegments(c, 0, `must not exceed address count (${count})`, segmentsAt)
    c.take(sourceReserved)
    while (end - c.at >= 16) c.take(sourceAddress)
    if (end > c.at) showUnknown(c, end)
  } else if (type === 2) {
    if (segmentsLeft !== 1) noteSegments(c, 2, 'must equal 1', segmentsAt)
    c.take(mobileReserved)
    if (end - c.at >= 16) c.take(mobileAddress)
    if (end > c.at) showUnknown(c, end)
  } else if (type === 3) {
    showCompressed(c, end)
  } else if (type === 4) {
    c.take(segmentStart)
    while (end - c.at >= 16) c.take(segmentAddress)
    if (end > c.at) showUnknown(c, end)
  } else {
    const { at } = c
    showUnknown(c, end)
    c.note(undecoded, undecoded.label, at, end - at)
  }
}

function showUnknown(c: PacketCursor, end: number): void {
  c.takeBytes(unknown, end - c.at)
}

function noteSegments(c: PacketCursor, type: number, rule: string, at: number): void {
  c.note(badSegments, `IPv6 Type ${type} Routing Header segments left field ${rule}`, at, 1)
}

/** RFC 6554 §3: addresses without the octets they share with the destination. */
function showCompressed(c: PacketCursor, end: number): void {
  const at = c.at
  const { inner, last, padding } = c.take(rplStart)
  const octetsOfAll = end - c.at - padding - (16 - last)
  const count = octetsOfAll < 0 ? 0 : Math.floor(octetsOfAll / (16 - inner)) + 1
  c.show(rplCount, count, at, 2)
  const destination = c.frame.findLast(ipv6Protocol)?.destination ?? 0n
  for (let i = 1; i <= count; i++) {
    const length = 16 - (i === count ? last : inner)
    if (end - c.at < length) break
    let tail = 0n
    for (let k = 0; k < length; k++) tail = (tail << 8n) | BigInt(c.view.getUint8(c.at + k))
    const shift = BigInt(8 * length)
    c.show(rplAddress, c.bytes.subarray(c.at, c.at + length), c.at, length)
    c.show(rplFullAddress, ((destination >> shift) << shift) | tail, c.at, length)
    c.at += length
  }
  if (end > c.at) c.takeBytes(rplPadding, end - c.at)
}
