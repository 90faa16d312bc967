/** The numbers of NHRP in Wireshark's words: message types, CIE codes, error codes, address families. */
import { type Names, names } from '@dmvpn/wire'
import type { NhrpKind } from './message.ts'

/** RFC 2332 §5.2.1: types 1 to 7; 8 is Cisco's. */
export const messageTypeNames: Names = names({
  1: 'NHRP Resolution Request',
  2: 'NHRP Resolution Reply',
  3: 'NHRP Registration Request',
  4: 'NHRP Registration Reply',
  5: 'NHRP Purge Request',
  6: 'NHRP Purge Reply',
  7: 'NHRP Error Indication',
  8: 'NHRP Traffic Indication',
})

const kinds: readonly NhrpKind[] = [
  'unrecognised',
  'resolution-request',
  'resolution-reply',
  'registration-request',
  'registration-reply',
  'purge-request',
  'purge-reply',
  'error-indication',
  'traffic-indication',
]

/** What a message type is called here. */
export function kindOfType(type: number): NhrpKind {
  return kinds[type] ?? 'unrecognised'
}

/** The number of a kind, 1…8; 0 for `unrecognised`. */
export function typeOfKind(kind: NhrpKind): number {
  return kinds.indexOf(kind)
}

/** RFC 2332 §5.2.0.1 and §5.2.4. */
export const cieCode = {
  success: 0,
  administrativelyProhibited: 4,
  insufficientResources: 5,
  noBinding: 12,
  notUnique: 13,
  alreadyRegistered: 14,
} as const

export const cieCodeNames: Names = names({
  0: 'Success',
  4: 'Administratively Prohibited',
  5: 'Insufficient Resources',
  12: 'No Interworking Layer Address to NBMA Address Binding Exists',
  13: 'Binding Exists But Is Not Unique',
  14: 'Unique Internetworking Layer Address Already Registered',
})

/** RFC 2332 §5.2.7; 16 and 17 RFC 2735. */
export const errorCode = {
  unrecognizedExtension: 1,
  loopDetected: 3,
  protocolAddressUnreachable: 6,
  protocolError: 7,
  sduSizeExceeded: 8,
  invalidExtension: 9,
  invalidResolutionReply: 10,
  authenticationFailure: 11,
  hopCountExceeded: 15,
  vpnMismatch: 16,
  vpnUnsupported: 17,
} as const

export const errorCodeNames: Names = names({
  1: 'Unrecognized Extension',
  3: 'NHRP Loop Detected',
  6: 'Protocol Address Unreachable',
  7: 'Protocol Error',
  8: 'NHRP SDU Size Exceeded',
  9: 'Invalid Extension',
  10: 'Invalid NHRP Resolution Reply Received',
  11: 'Authentication Failure',
  15: 'Hop Count Exceeded',
  16: 'VPN Mismatch',
  17: 'VPN Unsupported',
})

/** IANA address family numbers. */
export const addressFamilyNames: Names = names({
  0: 'Reserved',
  1: 'IPv4',
  2: 'IPv6',
  3: 'NSAP',
  4: 'HDLC (8-bit multidrop)',
  5: 'BBN 1822',
  6: '802 (includes all 802 media plus Ethernet)',
  7: 'E.163',
  8: 'E.164 (SMDS, Frame Relay, ATM)',
  9: 'F.69 (Telex)',
  10: 'X.121 (X.25, Frame Relay)',
  11: 'IPX',
  12: 'Appletalk',
  13: 'Decnet IV',
  14: 'Banyan Vines',
  15: 'E.164 with NSAP subaddress',
  16: 'DNS (Domain Name System)',
  17: 'Distinguished Name',
  18: 'AS Number',
  19: 'XTP over IP version 4',
  20: 'XTP over IP version 6',
  21: 'XTP native mode XTP',
  22: 'Fibre Channel World-Wide Port Name',
  23: 'Fibre Channel World-Wide Node Name',
  24: 'GWID',
  25: 'Layer-2 VPN',
  26: 'MPLS-TP Section Endpoint Identifier',
  27: 'MPLS-TP LSP Endpoint Identifier',
  28: 'MPLS-TP Pseudowire Endpoint Identifier',
  29: 'MT IP: Multi-Topology IP version 4',
  30: 'MT IPv6: Multi-Topology IP version 6',
  196: 'Layer-2 VPN (old)',
  16384: 'EIGRP Common Service Family',
  16385: 'EIGRP IPv4 Service Family',
  16386: 'EIGRP IPv6 Service Family',
  16387: 'LISP Canonical Address Format (LCAF)',
  16388: 'BGP-LS',
  16389: '48-bit MAC Address',
  16390: '64-bit MAC Address',
  16391: 'OUI',
  16392: 'MAC/24',
  16393: 'MAC/40',
  16394: 'IPv6/64',
  16395: 'RBridge Port ID',
  16396: 'TRILL Nickname',
  65535: 'Reserved',
})
