/**
 * Transforms that encipher and authenticate at once. The authenticated data are SPI and sequence number, 8 octets, or 12
 * with the upper half of an extended sequence number in the middle (RFC 4106 §5, RFC 4309 §5, RFC 7634 §2.1). The IV is
 * not among them.
 */
import { type Aead, aead } from './aead.ts'
import { copyOctets, espHeaderLength, type Transform, writeWord } from './transform.ts'

const ivLength = 8
const textAt: number = espHeaderLength + ivLength

/** `material` is the key with its 4 octets of salt behind it (RFC 4106 §8.1). */
export function aesGcm(material: Uint8Array, icvLength: number): Transform {
  return combined(aead('gcm', material, 4, icvLength), icvLength)
}

/** `material` is the key with its 3 octets of salt behind it (RFC 4309 §7.1). */
export function aesCcm(material: Uint8Array, icvLength: number): Transform {
  return combined(aead('ccm', material, 3, icvLength), icvLength)
}

/** `material` is the key with its 4 octets of salt behind it (RFC 7634 §2). */
export function chacha20Poly1305(material: Uint8Array): Transform {
  return combined(aead('chacha20-poly1305', material, 4, 16), 16)
}

function combined(key: Aead, icvLength: number): Transform {
  const plain = new Uint8Array(8)
  const extended = new Uint8Array(12)

  function authenticated(packet: Uint8Array, high: number | undefined): Uint8Array {
    if (high === undefined) {
      copyOctets(packet, 0, plain, 0, 8)
      return plain
    }
    copyOctets(packet, 0, extended, 0, 4)
    writeWord(extended, 4, high)
    copyOctets(packet, 4, extended, 8, 4)
    return extended
  }

  return {
    ivLength,
    blockLength: 1,
    icvLength,
    enciphers: true,
    proves: true,

    open(packet, high) {
      const end = packet.length - icvLength
      const text = packet.subarray(textAt, end)
      const opened = key.decipher(packet, espHeaderLength, authenticated(packet, high), text, packet.subarray(end))
      return { plaintext: opened.text, icv: opened.good ? 'good' : 'bad', expected: undefined }
    },

    seal(packet, high) {
      const end = packet.length - icvLength
      const text = packet.subarray(textAt, end)
      const sealed = key.encipher(packet, espHeaderLength, authenticated(packet, high), text)
      packet.set(sealed.text, textAt)
      packet.set(sealed.tag, end)
    },

    expectedIcv: (packet, plaintext, high) =>
      key.encipher(packet, espHeaderLength, authenticated(packet, high), plaintext).tag,
  }
}
