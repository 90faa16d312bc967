/** GRE, ESP and IPv4 packets that break one rule each. */
import { data, encodeLayers, type Gre, gre, type Ipv4Packet, ipv4, type LayerOptions, layer } from '@dmvpn/protocols'
import { parseIpv4 } from '@dmvpn/wire'
import { captureOf } from './finding.ts'
import type { Labelled, Reaction } from './labelled.ts'

const rawIp = 101
const outer = { source: parseIpv4('198.51.100.2')!, destination: parseIpv4('192.0.2.1')! }
const inner = encodeLayers([
  layer(ipv4, { source: parseIpv4('10.0.0.2')!, destination: parseIpv4('10.0.0.1')! }, { trailer: new Uint8Array(8) }),
])
/** Behind an IPv4 header. */
const start = 20

function label(
  name: string,
  rule: string,
  offset: number,
  field: string,
  reaction: Reaction,
  bytes: Uint8Array,
): Labelled {
  return { name, rule, offset, field, reaction, file: captureOf({ bytes, linkType: rawIp }), ending: 'pcap' }
}

function tunnel(facts: Partial<Gre>, options: LayerOptions = {}, payload: Uint8Array = inner): Uint8Array {
  return encodeLayers([
    layer(ipv4, { ...outer, protocol: 47 }),
    layer(gre, { protocol: 0x0800, ...facts }, options),
    layer(data, { bytes: payload }),
  ])
}

/** A frame with octets of it set; nothing else is made to fit. */
function withOctets(bytes: Uint8Array, at: number, ...octets: readonly number[]): Uint8Array {
  bytes.set(octets, at)
  return bytes
}

/** Every GRE packet of the corpus, with the IPv4 around it. */
export function labelledGre(): readonly Labelled[] {
  const cut = (...octets: readonly number[]): Uint8Array =>
    encodeLayers([layer(ipv4, { ...outer, protocol: 47 }), layer(data, { bytes: Uint8Array.from(octets) })])
  return [
    label(
      'gre-checksum',
      'The checksum covers header and payload, RFC 2784 §2.5',
      start + 4,
      'gre.checksum',
      'discard',
      tunnel({ checksummed: true }, { claims: { checksum: 0xdead } }),
    ),
    label(
      'gre-reserved-bits',
      'Bits 1 to 5 are 0 unless RFC 1701 is spoken, RFC 2784 §2.3',
      start,
      'gre.flags.strict_source_route',
      'discard',
      withOctets(tunnel({}), start, 0x08),
    ),
    label(
      'gre-version',
      'The version is 0, RFC 2784 §2.3.1',
      start + 1,
      'gre.flags.version',
      'discard',
      withOctets(tunnel({}), start + 1, 0x05),
    ),
    label(
      'gre-cut-in-header',
      'The header is whole, RFC 2784 §2.1',
      start + 3,
      'gre.proto',
      'discard',
      cut(0x20, 0, 8),
    ),
    label(
      'gre-cut-in-key',
      'The key that the K bit announces is there, RFC 2890 §2',
      start + 6,
      'gre.key',
      'discard',
      cut(0x20, 0, 8, 0, 0, 0),
    ),
    label(
      'gre-protocol',
      'An unknown protocol type is not passed on, RFC 2784 §2.4',
      start + 2,
      'gre.proto',
      'discard',
      tunnel({ protocol: 0x0042 }),
    ),
    label(
      'gre-routing-without-end',
      'Source route entries end with one of length 0, RFC 1701 §2',
      start + 16,
      'gre.routing.src_length',
      'discard',
      tunnel({ routing: [{ addressFamily: 2, offset: 0, information: new Uint8Array(4) }] }, {}, new Uint8Array(0)),
    ),
    label(
      'gre-sequence-old',
      'A sequence number older than the last is not passed on, RFC 2890 §2.2 (send 5 before it)',
      start + 4,
      'gre.sequence_number',
      'discard',
      tunnel({ sequence: 4 }),
    ),
    label(
      'gre-wrong-key',
      'The key is the tunnel’s (here: 1), RFC 2890 §2.1',
      start + 4,
      'gre.key',
      'discard',
      tunnel({ key: 2 }),
    ),
    label('gre-in-itself', 'Tunnels in tunnels end, RFC 2784 §2.2', start + 2, 'gre.proto', 'discard', nested(70)),
    label(
      'ipv4-checksum',
      'The header checksum holds, RFC 791 §3.1',
      10,
      'ip.checksum',
      'discard',
      ip({}, { claims: { checksum: 0xdead } }),
    ),
    label(
      'ipv4-total-length',
      'The total length is not less than the header, RFC 791 §3.1',
      2,
      'ip.len',
      'discard',
      ip({}, { claims: { totalLength: 12 } }),
    ),
    label(
      'ipv4-header-length',
      'The header has five words at least, RFC 791 §3.1',
      0,
      'ip.hdr_len',
      'discard',
      ip({}, { claims: { headerLength: 4 } }),
    ),
    label(
      'ipv4-fragment-alone',
      'A fragment waits for the others, RFC 791 §3.2',
      6,
      'ip.flags.mf',
      'discard',
      ip({ moreFragments: true }, {}),
    ),
  ]
}

function ip(facts: Partial<Ipv4Packet>, options: LayerOptions): Uint8Array {
  return encodeLayers([
    layer(ipv4, { ...outer, protocol: 47, ...facts }, options),
    layer(gre, { protocol: 0x0800 }),
    layer(data, { bytes: inner }),
  ])
}

function nested(depth: number): Uint8Array {
  const pair = [layer(ipv4, { ...outer, protocol: 47 }), layer(gre, { protocol: 0x0800 })]
  return encodeLayers([...Array.from({ length: depth }, () => pair).flat(), layer(ipv4, outer)])
}

/** Every ESP packet of the corpus: what can be told without keys. */
export function labelledEsp(): readonly Labelled[] {
  const esp = (bytes: readonly number[]): Uint8Array =>
    encodeLayers([layer(ipv4, { ...outer, protocol: 50 }), layer(data, { bytes: Uint8Array.from(bytes) })])
  const spi = [0x10, 0, 0, 1]
  const first = [0, 0, 0, 1]
  const body = Array.from({ length: 28 }, (_, index) => (index * 37) & 255)
  return [
    label(
      'esp-cut-in-header',
      'The header has eight octets, RFC 4303 §2',
      start + 6,
      'esp.sequence',
      'discard',
      esp([...spi, 0, 0]),
    ),
    label(
      'esp-spi-0',
      'An SPI of 0 is not sent, RFC 4303 §2.1',
      start,
      'esp.spi',
      'discard',
      esp([0, 0, 0, 0, ...first, ...body]),
    ),
    label(
      'esp-spi-reserved',
      'SPIs 1 to 255 are reserved, RFC 4303 §2.1',
      start,
      'esp.spi',
      'discard',
      esp([0, 0, 0, 200, ...first, ...body]),
    ),
    label(
      'esp-spi-unknown',
      'Without an association there is nothing to open, RFC 4303 §3.4.2',
      start,
      'esp.spi',
      'discard',
      esp([0xde, 0xad, 0xbe, 0xef, ...first, ...body]),
    ),
    label(
      'esp-sequence-0',
      'A sender begins with sequence number 1, RFC 4303 §2.2',
      start + 4,
      'esp.sequence',
      'discard',
      esp([...spi, 0, 0, 0, 0, ...body]),
    ),
    label(
      'esp-odd-length',
      'Next header and padding end on a word, RFC 4303 §2.4',
      start + 8,
      'esp.encrypted_data',
      'discard',
      esp([...spi, ...first, ...body.slice(1)]),
    ),
    label(
      'esp-no-room',
      'There is room for a trailer and a check value, RFC 4303 §2',
      start + 8,
      'esp.encrypted_data',
      'discard',
      esp([...spi, ...first, 1, 2, 3, 4]),
    ),
  ]
}
