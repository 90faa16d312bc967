/** What stands behind the first word of an ICMP message, shown to a witness: RFC 792, 950, 1191, 1256, 4884, 8335. */
import {
  bits,
  type Field,
  field,
  flag,
  generated,
  type Ipv4,
  ipv4,
  type Layout,
  layout,
  names,
  type Outline,
  u8,
  u16,
  u32,
} from '@dmvpn/wire'
import type { CaptureTime, PacketCursor } from '../packet-cursor.ts'
import { icmpExtensionFields, showIcmpExtensions } from './icmp-extensions.ts'
import { showQuote } from './quoted.ts'

const title = 'Internet Control Message Protocol'
const identifierWord: Layout<{ readonly identifier: number }> = layout('icmp', title, {
  identifier: u16('icmp.ident', 'Identifier (BE)', { base: 'dec-hex' }),
})
const identifierOther: Layout<{ readonly identifier: number }> = layout(
  'icmp',
  title,
  { identifier: u16('icmp.ident_le', 'Identifier (LE)', { base: 'dec-hex' }) },
  { order: 'little' },
)
const sequenceWord: Layout<{ readonly sequence: number }> = layout('icmp', title, {
  sequence: u16('icmp.seq', 'Sequence Number (BE)', { base: 'dec-hex' }),
})
const sequenceOther: Layout<{ readonly sequence: number }> = layout(
  'icmp',
  title,
  { sequence: u16('icmp.seq_le', 'Sequence Number (LE)', { base: 'dec-hex' }) },
  { order: 'little' },
)
const dataTime: Field = field('icmp.data_time', 'Timestamp from icmp data', 'absolute-time')
const dataTimeRelative: Field = generated(
  'icmp.data_time_relative',
  'Timestamp from icmp data (relative)',
  'relative-time',
  {
    unit: ' seconds',
  },
)
const timeOfDay = { text: timeOfDayText } as const
export const timeStamps: Layout<{ readonly originate: number; readonly receive: number; readonly transmit: number }> =
  layout('icmp', title, {
    originate: u32('icmp.originate_timestamp', 'Originate Timestamp', timeOfDay),
    receive: u32('icmp.receive_timestamp', 'Receive Timestamp', timeOfDay),
    transmit: u32('icmp.transmit_timestamp', 'Transmit Timestamp', timeOfDay),
  })
export const addressMask: Layout<{ readonly mask: Ipv4 }> = layout('icmp', title, {
  mask: ipv4('icmp.address_mask', 'Address Mask'),
})

const unused: Field = field('icmp.unused', 'Unused', 'bytes')
const reserved: Field = field('icmp.reserved', 'Reserved', 'bytes')
const mtu: Layout<{ readonly mtu: number }> = layout('icmp', title, { mtu: u16('icmp.mtu', 'MTU of next hop') })
const quoteLength: Layout<{ readonly length: number }> = layout('icmp', title, { length: u8('icmp.length', 'Length') })
const quoteOctets: Field = generated('icmp.length.original_datagram', 'Length of original datagram', 'uint8')
/** Wireshark has no field for it. */
const filling: Field = field('icmp.quote_padding', 'Padding', 'bytes')
const pointer: Layout<{ readonly pointer: number }> = layout('icmp', title, {
  pointer: u8('icmp.pointer', 'Pointer', { type: 'uint32' }),
})
const gateway: Layout<{ readonly address: Ipv4 }> = layout('icmp', title, {
  address: ipv4('icmp.redir_gw', 'Gateway Address'),
})

const advertisement: Layout<{ readonly count: number; readonly size: number; readonly lifetime: number }> = layout(
  'icmp',
  title,
  {
    count: u8('icmp.num_addrs', 'Number of addresses'),
    size: u8('icmp.addr_entry_size', 'Address entry size'),
    lifetime: u16('icmp.lifetime', 'Lifetime'),
  },
)
const routerAddress: Layout<{ readonly address: Ipv4 }> = layout('icmp', title, {
  address: ipv4('icmp.router_address', 'Router address'),
})
const preference: Field = field('icmp.pref_level', 'Preference level', 'int32')

const set = { truth: ['Set', 'Not set'] } as const
const extendedSequence: Layout<{ readonly sequence: number }> = layout('icmp.ext.echo', title, {
  sequence: u8('icmp.ext.echo.seq', 'Sequence Number', { base: 'dec-hex' }),
})
const extendedRequest: Layout<{ readonly reserved: number; readonly local: boolean }> = layout('icmp.ext.echo', title, {
  reserved: bits(7, 'icmp.ext.echo.req.res', 'Reserved', { base: 'hex' }),
  local: flag('icmp.ext.echo.req.local', 'Local bit', set),
})
interface ExtendedReply {
  readonly state: number
  readonly reserved: number
  readonly active: boolean
  readonly ipv4: boolean
  readonly ipv6: boolean
}
const states = {
  0: 'Reserved',
  1: 'Incomplete',
  2: 'Reachable',
  3: 'Stale',
  4: 'Delay',
  5: 'Probe',
  6: 'Failed',
}
const extendedReply: Layout<ExtendedReply> = layout<ExtendedReply>('icmp.ext.echo', title, {
  state: bits(3, 'icmp.ext.echo.rsp.state', 'State', { names: names(states) }),
  reserved: bits(2, 'icmp.ext.echo.rsp.res', 'Reserved', { base: 'hex' }),
  active: flag('icmp.ext.echo.rsp.active', 'Active bit', set),
  ipv4: flag('icmp.ext.echo.rsp.ipv4', 'IPv4 bit', set),
  ipv6: flag('icmp.ext.echo.rsp.ipv6', 'IPv6 bit', set),
})

export const icmpShowFields: readonly (Outline | Field)[] = [
  identifierWord,
  identifierOther,
  sequenceWord,
  sequenceOther,
  dataTime,
  dataTimeRelative,
  timeStamps,
  addressMask,
  unused,
  reserved,
  mtu,
  quoteLength,
  quoteOctets,
  filling,
  pointer,
  gateway,
  advertisement,
  routerAddress,
  preference,
  extendedSequence,
  extendedRequest,
  extendedReply,
  ...icmpExtensionFields,
]

/** A query's identifier and sequence number, in both byte orders: senders differ. */
export function showQuery(c: PacketCursor): void {
  showIdentifier(c)
  showBothWays(c, sequenceWord, sequenceOther)
}

function showIdentifier(c: PacketCursor): void {
  showBothWays(c, identifierWord, identifierOther)
}

function showBothWays(c: PacketCursor, one: Outline, other: Outline): void {
  const at = c.pass(one)
  c.at = at
  c.pass(other)
}

function showData(c: PacketCursor, end: number): void {
  if (end > c.at) c.quote('', 0, end - c.at, 'icmp.data')
}

const day = 86_400

/**
 * Pings begin their data with the time they were sent: seconds and microseconds, in the sender's byte order. They are
 * taken for that where they are within a day of the capture's own time.
 */
export function showTime(c: PacketCursor): void {
  const { time, view, at } = c
  if (time === undefined || !beginsWithTime(view, at, c.end, time)) return
  const little = !isTime(view, at, false, time)
  const sent = BigInt(view.getUint32(at, little)) * 1_000_000_000n + BigInt(view.getUint32(at + 4, little)) * 1000n
  const captured = BigInt(time.seconds) * 1_000_000_000n + BigInt(time.nanoseconds)
  c.show(dataTime, sent, at, 8)
  c.shown = 8
  c.show(dataTimeRelative, captured - sent, at, 8)
}

/** Whether an echo's data, `[at, end)`, are taken to begin with such a time. */
export function beginsWithTime(view: DataView, at: number, end: number, time: CaptureTime): boolean {
  return end - at >= 8 && (isTime(view, at, false, time) || isTime(view, at, true, time))
}

function isTime(view: DataView, at: number, little: boolean, { seconds }: CaptureTime): boolean {
  return view.getUint32(at + 4, little) < 1_000_000 && Math.abs(view.getUint32(at, little) - seconds) < day
}

/** An error from its second word on. */
export function showError(c: PacketCursor, type: number, code: number, end: number): void {
  let length = 0
  if (type === 5) c.take(gateway)
  else if (type === 4) c.takeBytes(unused, 4)
  else {
    length = c.view.getUint8(c.at + 1)
    if (type === 12) c.take(pointer)
    else if (length !== 0) c.takeBytes(unused, 1)
    if (length !== 0) {
      c.take(quoteLength)
      c.show(quoteOctets, 4 * length, c.at - 1, 1)
    }
    const withMtu = type === 3 && code === 4
    const left = (length !== 0 ? 2 : type === 12 ? 3 : 4) - (withMtu ? 2 : 0)
    if (left > 0) c.takeBytes(unused, left)
    if (withMtu) c.take(mtu)
  }
  const from = extensionsAt(c, 4 * length, end)
  showQuote(c, 4, from, 'icmp.quoted', filling)
  if (end > from) showIcmpExtensions(c, end)
}

/**
 * Where the extensions begin: behind the length that the message states, or, where it states none but quotes a whole
 * packet of at most 128 octets, behind the 128 that older senders fill up to (RFC 4884 §5.5).
 */
function extensionsAt(c: PacketCursor, stated: number, end: number): number {
  const least = 128
  const there = end - c.at
  if (there <= least) return end
  if (stated >= least && stated < there) return c.at + stated
  return c.view.getUint16(c.at + 2) <= least ? c.at + least : end
}

/** Any other message from its second word on. */
export function showOther(c: PacketCursor, type: number, end: number): void {
  if (type === 9) {
    const { count, size } = c.take(advertisement)
    for (let i = 0; i < count && size >= 2 && end - c.at >= 4 * size; i++) {
      const next = c.at + 4 * size
      c.take(routerAddress)
      c.show(preference, c.view.getInt32(c.at), c.at, 4)
      c.at = next
    }
  } else if (type === 42 || type === 43) {
    showIdentifier(c)
    c.take(extendedSequence)
    if (type === 43) c.take(extendedReply)
    else {
      c.take(extendedRequest)
      if (end > c.at) return showIcmpExtensions(c, end)
    }
  } else c.takeBytes(reserved, 4)
  showData(c, end)
}

/** Milliseconds since midnight; the highest bit says that they count something else (RFC 792). */
function timeOfDayText(time: number): string {
  if (time >= day * 1000) return `${time}`
  const part = (value: number, name: string): string =>
    value === 0 ? '' : `${value} ${name}${value === 1 ? '' : 's'}, `
  const seconds = ((time % 60_000) / 1000).toFixed(3).replace(/\.000$/, '')
  const minutes = Math.floor(time / 60_000)
  const words = `${part(Math.floor(minutes / 60), 'hour')}${part(minutes % 60, 'minute')}${seconds} seconds`
  return `${time} (${words} after midnight UTC)`
}
