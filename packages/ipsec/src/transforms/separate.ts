/**
 * A cipher and a code apart from it. The code covers SPI, sequence number, IV and ciphertext, and behind them the upper
 * half of an extended sequence number that is not sent (RFC 4303 §2.2.1, §3.3.2.1).
 */
import type { Cipher } from './cipher.ts'
import type { Mac } from './mac.ts'
import { espHeaderLength, sameOctets, type Transform, writeWord } from './transform.ts'

/** `mac` is undefined where nothing is checked; `icvLength` octets then stand behind the ciphertext all the same. */
export function separate(cipher: Cipher, mac: Mac | undefined, icvLength: number): Transform {
  const upper = new Uint8Array(4)

  function codeOf(packet: Uint8Array, high: number | undefined): Uint8Array | undefined {
    if (mac === undefined) return undefined
    const covered = packet.subarray(0, packet.length - icvLength)
    if (high === undefined) return mac(covered)
    writeWord(upper, 0, high)
    return mac(covered, upper)
  }

  return {
    ivLength: cipher.ivLength,
    blockLength: cipher.blockLength,
    icvLength,
    enciphers: cipher.enciphers,
    proves: !cipher.enciphers,

    open(packet, high) {
      const end = packet.length - icvLength
      const expected = codeOf(packet, high)
      const icv =
        expected === undefined ? 'unchecked' : sameOctets(expected, 0, packet, end, icvLength) ? 'good' : 'bad'
      return {
        plaintext: cipher.decipher(packet, espHeaderLength, end),
        icv,
        expected: expected?.subarray(0, icvLength),
      }
    },

    seal(packet, high) {
      const end = packet.length - icvLength
      cipher.encipher(packet, espHeaderLength, end)
      const code = codeOf(packet, high)
      if (code !== undefined) packet.set(code.subarray(0, icvLength), end)
    },

    expectedIcv: (packet, _plaintext, high) => codeOf(packet, high)?.subarray(0, icvLength),
  }
}
