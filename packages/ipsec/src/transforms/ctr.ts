/** AES in counter mode: RFC 3686. The counter block is nonce (4), IV (8), block counter (4) beginning at 1 (§4). */
import { createCipheriv, createSecretKey } from 'node:crypto'
import type { Cipher } from './cipher.ts'
import { copyOctets } from './transform.ts'

const ivLength = 8
const saltLength = 4

/** `material` is the key with its 4 octets of nonce behind it (§5.1). */
export function aesCtr(material: Uint8Array): Cipher {
  const keyLength = material.length - saltLength
  const secret = createSecretKey(material.subarray(0, keyLength))
  const name = `aes-${8 * keyLength}-ctr`
  const counter = new Uint8Array(16)
  counter.set(material.subarray(keyLength))
  counter[15] = 1

  function keyed(packet: Uint8Array, at: number, end: number): Uint8Array {
    copyOctets(packet, at, counter, saltLength, ivLength)
    return createCipheriv(name, secret, counter).update(packet.subarray(at + ivLength, end))
  }

  return {
    ivLength,
    blockLength: 1,
    enciphers: true,
    decipher: keyed,
    encipher(packet, at, end) {
      packet.set(keyed(packet, at, end), at + ivLength)
    },
  }
}
