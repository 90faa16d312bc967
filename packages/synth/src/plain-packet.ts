/** IP packets as hosts send them: what a tunnel carries, and what a Traffic Indication quotes. */
import { data, encodeLayers, icmp, icmpv6, ipv4, ipv6, type LayerToEncode, layer, udp } from '@dmvpn/protocols'
import { checksumOf } from '@dmvpn/wire'
import { type Ip, ipOf, type Spelled } from './addresses.ts'

export interface PlainOptions {
  readonly source: Spelled<Ip>
  readonly destination: Spelled<Ip>
  /** `icmp` is an echo request, of ICMPv6 between IPv6 addresses; `none` nothing behind the IP header. */
  readonly payload?: 'icmp' | 'udp' | 'none' | undefined
  /** Octets of the whole packet, as ping counts on routers. */
  readonly size?: number | undefined
  /** An echo reply; the addresses are the caller's to exchange. */
  readonly isReply?: boolean | undefined
  readonly identifier?: number | undefined
  readonly sequence?: number | undefined
  readonly sourcePort?: number | undefined
  readonly destinationPort?: number | undefined
  readonly ttl?: number | undefined
  readonly dscp?: number | undefined
  readonly identification?: number | undefined
  readonly dontFragment?: boolean | undefined
}

/** An IP packet, and what of it others need to know. */
export interface PlainPacket {
  readonly bytes: Uint8Array
  readonly headerLength: number
  readonly source: Ip
  readonly destination: Ip
}

/** What is not said: an echo request of the size and with the octets that routers ping with. */
const usualSize = 100
const pattern = [0xab, 0xcd] as const
/** Where traceroute begins: a port nobody listens on, and no dissector claims. */
const usualPort = 33_434

const fixedSize = { icmp: 8, udp: 8, none: 0 } as const

/** The layers of a packet. Throws RangeError where a fact does not fit, or the size is less than the headers'. */
export function plainLayers(options: PlainOptions): LayerToEncode[] {
  const source = ipOf(options.source)
  const destination = ipOf(options.destination)
  const { payload = 'icmp', size = usualSize } = options
  const header = headerOf(source, destination, options)
  const fixed = header.size + fixedSize[payload]
  if (payload === 'none') return [header.layer]
  if (size < fixed) throw new RangeError(`a size of ${size} octets is less than the ${fixed} of the headers`)
  const bytes = Uint8Array.from({ length: size - fixed }, (_, index) => pattern[index % 2]!)
  const message = payload === 'udp' ? udpLayer(options) : echoLayer(options, typeof source === 'bigint')
  return [header.layer, message, layer(data, { bytes })]
}

/** The packet of `plainLayers`. */
export function plainPacket(options: PlainOptions): PlainPacket {
  const source = ipOf(options.source)
  return {
    bytes: encodeLayers(plainLayers(options)),
    headerLength: typeof source === 'number' ? 20 : 40,
    source,
    destination: ipOf(options.destination),
  }
}

function headerOf(source: Ip, destination: Ip, options: PlainOptions): { layer: LayerToEncode; size: number } {
  const { dscp = 0, ttl = 255, identification = 0, dontFragment = false, payload } = options
  if (typeof source === 'number' && typeof destination === 'number') {
    const facts = { source, destination, dscp, ttl, identification, dontFragment }
    return { layer: layer(ipv4, facts), size: 20 }
  }
  if (typeof source === 'number' || typeof destination === 'number') {
    throw new RangeError('one address is IPv4, the other IPv6')
  }
  const next = payload === 'none' ? { nextHeader: 59 } : {}
  return { layer: layer(ipv6, { source, destination, dscp, hopLimit: ttl, ...next }), size: 40 }
}

function udpLayer({ sourcePort = usualPort, destinationPort = usualPort }: PlainOptions): LayerToEncode {
  return layer(udp, { sourcePort, destinationPort })
}

/** RFC 4443 §4.1; the reply has the next number. */
const echoRequest6 = 128

function echoLayer({ identifier = 1, sequence = 0, isReply = false }: PlainOptions, isIpv6: boolean): LayerToEncode {
  if (isIpv6) return layer(icmpv6, { kind: 'echo', type: echoRequest6 + Number(isReply), identifier, sequence })
  return layer(icmp, { kind: 'query', type: isReply ? 0 : 8, identifier, sequence })
}

/** The packet as the next router sends it: one less to live, the checksum of IPv4 made anew. */
export function withOneHopLess(packet: Uint8Array): Uint8Array {
  const bytes = packet.slice()
  const isIpv6 = bytes[0]! >>> 4 === 6
  const at = isIpv6 ? 7 : 8
  if (bytes[at]! === 0) throw new RangeError('the packet has no hop left')
  bytes[at]! -= 1
  if (isIpv6) return bytes
  const view = new DataView(bytes.buffer)
  view.setUint16(10, 0)
  view.setUint16(10, checksumOf(view, 0, 4 * (bytes[0]! & 15)))
  return bytes
}
