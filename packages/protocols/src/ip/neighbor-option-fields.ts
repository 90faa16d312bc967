/**
 * The fields of neighbour discovery options, RFC 4861 §4.6, and of those that came later.
 *
 *  |     Type      |    Length     |    data …                       length in units of eight octets
 */
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
  type Outline,
  u8,
  u16,
  u32,
  word,
} from '@dmvpn/wire'
import { neighborOptionNames, preferenceNames } from './neighbor-option-names.ts'

const set = { truth: ['Set', 'Not set'] } as const
const prefix = 'icmpv6.opt'
const title = 'ICMPv6 Option'

export const option: Field = field(prefix, title, 'none')
export const head: Layout<{ readonly type: number; readonly length: number }> = layout(prefix, title, {
  type: u8(`${prefix}.type`, 'Type', { names: neighborOptionNames }),
  length: u8(`${prefix}.length`, 'Length', { text: (length: number) => `${length} (${8 * length} bytes)` }),
})

/** An address of six octets is written as a MAC address, any other as octets. */
export interface LinkAddress {
  readonly bytes: Field
  readonly mac: Field
}
function linkAddress(name: string, label: string, hidden = false): LinkAddress {
  return { bytes: field(name, label, 'bytes', { hidden }), mac: field(name, label, 'ether', { hidden }) }
}
export const anyAddress: LinkAddress = linkAddress(`${prefix}.linkaddr`, 'Link-layer address')
export const sourceAddress: LinkAddress = linkAddress(`${prefix}.src_linkaddr`, 'Source Link-layer address', true)
export const targetAddress: LinkAddress = linkAddress(`${prefix}.target_linkaddr`, 'Target Link-layer address', true)

export const reserved: Field = field(`${prefix}.reserved`, 'Reserved', 'none')
export const padding: Field = field(`${prefix}.padding`, 'Padding', 'none')
export const prefixLength: Layout<{ readonly length: number }> = layout(prefix, title, {
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
export const prefixTerms: Layout<PrefixTerms> = layout<PrefixTerms>(prefix, title, {
  flags: word(`${prefix}.prefix.flag`, 'Flag', {
    onLink: flag(`${prefix}.prefix.flag.l`, 'On-link flag(L)', set),
    autonomous: flag(`${prefix}.prefix.flag.a`, 'Autonomous address-configuration flag(A)', set),
    router: flag(`${prefix}.prefix.flag.r`, 'Router address flag(R)', set),
    reserved: bits(5, `${prefix}.prefix.flag.reserved`, 'Reserved'),
  }),
  valid: u32(`${prefix}.prefix.valid_lifetime`, 'Valid Lifetime'),
  preferred: u32(`${prefix}.prefix.preferred_lifetime`, 'Preferred Lifetime'),
})
export const prefixAddress: Field = field(`${prefix}.prefix`, 'Prefix', 'ipv6')
export const redirected: Field = field(`${prefix}.redirected_packet`, 'Redirected Packet', 'none')
/** Behind a redirected packet that fills no multiple of eight octets: Wireshark has no better word for it. */
export const quotePadding: Field = field('icmpv6.unknown_data', 'Unknown Data', 'bytes')
export const notRead: Field = expert('icmpv6.unknown_data.expert', 'Unknown Data (not interpreted)', 'error')
export const mtu: Layout<{ readonly mtu: number }> = layout(prefix, title, { mtu: u32(`${prefix}.mtu`, 'MTU') })
/** RFC 6275 §7.3. */
export const interval: Layout<{ readonly interval: number }> = layout(prefix, title, {
  interval: u32(`${prefix}.advertisement_interval`, 'Advertisement Interval'),
})
/** RFC 6275 §7.4; the labels are Wireshark's. */
export const homeAgent: Layout<{ readonly preference: number; readonly lifetime: number }> = layout(prefix, title, {
  preference: u16(`${prefix}.home_agent_preference`, 'Home Agent Preference'),
  lifetime: u16(`${prefix}.home_agent_lifetime`, 'Home Agent Preference'),
})
export const timestamp: Field = field(`${prefix}.timestamp`, 'Timestamp', 'absolute-time')
export const nonce: Field = field(`${prefix}.nonce`, 'Nonce', 'bytes')
/** RFC 4191 §2.3; the reserved bits stand on both sides of the preference. */
export const routeFlags: Field = field(`${prefix}.route_info.flag`, 'Flag', 'uint8', { base: 'hex' })
export const routePreference: Field = field(`${prefix}.route_info.flag.route_preference`, 'Route Preference', 'uint8', {
  names: preferenceNames,
})
export const routeReserved: Field = field(`${prefix}.route_info.flag.reserved`, 'Reserved', 'uint8')
export const routeLifetime: Layout<{ readonly lifetime: number }> = layout(prefix, title, {
  lifetime: u32(`${prefix}.route_lifetime`, 'Route Lifetime'),
})
/** RFC 8106 §5. */
export const serverLifetime: Layout<{ readonly lifetime: number }> = layout(prefix, title, {
  lifetime: u32(`${prefix}.rdnss.lifetime`, 'Lifetime'),
})
export const server: Layout<{ readonly address: Ipv6 }> = layout(prefix, title, {
  address: ipv6(`${prefix}.rdnss`, 'Recursive DNS Servers'),
})
export const searchLifetime: Layout<{ readonly lifetime: number }> = layout(prefix, title, {
  lifetime: u32(`${prefix}.dnssl.lifetime`, 'Lifetime'),
})
export const searchName: Field = field(`${prefix}.dnssl`, 'Domain Names', 'string')
/** RFC 8910 §2.3. */
export const portal: Field = field(`${prefix}.captive_portal`, 'Captive Portal', 'string')
export const data: Field = field('icmpv6.data', 'Data', 'bytes')
export const undecoded: Field = expert('icmpv6.undecoded.option', 'Undecoded option', 'note')
export const badLength: Field = expert('icmpv6.invalid_option_length', 'Invalid Option Length', 'error')

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
  quotePadding,
  notRead,
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
