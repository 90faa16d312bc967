/**
 * Internet Protocol version 4, RFC 791 §3.1.
 *
 *  |                    fixed part (20 octets)                     |
 *  |                    Options                    |    Padding    |
 */
import { expert, type Field, fold, type Ipv4, Literal, type Sink } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'
import { ipv4Addresses, ipv4Front, ipv4Header, ipv4RoutedAddresses } from './ipv4-header.ts'
import { badLength, ipv4NoteFields, isUsualTtl, noteLength, noteTtl, showStatus } from './ipv4-notes.ts'
import { finalHop, ipv4OptionFields, showIpv4Options } from './ipv4-options.ts'
import { ipProtocolNames } from './numbers.ts'
import { ipv4Reassembled } from './reassembled-fields.ts'
import { wholeUnits } from './whole-units.ts'

export interface Ipv4Packet {
  readonly dscp: number
  readonly ecn: number
  readonly identification: number
  readonly reservedBit: boolean
  readonly dontFragment: boolean
  readonly moreFragments: boolean
  /** In units of eight octets. */
  readonly fragmentOffset: number
  readonly ttl: number
  readonly protocol: number
  readonly source: Ipv4
  readonly destination: Ipv4
  /** Options as they stand on the wire, padding included: a multiple of four octets, at most 40. */
  readonly options: Uint8Array
}

const badVersion: Field = expert('ip.bogus_ip_version', 'Bogus IP version', 'error')
const badHeaderLength: Field = expert('ip.bogus_header_length', 'Bogus IP header length', 'error')

const { lens } = ipv4Header
const none = new Uint8Array(0)

const fromAddress = new Literal('Internet Protocol Version 4, Src: ')
const toAddress = new Literal(', Dst: ')

export const ipv4: Protocol<Ipv4Packet> = protocol<Ipv4Packet>({
  name: 'ip',
  label: 'Internet Protocol Version 4',
  short: 'IPv4',
  over: [
    { table: 'ethertype', key: 0x0800 },
    { table: 'gre.proto', key: 0x0800 },
    { table: 'ip.proto', key: 4 },
    { table: 'link', key: 228 },
  ],
  fields: [
    ipv4Front,
    ipv4Addresses,
    ipv4RoutedAddresses,
    ...ipv4OptionFields,
    ...ipv4NoteFields,
    badVersion,
    badHeaderLength,
    ...Object.values(ipv4Reassembled),
  ],
  defaults: {
    dscp: 0,
    ecn: 0,
    identification: 0,
    reservedBit: false,
    dontFragment: false,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: 255,
    protocol: 59,
    source: 0,
    destination: 0,
    options: none,
  },
  selects: { table: 'ip.proto', fact: 'protocol' },
  claims: () => ({ headerLength: lens.headerLength, totalLength: lens.totalLength, checksum: lens.checksum }),
  title: (s, packet) => {
    const destination = finalDestination(packet)
    s.put(fromAddress).ipv4(packet.source).put(toAddress).ipv4(destination)
    if (destination !== packet.destination) s.text(', Via: ').ipv4(packet.destination)
  },
  info: (s, packet, frame, at) => {
    const { body, end } = frame.layers[at]!
    if (packet.moreFragments || packet.fragmentOffset !== 0) fragmentInfo(s, packet)
    else if (body < end) s.text(nameOf(packet.protocol)).text(' (').dec(packet.protocol).text(')')
  },
  endpoints: packet => ({ kind: 'ipv4', source: packet.source, destination: finalDestination(packet) }),

  isQuiet(view, at) {
    // What options show may depend on the time to live.
    const isBare = lens.headerLength.read(view, at) * 4 === ipv4Header.size
    return isBare && isUsualTtl(lens.ttl.read(view, at), lens.destination.read(view, at))
  },

  /** RFC 768, RFC 9293 §3.1: both addresses, a zero octet, the protocol and the length. */
  pseudoHeader: (packet, next, length) => {
    const destination = finalDestination(packet)
    return fold(
      (packet.source >>> 16) +
        (packet.source & 0xffff) +
        (destination >>> 16) +
        (destination & 0xffff) +
        next +
        (length >>> 16) +
        (length & 0xffff),
    )
  },

  walk(c) {
    const start = c.at
    const octets = headerLength(c)
    const front = ipv4Front.read(c.view, c.pass(ipv4Front))
    if (c.witness !== undefined) showStatus(c, front, start, octets)
    const rest = start + octets <= c.end && octets > 20 ? c.octets(start + 20, start + octets) : none
    const routed = octets > ipv4Header.size && finalHop(rest) !== undefined
    const at = c.pass(routed ? ipv4RoutedAddresses : ipv4Addresses)
    const { source, destination } = ipv4Addresses.read(c.view, at)
    c.need('ip.hdr_len', octets - ipv4Header.size)
    if (c.witness !== undefined) {
      noteLength(c, front.totalLength - ipv4Header.size, start + 2)
      noteTtl(c, front, destination, start + 8)
      if (octets > ipv4Header.size) showIpv4Options(c, start + octets, front.ttl)
    }
    c.at = start + octets
    // A total length of 0 is what offloading network cards leave behind: the capture's own length counts.
    if (front.totalLength !== 0) c.limit(front.totalLength - octets, 'ip.len')
    const { fragmentOffset } = front
    const { moreFragments } = front.flags
    c.carries('ip.proto', front.protocol)
    if (moreFragments || fragmentOffset !== 0) c.spans()
    else c.fragmented = false
    return {
      dscp: front.services.dscp,
      ecn: front.services.ecn,
      identification: front.identification,
      reservedBit: front.flags.reserved,
      dontFragment: front.flags.dontFragment,
      moreFragments,
      fragmentOffset,
      ttl: front.ttl,
      protocol: front.protocol,
      source,
      destination,
      options: rest,
    }
  },

  size: packet => ipv4Header.size + packet.options.length,

  write(w, packet) {
    const octets = ipv4Header.size + packet.options.length
    ipv4Header.write(w.view, w.pass(ipv4Header), {
      version: 4,
      headerLength: wholeUnits(octets, 4, 'ip.hdr_len'),
      services: { dscp: packet.dscp, ecn: packet.ecn },
      totalLength: w.end - w.start,
      identification: packet.identification,
      flags: {
        reserved: packet.reservedBit,
        dontFragment: packet.dontFragment,
        moreFragments: packet.moreFragments,
      },
      fragmentOffset: packet.fragmentOffset,
      ttl: packet.ttl,
      protocol: packet.protocol,
      checksum: 0,
      source: packet.source,
      destination: packet.destination,
    })
    if (packet.options.length > 0) w.putBytes(packet.options)
    lens.checksum.write(w.view, w.start, w.checksum(w.start, w.body))
  },
})

/** Octets of the header. Stops the walk where version and lengths contradict the protocol. */
function headerLength(c: PacketCursor): number {
  const start = c.at
  if (c.left < 4) return ipv4Header.size
  const word = c.view.getUint32(start)
  const version = word >>> 28
  const octets = 4 * ((word >>> 24) & 15)
  const total = word & 0xffff
  const isSound = version === 4 && octets >= ipv4Header.size && (total === 0 || total >= octets)
  if (!isSound) refuse(c, start, version, octets, total)
  return octets
}

function refuse(c: PacketCursor, start: number, version: number, octets: number, total: number): never {
  if (version !== 4) {
    showFirst(c, 1)
    c.note(badVersion, `Bogus IP version (${version}, must be 4)`, start, 1)
    c.malformed('ip.version', `is ${version}, not 4`, 'RFC 791 §3.1', start)
  }
  if (octets < ipv4Header.size) {
    showFirst(c, 1)
    c.note(badHeaderLength, `Bogus IP header length (${octets}, must be at least 20)`, start, 1)
    c.malformed('ip.hdr_len', `is ${octets} octets, not at least 20`, 'RFC 791 §3.1', start)
  }
  showFirst(c, 4)
  c.note(badLength, `Bogus IP length (${total}, less than header length ${octets})`, start + 2, 2)
  c.malformed('ip.len', `is ${total}, less than the header's ${octets} octets`, 'RFC 791 §3.1', start + 2)
}

/** Shows as much of the header as fits into its first octets. */
function showFirst(c: PacketCursor, octets: number): void {
  if (c.witness !== undefined) c.witness.rows(ipv4Front, c.at, octets)
  c.at += octets
}

function finalDestination(packet: Ipv4Packet): Ipv4 {
  const { options } = packet
  if (options.length === 0) return packet.destination
  const at = finalHop(options)
  if (at === undefined) return packet.destination
  return new DataView(options.buffer, options.byteOffset).getUint32(at)
}

function nameOf(next: number): string {
  return ipProtocolNames.nameOf(next) ?? 'Unknown'
}

function fragmentInfo(s: Sink, packet: Ipv4Packet): void {
  s.text('Fragmented IP protocol (proto=').text(nameOf(packet.protocol)).text(' ').dec(packet.protocol)
  s.text(', off=')
    .dec(8 * packet.fragmentOffset)
    .text(', ID=')
    .hex(packet.identification, 4)
    .text(')')
}
