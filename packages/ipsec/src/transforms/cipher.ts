/** Ciphers that leave authentication to others. */

export interface Cipher {
  readonly ivLength: number
  readonly blockLength: number
  /** Whether anything is enciphered at all. */
  readonly enciphers: boolean
  /** The plaintext of `[at, end)` of a packet, where `at` is the first octet of the IV. */
  decipher(packet: Uint8Array, at: number, end: number): Uint8Array
  /** Enciphers in place what stands behind the IV, up to `end`. */
  encipher(packet: Uint8Array, at: number, end: number): void
}
