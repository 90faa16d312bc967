/** Link types (LINKTYPE numbers) as Wireshark's encapsulation types, which `frame.encap_type` shows. */
import { type Names, names } from '@dmvpn/wire'

const encapsulations: ReadonlyMap<number, number> = new Map([
  [0, 15],
  [1, 1],
  [9, 4],
  [12, 7],
  [14, 7],
  [50, 4],
  [51, 139],
  [100, 10],
  [101, 7],
  [104, 28],
  [107, 26],
  [108, 174],
  [109, 38],
  [113, 25],
  [117, 39],
  [127, 23],
  [147, 45],
  [192, 97],
  [228, 129],
  [229, 130],
  [240, 135],
  [276, 210],
])

/** Wireshark's number of a link type; 0 where it has none here. */
export function encapsulationOf(linkType: number): number {
  return encapsulations.get(linkType) ?? 0
}

export const encapsulationNames: Names = names({
  0: 'Unknown',
  1: 'Ethernet',
  4: 'PPP',
  7: 'Raw IP',
  10: 'RFC 1483 ATM',
  15: 'NULL/Loopback',
  23: 'IEEE 802.11 plus radiotap radio header',
  25: 'Linux cooked-mode capture v1',
  26: 'Frame Relay',
  28: 'Cisco HDLC',
  38: 'OpenBSD enc(4) encapsulating interface',
  39: 'OpenBSD PF Firewall logs',
  45: 'USER 0',
  97: 'Per-Packet Information header',
  129: 'Raw IPv4',
  130: 'Raw IPv6',
  135: 'Hilscher netANALYZER',
  139: 'PPP-over-Ethernet session',
  174: 'OpenBSD loopback',
  210: 'Linux cooked-mode capture v2',
})
