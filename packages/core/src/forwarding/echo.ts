/**
 * ICMP echo, RFC 792 and RFC 4443 §4: requests made and answered where they lie.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |     Type      |     Code      |          Checksum             |
 *  |           Identifier          |        Sequence Number        |
 *  |     Data ...
 */
import { ipv4, ipv6, PacketMemory, type Surroundings } from '@dmvpn/protocols'
import { checksumOf, sumWords, writeIpv6 } from '@dmvpn/wire'
import type { Ip } from '../settings.ts'
import type { Datagram } from './datagram.ts'

const protocols = { ipv4: 1, ipv6: 58 } as const
const types = { ipv4: { request: 8, reply: 0 }, ipv6: { request: 128, reply: 129 } } as const
const headerSize = 8

export interface Echo {
  readonly kind: 'request' | 'reply'
  readonly identifier: number
  readonly sequence: number
}

/** The echo in a packet for this router; undefined where it is something else, or broken. */
export function echoOf(packet: Datagram): Echo | undefined {
  const family = packet.version === 4 ? 'ipv4' : 'ipv6'
  const length = packet.bytes.length - packet.headerLength
  if (packet.protocol !== protocols[family] || length < headerSize || isFragment(packet)) return undefined
  const { view, headerLength: at } = packet
  const { request, reply } = types[family]
  const type = view.getUint8(at)
  if (type !== request && type !== reply) return undefined
  if (checksum(view, at, packet.bytes.length, packet.source, packet.destination) !== 0) return undefined
  return {
    kind: type === request ? 'request' : 'reply',
    identifier: view.getUint16(at + 4),
    sequence: view.getUint16(at + 6),
  }
}

function isFragment({ version, view }: Datagram): boolean {
  return version === 4 && (view.getUint16(6) & 0x3fff) !== 0
}

function checksum(view: DataView, from: number, to: number, source: Ip, destination: Ip): number {
  if (typeof source === 'number' || typeof destination === 'number') return checksumOf(view, from, to)
  return checksumOf(view, from, to, pseudoHeader(source, destination, to - from))
}

/** RFC 8200 §8.1. */
function pseudoHeader(source: bigint, destination: bigint, length: number): number {
  const view = new DataView(new ArrayBuffer(40))
  writeIpv6(view, 0, source)
  writeIpv6(view, 16, destination)
  view.setUint32(32, length)
  view.setUint32(36, protocols.ipv6)
  return sumWords(view, 0, 40)
}

export interface EchoOptions {
  readonly identification: number
  readonly ttl: number
  readonly dontFragment: boolean
}

/** An echo request of `size` octets, IP header included. */
export function echoRequest(
  source: Ip,
  destination: Ip,
  echo: Omit<Echo, 'kind'>,
  size: number,
  options: EchoOptions,
): Uint8Array {
  const header = headerOf(source)
  const end = Math.max(header + headerSize, size)
  const at = memory.take(end)
  const { bytes, view } = memory.writer
  const body = at + header
  bytes[body] = types[typeof source === 'number' ? 'ipv4' : 'ipv6'].request
  view.setUint16(body + 4, echo.identifier)
  view.setUint16(body + 6, echo.sequence)
  for (let i = body + headerSize; i < at + end; i++) bytes[i] = fill[(i - body) % 2]!
  return finished(source, destination, at, at + end, options)
}

/** What a router pads its pings with: AB CD, over and over. */
const fill = [0xab, 0xcd] as const

/** The answer to a request for this router. */
export function echoReply(request: Datagram, options: EchoOptions): Uint8Array {
  const header = headerOf(request.source)
  const end = header + request.bytes.length - request.headerLength
  const at = memory.take(end)
  const { bytes, view } = memory.writer
  bytes.set(request.bytes.subarray(request.headerLength), at + header)
  bytes[at + header] = types[request.version === 4 ? 'ipv4' : 'ipv6'].reply
  view.setUint16(at + header + 2, 0)
  return finished(request.destination, request.source, at, at + end, options)
}

/** Octets of echoes on their way, of all routers. */
const memory = new PacketMemory()

function headerOf(address: Ip): number {
  return typeof address === 'number' ? ipv4.size(ipv4.defaults) : ipv6.size(ipv6.defaults)
}

/** The packet in `[at, end)` of the memory: the checksum of the echo is written, and the IP header in front of it. */
function finished(source: Ip, destination: Ip, at: number, end: number, options: EchoOptions): Uint8Array {
  const { ttl, identification, dontFragment } = options
  const w = memory.writer
  const body = at + headerOf(source)
  w.view.setUint16(body + 2, checksum(w.view, body, end, source, destination))
  w.start = at
  w.at = at
  w.body = body
  w.end = end
  w.trailer = 0
  if (typeof source === 'number' && typeof destination === 'number') {
    const facts = { source, destination, protocol: protocols.ipv4, ttl, identification, dontFragment }
    ipv4.write(w, { ...ipv4.defaults, ...facts }, nowhere)
  } else if (typeof source === 'bigint' && typeof destination === 'bigint') {
    ipv6.write(w, { ...ipv6.defaults, source, destination, nextHeader: protocols.ipv6, hopLimit: ttl }, nowhere)
  } else throw new RangeError('an IPv4 and an IPv6 address in one packet')
  return memory.piece(at, end)
}

/** No layer around. */
const nowhere: Surroundings = { pseudoHeader: () => 0 }
