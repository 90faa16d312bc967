/**
 * The lines of `debug nhrp` and `debug nhrp packet`, each as a pattern that prints it and reads it. Those of IOS 12.4 are
 * as an article prints them; those only a later release has are as public documentation and public logs show them.
 */
import { type DebugLines, debugLines } from './debug-line.ts'

const decisions = {
  /** A data packet asks for an encapsulation; `null` where it comes from the router itself. */
  encapsulationWanted:
    'NHRP: MACADDR: if_in <in:null|interface> netid-in <networkIn:0-4294967295> if_out <out:interface> netid-out <networkOut:0-4294967295>',
  delayedEvent: 'NHRP: Checking for delayed event <nbma:ipv4>/<protocol:ipv4|ipv6> on list (<tunnel:interface>).',
  noNode: 'NHRP: No node found.',
  sentToServer: 'NHRP: Sending packet to NHS <server:ipv4|ipv6> on <tunnel:interface>',
  attempt: 'NHRP: Attempting to send packet via <via:DEST|NHS> <address:ipv4|ipv6>',
  encapsulated: 'NHRP: Encapsulation succeeded. Tunnel IP addr <nbma:ipv4>',
  notEncapsulated: 'NHRP: Encapsulation failed for destination <destination:ipv4|ipv6> out <tunnel:interface>',
  octetsOut: 'NHRP: <size:0-65535> bytes out <tunnel:interface>',
  addressed: 'NHRP: netid_in = <networkIn:0-4294967295>, to_us = <toUs:0-1>',
  natMatched: 'NHRP: NAT-check: matched destination address <nbma:ipv4>',
  routeLookup: 'NHRP: nhrp_rtlookup yielded <interface:interface>',
  /** The tunnel's name is short: `Tu0`. */
  multicastKnown: 'NHRP: <tunnel:word>: Found and skipping dynamic multicast mapping  NBMA: <nbma:ipv4>',
  networks: 'NHRP: netid_out <networkOut:0-4294967295>, netid_in <networkIn:0-4294967295>',
  /** `0x0` where nothing was found, `0x855C7B90` otherwise. */
  cacheLookup: 'NHRP: nhrp_cache_lookup_comp returned <entry:word>',
  egress: 'NHRP: We are egress router for target <target:ipv4|ipv6>, received via <tunnel:interface>',
  watched: 'NHRP: Redist mask now <sources:0-65535>',
  routeChanged: 'NHRP: Redist callback: <prefix:prefix4|prefix6>',
  invalidated: 'NHRP: Invalidating map tables for prefix <prefix:prefix4|prefix6> via <tunnel:interface>',
  notDelayed:
    'NHRP: No need to delay processing of resolution event nbma src:<source:ipv4> nbma dst:<destination:ipv4>',
} as const

const packet = {
  start:
    'NHRP: <verb:Send|Receive|Forwarding> <message:Resolution Request|Resolution Reply|Registration Request|Registration Reply|Purge Request|Purge Reply|Error Indication|Traffic Indication> via <tunnel:interface> vrf <vrf:line>, packet size: <size:0-65535>',
  /** The stations of this hop, on Send and Forwarding. */
  hop: '  src: <source:ipv4|ipv6>, dst: <destination:ipv4|ipv6>',
  /** The Ethertype is in hexadecimal, without 0x. */
  fixed:
    ' (F) afn: <family:IPv4|AF_IP|word>(<familyNumber:0-65535>), type: <protocol:IP|word>(<protocolType:word>), hop: <hopCount:0-255>, ver: <version:0-255>',
  /** Octets of the source NBMA address and subaddress. */
  lengths: '     shtl: <nbma:0-63>(<nbmaType:NSAP|word>), sstl: <subaddress:0-63>(<subaddressType:NSAP|word>)',
  flags: ' (M) flags: "<flags:line>", reqid: <requestId:0-4294967295>',
  sourceNbma: '     src NBMA: <nbma:ipv4|ipv6>',
  protocols: '     src protocol: <source:ipv4|ipv6>, dst protocol: <destination:ipv4|ipv6>',
  /** Entries are counted from 1. */
  entry: ' (C-<number:1-65535>) code: <meaning:line>(<code:0-255>)',
  entryTimes: '       prefix: <prefixLength:0-255>, mtu: <mtu:0-65535>, hd_time: <holdingTime:0-65535>',
  entryLengths:
    '       addr_len: <nbma:0-63>(<nbmaType:NSAP|word>), subaddr_len: <subaddress:0-63>(<subaddressType:NSAP|word>), proto_len: <protocol:0-255>, pref: <preference:0-255>',
  clientNbma: '       client NBMA: <nbma:ipv4|ipv6>',
  clientProtocol: '       client protocol: <protocol:ipv4|ipv6>',
} as const

/** Lines of a packet that later releases print besides: seen in public logs of IOS 15 and IOS XE, where not said otherwise. */
const later = {
  /** Behind the lengths: the packet's own size and where its extensions begin, 0 for none. */
  sizes: '     pktsz: <size:0-65535> extoff: <extensionOffset:0-65535>',
  /** In place of flags and id. */
  trafficCode: ' (M) traffic code: <meaning:line>(<code:0-65535>)',
  trafficContents: '     Contents of nhrp traffic indication packet:',
  /** In no public log: made after the Traffic Indication's. */
  errorCode: ' (M) error code: <meaning:line>(<code:0-65535>), offset: <offset:0-65535>',
  errorContents: '     Contents of nhrp error indication packet:',
  /** With `debug nhrp extension`; entries that follow are the extension's. */
  extension: ' <name:line> Extension(<type:0-16383>):',
  password: '   type:Cleartext(1), data:<password:line>',
} as const

/** What `debug nhrp` says of decisions, in the words of IOS 12.4. */
export const decisionLines: DebugLines<typeof decisions> = debugLines(decisions)

/** What `debug nhrp packet` says of a packet, line by line, in the order of the packet. */
export const packetLines: DebugLines<typeof packet> = debugLines(packet)

/** What later releases say of a packet besides. */
export const laterLines: DebugLines<typeof later> = debugLines(later)
