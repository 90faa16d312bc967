/** What strongSwan calls the transforms in its log. */
import type { EncryptionName, IntegrityName } from '../transforms/algorithms.ts'

/** An algorithm and the octets of its check value. */
export interface NamedTransform<N> {
  readonly algorithm: N
  readonly icvLength: number
}

export const strongswanEncryptions: ReadonlyMap<string, NamedTransform<EncryptionName>> = new Map([
  ['NULL', { algorithm: 'null', icvLength: 0 }],
  ['DES_CBC', { algorithm: 'des-cbc', icvLength: 0 }],
  ['3DES_CBC', { algorithm: '3des-cbc', icvLength: 0 }],
  ['AES_CBC', { algorithm: 'aes-cbc', icvLength: 0 }],
  ['AES_CTR', { algorithm: 'aes-ctr', icvLength: 0 }],
  ['AES_GCM_16', { algorithm: 'aes-gcm', icvLength: 16 }],
  ['AES_GCM_12', { algorithm: 'aes-gcm', icvLength: 12 }],
  ['AES_GCM_8', { algorithm: 'aes-gcm', icvLength: 8 }],
  ['AES_CCM_16', { algorithm: 'aes-ccm', icvLength: 16 }],
  ['AES_CCM_12', { algorithm: 'aes-ccm', icvLength: 12 }],
  ['AES_CCM_8', { algorithm: 'aes-ccm', icvLength: 8 }],
  ['NULL_AES_GMAC', { algorithm: 'aes-gmac', icvLength: 16 }],
  ['CHACHA20_POLY1305', { algorithm: 'chacha20-poly1305', icvLength: 16 }],
])

export const strongswanIntegrities: ReadonlyMap<string, NamedTransform<IntegrityName>> = new Map([
  ['HMAC_MD5_96', { algorithm: 'hmac-md5', icvLength: 12 }],
  ['HMAC_SHA1_96', { algorithm: 'hmac-sha1', icvLength: 12 }],
  ['HMAC_SHA2_256_128', { algorithm: 'hmac-sha256', icvLength: 16 }],
  ['HMAC_SHA2_256_96', { algorithm: 'hmac-sha256', icvLength: 12 }],
  ['HMAC_SHA2_384_192', { algorithm: 'hmac-sha384', icvLength: 24 }],
  ['HMAC_SHA2_512_256', { algorithm: 'hmac-sha512', icvLength: 32 }],
  ['AES_XCBC_96', { algorithm: 'aes-xcbc', icvLength: 12 }],
  ['AES_CMAC_96', { algorithm: 'aes-cmac', icvLength: 12 }],
])

/** strongSwan's name of an algorithm; undefined where it has none. */
export function strongswanNameOf(
  table: ReadonlyMap<string, NamedTransform<string>>,
  algorithm: string,
  icvLength: number,
): string | undefined {
  for (const [name, entry] of table) if (entry.algorithm === algorithm && entry.icvLength === icvLength) return name
  return undefined
}
