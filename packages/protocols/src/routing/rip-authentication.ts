/**
 * The entry of address family 0xffff that authenticates a RIP packet: RFC 2453 §4.1, RFC 4822 §2.1.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |            0xffff             |   Authentication Type         |
 *  |                       Password (16 octets)                    |  type 2
 *  |        Digest offset          |    Key ID     | Auth Data Len |  type 3
 *  |                  Sequence number (non-decreasing)             |
 *  |                           0 (8 octets)                        |
 */
import {
  type Field,
  field,
  type Layout,
  layout,
  names,
  type Outline,
  opaque,
  u8,
  u16,
  u32,
  type Writer,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'

/** Type 2: sixteen octets, filled with zeros. */
export interface RipPassword {
  readonly kind: 'password'
  readonly password: Uint8Array
}

/** Type 3. The digest itself is in the packet's trailer; it is kept, not judged. */
export interface RipKeyedDigest {
  readonly kind: 'keyed-digest'
  /** Octets from the packet's start to the trailer. */
  readonly digestOffset: number
  readonly keyId: number
  readonly dataLength: number
  readonly sequence: number
  /** Eight octets. */
  readonly padding: Uint8Array
}

/** A type nobody knows, with its sixteen octets. */
export interface RipUnrecognisedAuthentication {
  readonly kind: 'unrecognised'
  readonly type: number
  readonly octets: Uint8Array
}

export type RipAuthentication = RipPassword | RipKeyedDigest | RipUnrecognisedAuthentication

const typeNames = names({ 1: 'IP Route', 2: 'Simple Password', 3: 'Keyed Message Digest' })

interface Start {
  readonly family: number
  readonly type: number
}

const start: Layout<Start> = layout<Start>('rip.auth', 'Authentication', {
  family: u16('rip.auth.family', 'Address Family', { base: 'hex', hidden: true }),
  type: u16('rip.auth.type', 'Authentication type', { names: typeNames }),
})

interface KeyedDigest {
  readonly digestOffset: number
  readonly keyId: number
  readonly dataLength: number
  readonly sequence: number
}

const keyedDigest: Layout<KeyedDigest> = layout<KeyedDigest>('rip', 'Keyed digest', {
  digestOffset: u16('rip.digest_offset', 'Digest Offset'),
  keyId: u8('rip.key_id', 'Key ID'),
  dataLength: u8('rip.auth_data_len', 'Auth Data Len'),
  sequence: u32('rip.seq_num', 'Seq num'),
})
const unknown: Layout<{ readonly octets: Uint8Array }> = layout('rip.auth', 'Authentication', {
  octets: opaque(16, 'rip.auth.data', 'Data'),
})
const password: Field = field('rip.auth.passwd', 'Password', 'string', { secret: true })
const padding: Field = field('rip.zero_padding', 'Zero adding', 'string')
const digest: Field = field('rip.authentication_data', 'Authentication Data', 'bytes')

export const ripAuthenticationFields: readonly (Outline | Field)[] = [
  start,
  keyedDigest,
  unknown,
  password,
  padding,
  digest,
]

/** Octets that precede a digest. */
export const ripDigestHead: number = start.size

/** Octets of the entry. */
export const ripAuthenticationSize: number = start.size + unknown.size

/** Takes the entry; the packet starts at `packetAt`. The caller has checked that the entry is there. */
export function walkRipAuthentication(c: PacketCursor, packetAt: number): RipAuthentication {
  c.open('Authentication')
  const { type } = c.take(start)
  const authentication = walkData(c, type, packetAt)
  if (c.witness !== undefined) c.close(`Authentication: ${typeNames.nameOf(type) ?? `Unknown (${type})`}`)
  return authentication
}

function walkData(c: PacketCursor, type: number, packetAt: number): RipAuthentication {
  if (type === 2) {
    const octets = c.bytes.subarray(c.at, c.at + unknown.size)
    if (c.witness !== undefined) c.show(password, textOf(octets), c.at, unknown.size)
    c.at += unknown.size
    return { kind: 'password', password: octets }
  }
  if (type !== 3) return { kind: 'unrecognised', type, octets: c.take(unknown).octets }
  const words = c.take(keyedDigest)
  const octets = c.bytes.subarray(c.at, c.at + 8)
  if (c.witness !== undefined) c.show(padding, textOf(octets), c.at, 8)
  c.at += 8
  showDigest(c, packetAt + words.digestOffset + start.size)
  return { kind: 'keyed-digest', ...words, padding: octets }
}

/**
 * The digest stands behind the routes, but is shown with the entry that announces it: where whole entries lead to it.
 * `at` is behind the four octets that precede it.
 */
function showDigest(c: PacketCursor, at: number): void {
  if (c.witness === undefined || at >= c.end) return
  const entries = at - start.size - c.at
  if (entries < 0 || entries % ripAuthenticationSize !== 0) return
  c.open('Authentication Data Trailer')
  c.show(digest, c.bytes.subarray(at, c.end), at, c.end - at)
  c.close()
}

export function writeRipAuthentication(w: Writer, authentication: RipAuthentication): void {
  const type = authentication.kind === 'unrecognised' ? authentication.type : authentication.kind === 'password' ? 2 : 3
  w.put(start, { family: 0xffff, type })
  switch (authentication.kind) {
    case 'password':
      w.put(unknown, { octets: authentication.password })
      break
    case 'keyed-digest':
      w.put(keyedDigest, authentication)
      w.putBytes(authentication.padding)
      break
    default:
      authentication satisfies { readonly kind: 'unrecognised' }
      w.put(unknown, authentication)
  }
}

/** Octets as text: up to the first that is zero. */
function textOf(octets: Uint8Array): string {
  const zero = octets.indexOf(0)
  return String.fromCharCode(...(zero < 0 ? octets : octets.subarray(0, zero)))
}
