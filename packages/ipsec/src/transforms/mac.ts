/** Message authentication codes, as ESP and AH cut them short. */

import { aesCmac, aesXcbc } from './aes-mac.ts'
import type { IntegrityName } from './algorithms.ts'
import { hmac } from './hmac.ts'

/** The untruncated code of up to three runs of octets, one behind the other. The answer is good until the next call. */
export type Mac = (first: Uint8Array, second?: Uint8Array, third?: Uint8Array) => Uint8Array

/** The code of an integrity algorithm; undefined where there is none, or where AES-GMAC needs more than the octets. */
export function macOf(name: IntegrityName, key: Uint8Array): Mac | undefined {
  switch (name) {
    case 'hmac-md5':
    case 'hmac-sha1':
    case 'hmac-sha256':
    case 'hmac-sha384':
    case 'hmac-sha512':
      return hmac(name.slice('hmac-'.length), key)
    case 'hmac-ripemd160':
      return hmac('ripemd160', key)
    case 'aes-xcbc':
      return aesXcbc(key)
    case 'aes-cmac':
      return aesCmac(key)
    case 'none':
    case 'unchecked':
    case 'aes-gmac':
      return undefined
    default:
      return name satisfies never
  }
}
