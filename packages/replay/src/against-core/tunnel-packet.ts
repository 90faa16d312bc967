/** Packets of a tunnel as the reference router takes and sends them: IPv4, GRE, and what is in it. */
import { datagramOf } from '@dmvpn/core'
import { decode, eigrp, encode, type Frame, gre, ipv4, type Nhrp, nhrp } from '@dmvpn/protocols'
import { checksumWithout, type Ipv4, isFault } from '@dmvpn/wire'
import type { Ip } from '../observation.ts'

/** GRE of a captured frame, with where it lies. */
export interface CapturedTunnel {
  /** From the GRE header on, as long as the packets in it say. */
  readonly octets: Uint8Array
  /** Offsets in their source: of the GRE header, and of the IP header in front; undefined where that is elsewhere. */
  readonly at: number
  readonly outerAt: number | undefined
}

/** What a tunnel packet carries. */
export interface TunnelContent {
  readonly source: Ipv4
  readonly destination: Ipv4
  /** The GRE key: which of a station's tunnels it belongs to. */
  readonly key: number | undefined
  readonly message: Nhrp | undefined
  readonly data: InnerPacket | undefined
}

export interface InnerPacket {
  readonly bytes: Uint8Array
  readonly source: Ip
  readonly destination: Ip
  readonly protocol: number
  /** The same before and after a router: addresses, protocol, and what is behind the header. */
  readonly key: string
}

const greProtocol = 47
/** Length of the outer header of every packet made here. */
export const outerLength = 20
const largestPacket = 65_535

/** The GRE packet of a frame, outermost; undefined where it has none, or another network than IPv4 carries it. */
export function tunnelOf(frame: Frame): CapturedTunnel | undefined {
  const index = frame.layers.findIndex(({ protocol }) => protocol === gre)
  const layer = frame.layers[index]
  if (layer === undefined) return undefined
  const before = frame.layers[index - 1]
  const outerAt = before?.protocol === ipv4 && before.source === layer.source ? before.at : undefined
  const octets = frame.sourceBytes(layer.source).slice(layer.at, layer.end)
  return { octets: whole(octets, layer.body - layer.at), at: layer.at, outerAt }
}

/** A packet that was cut short in the capture, as long as it says it was: nobody's way depends on what is not there. */
function whole(octets: Uint8Array, inner: number): Uint8Array {
  if (octets.length < inner + 6) return octets
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  const isIpv4 = view.getUint16(2) === 0x0800
  if (!isIpv4 && view.getUint16(2) !== 0x86dd) return octets
  const length = inner + (isIpv4 ? view.getUint16(inner + 2) : 40 + view.getUint16(inner + 4))
  if (length <= octets.length || length > largestPacket) return octets
  const longer = new Uint8Array(length)
  longer.set(octets)
  return longer
}

/** GRE between two stations. */
export function tunnelPacket(source: Ipv4, destination: Ipv4, octets: Uint8Array): Uint8Array {
  return encode(ipv4, { source, destination, protocol: greProtocol, ttl: 255 }, { payload: octets })
}

/** What a tunnel packet of these addresses carries; undefined where it is none, or carries neither NHRP nor IP. */
export function contentOf(bytes: Uint8Array): TunnelContent | undefined {
  const outer = datagramOf(bytes)
  if (outer === undefined || outer.version !== 4 || outer.protocol !== greProtocol) return undefined
  const octets = outer.bytes.subarray(outer.headerLength)
  const header = decode(gre, octets)
  if (isFault(header)) return undefined
  const payload = octets.subarray(gre.size(header))
  const ends = { source: outer.source as Ipv4, destination: outer.destination as Ipv4, key: header.key }
  if (header.protocol === 0x2001) {
    const message = decode(nhrp, payload)
    return isFault(message) ? undefined : { ...ends, message, data: undefined }
  }
  const data = header.protocol === 0x0800 || header.protocol === 0x86dd ? innerPacket(payload) : undefined
  return data === undefined ? undefined : { ...ends, message: undefined, data }
}

function innerPacket(bytes: Uint8Array): InnerPacket | undefined {
  const packet = datagramOf(bytes)
  if (packet === undefined) return undefined
  const { source, destination, protocol } = packet
  const sum = printOf(packet.bytes, packet.headerLength)
  return { bytes: packet.bytes, source, destination, protocol, key: `${source} ${destination} ${protocol} ${sum}` }
}

/** 32 bits of what is behind a header. */
function printOf(bytes: Uint8Array, from: number): number {
  let print = 0x811c9dc5 ^ bytes.length
  for (let i = from; i < bytes.length; i++) print = Math.imul(print ^ bytes[i]!, 0x01000193)
  return print >>> 0
}

/** Request ids stand behind the fixed part, the lengths and the flags (RFC 2332 §5.2.0.1). */
const requestIdAt = 24
const checksumAt = 12
const errorIndication = 7

/**
 * Puts another request id into a packet's message, or into the message that its Error Indication quotes, and mends the
 * checksum. Changes `bytes`, which is a packet of `tunnelPacket`.
 */
export function renumber(bytes: Uint8Array, message: Nhrp, id: number): void {
  const header = decode(gre, bytes.subarray(outerLength))
  if (isFault(header)) return
  const at = outerLength + gre.size(header)
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.byteLength - at)
  const size = view.getUint16(10)
  if (size > view.byteLength) return
  if (message.type === errorIndication && 'quote' in message) {
    const quoteAt = nhrp.size({ ...message, quote: new Uint8Array(0), extensions: [], afterEnd: new Uint8Array(0) })
    if (message.quote.length < requestIdAt + 4) return
    view.setUint32(quoteAt + requestIdAt, id)
  } else view.setUint32(requestIdAt, id)
  view.setUint16(checksumAt, checksumWithout(view, 0, size, checksumAt))
}

/** The id that a message bears, or quotes; undefined where it has none. */
export function requestIdOf(message: Nhrp): number | undefined {
  if ('requestId' in message) return message.requestId
  if (message.type !== errorIndication || !('quote' in message) || message.quote.length < requestIdAt + 4)
    return undefined
  const { quote } = message
  return quote[17]! > 6 ? undefined : new DataView(quote.buffer, quote.byteOffset).getUint32(requestIdAt)
}

const eigrpProtocol = 88

/** The number that an EIGRP packet acknowledges; 0 where it acknowledges nothing, or is no EIGRP packet. */
export function acknowledgedBy({ bytes, protocol }: InnerPacket): number {
  const packet = protocol === eigrpProtocol ? decode(eigrp, bytes.subarray(4 * (bytes[0]! & 15))) : undefined
  return packet === undefined || isFault(packet) ? 0 : packet.acknowledge
}

/** Puts another number in an EIGRP packet's acknowledgement, and mends the checksum (RFC 7868 §6.1). */
export function acknowledge({ bytes }: InnerPacket, sequence: number): void {
  const at = 4 * (bytes[0]! & 15)
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.byteLength - at)
  view.setUint32(12, sequence)
  view.setUint16(2, checksumWithout(view, 0, view.byteLength, 2))
}
