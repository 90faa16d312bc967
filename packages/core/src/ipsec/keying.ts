/** Keys from a shared secret and two nonces, after RFC 2409 §5 and §5.5, over HMAC-SHA-256. */
import { createHmac } from 'node:crypto'
import {
  type EncryptionName,
  encryptionAlgorithms,
  type IntegrityName,
  integrityAlgorithms,
  type SecurityAssociation,
  securityAssociation,
} from '@dmvpn/ipsec'
import type { Ipv4 } from '@dmvpn/wire'
import type { EspAuthentication, EspEncryption, TransformSet } from '../settings.ts'
import { concat } from './isakmp.ts'

export function digest(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(
    createHmac('sha256', key)
      .update(concat(...parts))
      .digest(),
  )
}

/** As many octets as are wanted, from a secret and what is particular to their use. */
export function expand(secret: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  let material = new Uint8Array(0)
  for (let round = 1; material.length < length; round++) {
    material = concat(material, digest(secret, material, seed, Uint8Array.of(round))) as Uint8Array<ArrayBuffer>
  }
  return material.slice(0, length)
}

/** Enciphers and deciphers: a stream that only the two stations can make. */
export function masked(secret: Uint8Array, seed: Uint8Array, bytes: Uint8Array): Uint8Array {
  const stream = expand(secret, seed, bytes.length)
  return bytes.map((octet, at) => octet ^ stream[at]!)
}

export function word(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff)
}

const ciphers: Readonly<Record<EspEncryption, readonly [EncryptionName, number]>> = {
  'esp-null': ['null', 0],
  'esp-des': ['des-cbc', 8],
  'esp-3des': ['3des-cbc', 24],
  'esp-aes-128': ['aes-cbc', 16],
  'esp-aes-192': ['aes-cbc', 24],
  'esp-aes-256': ['aes-cbc', 32],
  'esp-gcm-128': ['aes-gcm', 16],
  'esp-gcm-256': ['aes-gcm', 32],
}
const codes: Readonly<Record<EspAuthentication, IntegrityName>> = {
  'esp-md5-hmac': 'hmac-md5',
  'esp-sha-hmac': 'hmac-sha1',
  'esp-sha256-hmac': 'hmac-sha256',
  'esp-sha512-hmac': 'hmac-sha512',
}

export interface Direction {
  readonly source: Ipv4
  readonly destination: Ipv4
  readonly spi: number
}

/** The association of one direction, with its keys. */
export function associationOf(
  { source, destination, spi }: Direction,
  transform: TransformSet,
  secret: Uint8Array,
  nonces: Uint8Array,
): SecurityAssociation {
  const [encryption, keyLength] = ciphers[transform.encryption]
  const integrity: IntegrityName = transform.authentication === undefined ? 'none' : codes[transform.authentication]
  const cipherLength = keyLength + encryptionAlgorithms[encryption].saltLength
  const codeLength = integrityAlgorithms[integrity].keyLengths[0] ?? 0
  const material = expand(secret, concat(Uint8Array.of(3), word(spi), nonces), cipherLength + codeLength)
  return securityAssociation({
    spi,
    source,
    destination,
    mode: transform.mode,
    encryption: { algorithm: encryption, key: material.slice(0, cipherLength) },
    integrity: { algorithm: integrity, key: material.slice(cipherLength) },
  })
}
