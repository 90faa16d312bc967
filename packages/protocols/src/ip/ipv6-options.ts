/**
 * The options of hop-by-hop and destination options headers, RFC 8200 §4.2: shown to a witness, kept as octets in the packet.
 *
 *  |Act|C| Low-Order |    Length     |    data …
 */
import {
  bits,
  expert,
  type Field,
  field,
  flag,
  generated,
  type Ipv6,
  ipv6,
  type Layout,
  layout,
  type Names,
  names,
  type Outline,
  shows,
  u8,
  u16,
  u32,
  word,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { quickStart, showQuickStart } from './quick-start.ts'

const optionNames: Names = names({
  0: 'Pad1',
  1: 'PadN',
  4: 'Tunnel Encapsulation Limit',
  5: 'Router Alert',
  7: 'CALIPSO',
  8: 'SMF_DPD',
  15: 'Performance and Diagnostic Metrics',
  30: 'Experimental (0x1E)',
  38: 'Quick-Start',
  48: 'Path MTU Option',
  49: 'IOAM Option',
  62: 'Experimental (0x3E)',
  65: 'Tunnel Payload Forwarding (TPF) Information',
  94: 'Experimental (0x5E)',
  99: 'RPL Option',
  109: 'MPL Option',
  126: 'Experimental (0x7E)',
  138: 'Endpoint Identification',
  139: 'ILNP Nonce',
  140: 'Line-Identification Option',
  158: 'Experimental (0x9E)',
  190: 'Experimental (0xBE)',
  194: 'Jumbo Payload',
  201: 'Home Address',
  222: 'Experimental (0xDE)',
  238: 'IP_DFF',
  254: 'Experimental (0xFE)',
})
const actionNames: Names = names({
  0: 'Skip and continue',
  1: 'Discard',
  2: 'Discard and send ICMP Parameter Problem',
  3: 'Discard and send ICMP if not multicast',
})

const option: Field = field('ipv6.opt', 'IPv6 Option', 'none')
const padType: Layout<{ readonly type: number }> = layout('ipv6.opt', 'Padding type', {
  type: u8('ipv6.opt.type', 'Type', { base: 'hex', names: optionNames }),
})
const typeOctet: Layout<{ readonly type: number }> = layout('ipv6.opt', 'Option type', {
  type: u8('ipv6.opt.type', 'Type', {
    base: 'hex',
    names: optionNames,
    shows: [
      shows(0, 2, 'ipv6.opt.type.action', 'Action', 'uint8', { names: actionNames }),
      shows(2, 1, 'ipv6.opt.type.change', 'May Change', 'boolean', { truth: ['Yes', 'No'] }),
      shows(3, 5, 'ipv6.opt.type.rest', 'Low-Order Bits', 'uint8', { base: 'hex' }),
    ],
  }),
})
const lengthOctet: Layout<{ readonly length: number }> = layout('ipv6.opt', 'Option length', {
  length: u8('ipv6.opt.length', 'Length'),
})
const pad1: Field = field('ipv6.opt.pad1', 'Pad1', 'none')
const padN: Field = field('ipv6.opt.padn', 'PadN', 'bytes')
/** RFC 2473 §4.1.1. */
const tunnelLimit: Layout<{ readonly limit: number }> = layout('ipv6.opt', 'Tunnel encapsulation limit', {
  limit: u8('ipv6.opt.tel', 'Tunnel Encapsulation Limit'),
})
/** RFC 2711 §2.1. */
const routerAlert: Layout<{ readonly value: number }> = layout('ipv6.opt', 'Router alert', {
  value: u16('ipv6.opt.router_alert', 'Router Alert', { names: names({ 0: 'MLD', 1: 'RSVP', 2: 'Active Network' }) }),
})
/** RFC 9268 §4: the last bit asks for the least MTU to be returned. */
const leastMtu: Field = field('ipv6.opt.pmtu.min', 'Minimum Reported PMTU', 'uint16')
const returnedMtu: Field = field('ipv6.opt.pmtu.rtn', 'Return Minimum PMTU', 'uint16')
const returnFlag: Field = generated('ipv6.opt.pmtu.r_flag', 'Return Flag', 'boolean')
/** RFC 6553 §3. */
const rpl: Layout<{
  readonly flags: {
    readonly down: boolean
    readonly rank: boolean
    readonly forwarding: boolean
    readonly reserved: number
  }
  readonly instance: number
  readonly senderRank: number
}> = layout('ipv6.opt.rpl', 'RPL', {
  flags: word('ipv6.opt.rpl.flag', 'Flag', {
    down: flag('ipv6.opt.rpl.flag.o', 'Down'),
    rank: flag('ipv6.opt.rpl.flag.r', 'Rank Error'),
    forwarding: flag('ipv6.opt.rpl.flag.f', 'Forwarding Error'),
    reserved: bits(5, 'ipv6.opt.rpl.flag.rsv', 'Reserved', { base: 'hex' }),
  }),
  instance: u8('ipv6.opt.rpl.instance_id', 'RPLInstanceID', { base: 'hex' }),
  senderRank: u16('ipv6.opt.rpl.sender_rank', 'Sender Rank', { base: 'hex' }),
})
/** RFC 2675 §2. */
const jumbo: Layout<{ readonly length: number }> = layout('ipv6.opt', 'Jumbo payload', {
  length: u32('ipv6.opt.jumbo', 'Payload Length'),
})
/** RFC 6275 §6.3. */
const homeAddress: Layout<{ readonly address: Ipv6 }> = layout('ipv6.opt', 'Home address', {
  address: ipv6('ipv6.opt.mipv6.home_address', 'MIPv6 Home Address'),
})
const ilnpNonce: Field = field('ipv6.opt.ilnp_nonce', 'ILNP Nonce', 'bytes')
const experimental: Field = field('ipv6.opt.experimental', 'Experimental Option', 'bytes')
const unknown: Field = field('ipv6.opt.unknown', 'Unknown Option Payload', 'bytes')
const leftOver: Field = field('ipv6.opt_unknown_data', 'Unknown Data', 'bytes')
const badLength: Field = expert('ipv6.opt.invalid_len', 'Invalid IPv6 option length', 'error')
const notRead: Field = expert('ipv6.opt.unknown_data.expert', 'Unknown Data (not interpreted)', 'note')
const misplaced: Field = expert('ipv6.opt.header_mismatch', 'Wrong options extension header for type', 'warning')
const quick = quickStart('ipv6.opt')

export const ipv6OptionFields: readonly (Outline | Field)[] = [
  option,
  typeOctet,
  lengthOctet,
  pad1,
  padN,
  tunnelLimit,
  routerAlert,
  leastMtu,
  returnedMtu,
  returnFlag,
  rpl,
  jumbo,
  homeAddress,
  ilnpNonce,
  experimental,
  unknown,
  leftOver,
  badLength,
  notRead,
  misplaced,
  quick.request,
  quick.report,
  quick.nonce,
  quick.difference,
]

/** Options that are one layout, by type. */
const fixed = new Map<number, Outline & Layout<unknown>>([
  [4, tunnelLimit],
  [5, routerAlert],
  [99, rpl],
  [194, jumbo],
  [201, homeAddress],
])
/** Options that routers along the way read (RFC 8200 §4.3): they belong in a hop-by-hop header. */
const forRouters = new Set([5, 38, 48, 194])

/** Shows the options between the cursor and `end`; `hopLimit` is the packet's. Odd ones are shown as octets. */
export function showIpv6Options(c: PacketCursor, end: number, hopByHop: boolean, hopLimit: number): void {
  while (c.at < end) {
    const at = c.at
    const type = c.view.getUint8(at)
    const name = optionNames.nameOf(type)
    c.openField(option, undefined)
    if (type === 0) {
      c.take(padType)
      c.show(pad1, undefined, at, 1)
      c.close('Pad1')
      continue
    }
    c.take(typeOctet)
    if (!hopByHop && forRouters.has(type)) c.note(misplaced, `${name} must use a hop-by-hop options header`, at, 1)
    if (c.at < end) {
      const { length } = c.take(lengthOctet)
      const bodyEnd = Math.min(c.at + length, end)
      const suffix = showBody(c, type, length, bodyEnd, hopLimit)
      if (bodyEnd > c.at) {
        c.show(leftOver, c.bytes.subarray(c.at, bodyEnd), c.at, bodyEnd - c.at)
        c.note(notRead, notRead.label, c.at, bodyEnd - c.at)
      }
      c.at = bodyEnd
      c.close(`${name ?? `Unknown IPv6 Option (${type})`}${suffix}`)
    } else c.close(name ?? `Unknown IPv6 Option (${type})`)
  }
}

function showBody(c: PacketCursor, type: number, length: number, end: number, hopLimit: number): string {
  const at = c.at
  const one = fixed.get(type)
  if (one !== undefined) {
    if (length !== one.size) c.note(badLength, `${one.label}: Invalid Length (${length} bytes)`, at - 1, 1)
    if (end - at < one.size) return ''
    c.take(one)
    return ''
  }
  if (type === 48 && end - at === 4) {
    const returned = c.view.getUint16(at + 2)
    c.show(leastMtu, c.view.getUint16(at), at, 2)
    c.show(returnedMtu, returned & 0xfffe, at + 2, 2)
    c.show(returnFlag, (returned & 1) !== 0, at + 3, 1)
    c.at = end
    return ''
  }
  if (type === 38 && end > at) return showQuickStart(c, quick, end, hopLimit).replace(/^: [^,]*/, '')
  const of = type === 1 ? padN : type === 139 ? ilnpNonce : (type & 0x1f) === 0x1e ? experimental : unknown
  c.show(of, c.bytes.subarray(at, end), at, end - at)
  if (of === unknown) c.note(notRead, notRead.label, at, end - at)
  c.at = end
  return ''
}
