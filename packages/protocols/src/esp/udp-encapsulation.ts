/**
 * UDP encapsulation of IPsec, RFC 3948 §2: on port 4500 IKE messages stand behind a marker of four zero octets, ESP
 * packets stand alone, and a single octet ff keeps a translator's mapping alive.
 *
 *  |                      Non-ESP Marker (0)                       |
 */
import { type Field, field } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'

export interface UdpEncapsulation {
  readonly kind: 'keepalive' | 'ike' | 'esp'
}

const keepalive: Field = field('udpencap.nat_keepalive', 'NAT-keepalive packet', 'none')
const marker: Field = field('udpencap.non_esp_marker', 'Non-ESP Marker', 'none')

/** What the table `udpencap` is asked for. */
const carried = { ike: 0, esp: 1 } as const
const sizes = { keepalive: 1, ike: 4, esp: 0 } as const

const packets = {
  keepalive: { kind: 'keepalive' },
  ike: { kind: 'ike' },
  esp: { kind: 'esp' },
} as const satisfies Record<UdpEncapsulation['kind'], UdpEncapsulation>

export const udpEncapsulation: Protocol<UdpEncapsulation> = protocol<UdpEncapsulation>({
  name: 'udpencap',
  label: 'UDP Encapsulation of IPsec Packets',
  short: 'UDPENCAP',
  over: [{ table: 'udp.port', key: 4500 }],
  fields: [keepalive, marker],
  defaults: packets.esp,
  info(s, packet) {
    if (packet.kind === 'keepalive') s.text('NAT-keepalive')
  },

  walk(c) {
    if (c.left === 1 && c.view.getUint8(c.at) === 0xff) {
      take(c, keepalive, 1)
      return packets.keepalive
    }
    c.need(marker.name, 4)
    const { kind } = c.view.getUint32(c.at) === 0 ? packets.ike : packets.esp
    take(c, marker, sizes[kind])
    c.carries('udpencap', carried[kind])
    return packets[kind]
  },

  size: packet => sizes[packet.kind],

  write(w, packet) {
    w.bytes.fill(packet.kind === 'keepalive' ? 0xff : 0, w.at, w.body)
    w.at = w.body
  },
})

function take(c: PacketCursor, of: Field, length: number): void {
  if (length > 0) c.show(of, undefined, c.at, length)
  c.at += length
}
