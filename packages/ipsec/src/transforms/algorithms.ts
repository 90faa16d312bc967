/** What the transforms of ESP and AH are called and how many octets their keys, vectors and check values have. */

export type EncryptionName =
  | 'null'
  | 'des-cbc'
  | '3des-cbc'
  | 'aes-cbc'
  | 'aes-ctr'
  | 'aes-gcm'
  | 'aes-ccm'
  | 'aes-gmac'
  | 'chacha20-poly1305'

/** How octets are enciphered; where `icvLengths` is not empty, also how they are authenticated. Lengths are octets. */
export interface EncryptionAlgorithm {
  readonly name: EncryptionName
  readonly title: string
  readonly rfc: string
  /** Of the key alone, without the salt behind it. */
  readonly keyLengths: readonly number[]
  /** What stands behind the key in the keying material: RFC 3686 §5.1, 4106 §8.1, 4309 §7.1, 4543 §5.3, 7634 §2. */
  readonly saltLength: number
  readonly ivLength: number
  /** Ciphertext is a multiple of this. */
  readonly blockLength: number
  /** Check values of a transform that authenticates by itself, the usual one first. */
  readonly icvLengths: readonly number[]
}

export type IntegrityName =
  | 'none'
  | 'hmac-md5'
  | 'hmac-sha1'
  | 'hmac-sha256'
  | 'hmac-sha384'
  | 'hmac-sha512'
  | 'hmac-ripemd160'
  | 'aes-xcbc'
  | 'aes-cmac'
  | 'aes-gmac'
  | 'unchecked'

/** How octets are authenticated apart from their encryption. Lengths are octets. */
export interface IntegrityAlgorithm {
  readonly name: IntegrityName
  readonly title: string
  readonly rfc: string
  /** Of the keying material; empty where any will do. */
  readonly keyLengths: readonly number[]
  /** Check values that are met, the usual one first. */
  readonly icvLengths: readonly number[]
}

const aesKeys = [16, 24, 32] as const

export const encryptionAlgorithms: Readonly<Record<EncryptionName, EncryptionAlgorithm>> = {
  null: encryption('null', 'NULL', 'RFC 2410', [0], 0, 0, 1),
  'des-cbc': encryption('des-cbc', 'DES-CBC', 'RFC 2405', [8], 0, 8, 8),
  '3des-cbc': encryption('3des-cbc', '3DES-CBC', 'RFC 2451', [24], 0, 8, 8),
  'aes-cbc': encryption('aes-cbc', 'AES-CBC', 'RFC 3602', aesKeys, 0, 16, 16),
  'aes-ctr': encryption('aes-ctr', 'AES-CTR', 'RFC 3686', aesKeys, 4, 8, 1),
  'aes-gcm': encryption('aes-gcm', 'AES-GCM', 'RFC 4106', aesKeys, 4, 8, 1, [16, 12, 8]),
  'aes-ccm': encryption('aes-ccm', 'AES-CCM', 'RFC 4309', aesKeys, 3, 8, 1, [16, 12, 8]),
  'aes-gmac': encryption('aes-gmac', 'AES-GMAC', 'RFC 4543', aesKeys, 4, 8, 1, [16]),
  'chacha20-poly1305': encryption('chacha20-poly1305', 'ChaCha20-Poly1305', 'RFC 7634', [32], 4, 8, 1, [16]),
}

export const integrityAlgorithms: Readonly<Record<IntegrityName, IntegrityAlgorithm>> = {
  none: { name: 'none', title: 'none', rfc: 'RFC 4303', keyLengths: [0], icvLengths: [0] },
  'hmac-md5': integrity('hmac-md5', 'HMAC-MD5', 'RFC 2403', [16], [12, 16]),
  'hmac-sha1': integrity('hmac-sha1', 'HMAC-SHA1', 'RFC 2404', [20], [12, 20]),
  'hmac-sha256': integrity('hmac-sha256', 'HMAC-SHA2-256', 'RFC 4868', [32], [16, 12]),
  'hmac-sha384': integrity('hmac-sha384', 'HMAC-SHA2-384', 'RFC 4868', [48], [24, 12]),
  'hmac-sha512': integrity('hmac-sha512', 'HMAC-SHA2-512', 'RFC 4868', [64], [32, 12]),
  'hmac-ripemd160': integrity('hmac-ripemd160', 'HMAC-RIPEMD160', 'RFC 2857', [20], [12]),
  'aes-xcbc': integrity('aes-xcbc', 'AES-XCBC-MAC', 'RFC 3566', [16], [12]),
  'aes-cmac': integrity('aes-cmac', 'AES-CMAC', 'RFC 4494', [16], [12]),
  // Only in AH, where RFC 4543 §4 makes it an integrity transform; the key has its 4 octets of salt behind it.
  'aes-gmac': integrity('aes-gmac', 'AES-GMAC', 'RFC 4543', [20, 28, 36], [16]),
  unchecked: integrity('unchecked', 'not checked', 'RFC 4303', [], [12, 8, 16, 24, 32]),
}

function encryption(
  name: EncryptionName,
  title: string,
  rfc: string,
  keyLengths: readonly number[],
  saltLength: number,
  ivLength: number,
  blockLength: number,
  icvLengths: readonly number[] = [],
): EncryptionAlgorithm {
  return { name, title, rfc, keyLengths, saltLength, ivLength, blockLength, icvLengths }
}

function integrity(
  name: IntegrityName,
  title: string,
  rfc: string,
  keyLengths: readonly number[],
  icvLengths: readonly number[],
): IntegrityAlgorithm {
  return { name, title, rfc, keyLengths, icvLengths }
}

/** Octets of keying material an encryption algorithm may have: the key with its salt behind it. */
export function materialLengths(algorithm: EncryptionAlgorithm): readonly number[] {
  return algorithm.keyLengths.map(length => length + algorithm.saltLength)
}

/** The names by which key files call transforms that no version 3 of OpenSSL offers, and so neither does Node.js. */
const lackingInOpenSsl = /blowfish|cast|twofish|serpent|idea|seed|rc[245]/i

/** Why a transform that is known by name cannot be had. */
export function whyNot(name: string): string {
  return lackingInOpenSsl.test(name)
    ? `${name} is not offered by OpenSSL 3, on which the cryptography of Node.js rests`
    : `${name} is not among the transforms known here`
}
