/**
 * The fixed part of an IPv4 header, RFC 791 §3.1, with the differentiated services field of RFC 2474 and the
 * congestion bits of RFC 3168.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |Version|  IHL  |    DSCP   |ECN|          Total Length         |
 *  |         Identification        |Flags|      Fragment Offset    |
 *  |  Time to Live |    Protocol   |         Header Checksum       |
 *  |                       Source Address                          |
 *  |                    Destination Address                        |
 */
import {
  also,
  bits,
  flag,
  hostText,
  type Ipv4,
  ipv4,
  type Layout,
  layout,
  type Parts,
  type Shown,
  u8,
  u16,
  word,
} from '@dmvpn/wire'
import { dscpNames, ecnNames, ipProtocolNames, trafficClassText } from './numbers.ts'

/** The first twelve octets. */
export interface Ipv4Front {
  readonly version: number
  /** In units of four octets. */
  readonly headerLength: number
  readonly services: { readonly dscp: number; readonly ecn: number }
  readonly totalLength: number
  readonly identification: number
  readonly flags: { readonly reserved: boolean; readonly dontFragment: boolean; readonly moreFragments: boolean }
  /** In units of eight octets. */
  readonly fragmentOffset: number
  readonly ttl: number
  readonly protocol: number
  readonly checksum: number
}

export interface Ipv4Addresses {
  readonly source: Ipv4
  readonly destination: Ipv4
}

/** The names Wireshark repeats an address under. */
function hosts(name: string, label: string): Shown[] {
  return [
    also('ip.addr', 'Source or Destination Address', 'ipv4'),
    also(name, label, 'string', { text: hostText }),
    also('ip.host', 'Source or Destination Host', 'string', { text: hostText }),
  ]
}

const set = { truth: ['Set', 'Not set'] } as const

const frontParts: Parts<Ipv4Front> = {
  version: bits(4, 'ip.version', 'Version'),
  headerLength: bits(4, 'ip.hdr_len', 'Header Length', { scale: 4, unit: ' bytes' }),
  services: word(
    'ip.dsfield',
    'Differentiated Services Field',
    {
      dscp: bits(6, 'ip.dsfield.dscp', 'Differentiated Services Codepoint', { names: dscpNames }),
      ecn: bits(2, 'ip.dsfield.ecn', 'Explicit Congestion Notification', { names: ecnNames }),
    },
    { text: trafficClassText },
  ),
  totalLength: u16('ip.len', 'Total Length'),
  identification: u16('ip.id', 'Identification', { base: 'hex-dec' }),
  flags: word(
    'ip.flags',
    'Flags',
    {
      reserved: flag('ip.flags.rb', 'Reserved bit', set),
      dontFragment: flag('ip.flags.df', "Don't fragment", set),
      moreFragments: flag('ip.flags.mf', 'More fragments', set),
    },
    { text: flagsText },
  ),
  fragmentOffset: bits(13, 'ip.frag_offset', 'Fragment Offset', { text: offsetText }),
  ttl: u8('ip.ttl', 'Time to Live'),
  protocol: u8('ip.proto', 'Protocol', { names: ipProtocolNames }),
  checksum: u16('ip.checksum', 'Header Checksum', { base: 'hex' }),
}
const addressParts: Parts<Ipv4Addresses> = {
  source: ipv4('ip.src', 'Source Address', { shows: hosts('ip.src_host', 'Source Host') }),
  destination: ipv4('ip.dst', 'Destination Address', { shows: hosts('ip.dst_host', 'Destination Host') }),
}

const title = 'Internet Protocol Version 4'

/** The fixed 20 octets. */
export const ipv4Header: Layout<Ipv4Front & Ipv4Addresses> = layout<Ipv4Front & Ipv4Addresses>('ip', title, {
  ...frontParts,
  ...addressParts,
})
/** The same in two parts: what is said of the checksum stands between them in a tree. */
export const ipv4Front: Layout<Ipv4Front> = layout<Ipv4Front>('ip', title, frontParts)
export const ipv4Addresses: Layout<Ipv4Addresses> = layout<Ipv4Addresses>('ip', title, addressParts)
/** While a source route is unfinished, the header's destination is only the next stop. */
export const ipv4RoutedAddresses: Layout<Ipv4Addresses> = layout<Ipv4Addresses>('ip', title, {
  source: addressParts.source,
  destination: ipv4('ip.cur_rt', 'Current Route', {
    shows: [also('ip.cur_rt_host', 'Current Route Host', 'string', { text: hostText })],
  }),
})

/** Wireshark's field counts units of eight octets; its text, octets. */
function offsetText(units: number): string {
  return `${8 * units}`
}

function flagsText(flags: number): string {
  const names = ['Reserved bit', "Don't fragment", 'More fragments'].filter((_, bit) => (flags & (4 >>> bit)) !== 0)
  return [`0x${flags.toString(16)}`, ...names].join(', ')
}
