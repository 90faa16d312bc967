/**
 * The IPv6 fragment header, RFC 8200 §4.5.
 *
 *  |  Next Header  |   Reserved    |      Fragment Offset    |Res|M|
 *  |                         Identification                        |
 */
import { bits, flag, type Layout, layout, u8, u32 } from '@dmvpn/wire'
import { type Protocol, protocol } from '../protocol.ts'
import { ipv6Info } from './ipv6.ts'
import { ipProtocolNames } from './numbers.ts'
import { ipv6Reassembled } from './reassembled-fields.ts'

export interface Ipv6Fragment {
  readonly nextHeader: number
  readonly reserved: number
  /** In units of eight octets. */
  readonly offset: number
  readonly reservedBits: number
  readonly more: boolean
  readonly identification: number
}

const header: Layout<Ipv6Fragment> = layout<Ipv6Fragment>('ipv6.fraghdr', 'Fragment Header for IPv6', {
  nextHeader: u8('ipv6.fraghdr.nxt', 'Next header', { names: ipProtocolNames }),
  reserved: u8('ipv6.fraghdr.reserved_octet', 'Reserved octet', { base: 'hex' }),
  offset: bits(13, 'ipv6.fraghdr.offset', 'Offset', { text: offsetText }),
  reservedBits: bits(2, 'ipv6.fraghdr.reserved_bits', 'Reserved bits', { type: 'uint16' }),
  more: flag('ipv6.fraghdr.more', 'More Fragments', { truth: ['Yes', 'No'] }),
  identification: u32('ipv6.fraghdr.ident', 'Identification', { base: 'hex' }),
})

function offsetText(units: number): string {
  return `${units} (${8 * units} bytes)`
}

export const ipv6Fragment: Protocol<Ipv6Fragment> = protocol<Ipv6Fragment>({
  name: 'ipv6.fraghdr',
  label: 'Fragment Header for IPv6',
  short: 'IPv6',
  over: [{ table: 'ip.proto', key: 44 }],
  fields: [header, ...Object.values(ipv6Reassembled)],
  defaults: { nextHeader: 59, reserved: 0, offset: 0, reservedBits: 0, more: false, identification: 0 },
  selects: { table: 'ip.proto', fact: 'nextHeader' },
  info(s, packet) {
    if (!isPart(packet)) return ipv6Info(s, packet.nextHeader)
    s.text('IPv6 fragment (off=').dec(8 * packet.offset)
    s.text(packet.more ? ' more=y ident=0x' : ' more=n ident=0x').hex(packet.identification, 8)
    s.text(' nxt=').dec(packet.nextHeader).text(')')
  },

  walk(c) {
    const packet = c.take(header)
    c.carries('ip.proto', packet.nextHeader)
    if (isPart(packet)) c.spans()
    return packet
  },

  size: () => header.size,

  write(w, packet) {
    w.put(header, packet)
  },
})

/** Whether more than this packet is needed: an atomic fragment (RFC 6946) is whole. */
function isPart(packet: Ipv6Fragment): boolean {
  return packet.more || packet.offset !== 0
}
