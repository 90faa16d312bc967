/**
 * AES-GMAC, RFC 4543: nothing is enciphered, everything is authenticated. In ESP the data are SPI, sequence number
 * (12 octets in all with an extended one), IV and plaintext (§3.3); in AH the whole packet, and the IV stands in front
 * of the tag within the check value (§4).
 */
import { createCipheriv, createSecretKey } from 'node:crypto'
import { copyOctets, espHeaderLength, sameOctets, type Transform, writeWord } from './transform.ts'

const ivLength = 8
const saltLength = 4
const tagLength = 16
const nothing = new Uint8Array(0)

/** The tag of runs of octets under the IV at `ivAt` of `from`. */
export type Gmac = (from: Uint8Array, ivAt: number, runs: readonly Uint8Array[]) => Uint8Array

/** `material` is the key with its 4 octets of salt behind it (§5.3). */
export function gmac(material: Uint8Array): Gmac {
  const keyLength = material.length - saltLength
  const secret = createSecretKey(material.subarray(0, keyLength))
  const name = `aes-${8 * keyLength}-gcm` as 'aes-128-gcm'
  const nonce = new Uint8Array(saltLength + ivLength)
  nonce.set(material.subarray(keyLength))
  return (from, ivAt, runs) => {
    copyOctets(from, ivAt, nonce, saltLength, ivLength)
    const cipher = createCipheriv(name, secret, nonce, { authTagLength: tagLength })
    for (const run of runs) cipher.setAAD(run)
    cipher.update(nothing)
    cipher.final()
    return cipher.getAuthTag()
  }
}

/** AES-GMAC as a transform of ESP. */
export function aesGmac(material: Uint8Array): Transform {
  const tag = gmac(material)
  const start = new Uint8Array(12)

  function tagOf(packet: Uint8Array, high: number | undefined): Uint8Array {
    const end = packet.length - tagLength
    if (high === undefined) return tag(packet, espHeaderLength, [packet.subarray(0, end)])
    copyOctets(packet, 0, start, 0, 4)
    writeWord(start, 4, high)
    copyOctets(packet, 4, start, 8, 4)
    return tag(packet, espHeaderLength, [start, packet.subarray(espHeaderLength, end)])
  }

  return {
    ivLength,
    blockLength: 1,
    icvLength: tagLength,
    enciphers: false,
    proves: true,

    open(packet, high) {
      const end = packet.length - tagLength
      const expected = tagOf(packet, high)
      const icv = sameOctets(expected, 0, packet, end, tagLength) ? 'good' : 'bad'
      return { plaintext: packet.subarray(espHeaderLength + ivLength, end), icv, expected }
    },

    seal(packet, high) {
      packet.set(tagOf(packet, high), packet.length - tagLength)
    },

    expectedIcv: (packet, _plaintext, high) => tagOf(packet, high),
  }
}
