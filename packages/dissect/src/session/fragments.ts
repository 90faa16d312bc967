/** Which layers are fragments of a datagram, and of which. */
import {
  type Frame,
  type Ipv4Packet,
  type Ipv6Fragment,
  type Ipv6Packet,
  ipv4,
  ipv4Reassembled,
  ipv6,
  ipv6Fragment,
  ipv6Reassembled,
  type Layer,
} from '@dmvpn/protocols'
import type { Fragment } from './reassembly.ts'

/** The fragment a layer holds; undefined where it is none. */
export function fragmentOf(layer: Layer, frame: Frame): Fragment | undefined {
  if (layer.protocol === ipv4) return ofIpv4(layer.packet as Ipv4Packet)
  return layer.protocol === ipv6Fragment ? ofIpv6(layer.packet as Ipv6Fragment, frame) : undefined
}

/** RFC 791 §3.2: source, destination, protocol and identification together name the datagram. */
function ofIpv4(packet: Ipv4Packet): Fragment {
  const { source, destination, protocol, identification } = packet
  return {
    datagram: `4 ${source} ${destination} ${protocol} ${identification}`,
    offset: 8 * packet.fragmentOffset,
    more: packet.moreFragments,
    table: 'ip.proto',
    key: protocol,
    title: 'Reassembled IPv4',
    fields: ipv4Reassembled,
    readsCut: true,
  }
}

/** RFC 8200 §4.5: source, destination and identification. The next header is the first fragment's. */
function ofIpv6(packet: Ipv6Fragment, frame: Frame): Fragment | undefined {
  const around = frame.findLast<Ipv6Packet>(ipv6)
  if (around === undefined) return undefined
  return {
    datagram: `6 ${around.source} ${around.destination} ${packet.identification}`,
    offset: 8 * packet.offset,
    more: packet.more,
    table: 'ip.proto',
    key: packet.nextHeader,
    title: 'Reassembled IPv6',
    fields: ipv6Reassembled,
    // What is cut short is data to Wireshark here.
    readsCut: false,
  }
}
