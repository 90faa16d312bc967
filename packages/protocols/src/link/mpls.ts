/**
 * One entry of an MPLS label stack, RFC 3032 §2.1, the traffic class as renamed by RFC 5462. What stands at the bottom
 * is not named by the header: the first four bits of the payload tell IPv4 and IPv6.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |                 Label                 | TC  |S|      TTL      |
 */
import { bits, type Layout, layout, names } from '@dmvpn/wire'
import { type Protocol, protocol } from '../protocol.ts'

export interface Mpls {
  /** 0…0xFFFFF; below 16 reserved. */
  readonly label: number
  readonly trafficClass: number
  /** 1 where no further entry follows. */
  readonly bottom: number
  readonly ttl: number
}

const reserved = names({
  0: 'IPv4 Explicit-Null',
  1: 'Router Alert',
  2: 'IPv6 Explicit-Null',
  3: 'Implicit-Null',
  7: 'Entropy Label Indicator (ELI)',
  13: 'Generic Associated Channel Label (GAL)',
  14: 'OAM Alert',
})
const firstFree = 16
const associatedChannel = 13
const alert = 14

const entry: Layout<Mpls> = layout<Mpls>('mpls', 'MultiProtocol Label Switching Header', {
  label: bits(20, 'mpls.label', 'MPLS Label', { type: 'uint32', base: 'dec-hex', text: textOfLabel }),
  trafficClass: bits(3, 'mpls.exp', 'MPLS Experimental Bits', { type: 'uint32' }),
  bottom: bits(1, 'mpls.bottom', 'MPLS Bottom Of Label Stack', { type: 'uint32' }),
  ttl: bits(8, 'mpls.ttl', 'MPLS TTL', { type: 'uint32' }),
})

export const mpls: Protocol<Mpls> = protocol<Mpls>({
  name: 'mpls',
  label: 'MultiProtocol Label Switching Header',
  short: 'MPLS',
  over: [
    { table: 'ethertype', key: 0x8847 },
    { table: 'ethertype', key: 0x8848 },
    { table: 'gre.proto', key: 0x8847 },
    { table: 'gre.proto', key: 0x8848 },
    { table: 'mpls.bottom', key: 0 },
    { table: 'ip.proto', key: 137 },
    { table: 'udp.port', key: 6635 },
  ],
  fields: [entry],
  defaults: { label: firstFree, trafficClass: 0, bottom: 1, ttl: 255 },
  yields: true,
  title: (s, { label, trafficClass, bottom, ttl }) => {
    s.text('MultiProtocol Label Switching Header, Label: ').dec(label)
    if (label < firstFree) s.text(` (${reserved.nameOf(label) ?? 'Reserved - Unknown'})`)
    s.text(', Exp: ').dec(trafficClass).text(', S: ').dec(bottom).text(', TTL: ').dec(ttl)
  },
  info: s => {
    s.text('MPLS Label Switched Packet')
  },

  walk(c) {
    const packet = c.take(entry)
    if (packet.bottom === 0) c.carries('mpls.bottom', 0)
    else if (packet.label === associatedChannel || packet.label === alert) c.carries('mpls.label', packet.label)
    else if (c.left > 0) {
      const version = c.bytes[c.at]! >>> 4
      if (version === 4) c.carries('ethertype', 0x0800)
      else if (version === 6) c.carries('ethertype', 0x86dd)
      else c.carries('mpls.payload', version)
    }
    return packet
  },

  size: () => entry.size,
  write: (w, packet) => w.put(entry, packet),
})

function textOfLabel(label: number): string {
  if (label < firstFree) return `${reserved.nameOf(label) ?? 'Unknown'} (${label})`
  return `${label} (0x${label.toString(16).padStart(5, '0')})`
}
