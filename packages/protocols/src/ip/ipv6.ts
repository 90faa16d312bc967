/** Internet Protocol version 6, RFC 8200 §3; its extension headers are protocols of their own. */
import { expert, type Field, fold, type Ipv6, type Sink } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'
import { ipv6AddressFields, showIpv6Address } from './ipv6-addresses.ts'
import { ipv6Header } from './ipv6-header.ts'
import { ipProtocolNames } from './numbers.ts'
import { sentLength } from './promised.ts'

export interface Ipv6Packet {
  readonly dscp: number
  readonly ecn: number
  readonly flowLabel: number
  readonly nextHeader: number
  readonly hopLimit: number
  readonly source: Ipv6
  readonly destination: Ipv6
}

const badVersion: Field = expert('ipv6.bogus_ipv6_version', 'Bogus IP version', 'error')
const lengthZero: Field = expert(
  'ipv6.plen_zero',
  'IPv6 payload length equals 0 (maybe because of "TCP segmentation offload" (TSO))',
  'chat',
)
const lengthExceeds: Field = expert(
  'ipv6.plen_exceeds_framing',
  'IPv6 payload length does not match expected framing length',
  'warning',
)

const { lens } = ipv6Header
const hopByHop = 0
const noNextHeader = 59

export const ipv6: Protocol<Ipv6Packet> = protocol<Ipv6Packet>({
  name: 'ipv6',
  label: 'Internet Protocol Version 6',
  short: 'IPv6',
  over: [
    { table: 'ethertype', key: 0x86dd },
    { table: 'gre.proto', key: 0x86dd },
    { table: 'ip.proto', key: 41 },
    { table: 'link', key: 229 },
  ],
  fields: [ipv6Header, ...ipv6AddressFields, badVersion, lengthZero, lengthExceeds],
  defaults: { dscp: 0, ecn: 0, flowLabel: 0, nextHeader: noNextHeader, hopLimit: 64, source: 0n, destination: 0n },
  selects: { table: 'ip.proto', fact: 'nextHeader' },
  claims: () => ({ payloadLength: lens.payloadLength }),
  title: (s, packet) => {
    s.text('Internet Protocol Version 6, Src: ').ipv6(packet.source)
    s.text(', Dst: ').ipv6(packet.destination)
  },
  info: (s, packet) => ipv6Info(s, packet.nextHeader),
  endpoints: packet => ({ kind: 'ipv6', source: packet.source, destination: packet.destination }),

  /** RFC 8200 §8.1: both addresses, the length, and the protocol number of what is checksummed. */
  pseudoHeader: (packet, next, length) =>
    fold(sumOf(packet.source) + sumOf(packet.destination) + (length >>> 16) + (length & 0xffff) + next),

  walk(c) {
    const start = c.at
    refuseOtherVersions(c)
    const header = c.take(ipv6Header)
    const { payloadLength, nextHeader } = header
    if (c.witness !== undefined) {
      showIpv6Address(c, start + 8, 'source')
      showIpv6Address(c, start + 24, 'destination')
      noteLength(c, payloadLength, nextHeader, start + 4)
    }
    // RFC 2675 §3: a jumbogram's length is 0; offloading network cards leave 0 behind as well.
    if (payloadLength !== 0) c.limit(payloadLength, 'ipv6.plen')
    c.carries('ip.proto', nextHeader)
    return {
      dscp: header.trafficClass.dscp,
      ecn: header.trafficClass.ecn,
      flowLabel: header.flowLabel,
      nextHeader,
      hopLimit: header.hopLimit,
      source: header.source,
      destination: header.destination,
    }
  },

  size: () => ipv6Header.size,

  write(w, packet) {
    w.put(ipv6Header, {
      version: 6,
      trafficClass: { dscp: packet.dscp, ecn: packet.ecn },
      flowLabel: packet.flowLabel,
      payloadLength: w.payload > 0xffff ? 0 : w.payload,
      nextHeader: packet.nextHeader,
      hopLimit: packet.hopLimit,
      source: packet.source,
      destination: packet.destination,
    })
  },
})

/** What the information column says where nobody knows what an IPv6 header or an extension header carries. */
export function ipv6Info(s: Sink, next: number): void {
  if (next === noNextHeader) s.text('IPv6 no next header')
  else
    s.text('Unknown IP Protocol: ')
      .text(ipProtocolNames.nameOf(next) ?? 'Unknown')
      .text(' (')
      .dec(next)
      .text(')')
}

function refuseOtherVersions(c: PacketCursor): void {
  if (c.left === 0) return
  const start = c.at
  const version = lens.version.read(c.view, start)
  if (version === 6) return
  // In a quote, octets from here on are shown as what could not be read: half of one cannot be.
  if (c.witness !== undefined && !c.quoted) c.witness.rows(ipv6Header, start, 1)
  if (!c.quoted) c.at = start + 1
  c.note(badVersion, `Bogus IPv6 version (${version}, must be 6)`, start, 1)
  c.malformed('ipv6.version', `is ${version}, not 6`, 'RFC 8200 §3', start)
}

function noteLength(c: PacketCursor, length: number, next: number, at: number): void {
  if (length === 0) {
    if (next !== hopByHop && next !== noNextHeader) c.note(lengthZero, lengthZero.label, at, 2)
    return
  }
  const sent = sentLength(c)
  if (length > sent && !c.quoted) {
    c.note(lengthExceeds, `IPv6 payload length exceeds framing length (${sent} bytes)`, at, 2)
  }
}

/** The eight words of an address, added. */
function sumOf(address: Ipv6): number {
  let sum = 0
  for (let rest = address; rest > 0n; rest >>= 32n) {
    const word = Number(rest & 0xffffffffn)
    sum += (word >>> 16) + (word & 0xffff)
  }
  return sum
}
