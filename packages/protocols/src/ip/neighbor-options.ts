/**
 * The options of neighbour discovery, RFC 4861 §4.6, and those that came later: shown to a witness.
 *
 *  |     Type      |    Length     |    data …                       length in units of eight octets
 */
import {
  bits,
  expert,
  type Field,
  field,
  flag,
  formatHex,
  formatIpv6,
  formatMac,
  type Ipv6,
  ipv6,
  type Layout,
  layout,
  type Names,
  names,
  type Outline,
  u8,
  u16,
  u32,
  word,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'

const optionNames: Names = names({
  1: 'Source link-layer address',
  2: 'Target link-layer address',
  3: 'Prefix information',
  4: 'Redirected header',
  5: 'MTU',
  6: 'NBMA Shortcut Limit Option',
  7: 'Advertisement Interval',
  8: 'Home Agent Information',
  9: 'Source Address List',
  10: 'Target Address List',
  11: 'CGA',
  12: 'RSA Signature',
  13: 'Timestamp',
  14: 'Nonce',
  15: 'Trust Anchor',
  16: 'Certificate',
  17: 'IP Address/Prefix Option',
  18: 'New Router Prefix Information',
  19: 'Link-layer Address',
  20: 'Neighbor Advertisement Acknowledgment',
  23: 'MAP',
  24: 'Route Information',
  25: 'Recursive DNS Server',
  26: 'RA Flags Extension',
  27: 'Handover Key Request',
  28: 'Handover Key Reply',
  29: 'Handover Assist Information',
  30: 'Mobile Node Identifier Option',
  31: 'DNS Search List Option',
  32: 'Proxy Signature (PS)',
  33: 'Address Registration Option',
  34: '6LoWPAN Context Option',
  35: 'Authoritative Border Router',
  36: '6LoWPAN Capability Indication Option',
  37: 'DHCP Captive-Portal',
  38: 'PREF64 Option',
  138: 'CARD Request',
  139: 'CARD Reply',
  253: 'RFC3692-style Experiment 1',
  254: 'RFC3692-style Experiment 2',
})
const set = { truth: ['Set', 'Not set'] } as const
export const preferenceNames: Names = names({ 0: 'Medium', 1: 'High', 2: 'Reserved', 3: 'Low' })
const prefix = 'icmpv6.opt'
const title = 'ICMPv6 Option'

const option: Field = field(prefix, title, 'none')
const head: Layout<{ readonly type: number; readonly length: number }> = layout(prefix, title, {
  type: u8(`${prefix}.type`, 'Type', { names: optionNames }),
  length: u8(`${prefix}.length`, 'Length', { text: length => `${length} (${8 * length} bytes)` }),
})

/** An address of six octets is written as a MAC address, any other as octets. */
function linkAddress(name: string, label: string, hidden = false): { readonly bytes: Field; readonly mac: Field } {
  return { bytes: field(name, label, 'bytes', { hidden }), mac: field(name, label, 'ether', { hidden }) }
}
const anyAddress = linkAddress(`${prefix}.linkaddr`, 'Link-layer address')
const sourceAddress = linkAddress(`${prefix}.src_linkaddr`, 'Source Link-layer address', true)
const targetAddress = linkAddress(`${prefix}.target_linkaddr`, 'Target Link-layer address', true)

const reserved: Field = field(`${prefix}.reserved`, 'Reserved', 'none')
const padding: Field = field(`${prefix}.padding`, 'Padding', 'none')
const prefixLength: Layout<{ readonly length: number }> = layout(prefix, title, {
  length: u8(`${prefix}.prefix.length`, 'Prefix Length'),
})
interface PrefixTerms {
  readonly flags: {
    readonly onLink: boolean
    readonly autonomous: boolean
    readonly router: boolean
    readonly reserved: number
  }
  readonly valid: number
  readonly preferred: number
}
const prefixTerms: Layout<PrefixTerms> = layout<PrefixTerms>(prefix, title, {
  flags: word(`${prefix}.prefix.flag`, 'Flag', {
    onLink: flag(`${prefix}.prefix.flag.l`, 'On-link flag(L)', set),
    autonomous: flag(`${prefix}.prefix.flag.a`, 'Autonomous address-configuration flag(A)', set),
    router: flag(`${prefix}.prefix.flag.r`, 'Router address flag(R)', set),
    reserved: bits(5, `${prefix}.prefix.flag.reserved`, 'Reserved'),
  }),
  valid: u32(`${prefix}.prefix.valid_lifetime`, 'Valid Lifetime'),
  preferred: u32(`${prefix}.prefix.preferred_lifetime`, 'Preferred Lifetime'),
})
const prefixAddress: Field = field(`${prefix}.prefix`, 'Prefix', 'ipv6')
const redirected: Field = field(`${prefix}.redirected_packet`, 'Redirected Packet', 'none')
const mtu: Layout<{ readonly mtu: number }> = layout(prefix, title, { mtu: u32(`${prefix}.mtu`, 'MTU') })
/** RFC 6275 §7.3. */
const interval: Layout<{ readonly interval: number }> = layout(prefix, title, {
  interval: u32(`${prefix}.advertisement_interval`, 'Advertisement Interval'),
})
/** RFC 6275 §7.4; the labels are Wireshark's. */
const homeAgent: Layout<{ readonly preference: number; readonly lifetime: number }> = layout(prefix, title, {
  preference: u16(`${prefix}.home_agent_preference`, 'Home Agent Preference'),
  lifetime: u16(`${prefix}.home_agent_lifetime`, 'Home Agent Preference'),
})
const timestamp: Field = field(`${prefix}.timestamp`, 'Timestamp', 'absolute-time')
const nonce: Field = field(`${prefix}.nonce`, 'Nonce', 'bytes')
/** RFC 4191 §2.3; the reserved bits stand on both sides of the preference. */
const routeFlags: Field = field(`${prefix}.route_info.flag`, 'Flag', 'uint8', { base: 'hex' })
const routePreference: Field = field(`${prefix}.route_info.flag.route_preference`, 'Route Preference', 'uint8', {
  names: preferenceNames,
})
const routeReserved: Field = field(`${prefix}.route_info.flag.reserved`, 'Reserved', 'uint8')
const routeLifetime: Layout<{ readonly lifetime: number }> = layout(prefix, title, {
  lifetime: u32(`${prefix}.route_lifetime`, 'Route Lifetime'),
})
/** RFC 8106 §5. */
const serverLifetime: Layout<{ readonly lifetime: number }> = layout(prefix, title, {
  lifetime: u32(`${prefix}.rdnss.lifetime`, 'Lifetime'),
})
const server: Layout<{ readonly address: Ipv6 }> = layout(prefix, title, {
  address: ipv6(`${prefix}.rdnss`, 'Recursive DNS Servers'),
})
const searchLifetime: Layout<{ readonly lifetime: number }> = layout(prefix, title, {
  lifetime: u32(`${prefix}.dnssl.lifetime`, 'Lifetime'),
})
const searchName: Field = field(`${prefix}.dnssl`, 'Domain Names', 'string')
/** RFC 8910 §2.3. */
const portal: Field = field(`${prefix}.captive_portal`, 'Captive Portal', 'string')
const data: Field = field('icmpv6.data', 'Data', 'bytes')
const undecoded: Field = expert('icmpv6.undecoded.option', 'Undecoded option', 'note')
const badLength: Field = expert('icmpv6.invalid_option_length', 'Invalid Option Length', 'error')

export const neighborOptionFields: readonly (Outline | Field)[] = [
  option,
  head,
  anyAddress.bytes,
  anyAddress.mac,
  sourceAddress.bytes,
  sourceAddress.mac,
  targetAddress.bytes,
  targetAddress.mac,
  reserved,
  padding,
  prefixLength,
  prefixTerms,
  prefixAddress,
  redirected,
  mtu,
  interval,
  homeAgent,
  timestamp,
  nonce,
  routeFlags,
  routePreference,
  routeReserved,
  routeLifetime,
  serverLifetime,
  server,
  searchLifetime,
  searchName,
  portal,
  data,
  undecoded,
  badLength,
]

/** Shows the options between the cursor and `end`. Odd ones are shown as octets; none stops the walk. */
export function showNeighborOptions(c: PacketCursor, end: number): void {
  while (end - c.at >= head.size) {
    const at = c.at
    c.openField(option, undefined)
    const { type, length } = c.take(head)
    const name = optionNames.nameOf(type) ?? `Unknown ${type}`
    if (length === 0) {
      c.note(badLength, 'Invalid option length (Zero)', at + 1, 1)
      rest(c, data, end)
      c.close(`ICMPv6 Option (${name})`)
      return
    }
    const optionEnd = Math.min(at + 8 * length, end)
    const show = shown[type]
    const suffix = show === undefined ? showUnknown(c, type, optionEnd) : show(c, optionEnd)
    if (optionEnd > c.at) rest(c, padding, optionEnd)
    c.at = optionEnd
    c.close(`ICMPv6 Option (${name}${suffix})`)
  }
}

/** The link-layer address of the first option of a type among option octets, in hexadecimal; undefined where there is none. */
export function linkAddressIn(options: Uint8Array, type: number): string | undefined {
  for (let at = 0; at + 8 <= options.length; ) {
    const length = 8 * options[at + 1]!
    if (length === 0) return undefined
    if (options[at] === type) return formatHex(options.subarray(at + 2, Math.min(at + 8, options.length)), ':')
    at += length
  }
  return undefined
}

type Show = (c: PacketCursor, end: number) => string

const shown: Readonly<Record<number, Show>> = {
  1: (c, end) => showLinkAddress(c, end, sourceAddress),
  2: (c, end) => showLinkAddress(c, end, targetAddress),
  3: showPrefix,
  4: (c, end) => {
    skip(c, 6, end)
    c.openField(redirected, undefined)
    if (end > c.at) c.quote('ip.proto', 41, end - c.at, redirected.name)
    c.close()
    return ''
  },
  5: (c, end) => {
    skip(c, 2, end)
    return end - c.at < mtu.size ? '' : ` : ${c.take(mtu).mtu}`
  },
  7: (c, end) => {
    skip(c, 2, end)
    return end - c.at < interval.size ? '' : ` : ${c.take(interval).interval}`
  },
  8: (c, end) => {
    skip(c, 2, end)
    if (end - c.at >= homeAgent.size) c.take(homeAgent)
    return ''
  },
  13: showTimestamp,
  14: (c, end) => {
    rest(c, nonce, end)
    return ''
  },
  24: showRoute,
  25: (c, end) => {
    skip(c, 2, end)
    if (end - c.at >= 4) c.take(serverLifetime)
    let text = ''
    while (end - c.at >= server.size) text += ` ${formatIpv6(c.take(server).address)}`
    return text
  },
  31: showSearchList,
  37: (c, end) => {
    const text = String.fromCharCode(...c.bytes.subarray(c.at, end))
    c.show(portal, text.replace(/\0[^]*$/, ''), c.at, end - c.at)
    c.at = end
    return ''
  },
}

function rest(c: PacketCursor, of: Field, end: number): void {
  c.show(of, of.type === 'none' ? undefined : c.bytes.subarray(c.at, end), c.at, end - c.at)
  c.at = end
}

function skip(c: PacketCursor, octets: number, end: number): void {
  rest(c, reserved, Math.min(c.at + octets, end))
}

function showUnknown(c: PacketCursor, type: number, end: number): string {
  c.note(undecoded, `Option ${type} is not decoded`, c.at - 2, 1)
  rest(c, data, end)
  return ''
}

function showLinkAddress(c: PacketCursor, end: number, of: { readonly bytes: Field; readonly mac: Field }): string {
  const { at } = c
  const length = end - at
  if (length === 6) {
    const mac = c.view.getUint16(at) * 0x100000000 + c.view.getUint32(at + 2)
    c.show(anyAddress.mac, mac, at, 6)
    c.show(of.mac, mac, at, 6)
    c.at = end
    return ` : ${formatMac(mac)}`
  }
  const octets = c.bytes.subarray(at, end)
  c.show(anyAddress.bytes, octets, at, length)
  c.show(of.bytes, octets, at, length)
  c.at = end
  return ` : ${formatHex(octets, ':')}`
}

function showPrefix(c: PacketCursor, end: number): string {
  if (end - c.at < 30) return showUnknown(c, 3, end)
  const { length } = c.take(prefixLength)
  c.take(prefixTerms)
  skip(c, 4, end)
  return ` : ${showPrefixAddress(c, 16)}/${length}`
}

/** An address of which only the first octets stand there. */
function showPrefixAddress(c: PacketCursor, octets: number): string {
  let address = 0n
  for (let i = 0; i < 16; i++) address = (address << 8n) | BigInt(i < octets ? c.view.getUint8(c.at + i) : 0)
  if (octets > 0) c.show(prefixAddress, address, c.at, octets)
  c.at += octets
  return formatIpv6(address)
}

function showRoute(c: PacketCursor, end: number): string {
  const { length } = c.take(prefixLength)
  const flags = c.view.getUint8(c.at)
  const preference = (flags >>> 3) & 3
  c.show(routeFlags, flags, c.at, 1)
  c.below()
  c.show(routePreference, preference, c.at, 1)
  c.show(routeReserved, ((flags & 0xe0) >>> 2) | (flags & 7), c.at, 1)
  c.close()
  c.at += 1
  if (end - c.at < routeLifetime.size) return ''
  c.take(routeLifetime)
  return ` : ${preferenceNames.nameOf(preference)!} ${showPrefixAddress(c, Math.min(end - c.at, 16))}/${length}`
}

/** RFC 3971 §5.3.1: seconds since 1970 in 48 bits, and 16 bits of fraction. */
function showTimestamp(c: PacketCursor, end: number): string {
  skip(c, 6, end)
  if (end - c.at < 8) return ''
  const units = c.view.getBigUint64(c.at)
  c.show(timestamp, (units * 1_000_000_000n) >> 16n, c.at, 8)
  c.at += 8
  return ''
}

/** Names in the form of RFC 1035 §3.1, uncompressed, filled up with zeros. */
function showSearchList(c: PacketCursor, end: number): string {
  skip(c, 2, end)
  if (end - c.at >= 4) c.take(searchLifetime)
  let text = ''
  while (c.at < end && c.view.getUint8(c.at) !== 0) {
    const start = c.at
    const labels: string[] = []
    let at = start
    for (let length = c.view.getUint8(at); at < end && length !== 0; length = at < end ? c.view.getUint8(at) : 0) {
      labels.push(String.fromCharCode(...c.bytes.subarray(at + 1, Math.min(at + 1 + length, end))))
      at += 1 + length
    }
    c.at = Math.min(at + 1, end)
    const name = labels.join('.')
    c.show(searchName, name, start, c.at - start)
    text += ` ${name}`
  }
  return text
}
