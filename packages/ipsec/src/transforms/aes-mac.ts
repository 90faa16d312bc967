/**
 * Codes made of AES alone: AES-XCBC-MAC (RFC 3566) and AES-CMAC (RFC 4493), both cut to 96 bits in ESP and AH (RFC 4494).
 * Both chain blocks as CBC with a zero IV does, and change the last block with a subkey; neither has a name in Node.js.
 */
import { createCipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import type { Mac } from './mac.ts'

const block = 16
const zeros: Uint8Array = new Uint8Array(block)

/** RFC 3566 §4: K1 enciphers, K2 is added to a whole last block, K3 to a padded one. The key has 16 octets. */
export function aesXcbc(key: Uint8Array): Mac {
  const secret = createSecretKey(key)
  const [first, whole, padded] = [1, 2, 3].map(constant =>
    encipherBlock(
      secret,
      zeros.map(() => constant),
    ),
  )
  return chained(createSecretKey(first!), whole!, padded!)
}

/** RFC 4493 §2.3: the subkeys are the enciphered zero block, doubled once and twice. The key has 16 octets. */
export function aesCmac(key: Uint8Array): Mac {
  const secret = createSecretKey(key)
  const whole = doubled(encipherBlock(secret, zeros))
  return chained(secret, whole, doubled(whole))
}

function encipherBlock(key: KeyObject, octets: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-ecb', key, null)
  cipher.setAutoPadding(false)
  return cipher.update(octets)
}

/** Multiplication by x in GF(2^128), RFC 4493 §2.3. */
function doubled(octets: Uint8Array): Uint8Array {
  const carry = octets[0]! >>> 7
  const double = octets.map((octet, i) => (octet << 1) | ((octets[i + 1] ?? 0) >>> 7))
  if (carry !== 0) double[block - 1] = double[block - 1]! ^ 0x87
  return double
}

function chained(key: KeyObject, whole: Uint8Array, padded: Uint8Array): Mac {
  let message = new Uint8Array(2048)
  return (first, second, third) => {
    const length = first.length + (second?.length ?? 0) + (third?.length ?? 0)
    const size = Math.max(block, Math.ceil(length / block) * block)
    if (message.length < size) message = new Uint8Array(2 * size)
    message.set(first)
    if (second !== undefined) message.set(second, first.length)
    if (third !== undefined) message.set(third, length - third.length)
    // A last block that is not whole gets one bit and zeros: RFC 3566 §4 step 4b, RFC 4493 §2.4 step 4.
    if (length < size) {
      message[length] = 0x80
      message.fill(0, length + 1, size)
    }
    const subkey = length < size ? padded : whole
    for (let i = 0; i < block; i++) message[size - block + i]! ^= subkey[i]!
    const cipher = createCipheriv('aes-128-cbc', key, zeros)
    cipher.setAutoPadding(false)
    return cipher.update(message.subarray(0, size)).subarray(size - block)
  }
}
