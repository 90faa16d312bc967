/** The options of neighbour discovery, RFC 4861 §4.6, and those that came later: shown to a witness. */
import { type Field, formatHex, formatIpv6, formatMac } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import {
  anyAddress,
  badLength,
  data,
  head,
  homeAgent,
  interval,
  type LinkAddress,
  mtu,
  nonce,
  notRead,
  option,
  padding,
  portal,
  prefixAddress,
  prefixLength,
  prefixTerms,
  quotePadding,
  redirected,
  reserved,
  routeFlags,
  routeLifetime,
  routePreference,
  routeReserved,
  searchLifetime,
  searchName,
  server,
  serverLifetime,
  sourceAddress,
  targetAddress,
  timestamp,
  undecoded,
} from './neighbor-option-fields.ts'
import { neighborOptionNames, preferenceNames } from './neighbor-option-names.ts'
import { showQuote } from './quoted.ts'

/** Shows the options between the cursor and `end`. Odd ones are shown as octets; none stops the walk. */
export function showNeighborOptions(c: PacketCursor, end: number): void {
  while (end - c.at >= head.size) {
    const at = c.at
    c.openField(option, undefined)
    const { type, length } = c.take(head)
    const name = neighborOptionNames.nameOf(type) ?? `Unknown ${type}`
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
    const packetEnd = showQuote(c, 41, end, redirected.name, quotePadding)
    if (end > packetEnd) c.note(notRead, notRead.label, packetEnd, end - packetEnd)
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

function showLinkAddress(c: PacketCursor, end: number, of: LinkAddress): string {
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
  if (end - c.at < 2) return showUnknown(c, 24, end)
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
