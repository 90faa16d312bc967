/** What command lines and scripts may say of a packet: one table that both are made of. */
import { type ProfileName, profiles } from '@dmvpn/core'
import type { Link } from './encapsulate.ts'

/** The recipes by name. */
export const packetKinds = ['registration', 'resolution', 'purge', 'error', 'redirect', 'keepalive', 'data'] as const
export type PacketKind = (typeof packetKinds)[number]

/** Options of any recipe, by the names people use; addresses as text. Which recipe knows which: `packetOptions`. */
export interface PacketOptions {
  readonly profile?: ProfileName | undefined
  readonly key?: number | undefined
  readonly auth?: string | undefined
  readonly mtu?: number | undefined
  readonly link?: Link | undefined
  readonly sourceMac?: string | undefined
  readonly destinationMac?: string | undefined
  readonly ipId?: number | undefined
  readonly checksum?: boolean | undefined
  readonly sequence?: number | undefined
  readonly routing?: readonly string[] | undefined
  readonly strict?: boolean | undefined
  readonly recursion?: number | undefined
  readonly hub?: string | undefined
  readonly hubNbma?: string | undefined
  readonly hubHold?: number | undefined
  readonly hubLinkLocal?: string | undefined
  readonly spoke?: string | undefined
  readonly nbma?: string | undefined
  readonly publicNbma?: string | undefined
  readonly linkLocal?: string | undefined
  readonly hold?: number | undefined
  readonly requestId?: number | undefined
  readonly unique?: boolean | undefined
  readonly group?: string | undefined
  readonly reply?: boolean | undefined
  readonly code?: number | undefined
  readonly offset?: number | undefined
  readonly target?: string | undefined
  readonly client?: string | undefined
  readonly clientNbma?: string | undefined
  readonly fromRegistry?: boolean | undefined
  readonly prefix?: number | undefined
  readonly replyHold?: number | undefined
  readonly via?: readonly string[] | undefined
  readonly backVia?: readonly string[] | undefined
  readonly address?: string | undefined
  readonly unanswered?: boolean | undefined
  readonly about?: 'registration' | 'resolution' | 'purge' | undefined
  readonly source?: string | undefined
  readonly destination?: string | undefined
  readonly payload?: 'icmp' | 'udp' | 'none' | undefined
  readonly size?: number | undefined
  readonly sourcePort?: number | undefined
  readonly destinationPort?: number | undefined
  readonly ttl?: number | undefined
  readonly dscp?: number | undefined
  readonly pingId?: number | undefined
  readonly pingSequence?: number | undefined
}

/** One option: what may be said, of which recipes, and in a few words why. */
export type OptionDescription = {
  readonly help: string
  readonly of: readonly PacketKind[]
} & (
  | { readonly is: 'address' | 'ipv4' | 'mac' | 'text' | 'flag' | 'stations' | 'addresses' }
  | { readonly is: 'number'; readonly least: number; readonly most: number }
  | { readonly is: 'choice'; readonly choices: readonly string[] }
)

const messages = ['registration', 'resolution', 'purge', 'error', 'redirect'] as const
const exchanges = ['registration', 'resolution', 'purge', 'error'] as const
const seconds = { is: 'number', least: 0, most: 0xffff } as const
const word = { is: 'number', least: 0, most: 0xffffffff } as const
const half = { is: 'number', least: 0, most: 0xffff } as const

/** Every option, in the order help and schemas list them. */
export const packetOptions: Readonly<Record<keyof PacketOptions, OptionDescription>> = {
  profile: { is: 'choice', choices: Object.keys(profiles), of: packetKinds, help: 'whose manner (ios15)' },
  hub: { is: 'address', of: messages, help: 'tunnel address of the server, or whoever the message is for' },
  hubNbma: { is: 'ipv4', of: packetKinds, help: 'its outside address: where questions go' },
  spoke: { is: 'address', of: exchanges, help: 'tunnel address of the requester' },
  nbma: { is: 'ipv4', of: packetKinds, help: 'its outside address: where questions come from' },
  hold: { ...seconds, of: ['registration', 'resolution', 'error'], help: 'holding time in seconds (the profile’s)' },
  hubHold: { ...seconds, of: ['registration', 'resolution', 'purge'], help: 'of the server’s records (the profile’s)' },
  unique: { is: 'flag', of: ['registration', 'resolution', 'error'], help: 'addresses are registered as unique' },
  auth: { is: 'text', of: messages, help: 'NHRP password, 1 to 8 characters, in clear text' },
  key: { ...word, of: packetKinds, help: 'GRE key' },
  requestId: { ...word, of: exchanges, help: 'NHRP request ID (1)' },
  mtu: { ...half, of: messages, help: 'MTU in client information entries (the profile’s)' },
  group: { is: 'text', of: ['registration'], help: 'NHRP group, in Cisco’s vendor extension' },
  target: { is: 'address', of: ['resolution', 'error'], help: 'address asked for' },
  via: { is: 'stations', of: ['resolution', 'redirect'], help: 'a server that forwarded it: TUNNEL-ADDRESS,NBMA' },
  address: { is: 'address', of: ['purge', 'error'], help: 'address that is taken back' },
  prefix: {
    is: 'number',
    least: 0,
    most: 128,
    of: ['resolution', 'purge'],
    help: 'prefix length of the answer, or of what is taken back (the whole address)',
  },
  unanswered: { is: 'flag', of: ['purge'], help: 'no reply is wanted' },
  about: { is: 'choice', choices: exchanges.slice(0, 3), of: ['error'], help: 'what the error quotes (resolution)' },
  reply: {
    is: 'flag',
    of: ['registration', 'resolution', 'purge', 'keepalive', 'data'],
    help: 'the answer instead of the question',
  },
  code: { ...half, of: ['registration', 'resolution', 'error'], help: 'of a reply that refuses, or of the error' },
  offset: { ...half, of: ['error'], help: 'octets into the quoted packet' },
  client: { is: 'address', of: ['resolution'], help: 'tunnel address of the way out (the target)' },
  clientNbma: { is: 'ipv4', of: ['resolution'], help: 'its outside address (the server’s)' },
  fromRegistry: { is: 'flag', of: ['resolution'], help: 'the server answers for a registered client' },
  replyHold: { ...seconds, of: ['resolution'], help: 'holding time of the answer (as --hold)' },
  backVia: { is: 'stations', of: ['resolution'], help: 'a server that forwarded the reply: TUNNEL-ADDRESS,NBMA' },
  publicNbma: {
    is: 'ipv4',
    of: ['registration', 'resolution'],
    help: 'what NAT makes of --nbma: the outer address; resolutions tell it',
  },
  linkLocal: { is: 'address', of: ['registration'], help: 'link-local address registered on an IPv6 tunnel' },
  hubLinkLocal: { is: 'address', of: ['registration'], help: 'link-local address the server adds to its reply' },
  source: { is: 'address', of: ['redirect', 'data'], help: 'source of the packet inside' },
  destination: { is: 'address', of: ['redirect', 'data'], help: 'destination of the packet inside' },
  payload: { is: 'choice', choices: ['icmp', 'udp', 'none'], of: ['redirect', 'data'], help: 'what it carries (icmp)' },
  size: { ...half, of: ['redirect', 'data'], help: 'octets of the packet inside, headers included (100)' },
  sourcePort: { ...half, of: ['redirect', 'data'], help: 'UDP source port' },
  destinationPort: { ...half, of: ['redirect', 'data'], help: 'UDP destination port' },
  pingId: { ...half, of: ['redirect', 'data'], help: 'ICMP identifier (1)' },
  pingSequence: { ...half, of: ['redirect', 'data'], help: 'ICMP sequence number (0)' },
  ttl: { is: 'number', least: 0, most: 255, of: ['redirect', 'data'], help: 'of the packet inside (255)' },
  dscp: {
    is: 'number',
    least: 0,
    most: 63,
    of: ['redirect', 'data'],
    help: 'of the packet inside, and outside of data (0)',
  },
  checksum: { is: 'flag', of: packetKinds, help: 'GRE checksum' },
  sequence: { ...word, of: packetKinds, help: 'GRE sequence number' },
  routing: { is: 'addresses', of: packetKinds, help: 'an address of GRE’s source route (RFC 1701)' },
  strict: { is: 'flag', of: packetKinds, help: 'the source route is strict' },
  recursion: { is: 'number', least: 0, most: 7, of: packetKinds, help: 'further encapsulations GRE allows (RFC 1701)' },
  ipId: { ...half, of: packetKinds, help: 'identification of the outer header (0)' },
  link: { is: 'choice', choices: ['raw', 'ethernet'], of: packetKinds, help: 'what stands before the IP header (raw)' },
  sourceMac: { is: 'mac', of: packetKinds, help: 'on Ethernet (made of the outer addresses)' },
  destinationMac: { is: 'mac', of: packetKinds, help: 'on Ethernet' },
}

/** The options a recipe knows, in order. */
export function optionsFor(kind: PacketKind): readonly (keyof PacketOptions)[] {
  return optionNames.filter(name => packetOptions[name].of.includes(kind))
}

const optionNames = Object.keys(packetOptions) as (keyof PacketOptions)[]

/** `hubNbma` as command lines and scripts write it: `hub-nbma`. */
export function writtenName(name: string): string {
  return name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}
