/**
 * The last eight octets of the OSPF version 2 header, RFC 2328 appendix D. A cryptographic digest stands behind the
 * packet: the packet length does not count it.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |              0                |    Key ID     | Auth Data Len |  cryptographic
 *  |                 Cryptographic sequence number                 |
 */
import {
  type Field,
  field,
  type Layout,
  type Lens,
  layout,
  type Outline,
  opaque,
  u8,
  u16,
  u32,
  type Writer,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'

/** Type 0: eight octets that nobody looks at. */
export interface OspfNullAuthentication {
  readonly kind: 'null'
  readonly octets: Uint8Array
}

/** Type 1: eight octets, filled with zeros. */
export interface OspfSimpleAuthentication {
  readonly kind: 'simple'
  readonly password: Uint8Array
}

/** Type 2. The digest covers the packet and the key (RFC 2328 §D.4.3, RFC 5709); it is kept, not judged. */
export interface OspfCryptographicAuthentication {
  readonly kind: 'cryptographic'
  readonly reserved: number
  readonly keyId: number
  readonly sequence: number
  readonly digest: Uint8Array
}

/** A type nobody knows. */
export interface OspfUnrecognisedAuthentication {
  readonly kind: 'unrecognised'
  readonly type: number
  readonly octets: Uint8Array
}

export type OspfAuthentication =
  | OspfNullAuthentication
  | OspfSimpleAuthentication
  | OspfCryptographicAuthentication
  | OspfUnrecognisedAuthentication

/** No authentication. */
export const ospfNoAuthentication: OspfNullAuthentication = { kind: 'null', octets: new Uint8Array(8) }

interface CryptographicWords {
  readonly reserved: number
  readonly keyId: number
  readonly digestLength: number
  readonly sequence: number
}

const cryptographic: Layout<CryptographicWords> = layout<CryptographicWords>('ospf.auth.crypt', 'Authentication', {
  reserved: u16('ospf.auth.crypt.reserved', 'Reserved', { hidden: true }),
  keyId: u8('ospf.auth.crypt.key_id', 'Auth Crypt Key id'),
  digestLength: u8('ospf.auth.crypt.data_length', 'Auth Crypt Data Length'),
  sequence: u32('ospf.auth.crypt.seq_nbr', 'Auth Crypt Sequence Number'),
})

const none: Layout<{ readonly octets: Uint8Array }> = layout('ospf.auth', 'Authentication', {
  octets: opaque(8, 'ospf.auth.none', 'Auth Data (none)'),
})
const unknown: Layout<{ readonly octets: Uint8Array }> = layout('ospf.auth', 'Authentication', {
  octets: opaque(8, 'ospf.auth.unknown', 'Auth Unknown'),
})
const simple: Field = field('ospf.auth.simple', 'Auth Data (Simple)', 'string', { secret: true })
const digest: Field = field('ospf.auth.crypt.data', 'Auth Crypt Data', 'bytes')

export const ospfAuthenticationFields: readonly (Outline | Field)[] = [none, unknown, cryptographic, simple, digest]

/** Octets in the header. */
export const ospfAuthenticationSize: number = cryptographic.size

const typeOfKind = { null: 0, simple: 1, cryptographic: 2 } as const

/** The authentication type in the header. */
export function ospfAuthenticationTypeOf(authentication: OspfAuthentication): number {
  return authentication.kind === 'unrecognised' ? authentication.type : typeOfKind[authentication.kind]
}

/** Takes the eight octets; `digestAt` is where the packet ends and a digest begins. */
export function walkOspfAuthentication(c: PacketCursor, type: number, digestAt: number): OspfAuthentication {
  switch (type) {
    case typeOfKind.null:
      return { kind: 'null', octets: c.take(none).octets }
    case typeOfKind.simple: {
      c.need(simple.name, ospfAuthenticationSize)
      const password = c.bytes.subarray(c.at, c.at + ospfAuthenticationSize)
      if (c.witness !== undefined) c.show(simple, textOf(password), c.at, ospfAuthenticationSize)
      c.at += ospfAuthenticationSize
      return { kind: 'simple', password }
    }
    case typeOfKind.cryptographic: {
      const { reserved, keyId, digestLength, sequence } = c.take(cryptographic)
      const octets = c.bytes.subarray(digestAt, Math.min(digestAt + digestLength, c.end))
      // A packet that claims to end inside its header has its digest nowhere.
      if (octets.length === digestLength && digestAt >= c.at) c.show(digest, octets, digestAt, digestLength)
      return { kind: 'cryptographic', reserved, keyId, sequence, digest: octets }
    }
    default:
      return { kind: 'unrecognised', type, octets: c.take(unknown).octets }
  }
}

/** Stands behind the digest, the eight octets being at `at`; stops the walk where the digest is cut short. */
export function skipOspfDigest(c: PacketCursor, authentication: OspfAuthentication, at: number): void {
  if (authentication.kind !== 'cryptographic') return
  const length = cryptographic.lens.digestLength.read(c.view, at)
  c.need(digest.name, length)
  c.at += length
}

/** Octets behind the packet. */
export function sizeOfOspfDigest(authentication: OspfAuthentication): number {
  return authentication.kind === 'cryptographic' ? authentication.digest.length : 0
}

/** Writes the eight octets; throws RangeError where there are more or fewer. */
export function writeOspfAuthentication(w: Writer, authentication: OspfAuthentication): void {
  switch (authentication.kind) {
    case 'null':
      w.put(none, authentication)
      break
    case 'simple':
      w.put(none, { octets: authentication.password })
      break
    case 'cryptographic':
      w.put(cryptographic, { ...authentication, digestLength: authentication.digest.length })
      break
    default:
      authentication satisfies { readonly kind: 'unrecognised' }
      w.put(unknown, authentication)
  }
}

/** The claim of the digest's length, the eight octets starting `at` octets into the packet. */
export function ospfAuthenticationClaims(authentication: OspfAuthentication, at: number): Record<string, Lens<number>> {
  return authentication.kind === 'cryptographic' ? { digestLength: cryptographic.lens.digestLength.after(at) } : {}
}

/** A password as text: up to the first zero octet. */
function textOf(octets: Uint8Array): string {
  const zero = octets.indexOf(0)
  return String.fromCharCode(...(zero < 0 ? octets : octets.subarray(0, zero)))
}
