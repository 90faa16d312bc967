/** NULL encryption: RFC 2410. Nothing is changed and nothing copied. */
import type { Cipher } from './cipher.ts'

export const nullCipher: Cipher = {
  ivLength: 0,
  blockLength: 1,
  enciphers: false,
  decipher: (packet, at, end) => packet.subarray(at, end),
  encipher() {
    // The plaintext is the ciphertext.
  },
}
