/**
 * The IPv6 header, RFC 8200 §3.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |Version|    DSCP   |ECN|             Flow Label                |
 *  |         Payload Length        |  Next Header  |   Hop Limit   |
 *  |                    Source Address (128)                       |
 *  |                  Destination Address (128)                    |
 */
import { also, bits, hostText, type Ipv6, ipv6, type Layout, layout, type Shown, u8, u16, word } from '@dmvpn/wire'
import { dscpNames, ecnNames, ipProtocolNames, trafficClassText } from './numbers.ts'

export interface Ipv6Header {
  readonly version: number
  readonly trafficClass: { readonly dscp: number; readonly ecn: number }
  readonly flowLabel: number
  readonly payloadLength: number
  readonly nextHeader: number
  readonly hopLimit: number
  readonly source: Ipv6
  readonly destination: Ipv6
}

/** The names Wireshark repeats an address under. */
function hosts(name: string, label: string): Shown[] {
  return [
    also('ipv6.addr', 'Source or Destination Address', 'ipv6'),
    also(name, label, 'string', { text: hostText }),
    also('ipv6.host', 'Source or Destination Host', 'string', { text: hostText }),
  ]
}

/** The 40 octets. */
export const ipv6Header: Layout<Ipv6Header> = layout<Ipv6Header>('ipv6', 'Internet Protocol Version 6', {
  version: bits(4, 'ipv6.version', 'Version', { shows: [also('ip.version', 'Version', 'uint8')] }),
  trafficClass: word(
    'ipv6.tclass',
    'Traffic Class',
    {
      dscp: bits(6, 'ipv6.tclass.dscp', 'Differentiated Services Codepoint', { type: 'uint32', names: dscpNames }),
      ecn: bits(2, 'ipv6.tclass.ecn', 'Explicit Congestion Notification', { type: 'uint32', names: ecnNames }),
    },
    { type: 'uint32', text: trafficClassText },
  ),
  flowLabel: bits(20, 'ipv6.flow', 'Flow Label', { base: 'hex', text: flowText }),
  payloadLength: u16('ipv6.plen', 'Payload Length'),
  nextHeader: u8('ipv6.nxt', 'Next Header', { names: ipProtocolNames }),
  hopLimit: u8('ipv6.hlim', 'Hop Limit'),
  source: ipv6('ipv6.src', 'Source Address', { shows: hosts('ipv6.src_host', 'Source Host') }),
  destination: ipv6('ipv6.dst', 'Destination Address', { shows: hosts('ipv6.dst_host', 'Destination Host') }),
})

function flowText(label: number): string {
  return `0x${label.toString(16).padStart(5, '0')}`
}
