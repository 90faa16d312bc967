/** Authenticated encryption with a nonce of salt and IV: AES-GCM, AES-CCM and ChaCha20-Poly1305 of node:crypto. */
import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'
import { copyOctets } from './transform.ts'

export type AeadMode = 'gcm' | 'ccm' | 'chacha20-poly1305'

/** A key at work. The IV's 8 octets stand at `ivAt` of `from`. */
export interface Aead {
  encipher(from: Uint8Array, ivAt: number, data: Uint8Array, text: Uint8Array): { text: Uint8Array; tag: Uint8Array }
  /** The plaintext, even where the tag is wrong: who looks at a capture wants to see it. */
  decipher(
    from: Uint8Array,
    ivAt: number,
    data: Uint8Array,
    text: Uint8Array,
    tag: Uint8Array,
  ): { text: Uint8Array; good: boolean }
}

const ivLength = 8

/** `material` is the key with `saltLength` octets of salt behind it. */
export function aead(mode: AeadMode, material: Uint8Array, saltLength: number, tagLength: number): Aead {
  const keyLength = material.length - saltLength
  const secret = createSecretKey(material.subarray(0, keyLength))
  // The types know the names one by one; all three modes share one set of methods.
  const name = (mode === 'chacha20-poly1305' ? mode : `aes-${8 * keyLength}-${mode}`) as 'aes-128-ccm'
  const options = { authTagLength: tagLength }
  const nonce = new Uint8Array(saltLength + ivLength)
  nonce.set(material.subarray(keyLength))

  /** CCM gives nothing back where its check fails; its ciphertext is that of a counter mode (RFC 3610 §2.3). */
  function counterMode(text: Uint8Array): Uint8Array {
    const counter = new Uint8Array(16)
    counter[0] = 14 - nonce.length
    counter.set(nonce, 1)
    counter[15] = 1
    return createDecipheriv(`aes-${8 * keyLength}-ctr`, secret, counter).update(text)
  }

  return {
    encipher(from, ivAt, data, text) {
      copyOctets(from, ivAt, nonce, saltLength, ivLength)
      const cipher = createCipheriv(name, secret, nonce, options)
      cipher.setAAD(data, { plaintextLength: text.length })
      const enciphered = cipher.update(text)
      cipher.final()
      return { text: enciphered, tag: cipher.getAuthTag() }
    },

    decipher(from, ivAt, data, text, tag) {
      copyOctets(from, ivAt, nonce, saltLength, ivLength)
      const decipher = createDecipheriv(name, secret, nonce, options)
      decipher.setAuthTag(tag)
      decipher.setAAD(data, { plaintextLength: text.length })
      let plain: Uint8Array | undefined
      try {
        plain = decipher.update(text)
        decipher.final()
        return { text: plain, good: true }
      } catch {
        return { text: mode === 'ccm' || plain === undefined ? counterMode(text) : plain, good: false }
      }
    },
  }
}
