/**
 * Fixed headers described a second time, from the standards and not from our layouts: where both descriptions read the
 * same, neither they nor the two compilers behind them are likely to be wrong.
 */
import { dotted, fields, type Header, hardware, header, opaque } from './header.ts'

/** IEEE 802.3 §3.1.1; the last field is a length up to 1500. */
export const ethernet: Header = header(
  14,
  fields().buffer('eth$dst', hardware).buffer('eth$src', hardware).uint16('eth$type'),
)
export const ethernetWithLength: Header = header(
  14,
  fields().buffer('eth$dst', hardware).buffer('eth$src', hardware).uint16('eth$len'),
)
/** 1501 to 1535 is neither a type nor a length, and Wireshark has a name of its own for it. */
export const ethernetWithNeither: Header = header(
  14,
  fields().buffer('eth$dst', hardware).buffer('eth$src', hardware).uint16('eth$invalid_lentype'),
)

/** IEEE 802.1Q §9.6. */
const tag = () => fields().bit3('vlan$priority').bit1('vlan$dei').bit12('vlan$id')
export const vlan: Header = header(4, tag().uint16('vlan$etype'))
export const vlanWithLength: Header = header(4, tag().uint16('vlan$len'))

/** LINKTYPE_LINUX_SLL; what the last field is called depends on the device. */
const cooked = () =>
  fields().uint16('sll$pkttype').uint16('sll$hatype').uint16('sll$halen').buffer('_address', { length: 8 })
export const cookedTunnel: Header = header(16, cooked().uint16('sll$gretype'))
export const cookedType: Header = header(16, cooked().uint16('sll$etype'))
export const cookedLinux: Header = header(16, cooked().uint16('sll$ltype'))

/** RFC 791 §3.1, RFC 2474 §3, RFC 3168 §5. */
export const ipv4: Header = header(
  20,
  fields()
    .bit4('ip$version')
    .bit4('ip$hdr_len')
    .bit6('ip$dsfield$dscp')
    .bit2('ip$dsfield$ecn')
    .uint16('ip$len')
    .uint16('ip$id')
    .bit1('ip$flags$rb')
    .bit1('ip$flags$df')
    .bit1('ip$flags$mf')
    .bit13('ip$frag_offset')
    .uint8('ip$ttl')
    .uint8('ip$proto')
    .uint16('ip$checksum')
    .buffer('ip$src', dotted)
    .buffer('ip$dst', dotted),
)

/** RFC 8200 §3. */
export const ipv6: Header = header(
  40,
  fields()
    .bit4('ipv6$version')
    .bit6('ipv6$tclass$dscp')
    .bit2('ipv6$tclass$ecn')
    .bit20('ipv6$flow')
    .uint16('ipv6$plen')
    .uint8('ipv6$nxt')
    .uint8('ipv6$hlim')
    .buffer('ipv6$src', opaque(16))
    .buffer('ipv6$dst', opaque(16)),
)

/** RFC 768. */
export const udp: Header = header(
  8,
  fields().uint16('udp$srcport').uint16('udp$dstport').uint16('udp$length').uint16('udp$checksum'),
)

/** RFC 792. */
export const icmp: Header = header(4, fields().uint8('icmp$type').uint8('icmp$code').uint16('icmp$checksum'))
export const icmpQuery: Header = header(4, fields().uint16('icmp$ident').uint16('icmp$seq'))

/** RFC 8335 §2, types 42 and 43. */
export const icmpExtendedEcho: Header = header(4, fields().uint16('icmp$ident').uint16('_sequence'))

/** RFC 2784 §2 with the bits of RFC 1701; bit 8 is RFC 2637's acknowledgment bit where that is spoken. */
const greFlags = () =>
  fields()
    .bit1('gre$flags$checksum')
    .bit1('gre$flags$routing')
    .bit1('gre$flags$key')
    .bit1('gre$flags$sequence_number')
    .bit1('gre$flags$strict_source_route')
    .bit3('gre$flags$recursion_control')
export const gre: Header = header(
  4,
  greFlags().bit5('gre$flags$reserved').bit3('gre$flags$version').uint16('gre$proto'),
)
export const greWithAcknowledgment: Header = header(
  4,
  greFlags().bit1('gre$flags$ack').bit4('gre$flags$reserved').bit3('gre$flags$version').uint16('gre$proto'),
)
export const greChecksum: Header = header(4, fields().uint16('gre$checksum').uint16('gre$offset'))
export const greKey: Header = header(4, fields().uint32('gre$key'))
export const greCall: Header = header(4, fields().uint16('gre$key$payload_length').uint16('gre$key$call_id'))
export const greSequence: Header = header(4, fields().uint32('gre$sequence_number'))
export const greAcknowledgment: Header = header(4, fields().uint32('gre$ack_number'))
export const greRoute: Header = header(
  4,
  fields().uint16('gre$routing$address_family').uint8('gre$routing$sre_offset').uint8('gre$routing$src_length'),
)

/** RFC 4303 §2: all that is in the clear. */
export const esp: Header = header(8, fields().uint32('esp$spi').uint32('esp$sequence'))
