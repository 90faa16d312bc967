/** Cipher block chaining: DES (RFC 2405), triple DES (RFC 2451), AES (RFC 3602). The IV is the first block on the wire. */
import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'
import type { Cipher } from './cipher.ts'

/** DES has no cipher of its own in OpenSSL 3: triple DES with one key three times is DES (ANSI X9.52). */
export function desCbc(key: Uint8Array): Cipher {
  const tripled = new Uint8Array(24)
  for (let i = 0; i < 3; i++) tripled.set(key, 8 * i)
  return cbc('des-ede3-cbc', tripled, 8)
}

export function tripleDesCbc(key: Uint8Array): Cipher {
  return cbc('des-ede3-cbc', key, 8)
}

export function aesCbc(key: Uint8Array): Cipher {
  return cbc(`aes-${8 * key.length}-cbc`, key, 16)
}

function cbc(name: string, key: Uint8Array, blockLength: number): Cipher {
  const secret = createSecretKey(key)
  let running: ReturnType<typeof createDecipheriv> | undefined
  return {
    ivLength: blockLength,
    blockLength,
    enciphers: true,

    /**
     * One decipher serves all packets. A block's plaintext depends on its own and the preceding ciphertext block only
     * (RFC 3602 §2.1), so the IV is fed as if it were ciphertext: what comes out for it is thrown away, and the block
     * behind it has the IV before it. Making a decipher for each packet took three times as long.
     */
    decipher(packet, at, end) {
      if (running === undefined) {
        running = createDecipheriv(name, secret, new Uint8Array(blockLength))
        running.setAutoPadding(false)
      }
      return running.update(packet.subarray(at, end)).subarray(blockLength)
    },

    encipher(packet, at, end) {
      const cipher = createCipheriv(name, secret, packet.subarray(at, at + blockLength))
      cipher.setAutoPadding(false)
      packet.set(cipher.update(packet.subarray(at + blockLength, end)), at + blockLength)
    },
  }
}
