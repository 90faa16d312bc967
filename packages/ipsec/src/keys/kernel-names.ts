/** What the Linux kernel calls the transforms, as `ip xfrm state` prints them. */
import type { EncryptionName, IntegrityName } from '../transforms/algorithms.ts'

/** AEADs: the key has its salt behind it, and the length of the check value is printed behind the key. */
export const kernelAeads: ReadonlyMap<string, EncryptionName> = new Map([
  ['rfc4106(gcm(aes))', 'aes-gcm'],
  ['rfc4309(ccm(aes))', 'aes-ccm'],
  ['rfc4543(gcm(aes))', 'aes-gmac'],
  ['rfc7539esp(chacha20,poly1305)', 'chacha20-poly1305'],
])

/** Ciphers; further names of one algorithm stand behind its own. */
export const kernelCiphers: ReadonlyMap<string, EncryptionName> = new Map([
  ['ecb(cipher_null)', 'null'],
  ['cbc(aes)', 'aes-cbc'],
  ['cbc(des3_ede)', '3des-cbc'],
  ['cbc(des)', 'des-cbc'],
  ['rfc3686(ctr(aes))', 'aes-ctr'],
  ['cipher_null', 'null'],
  ['aes', 'aes-cbc'],
  ['des3_ede', '3des-cbc'],
  ['des', 'des-cbc'],
])

/** An authentication algorithm and the bits the kernel cuts it to where the state does not say. */
export interface KernelIntegrity {
  readonly algorithm: IntegrityName
  readonly bits: number
}

/** Authentication algorithms. SHA-256 is cut to 96 bits unless the state says 128: it was so before RFC 4868. */
export const kernelIntegrities: ReadonlyMap<string, KernelIntegrity> = new Map([
  ['hmac(md5)', { algorithm: 'hmac-md5', bits: 96 }],
  ['hmac(sha1)', { algorithm: 'hmac-sha1', bits: 96 }],
  ['hmac(sha256)', { algorithm: 'hmac-sha256', bits: 96 }],
  ['hmac(sha384)', { algorithm: 'hmac-sha384', bits: 192 }],
  ['hmac(sha512)', { algorithm: 'hmac-sha512', bits: 256 }],
  ['hmac(rmd160)', { algorithm: 'hmac-ripemd160', bits: 96 }],
  ['xcbc(aes)', { algorithm: 'aes-xcbc', bits: 96 }],
  ['cmac(aes)', { algorithm: 'aes-cmac', bits: 96 }],
  ['digest_null', { algorithm: 'none', bits: 0 }],
  ['md5', { algorithm: 'hmac-md5', bits: 96 }],
  ['sha1', { algorithm: 'hmac-sha1', bits: 96 }],
  ['sha256', { algorithm: 'hmac-sha256', bits: 96 }],
  ['sha384', { algorithm: 'hmac-sha384', bits: 192 }],
  ['sha512', { algorithm: 'hmac-sha512', bits: 256 }],
])

/** The kernel's name of an algorithm; undefined where the kernel has none. */
export function kernelNameOf(table: ReadonlyMap<string, unknown>, algorithm: string): string | undefined {
  for (const [name, entry] of table) {
    if (entry === algorithm || (entry as Partial<KernelIntegrity>).algorithm === algorithm) return name
  }
  return undefined
}
