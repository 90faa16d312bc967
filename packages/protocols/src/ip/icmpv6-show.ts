/** What stands behind the first word of an ICMPv6 message, shown to a witness: RFC 4443, 4861, 2710, 3810, 4286, 8335. */
import {
  bits,
  expert,
  type Field,
  field,
  flag,
  type Ipv6,
  ipv6,
  type Layout,
  layout,
  names,
  type Outline,
  opaque,
  u8,
  u16,
  u32,
  word,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { icmpExtensionFields, showIcmpExtensions } from './icmp-extensions.ts'
import { multicastListenerFields, showListenerQuery, showListenerReport } from './multicast-listener.ts'
import { neighborOptionFields } from './neighbor-option-fields.ts'
import { preferenceNames } from './neighbor-option-names.ts'
import { showNeighborOptions } from './neighbor-options.ts'
import { showQuote } from './quoted.ts'

const title = 'Internet Control Message Protocol v6'
const set = { truth: ['Set', 'Not set'] } as const

export const echo: Layout<{ readonly identifier: number; readonly sequence: number }> = layout('icmpv6.echo', title, {
  identifier: u16('icmpv6.echo.identifier', 'Identifier', { base: 'hex' }),
  sequence: u16('icmpv6.echo.sequence_number', 'Sequence'),
})
const reserved: Field = field('icmpv6.reserved', 'Reserved', 'bytes')
const quoteLength: Layout<{ readonly length: number }> = layout('icmpv6', title, {
  length: u8('icmpv6.length', 'Length of original datagram'),
})
const mtu: Layout<{ readonly mtu: number }> = layout('icmpv6', title, { mtu: u32('icmpv6.mtu', 'MTU') })
const pointer: Layout<{ readonly pointer: number }> = layout('icmpv6', title, {
  pointer: u32('icmpv6.pointer', 'Pointer'),
})
/** Wireshark has no field for it. */
const filling: Field = field('icmpv6.quote_padding', 'Padding', 'bytes')
const data: Field = field('icmpv6.data', 'Data', 'bytes')
const undecoded: Field = expert('icmpv6.undecoded.type', 'Undecoded type', 'note')

interface Advertisement {
  readonly hopLimit: number
  readonly flags: {
    readonly managed: boolean
    readonly other: boolean
    readonly homeAgent: boolean
    readonly preference: number
    readonly proxy: boolean
    readonly reserved: number
  }
  readonly lifetime: number
  readonly reachable: number
  readonly retransmit: number
}
const advertisement: Layout<Advertisement> = layout<Advertisement>('icmpv6.nd.ra', title, {
  hopLimit: u8('icmpv6.nd.ra.cur_hop_limit', 'Cur hop limit'),
  flags: word('icmpv6.nd.ra.flag', 'Flags', {
    managed: flag('icmpv6.nd.ra.flag.m', 'Managed address configuration', set),
    other: flag('icmpv6.nd.ra.flag.o', 'Other configuration', set),
    homeAgent: flag('icmpv6.nd.ra.flag.h', 'Home Agent', set),
    preference: bits(2, 'icmpv6.nd.ra.flag.prf', 'Prf (Default Router Preference)', { names: preferenceNames }),
    proxy: flag('icmpv6.nd.ra.flag.p', 'Proxy', set),
    reserved: bits(2, 'icmpv6.nd.ra.flag.rsv', 'Reserved'),
  }),
  lifetime: u16('icmpv6.nd.ra.router_lifetime', 'Router lifetime (s)'),
  reachable: u32('icmpv6.nd.ra.reachable_time', 'Reachable time (ms)'),
  retransmit: u32('icmpv6.nd.ra.retrans_timer', 'Retrans timer (ms)'),
})
const solicited: Layout<{ readonly target: Ipv6 }> = layout('icmpv6.nd.ns', title, {
  target: ipv6('icmpv6.nd.ns.target_address', 'Target Address'),
})
interface NeighborAdvertisement {
  readonly flags: {
    readonly router: boolean
    readonly solicited: boolean
    readonly override: boolean
    readonly reserved: number
  }
  readonly target: Ipv6
}
const neighborAdvertisement: Layout<NeighborAdvertisement> = layout<NeighborAdvertisement>('icmpv6.nd.na', title, {
  flags: word('icmpv6.nd.na.flag', 'Flags', {
    router: flag('icmpv6.nd.na.flag.r', 'Router', set),
    solicited: flag('icmpv6.nd.na.flag.s', 'Solicited', set),
    override: flag('icmpv6.nd.na.flag.o', 'Override', set),
    reserved: bits(29, 'icmpv6.nd.na.flag.rsv', 'Reserved'),
  }),
  target: ipv6('icmpv6.nd.na.target_address', 'Target Address'),
})
/** The second name is Wireshark's. */
const redirect: Layout<{ readonly target: Ipv6; readonly destination: Ipv6 }> = layout('icmpv6.nd.rd', title, {
  target: ipv6('icmpv6.nd.rd.target_address', 'Target Address'),
  destination: ipv6('icmpv6.rd.na.destination_address', 'Destination Address'),
})
const routerQuery: Layout<{ readonly interval: number; readonly robustness: number }> = layout(
  'icmpv6.mcast_ra',
  title,
  {
    interval: u16('icmpv6.mcast_ra.query_interval', 'Query Interval'),
    robustness: u16('icmpv6.mcast_ra.robustness_variable', 'Robustness Variable'),
  },
)
const extendedStart: Layout<{ readonly identifier: number; readonly sequence: number }> = layout('icmpv6.ext', title, {
  identifier: u16('icmpv6.echo.identifier', 'Identifier', { base: 'hex' }),
  sequence: u8('icmpv6.ext.echo.seq', 'Sequence number', { base: 'dec-hex' }),
})
const extendedRequest: Layout<{ readonly reserved: number; readonly local: boolean }> = layout('icmpv6.ext', title, {
  reserved: bits(7, 'icmpv6.ext.echo.req.res', 'Reserved', { base: 'hex' }),
  local: flag('icmpv6.ext.echo.req.local', 'Local bit', set),
})
const stateNames = names({
  0: 'Reserved',
  1: 'Incomplete',
  2: 'Reachable',
  3: 'Stale',
  4: 'Delay',
  5: 'Probe',
  6: 'Failed',
})
interface ExtendedReply {
  readonly state: number
  readonly reserved: number
  readonly active: boolean
  readonly ipv4: boolean
  readonly ipv6: boolean
}
const extendedReply: Layout<ExtendedReply> = layout<ExtendedReply>('icmpv6.ext', title, {
  state: bits(3, 'icmpv6.ext.echo.rsp.state', 'State', { names: stateNames }),
  reserved: bits(2, 'icmpv6.ext.echo.rsp.res', 'Reserved', { base: 'hex' }),
  active: flag('icmpv6.ext.echo.rsp.active', 'Active bit', set),
  ipv4: flag('icmpv6.ext.echo.rsp.ipv4', 'IPv4 bit', set),
  ipv6: flag('icmpv6.ext.echo.rsp.ipv6', 'IPv6 bit', set),
})
const reservedWord: Layout<{ readonly reserved: Uint8Array }> = layout('icmpv6', title, {
  reserved: opaque(4, 'icmpv6.reserved', 'Reserved'),
})

export const icmpv6ShowFields: readonly (Outline | Field)[] = [
  echo,
  reserved,
  quoteLength,
  mtu,
  pointer,
  filling,
  data,
  undecoded,
  advertisement,
  solicited,
  neighborAdvertisement,
  redirect,
  routerQuery,
  extendedStart,
  extendedRequest,
  extendedReply,
  ...multicastListenerFields,
  ...neighborOptionFields,
  ...icmpExtensionFields,
]

/** An error from its second word on. */
export function showError(c: PacketCursor, type: number, end: number): void {
  let length = 0
  if (type === 2) c.take(mtu)
  else if (type === 4) c.take(pointer)
  else {
    // RFC 4884 §4.1: in units of eight octets.
    length = 8 * c.view.getUint8(c.at)
    if (length !== 0) c.take(quoteLength)
    c.takeBytes(reserved, length === 0 ? 4 : 3)
  }
  const quoteEnd = length !== 0 && c.at + length < end ? c.at + length : end
  showQuote(c, 41, quoteEnd, 'icmpv6.quoted', filling)
  if (end > quoteEnd) showIcmpExtensions(c, end)
}

/** Any other message from its second word on. */
export function showOther(c: PacketCursor, type: number, end: number): void {
  const there = end - c.at
  switch (type) {
    case 130:
      if (there >= 20) showListenerQuery(c, end)
      break
    case 131:
    case 132:
      if (there >= 20) showListenerQuery(c, c.at + 20)
      break
    case 133:
      if (there >= 4) withOptions(c, reservedWord, undefined, end)
      break
    case 134:
      if (there >= advertisement.size) withOptions(c, advertisement, undefined, end)
      break
    case 135:
      if (there >= 20) withOptions(c, reservedWord, solicited, end)
      break
    case 136:
      if (there >= neighborAdvertisement.size) withOptions(c, neighborAdvertisement, undefined, end)
      break
    case 137:
      if (there >= 36) withOptions(c, reservedWord, redirect, end)
      break
    case 141:
    case 142:
      if (there >= 4) withOptions(c, reservedWord, undefined, end)
      break
    case 143:
      if (there >= 4) showListenerReport(c, end)
      break
    case 151:
      if (there >= routerQuery.size) c.take(routerQuery)
      break
    case 160:
    case 161:
      if (there >= 4) showExtendedEcho(c, type, end)
      break
    default:
      c.note(undecoded, `Type ${type} is not decoded`, c.at - 4, 1)
  }
  if (end > c.at) c.takeBytes(data, end - c.at)
}

function withOptions(c: PacketCursor, first: Layout<unknown>, second: Layout<unknown> | undefined, end: number): void {
  c.take(first)
  if (second !== undefined) c.take(second)
  showNeighborOptions(c, end)
}

function showExtendedEcho(c: PacketCursor, type: number, end: number): void {
  c.take(extendedStart)
  if (type === 161) c.take(extendedReply)
  else {
    c.take(extendedRequest)
    if (end > c.at) showIcmpExtensions(c, end)
  }
}
