/** The IPv4 options that are one or a few fields: routes and time stamps of RFC 791 §3.1, and what came later. */
import {
  also,
  bits,
  expert,
  type Field,
  field,
  hostText,
  type Ipv4,
  ipv4,
  type Layout,
  layout,
  type Names,
  names,
  type Outline,
  rangeNames,
  u8,
  u16,
  u32,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Ipv4Option, ipv4Option } from './ipv4-option.ts'
import { quickStart, showQuickStart } from './quick-start.ts'

const pointerOctet: Layout<{ readonly pointer: number }> = layout('ip.opt', 'Pointer', {
  pointer: u8('ip.opt.ptr', 'Pointer'),
})
const streamWord: Layout<{ readonly stream: number }> = layout('ip.opt', 'Stream identifier', {
  stream: u16('ip.opt.sid', 'Stream Identifier'),
})
const mtuWord: Layout<{ readonly mtu: number }> = layout('ip.opt', 'MTU', { mtu: u16('ip.opt.mtu', 'MTU') })
const routerAlertNames: Names = rangeNames([
  [0, 0, 'Router shall examine packet'],
  [1, 65535, 'Reserved'],
])
/** RFC 2113 §2.1. */
const routerAlertWord: Layout<{ readonly value: number }> = layout('ip.opt', 'Router alert', {
  value: u16('ip.opt.ra', 'Router Alert', { names: routerAlertNames }),
})
/** RFC 1393 §2.2. */
const tracerouteWords: Layout<{ readonly id: number; readonly outbound: number; readonly back: number }> = layout(
  'ip.opt',
  'Traceroute',
  {
    id: u16('ip.opt.id_number', 'ID Number'),
    outbound: u16('ip.opt.ohc', 'Outbound Hop Count'),
    back: u16('ip.opt.rhc', 'Return Hop Count'),
  },
)
const originator: Layout<{ readonly address: Ipv4 }> = addressRow('ip.opt.originator', 'Originator IP Address')
const broadcastAddress: Layout<{ readonly address: Ipv4 }> = addressRow('ip.opt.addr', 'IP Address')
const overflow: Layout<{ readonly overflow: number; readonly flag: number }> = layout('ip.opt', 'Time stamp flags', {
  overflow: bits(4, 'ip.opt.overflow', 'Overflow'),
  flag: bits(4, 'ip.opt.flag', 'Flag', {
    base: 'hex',
    names: names({ 0: 'Time stamps only', 1: 'Time stamp and address', 3: 'Time stamps for prespecified addresses' }),
  }),
})
const timeStamp: Layout<{ readonly time: number }> = layout('ip.opt', 'Time stamp', {
  time: u32('ip.opt.time_stamp', 'Time stamp'),
})
const timeStampAddress: Layout<{ readonly address: Ipv4 }> = addressRow('ip.opt.time_stamp_addr', 'Address')
const padding: Field = field('ip.opt.padding', 'Padding', 'bytes')
const quick = quickStart('ip.opt')

const recorded: Layout<{ readonly address: Ipv4 }> = routeRow('ip.rec_rt', 'Recorded Route')
const empty: Layout<{ readonly address: Ipv4 }> = routeRow('ip.empty_rt', 'Empty Route')
const toVisit: Layout<{ readonly address: Ipv4 }> = routeRow('ip.src_rt', 'Source Route')
/** The end of an unfinished source route is where the packet goes: Wireshark's destination. */
const last: Layout<{ readonly address: Ipv4 }> = layout('ip', 'Destination', {
  address: ipv4('ip.dst', 'Destination Address', {
    shows: [
      also('ip.addr', 'Source or Destination Address', 'ipv4'),
      also('ip.dst_host', 'Destination Host', 'string', { text: hostText }),
      also('ip.host', 'Source or Destination Host', 'string', { text: hostText }),
    ],
  }),
})

const beforeAddress: Field = expert('ip.opt.ptr.before_address', 'Pointer points before first address', 'warning')
const middleOfAddress: Field = expert('ip.opt.ptr.middle_address', 'Pointer points to middle of address', 'warning')
const tooLong: Field = expert('ip.subopt_too_long', 'Suboption would go past end of option', 'warning')

function addressRow(name: string, label: string): Layout<{ readonly address: Ipv4 }> {
  return layout('ip.opt', label, { address: ipv4(name, label) })
}

function routeRow(name: string, label: string): Layout<{ readonly address: Ipv4 }> {
  const host = also(`${name}_host`, `${label} Host`, 'string', { text: hostText })
  return layout('ip', label, { address: ipv4(name, label, { shows: [host] }) })
}

/** Takes a layout where it fits before the option's end. */
function fits<T>(c: PacketCursor, end: number, of: Layout<T>): T | undefined {
  return end - c.at < of.size ? undefined : c.take(of)
}

/** Routes: `behind` names the addresses at and behind the pointer. */
function showRoute(c: PacketCursor, end: number, sourceRoute: boolean): undefined {
  const start = c.at - 2
  const { pointer } = fits(c, end, pointerOctet) ?? { pointer: 4 }
  if (pointer < 4) c.note(beforeAddress, 'Pointer points before first address', c.at - 1, 1)
  else if (pointer % 4 !== 0) c.note(middleOfAddress, 'Pointer points to middle of address', c.at - 1, 1)
  else {
    while (end - c.at >= 4) {
      if (c.at - start + 1 < pointer) c.take(recorded)
      else if (!sourceRoute) c.take(empty)
      else c.take(end - c.at >= 8 ? toVisit : last)
    }
    if (end > c.at) c.note(tooLong, 'Suboption would go past end of option', c.at, end - c.at)
  }
  return undefined
}

function showTimeStamps(c: PacketCursor, end: number): undefined {
  fits(c, end, pointerOctet)
  const flags = fits(c, end, overflow)
  if (flags === undefined) return undefined
  const withAddress = flags.flag === 1 || flags.flag === 3
  const size = withAddress ? 8 : 4
  while (end - c.at >= size) {
    if (withAddress) c.take(timeStampAddress)
    c.take(timeStamp)
  }
  if (end > c.at) c.note(tooLong, 'Suboption would go past end of option', c.at, end - c.at)
  return undefined
}

const nothing = (): undefined => undefined

export const ipv4OptionKinds: readonly Ipv4Option[] = [
  ipv4Option(0, 'eol', 'End of Options List (EOL)', 1, nothing),
  ipv4Option(1, 'nop', 'No-Operation (NOP)', 1, nothing),
  ipv4Option(7, 'record_route', 'Record Route', undefined, (c, end) => showRoute(c, end, false)),
  ipv4Option(11, 'mtu_probe', 'MTU Probe', 4, (c, end) => void fits(c, end, mtuWord)),
  ipv4Option(12, 'mtu_reply', 'MTU Reply', 4, (c, end) => void fits(c, end, mtuWord)),
  ipv4Option(25, 'qs', 'Quick-Start', 8, (c, end, ttl) =>
    end === c.at ? undefined : showQuickStart(c, quick, end, ttl),
  ),
  ipv4Option(68, 'timestamp', 'Time Stamp', undefined, showTimeStamps),
  ipv4Option(82, 'traceroute', 'Traceroute', 12, (c, end) => {
    if (fits(c, end, tracerouteWords) !== undefined) fits(c, end, originator)
    return undefined
  }),
  ipv4Option(131, 'route', 'Loose Source Route', undefined, (c, end) => showRoute(c, end, true)),
  ipv4Option(136, 'sid', 'Stream ID', 4, (c, end) => void fits(c, end, streamWord)),
  ipv4Option(137, 'source_route', 'Strict Source Route', undefined, (c, end) => showRoute(c, end, true)),
  ipv4Option(148, 'routeralert', 'Router Alert', 4, (c, end) => {
    const alert = fits(c, end, routerAlertWord)
    return alert === undefined ? undefined : `: ${routerAlertNames.nameOf(alert.value)!} (${alert.value})`
  }),
  ipv4Option(149, 'sdb', 'Selective Directed Broadcast', undefined, (c, end) => {
    while (end - c.at >= 4) c.take(broadcastAddress)
    c.takeBytes(padding, end - c.at)
    return undefined
  }),
]

export const ipv4OptionKindFields: readonly (Outline | Field)[] = [
  pointerOctet,
  streamWord,
  mtuWord,
  routerAlertWord,
  tracerouteWords,
  originator,
  broadcastAddress,
  overflow,
  timeStamp,
  timeStampAddress,
  padding,
  quick.request,
  quick.report,
  quick.nonce,
  quick.difference,
  recorded,
  empty,
  toVisit,
  beforeAddress,
  middleOfAddress,
  tooLong,
]
