/** Every recipe in every manner, with its options in turn: what other tools are shown. */
import { profiles } from '@dmvpn/core'
import { type PacketKind, type PacketOptions, packetFrame, type SynthFrame } from '@dmvpn/synth'

export interface Made {
  readonly name: string
  readonly frame: SynthFrame
}

const ends: PacketOptions = { hub: '172.16.0.1', hubNbma: '192.0.2.1', spoke: '172.16.0.3', nbma: '192.0.2.33' }
const wide: PacketOptions = { ...ends, hub: '2001:db8::1', spoke: '2001:db8::3' }
const inside: PacketOptions = { source: '172.17.3.3', destination: '172.17.2.2' }
const insideWide: PacketOptions = { source: '2001:db8:3::3', destination: '2001:db8:2::2' }
const wayOut: PacketOptions = { client: '172.16.0.2', clientNbma: '192.0.2.22' }
const server = '172.16.0.9,192.0.2.9'

/** In every manner, with and without the two keys. */
const messages: readonly (readonly [PacketKind, PacketOptions])[] = [
  ['registration', { hold: 60, group: 'GOLD' }],
  ['registration', { unique: false, reply: true }],
  ['registration', { reply: true, code: 14 }],
  ['registration', { publicNbma: '203.0.113.7' }],
  ['registration', { publicNbma: '203.0.113.7', reply: true }],
  ['resolution', { target: '172.17.2.2' }],
  ['resolution', { target: '172.17.2.2', via: [server] }],
  ['resolution', { target: '172.17.2.2', publicNbma: '203.0.113.7' }],
  ['resolution', { target: '172.17.2.2', ...wayOut, prefix: 24, via: [server], backVia: [server], reply: true }],
  ['resolution', { target: '172.16.0.2', ...wayOut, fromRegistry: true, replyHold: 17, reply: true }],
  ['resolution', { target: '172.17.2.2', code: 12, reply: true }],
  ['purge', { address: '172.17.3.0', prefix: 24 }],
  ['purge', { address: '172.17.3.0', prefix: 24, reply: true }],
  ['purge', { address: '172.17.3.3', unanswered: true }],
  ['error', { target: '172.17.9.9', code: 15 }],
  ['error', { about: 'registration', code: 11 }],
  ['error', { about: 'purge', address: '172.17.3.3', code: 7, offset: 16 }],
  ['redirect', inside],
  ['redirect', { ...inside, payload: 'udp', size: 60, via: [server] }],
  ['keepalive', {}],
  ['keepalive', { reply: true }],
  ['data', inside],
  ['data', { ...inside, reply: true, dscp: 46, ttl: 64 }],
  ['data', { ...inside, payload: 'udp', size: 29 }],
  ['data', insideWide],
  ['data', { ...insideWide, payload: 'udp' }],
]

/** IPv6 tunnels: what tshark says of passwords there is about itself, so there are none. */
const wideMessages: readonly (readonly [PacketKind, PacketOptions])[] = [
  ['registration', { linkLocal: 'fe80::3' }],
  ['registration', { linkLocal: 'fe80::3', hubLinkLocal: 'fe80::1', reply: true }],
  ['resolution', { target: '2001:db8:2::2', via: ['2001:db8::9,192.0.2.9'] }],
  ['resolution', { target: '2001:db8:2::2', client: '2001:db8::2', clientNbma: '192.0.2.22', prefix: 64, reply: true }],
  ['purge', { address: '2001:db8:3::', prefix: 64 }],
]

/** Every combination of GRE's flags. */
function greVariants(): PacketOptions[] {
  const variants: PacketOptions[] = []
  for (let bits = 0; bits < 32; bits++) {
    variants.push({
      ...inside,
      checksum: (bits & 1) !== 0,
      ...((bits & 2) === 0 ? {} : { key: 0 }),
      ...((bits & 4) === 0 ? {} : { sequence: bits }),
      ...((bits & 8) === 0 ? {} : { routing: ['192.0.2.9', '192.0.2.10'], strict: true }),
      ...((bits & 16) === 0 ? {} : { recursion: 3 }),
    })
  }
  return variants
}

/** All of them, each under a name that says how it was asked for. */
export function everyRecipe(): Made[] {
  const made: Made[] = []
  const add = (kind: PacketKind, options: PacketOptions): void => {
    // OpenNHRP gives its indications no hop: nobody can forward them.
    if (options.profile === 'opennhrp' && kind === 'redirect' && options.via !== undefined) return
    made.push({ name: `${kind} ${JSON.stringify(options)}`, frame: packetFrame(kind, options) })
  }
  for (const { name: profile } of Object.values(profiles)) {
    for (const [kind, options] of messages) {
      add(kind, { ...ends, ...options, profile })
      add(kind, { ...ends, ...options, profile, key: 7, auth: 'secret' })
    }
    for (const [kind, options] of wideMessages) add(kind, { ...wide, ...options, profile, key: 7 })
    add('data', { ...ends, ...inside, profile, link: 'ethernet', payload: 'none' })
    add('registration', { ...ends, profile, link: 'ethernet', checksum: true })
  }
  for (const options of greVariants()) add('data', { ...ends, ...options })
  return made
}
