/** EIGRP's numbers with Wireshark's names: RFC 7868 §6.3 to §6.9. */
import { type Names, names } from '@dmvpn/wire'

/** Opcodes, RFC 7868 §6.3. An acknowledgement is a hello with an acknowledged sequence number. */
export const eigrpOpcode = { update: 1, request: 2, query: 3, reply: 4, hello: 5, siaQuery: 10, siaReply: 11 } as const

export const eigrpOpcodeNames: Names = names({
  1: 'Update',
  2: 'Request',
  3: 'Query',
  4: 'Reply',
  5: 'Hello',
  6: 'IPX/SAP Update',
  7: 'Route Probe',
  8: 'Hello (Ack)',
  9: 'Stub-Info',
  10: 'SIA-Query',
  11: 'SIA-Reply',
})

/** Bits of the header's flags, RFC 7868 §6.4. */
export const eigrpFlag = { init: 1, conditionalReceive: 2, restart: 4, endOfTable: 8 } as const

export const virtualRouterNames: Names = names({ 0: 'Address-Family', 1: 'Multi-Cast', 0x8000: 'Service-Family' })

/** Types of the TLVs that are read here, RFC 7868 §6.5. */
export const eigrpTlvType = {
  parameters: 0x0001,
  authentication: 0x0002,
  sequence: 0x0003,
  softwareVersion: 0x0004,
  nextMulticastSequence: 0x0005,
  peerStub: 0x0006,
  peerTermination: 0x0007,
  ipv4Internal: 0x0102,
  ipv4External: 0x0103,
} as const

export const eigrpTlvNames: Names = names({
  0x0001: 'Parameters',
  0x0002: 'Authentication',
  0x0003: 'Sequence',
  0x0004: 'Software Version',
  0x0005: 'Next multicast sequence',
  0x0006: 'Peer Stub Information',
  0x0007: 'Peer Termination',
  0x0008: 'Peer Topology ID List',
  0x00f1: 'Request(MTR)',
  0x00f2: 'Internal Route(MTR)',
  0x00f3: 'External Route(MTR)',
  0x00f4: 'Ext-Community(MTR)',
  0x00f5: 'TopologyID List',
  0x0102: 'Internal Route(IPv4)',
  0x0103: 'External Route(IPv4)',
  0x0104: 'Ext-Community(IPv4)',
  0x0202: 'Internal Route(ATALK)',
  0x0203: 'External Route(ATALK)',
  0x0204: 'Cable Configuration(ATALK)',
  0x0302: 'IPX Internal Route(IPX)',
  0x0303: 'IPX External Route(IPX)',
  0x0402: 'Internal Route(IPv6)',
  0x0403: 'External Route(IPv6)',
  0x0404: 'Ext-Community(IPv6)',
  0x0601: 'Request',
  0x0602: 'Internal Route',
  0x0603: 'External Route',
  0x0604: 'Ext-Community',
})

/** Authentication types, RFC 7868 §6.6.2, and how many octets of digest the known ones have. */
export const eigrpAuthenticationType = { text: 1, md5: 2, sha256: 3 } as const
export const eigrpAuthenticationNames: Names = names({ 1: 'TEXT', 2: 'MD5', 3: 'SHA256' })

/** Octets of digest of an authentication type; undefined where the type has none. */
export function eigrpDigestLength(type: number): number | undefined {
  if (type === eigrpAuthenticationType.md5) return 16
  return type === eigrpAuthenticationType.sha256 ? 32 : undefined
}

/** Bits of the peer stub information. */
export const eigrpStub = {
  connected: 0x01,
  static: 0x02,
  summary: 0x04,
  redistributed: 0x08,
  leakMap: 0x10,
  receiveOnly: 0x20,
} as const

/** Bits of a route's flags, RFC 7868 §6.8.1. */
export const eigrpRouteFlag = { sourceWithdraw: 1, candidateDefault: 2, active: 4, replicated: 8 } as const

/** Who injected an external route, RFC 7868 §6.8.4. */
export const eigrpExternalProtocol = {
  igrp: 1,
  eigrp: 2,
  static: 3,
  rip: 4,
  hello: 5,
  ospf: 6,
  isis: 7,
  egp: 8,
  bgp: 9,
  idrp: 10,
  connected: 11,
} as const

export const eigrpExternalProtocolNames: Names = names({
  1: 'IGRP',
  2: 'EIGRP',
  3: 'Static Route',
  4: 'RIP',
  5: 'Hello',
  6: 'OSPF',
  7: 'IS-IS',
  8: 'EGP',
  9: 'BGP',
  10: 'IDRP',
  11: 'Connected Route',
})
