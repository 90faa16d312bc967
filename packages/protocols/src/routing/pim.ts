/**
 * Protocol Independent Multicast, RFC 7761 §4.9. It rides on IP as protocol 103. Hellos are read, registers carry their
 * packet on; the other messages are kept as octets.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |PIM Ver| Type  |   Reserved    |           Checksum            |
 *  |B|N|                       Reserved2                           |  register
 */
import { bits, expert, type Field, field, type Layout, layout, names, shows, u16, u32 } from '@dmvpn/wire'
import { checksumStatus, statusField } from '../checksum-status.ts'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'
import { checksumShouldBe, hexWord } from './checksum-should-be.ts'
import { type PimOption, pimHelloFields, sizeOfPimOptions, walkPimOptions, writePimOptions } from './pim-hello.ts'

export interface PimHello {
  readonly kind: 'hello'
  readonly options: readonly PimOption[]
}

/** A multicast packet on its way to the rendezvous point: it is what the layer carries. */
export interface PimRegister {
  readonly kind: 'register'
  /** Bit 31: border; bit 30: null register. */
  readonly flags: number
}

/** A message that is not read here. */
export interface PimOther {
  readonly kind: 'other'
  readonly type: number
  readonly octets: Uint8Array
}

export interface Pim {
  readonly version: number
  readonly reserved: number
  /** Whether the packet rides on IPv6: then the checksum covers a pseudo-header (RFC 7761 §4.9). */
  readonly overIpv6: boolean
  readonly message: PimHello | PimRegister | PimOther
}

const typeNames = names({
  0: 'Hello',
  1: 'Register',
  2: 'Register-stop',
  3: 'Join/Prune',
  4: 'Bootstrap',
  5: 'Assert',
  6: 'Graft',
  7: 'Graft-Ack',
  8: 'Candidate-RP-Advertisement',
  9: 'State-Refresh',
  10: 'DF election',
  11: 'ECMP redirect',
  12: 'PFM source discovery',
})
const electionNames = names({ 1: 'offer', 2: 'DF Winner', 3: 'DF Backoff', 4: 'DF Pass' })
const pimType = { hello: 0, register: 1, election: 10, sourceDiscovery: 12 } as const

const kind: Layout<{ readonly version: number; readonly type: number }> = layout('pim', 'PIM header', {
  version: bits(4, 'pim.version', 'Version'),
  type: bits(4, 'pim.type', 'Type', { names: typeNames }),
})
const election: Layout<{ readonly subtype: number; readonly reserved: number }> = layout(
  'pim.df_elect',
  'DF election',
  {
    subtype: bits(4, 'pim.df_elect.subtype', 'DF Subtype', { names: electionNames }),
    reserved: bits(4, 'pim.df_elect.rsvd', 'DF reserved'),
  },
)
const checksumWord: Layout<{ readonly checksum: number }> = layout('pim', 'PIM header', {
  checksum: u16('pim.cksum', 'Checksum', { base: 'hex' }),
})
const yes = ['Yes', 'No'] as const
const registerWord: Layout<{ readonly flags: number }> = layout('pim.register', 'Register', {
  flags: u32('pim.register_flag', 'Flags', {
    base: 'hex',
    shows: [
      shows(0, 1, 'pim.register_flag.border', 'Border', 'boolean', { truth: yes }),
      shows(1, 1, 'pim.register_flag.null_register', 'Null-Register', 'boolean', { truth: yes }),
    ],
  }),
})
const reservedOctet: Field = field('pim.res_bytes', 'Reserved byte(s)', 'bytes')
const noForward: Field = field('pim.pfmnoforwardbit', 'Pfm no forward bit', 'boolean')
const ipVersion: Field = field('pim.ip_version', 'IP Version', 'uint8', {
  names: names({ 0: 'Dummy Header', 4: 'IPv4', 6: 'IPv6' }),
})
const tree: Field = field('pim.option', 'PIM Options', 'none')
const octets: Field = field('pim.message', 'Message', 'bytes')
const status: Field = statusField('pim.cksum')
const badChecksum: Field = expert('pim.bad_checksum', 'Bad checksum', 'error')

const headerSize = 4
const registerSize: number = headerSize + registerWord.size
const checksumLens = checksumWord.lens.checksum.after(2)

export const pim: Protocol<Pim> = protocol<Pim>({
  name: 'pim',
  label: 'Protocol Independent Multicast',
  short: 'PIM',
  over: [{ table: 'ip.proto', key: 103 }],
  fields: [
    kind,
    election,
    checksumWord,
    registerWord,
    reservedOctet,
    noForward,
    ipVersion,
    tree,
    ...pimHelloFields,
    octets,
    status,
    badChecksum,
  ],
  defaults: { version: 2, reserved: 0, overIpv6: false, message: { kind: 'hello', options: [] } },
  claims: () => ({ checksum: checksumLens }),
  title: s => {
    s.text('Protocol Independent Multicast')
  },
  column: packet => `PIMv${packet.version}`,
  info: (s, packet) => {
    const type = typeOf(packet.message)
    const name = typeNames.nameOf(type)
    if (name === undefined) s.text('Unknown (').dec(type).text(')')
    else s.text(name)
  },

  walk(c) {
    const at = c.at
    const { version, type } = c.take(kind)
    const reserved = walkReserved(c, type)
    const { checksum } = c.take(checksumWord)
    const below = c.frame.layers.findLast(({ protocol: each }) => each.pseudoHeader !== undefined)
    const overIpv6 = below?.protocol.name === 'ipv6'
    if (c.wants(status) || c.wants(badChecksum)) judge(c, at, version, type, checksum, overIpv6)
    return { version, reserved, overIpv6, message: walkMessage(c, type) }
  },

  size: ({ message }) => {
    if (message.kind === 'register') return registerSize
    return headerSize + (message.kind === 'hello' ? sizeOfPimOptions(message.options) : message.octets.length)
  },

  write(w, packet, around) {
    const { version, reserved, overIpv6, message } = packet
    w.put(kind, { version, type: typeOf(message) })
    w.put(election, { subtype: reserved >>> 4, reserved: reserved & 15 })
    w.put(checksumWord, { checksum: 0 })
    if (message.kind === 'hello') writePimOptions(w, message.options)
    else if (message.kind === 'register') w.put(registerWord, message)
    else w.putBytes(message.octets)
    const end = message.kind === 'register' ? w.start + registerSize : w.end
    const initial = overIpv6 ? around.pseudoHeader(103, end - w.start) : 0
    checksumLens.write(w.view, w.start, w.checksum(w.start, end, initial))
  },
})

/** The octet beside the type: reserved but in a few messages. */
function walkReserved(c: PacketCursor, type: number): number {
  if (type === pimType.election) {
    const { subtype, reserved } = c.take(election)
    return subtype * 16 + reserved
  }
  c.need(reservedOctet.name, 1)
  const octet = c.view.getUint8(c.at)
  if (type === pimType.sourceDiscovery) c.show(noForward, octet >= 0x80, c.at, 1)
  c.takeBytes(reservedOctet, 1)
  return octet
}

/** RFC 7761 §4.9: a register's checksum covers its first eight octets only. */
function judge(c: PacketCursor, at: number, version: number, type: number, checksum: number, overIpv6: boolean): void {
  const end = type === pimType.register ? Math.min(at + registerSize, c.end) : c.end
  const initial = overIpv6 ? c.pseudoHeader(103, end - at) : 0
  // What version 1 covers is not known here.
  const right = version === 2 ? checksumShouldBe(c, at, end, at + 2, initial) : undefined
  const { good, bad, unverified } = checksumStatus
  if (right !== undefined && right !== checksum)
    c.note(badChecksum, `Bad checksum [should be ${hexWord(right)}]`, at + 2, 2)
  c.show(status, right === undefined ? unverified : right === checksum ? good : bad, at + 2, 2)
}

function walkMessage(c: PacketCursor, type: number): Pim['message'] {
  if (c.left === 0 && type !== pimType.register)
    return type === pimType.hello ? noOptions : { kind: 'other', type, octets: none }
  c.openField(tree, undefined)
  const message = walkBody(c, type)
  c.close()
  return message
}

function walkBody(c: PacketCursor, type: number): Pim['message'] {
  if (type === pimType.hello) return { kind: 'hello', options: walkPimOptions(c) }
  if (type !== pimType.register) return { kind: 'other', type, octets: c.takeRest(octets) }
  const { flags } = c.take(registerWord)
  const version = c.left === 0 ? 0 : c.view.getUint8(c.at) >>> 4
  // The octet is the carried packet's.
  if (c.left > 0) c.show(ipVersion, version, c.at, 0)
  if (version === 4 || version === 6) c.carries('ip.proto', version === 4 ? 4 : 41)
  else c.carries('pim.register', version)
  return { kind: 'register', flags }
}

function typeOf(message: Pim['message']): number {
  if (message.kind === 'other') return message.type
  return message.kind === 'hello' ? pimType.hello : pimType.register
}

const none = new Uint8Array(0)
const noOptions: PimHello = { kind: 'hello', options: [] }
