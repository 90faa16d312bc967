/**
 * The IPv4 options that label a packet's secrecy: RFC 791 §3.1 and RFC 1108 (type 130), RFC 1108 §3 (type 133),
 * and the commercial one of the CIPSO draft (type 134).
 *
 *  |   Type 134    |    Length     |     Domain of interpretation (32)      |  Tag  | Length | …
 */
import {
  bits,
  expert,
  type Field,
  field,
  flag,
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
import { type Ipv4Option, ipv4Option } from './ipv4-option.ts'

const protectedOrNot = [
  'Datagram protected in accordance with its rules',
  'Datagram not protected in accordance with its rules',
] as const
const more = ['Additional octet present', 'Final octet'] as const

const reserved = 'Reserved'
const secrecy: Names = names({
  0x0000: 'Unclassified',
  0xf135: 'Confidential',
  0x789a: 'EFTO',
  0xbc4d: 'MMMM',
  0x5e26: 'PROG',
  0xaf13: 'Restricted',
  0xd788: 'Secret',
  0x6bc5: 'Top secret',
  0x35e2: reserved,
  0x9af1: reserved,
  0x4d78: reserved,
  0x24bd: reserved,
  0x135e: reserved,
  0x89af: reserved,
  0xc4d6: reserved,
  0xe26b: reserved,
})
const classification: Names = names({
  0x01: 'Reserved 4',
  0x3d: 'Top secret',
  0x5a: 'Secret',
  0x96: 'Confidential',
  0x66: 'Reserved 3',
  0xcc: 'Reserved 2',
  0xab: 'Unclassified',
  0xf1: 'Reserved 1',
})

const secrecyWord: Layout<{ readonly secrecy: number; readonly compartments: number }> = layout('ip.opt', 'Security', {
  secrecy: u16('ip.opt.sec_rfc791_sec', 'Security', { base: 'hex', names: secrecy }),
  compartments: u16('ip.opt.sec_rfc791_comp', 'Compartments'),
})
const handling: Field = field('ip.opt.sec_rfc791_hr', 'Handling Restrictions', 'string')
const transmission: Field = field('ip.opt.sec_rfc791_tcc', 'Transmission Control Code', 'string')
const level: Layout<{ readonly level: number }> = layout('ip.opt', 'Classification level', {
  level: u8('ip.opt.sec_cl', 'Classification Level', { base: 'hex', names: classification }),
})

interface Authorities {
  readonly flags: {
    readonly genser: boolean
    readonly siop: boolean
    readonly sci: boolean
    readonly nsa: boolean
    readonly doe: boolean
    readonly unassigned: number
    readonly more: boolean
  }
}
const authority = (name: string, label: string): ReturnType<typeof flag> =>
  flag(`ip.opt.sec_prot_auth_${name}`, label, { truth: protectedOrNot })
const moreFlag = flag('ip.opt.sec_prot_auth_fti', 'Field Termination Indicator', { truth: more })
const authorities: Layout<Authorities> = layout<Authorities>('ip.opt', 'Protection authorities', {
  flags: word('ip.opt.sec_prot_auth_flags', 'Protection Authority Flags', {
    genser: authority('genser', 'GENSER'),
    siop: authority('siop_esi', 'SIOP-ESI'),
    sci: authority('sci', 'SCI'),
    nsa: authority('nsa', 'NSA'),
    doe: authority('doe', 'DOE'),
    unassigned: bits(2, 'ip.opt.sec_prot_auth_unassigned', 'Unassigned', { base: 'hex' }),
    more: moreFlag,
  }),
})
const furtherAuthorities: Layout<{ readonly flags: { readonly unassigned: number; readonly more: boolean } }> = layout(
  'ip.opt',
  'Further protection authorities',
  {
    flags: word('ip.opt.sec_prot_auth_flags', 'Protection Authority Flags', {
      unassigned: bits(7, 'ip.opt.sec_prot_auth_unassigned', 'Unassigned', { base: 'hex' }),
      more: moreFlag,
    }),
  },
)

const formatCode: Layout<{ readonly code: number }> = layout('ip.opt', 'Additional security', {
  code: u8('ip.opt.ext_sec_add_sec_info_format_code', 'Additional Security Info Format Code', { base: 'hex' }),
})
const additional: Field = field('ip.opt.ext_sec_add_sec_info', 'Additional Security Info', 'bytes')

const tagNames: Names = names({
  0: 'Padding',
  1: 'Restrictive Category Bitmap',
  2: 'Enumerated Categories',
  5: 'Ranged Categories',
  6: 'Permissive Categories',
  7: 'Free Form',
})
const domain: Layout<{ readonly domain: number }> = layout('ip.cipso', 'Domain of interpretation', {
  domain: u32('ip.cipso.doi', 'DOI'),
})
const tagType: Field = field('ip.cipso.tag_type', 'Tag Type', 'uint8', { names: tagNames })
/** Wireshark has no field for these two. */
const tagLength: Layout<{ readonly length: number }> = layout('ip.cipso', 'Tag Length', {
  length: u8('ip.cipso.tag_length', 'Tag Length'),
})
const alignment: Layout<{ readonly octet: number }> = layout('ip.cipso', 'Alignment', {
  octet: u8('ip.cipso.alignment', 'Alignment'),
})
const sensitivity: Field = field('ip.cipso.sensitivity_level', 'Sensitivity Level', 'uint8')
const categories: Field = field('ip.cipso.categories', 'Categories', 'string')
const tagData: Field = field('ip.cipso.tag_data', 'Tag data', 'bytes')
const malformedTag: Field = expert('ip.cipso.malformed', 'Malformed CIPSO tag', 'error')
const badLength: Field = expert('ip.opt.len.invalid', 'Invalid length for option', 'warning')

export const securityOptionFields: readonly (Outline | Field)[] = [
  secrecyWord,
  handling,
  transmission,
  level,
  authorities,
  furtherAuthorities,
  formatCode,
  additional,
  domain,
  tagType,
  tagLength,
  alignment,
  sensitivity,
  categories,
  tagData,
  malformedTag,
  badLength,
]

function characters(c: PacketCursor, of: Field, length: number): void {
  c.show(of, String.fromCharCode(...c.bytes.subarray(c.at, c.at + length)), c.at, length)
  c.at += length
}

function showSecurity(c: PacketCursor, end: number): undefined {
  const start = c.at - 2
  // RFC 791's form and RFC 1108's may both be eleven octets long: RFC 791's has sixteen known first words.
  if (end - c.at === 9 && secrecy.nameOf(c.view.getUint16(c.at)) !== undefined) {
    c.take(secrecyWord)
    characters(c, handling, 2)
    characters(c, transmission, 3)
    return undefined
  }
  if (end > c.at) c.take(level)
  let more = end > c.at && c.take(authorities).flags.more
  while (more && end > c.at) more = c.take(furtherAuthorities).flags.more
  if (more) c.note(badLength, 'Field Termination Indicator set to 1 for last byte of option', start, end - start)
  else if (end > c.at) c.note(badLength, 'Extraneous data in option', start, end - start)
  return undefined
}

function showTag(c: PacketCursor, tag: number, start: number, end: number): void {
  if (tag !== 1 && tag !== 2 && tag !== 5) return void c.takeBytes(tagData, end - c.at)
  if (end - start < 4) {
    c.note(malformedTag, 'Malformed CIPSO tag', start, end - start)
    return void c.takeBytes(tagData, end - c.at)
  }
  c.take(alignment)
  c.show(sensitivity, c.view.getUint8(c.at), c.at, 1)
  c.at += 1
  if (end === c.at) return
  const list = tag === 1 ? bitmap(c, end) : tag === 2 ? enumerated(c, end) : ranged(c, end)
  c.show(categories, list.join(','), c.at, end - c.at)
}

function bitmap(c: PacketCursor, end: number): number[] {
  const list: number[] = []
  for (let bit = 0; bit < 8 * (end - c.at); bit++) {
    if ((c.view.getUint8(c.at + (bit >>> 3)) & (0x80 >>> (bit & 7))) !== 0) list.push(bit)
  }
  return list
}

function enumerated(c: PacketCursor, end: number): number[] {
  const list: number[] = []
  for (let at = c.at; at + 2 <= end; at += 2) list.push(c.view.getUint16(at))
  return list
}

function ranged(c: PacketCursor, end: number): string[] {
  const bounds = enumerated(c, end)
  const list: string[] = []
  for (let i = 0; i < bounds.length; i += 2) list.push(`${bounds[i]!}-${bounds[i + 1] ?? 0}`)
  return list
}

function showCommercial(c: PacketCursor, optionEnd: number): undefined {
  if (optionEnd - c.at >= domain.size) c.take(domain)
  while (c.at < optionEnd) {
    const start = c.at
    const tag = c.view.getUint8(start)
    const length = tag === 0 || optionEnd - start < 2 ? 1 : c.view.getUint8(start + 1)
    c.show(tagType, tag, start, 1)
    const end = Math.min(start + length, optionEnd)
    c.at += 1
    if (tag !== 0 && length < 2) {
      c.note(malformedTag, 'Malformed CIPSO tag', start, 1)
      break
    }
    if (tag !== 0) {
      c.take(tagLength)
      showTag(c, tag, start, end)
    }
    c.at = end
  }
  return undefined
}

export const securityOptions: readonly Ipv4Option[] = [
  ipv4Option(130, 'security', 'Security', undefined, showSecurity),
  ipv4Option(133, 'ext_security', 'Extended Security', undefined, (c, end) => {
    if (end > c.at) c.take(formatCode)
    c.takeBytes(additional, end - c.at)
    return undefined
  }),
  ipv4Option(134, 'cipso', 'Commercial Security', undefined, showCommercial),
]
