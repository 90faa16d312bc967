/**
 * Routing Information Protocol, versions 1 (RFC 1058 §3.1) and 2 (RFC 2453 §4), authentication of RFC 4822. UDP 520.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |  Command (1)  |  Version (1)  |           unused              |
 *  | Address Family Identifier (2) |        Route Tag (2)          |  entry, repeated
 *  |                         IP Address (4)                        |
 *  |                         Subnet Mask (4)                       |    version 1: 0
 *  |                         Next Hop (4)                          |    version 1: 0
 *  |                         Metric (4)                            |
 */
import {
  expert,
  type Field,
  field,
  formatIpv4,
  type Ipv4,
  ipv4,
  type Layout,
  layout,
  names,
  type Outline,
  opaque,
  u8,
  u16,
  u32,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'
import {
  type RipAuthentication,
  ripAuthenticationFields,
  ripAuthenticationSize,
  ripDigestHead,
  walkRipAuthentication,
  writeRipAuthentication,
} from './rip-authentication.ts'

/** A route; in version 1 tag, mask and next hop are zero. A metric of 16 means that there is no way. */
export interface RipEntry {
  /** 2 is IP; 0 in a request asks for everything. */
  readonly family: number
  readonly tag: number
  readonly address: Ipv4
  readonly mask: Ipv4
  readonly nextHop: Ipv4
  readonly metric: number
}

export interface Rip {
  /** 1 request, 2 response. */
  readonly command: number
  readonly version: number
  readonly unused: number
  /** The first entry, where it authenticates the packet. */
  readonly authentication: RipAuthentication | undefined
  readonly entries: readonly RipEntry[]
  /** What a keyed digest's offset points to: the digest with the four octets before it. */
  readonly trailer: Uint8Array
}

interface Header {
  readonly command: number
  readonly version: number
  readonly unused: number
}

const commandNames = names({
  1: 'Request',
  2: 'Response',
  3: 'Traceon',
  4: 'Traceoff',
  5: 'Vendor specific (Sun)',
})
const versionNames = names({ 1: 'RIPv1', 2: 'RIPv2' })
const familyNames = names({ 0: 'Unspecified', 2: 'IP' })

const header: Layout<Header> = layout<Header>('rip', 'Routing Information Protocol', {
  command: u8('rip.command', 'Command', { names: commandNames }),
  version: u8('rip.version', 'Version', { names: versionNames }),
  unused: u16('rip.unused', 'Unused', { hidden: true }),
})

const familyWord = u16('rip.family', 'Address Family', { names: familyNames })
const metricWord = u32('rip.metric', 'Metric', { type: 'uint16' })
/** What stands where version 2 has a meaning and the entry has none. */
const unused32 = (at: number) => u32(`rip.unused${at}`, 'Unused', { hidden: true })
const unusedTag = u16('rip.unused2', 'Unused', { hidden: true })

/** An entry of version 2. */
export const ripEntry: Layout<RipEntry> = layout<RipEntry>('rip', 'Entry', {
  family: familyWord,
  tag: u16('rip.route_tag', 'Route Tag'),
  address: ipv4('rip.ip', 'IP Address'),
  mask: ipv4('rip.netmask', 'Netmask'),
  nextHop: ipv4('rip.next_hop', 'Next Hop'),
  metric: metricWord,
})
const versionOneEntry: Layout<RipEntry> = layout<RipEntry>('rip', 'Entry', {
  family: familyWord,
  tag: unusedTag,
  address: ipv4('rip.ip', 'IP Address'),
  mask: unused32(8),
  nextHop: unused32(12),
  metric: metricWord,
})
const wholeTable: Layout<RipEntry> = layout<RipEntry>('rip', 'Entry', {
  family: familyWord,
  tag: u16('rip.route_tag', 'Route Tag'),
  address: unused32(4),
  mask: ipv4('rip.netmask', 'Netmask'),
  nextHop: ipv4('rip.next_hop', 'Next Hop'),
  metric: metricWord,
})
const versionOneTable: Layout<RipEntry> = layout<RipEntry>('rip', 'Entry', {
  family: familyWord,
  tag: unusedTag,
  address: unused32(4),
  mask: unused32(8),
  nextHop: unused32(12),
  metric: metricWord,
})
const strangeEntry: Layout<{ readonly octets: Uint8Array }> = layout('rip', 'Entry', {
  octets: opaque(20, 'rip.entry', 'Entry'),
})
const trailer: Field = field('rip.trailer', 'Authentication trailer', 'bytes')
const unknownFamily: Field = expert('rip.unknown_address_family', 'Unknown address family', 'warning')

const fields: readonly (Outline | Field)[] = [
  header,
  ripEntry,
  versionOneEntry,
  wholeTable,
  versionOneTable,
  strangeEntry,
  ...ripAuthenticationFields,
  trailer,
  unknownFamily,
]

const authenticationFamily = 0xffff
const none = new Uint8Array(0)

export const rip: Protocol<Rip> = protocol<Rip>({
  name: 'rip',
  label: 'Routing Information Protocol',
  short: 'RIP',
  over: [{ table: 'udp.port', key: 520 }],
  fields,
  defaults: { command: 2, version: 2, unused: 0, authentication: undefined, entries: [], trailer: none },
  title: s => {
    s.text('Routing Information Protocol')
  },
  column: packet => versionNames.nameOf(packet.version) ?? 'RIP',
  info: (s, packet) => {
    const name = commandNames.nameOf(packet.command)
    if (name === undefined) s.text('Unknown command (').dec(packet.command).text(')')
    else s.text(name)
  },

  walk(c) {
    const at = c.at
    const { command, version, unused } = c.take(header)
    const authenticates = c.left >= ripEntry.size && c.view.getUint16(c.at) === authenticationFamily
    const authentication = authenticates ? walkRipAuthentication(c, at) : undefined
    const digestAt = authentication?.kind === 'keyed-digest' ? at + authentication.digestOffset : -1
    const entries: RipEntry[] = []
    while (c.left > 0 && c.at !== digestAt) entries.push(walkEntry(c, version))
    return { command, version, unused, authentication, entries, trailer: takeTrailer(c) }
  },

  size: packet =>
    header.size +
    (packet.authentication === undefined ? 0 : ripAuthenticationSize) +
    packet.entries.length * ripEntry.size +
    packet.trailer.length,

  write(w, packet) {
    w.put(header, packet)
    if (packet.authentication !== undefined) writeRipAuthentication(w, packet.authentication)
    for (const entry of packet.entries) w.put(ripEntry, entry)
    w.putBytes(packet.trailer)
  },
})

/** The octets behind the entries; a digest among them has been shown with the entry that announces it. */
function takeTrailer(c: PacketCursor): Uint8Array {
  const { at, end } = c
  if (at < end) c.takeBytes(trailer, Math.min(ripDigestHead, end - at))
  c.at = end
  return at === end ? none : c.bytes.subarray(at, end)
}

function walkEntry(c: PacketCursor, version: number): RipEntry {
  c.need('rip.entry', ripEntry.size)
  const family = c.view.getUint16(c.at)
  const known = family === 0 || family === 2
  c.open('Entry')
  const at = c.at
  if (!known) {
    c.note(unknownFamily, `Unknown address family ${family}`)
    c.take(strangeEntry)
  } else if (family === 0) c.take(version === 2 ? wholeTable : versionOneTable)
  else c.take(version === 2 ? ripEntry : versionOneEntry)
  const entry = ripEntry.read(c.view, at)
  if (c.witness !== undefined) c.close(titleOf(entry, known))
  return entry
}

function titleOf({ family, address, metric }: RipEntry, known: boolean): string {
  if (!known) return `Unknown address family ${family}`
  return `${family === 0 ? 'Address not specified' : `IP Address: ${formatIpv4(address)}`}, Metric: ${metric}`
}
