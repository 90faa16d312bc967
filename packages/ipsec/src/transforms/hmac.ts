/** HMAC, RFC 2104, over the hashes of RFC 2403, 2404, 2857 and 4868. */
import { createHmac, createSecretKey } from 'node:crypto'
import type { Mac } from './mac.ts'

export function hmac(hash: string, key: Uint8Array): Mac {
  const secret = createSecretKey(key)
  return (first, second, third) => {
    const code = createHmac(hash, secret).update(first)
    if (second !== undefined) code.update(second)
    if (third !== undefined) code.update(third)
    return code.digest()
  }
}
