/**
 * ICMP echo, RFC 792 and RFC 4443 §4: requests made and answered where they lie.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |     Type      |     Code      |          Checksum             |
 *  |           Identifier          |        Sequence Number        |
 *  |     Data ...
 */
import { encode, ipv4, ipv6 } from '@dmvpn/protocols'
import { checksumOf, sumWords } from '@dmvpn/wire'
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
  view.setBigUint64(0, source >> 64n)
  view.setBigUint64(8, source & 0xffffffffffffffffn)
  view.setBigUint64(16, destination >> 64n)
  view.setBigUint64(24, destination & 0xffffffffffffffffn)
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
  const header = typeof source === 'number' ? 20 : 40
  const body = new Uint8Array(Math.max(headerSize, size - header))
  const view = new DataView(body.buffer)
  body[0] = types[typeof source === 'number' ? 'ipv4' : 'ipv6'].request
  view.setUint16(4, echo.identifier)
  view.setUint16(6, echo.sequence)
  for (let at = headerSize; at < body.length; at++) body[at] = fill[at % 2]!
  view.setUint16(2, checksum(view, 0, body.length, source, destination))
  return wrap(source, destination, body, options)
}

/** What a router pads its pings with: AB CD, over and over. */
const fill = [0xab, 0xcd] as const

/** The answer to a request for this router. */
export function echoReply(request: Datagram, options: EchoOptions): Uint8Array {
  const body = request.bytes.slice(request.headerLength)
  const view = new DataView(body.buffer)
  body[0] = types[request.version === 4 ? 'ipv4' : 'ipv6'].reply
  view.setUint16(2, 0)
  view.setUint16(2, checksum(view, 0, body.length, request.destination, request.source))
  return wrap(request.destination, request.source, body, options)
}

function wrap(source: Ip, destination: Ip, payload: Uint8Array, options: EchoOptions): Uint8Array {
  const { ttl, identification, dontFragment } = options
  if (typeof source === 'number' && typeof destination === 'number') {
    return encode(
      ipv4,
      { source, destination, protocol: protocols.ipv4, ttl, identification, dontFragment },
      { payload },
    )
  }
  if (typeof source === 'bigint' && typeof destination === 'bigint') {
    return encode(ipv6, { source, destination, nextHeader: protocols.ipv6, hopLimit: ttl }, { payload })
  }
  throw new RangeError('an IPv4 and an IPv6 address in one packet')
}
