/** What Wireshark calls the transforms in its table of security associations. */

import type { Encryption, Integrity } from '../association.ts'
import {
  type EncryptionName,
  encryptionAlgorithms,
  type IntegrityName,
  integrityAlgorithms,
} from '../transforms/algorithms.ts'

interface EncryptionEntry {
  readonly algorithm: EncryptionName
  readonly icvLength: number
}

interface IntegrityEntry {
  readonly algorithm: IntegrityName
  readonly icvLength: number
}

const encryptions: ReadonlyMap<string, EncryptionEntry> = new Map([
  ['NULL', { algorithm: 'null', icvLength: 0 }],
  ['TripleDES-CBC [RFC2451]', { algorithm: '3des-cbc', icvLength: 0 }],
  ['AES-CBC [RFC3602]', { algorithm: 'aes-cbc', icvLength: 0 }],
  ['AES-CTR [RFC3686]', { algorithm: 'aes-ctr', icvLength: 0 }],
  ['DES-CBC [RFC2405]', { algorithm: 'des-cbc', icvLength: 0 }],
  ['AES-GCM with 16 octet ICV [RFC4106]', { algorithm: 'aes-gcm', icvLength: 16 }],
  ['AES-GCM with 12 octet ICV [RFC4106]', { algorithm: 'aes-gcm', icvLength: 12 }],
  ['AES-GCM with 8 octet ICV [RFC4106]', { algorithm: 'aes-gcm', icvLength: 8 }],
  // Since Wireshark 4.4.
  ['ChaCha20 with Poly1305 [RFC7634]', { algorithm: 'chacha20-poly1305', icvLength: 16 }],
])

const integrities: ReadonlyMap<string, IntegrityEntry> = new Map([
  ['NULL', { algorithm: 'none', icvLength: 0 }],
  ['HMAC-SHA-1-96 [RFC2404]', { algorithm: 'hmac-sha1', icvLength: 12 }],
  ['HMAC-SHA-256-96 [draft-ietf-ipsec-ciph-sha-256-00]', { algorithm: 'hmac-sha256', icvLength: 12 }],
  ['HMAC-SHA-256-128 [RFC4868]', { algorithm: 'hmac-sha256', icvLength: 16 }],
  ['HMAC-SHA-384-192 [RFC4868]', { algorithm: 'hmac-sha384', icvLength: 24 }],
  ['HMAC-SHA-512-256 [RFC4868]', { algorithm: 'hmac-sha512', icvLength: 32 }],
  ['HMAC-MD5-96 [RFC2403]', { algorithm: 'hmac-md5', icvLength: 12 }],
  ['MAC-RIPEMD-160-96 [RFC2857]', { algorithm: 'hmac-ripemd160', icvLength: 12 }],
  ['ANY 64 bit authentication [no checking]', { algorithm: 'unchecked', icvLength: 8 }],
  ['ANY 96 bit authentication [no checking]', { algorithm: 'unchecked', icvLength: 12 }],
  ['ANY 128 bit authentication [no checking]', { algorithm: 'unchecked', icvLength: 16 }],
  ['ANY 192 bit authentication [no checking]', { algorithm: 'unchecked', icvLength: 24 }],
  ['ANY 256 bit authentication [no checking]', { algorithm: 'unchecked', icvLength: 32 }],
])

/** Where the name leaves the check value to the authentication column, as older files do. */
const gcmOfAnyLength = 'AES-GCM [RFC4106]'

/**
 * An encryption by Wireshark's name; `authentication` is the name beside it, which older files use for the length of the
 * check value of AES-GCM. Undefined where nobody is known by the name.
 */
export function encryptionOfName(name: string, authentication: string): EncryptionEntry | undefined {
  if (name !== gcmOfAnyLength) return encryptions.get(name)
  const { icvLength = 16 } = integrities.get(authentication) ?? {}
  return { algorithm: 'aes-gcm', icvLength: [8, 12].includes(icvLength) ? icvLength : 16 }
}

/** An integrity algorithm by Wireshark's name. */
export function integrityOfName(name: string): IntegrityEntry | undefined {
  return integrities.get(name)
}

/** Wireshark's name of an encryption; undefined where Wireshark has none. */
export function nameOfEncryption({ algorithm, icvLength }: Encryption): string | undefined {
  return nameIn(encryptions, algorithm, icvLength)
}

/** Wireshark's name of an integrity algorithm; undefined where Wireshark has none. */
export function nameOfIntegrity({ algorithm, icvLength }: Integrity): string | undefined {
  return nameIn(integrities, algorithm, icvLength)
}

/** What Wireshark writes behind ciphertext and check value: the name with its RFC. */
export function titleOfEncryption(encryption: Encryption): string {
  if (encryption.algorithm === 'aes-gcm') return gcmOfAnyLength
  const { title, rfc } = encryptionAlgorithms[encryption.algorithm]
  return nameOfEncryption(encryption) ?? `${title} [${rfc.replace(' ', '')}]`
}

/** The same of an integrity algorithm. */
export function titleOfIntegrity(integrity: Integrity): string {
  const { title, rfc } = integrityAlgorithms[integrity.algorithm]
  return nameOfIntegrity(integrity) ?? `${title}-${8 * integrity.icvLength} [${rfc.replace(' ', '')}]`
}

function nameIn(
  table: ReadonlyMap<string, { readonly algorithm: string; readonly icvLength: number }>,
  algorithm: string,
  icvLength: number,
): string | undefined {
  for (const [name, entry] of table) if (entry.algorithm === algorithm && entry.icvLength === icvLength) return name
  return undefined
}
