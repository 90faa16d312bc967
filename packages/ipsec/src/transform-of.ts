/** The transform of an association, its keys expanded once and kept as long as the association is. */
import type { SecurityAssociation } from './association.ts'
import { wrongLengths } from './association.ts'
import { aesCbc, desCbc, tripleDesCbc } from './transforms/cbc.ts'
import type { Cipher } from './transforms/cipher.ts'
import { aesCcm, aesGcm, chacha20Poly1305 } from './transforms/combined.ts'
import { aesCtr } from './transforms/ctr.ts'
import { aesGmac } from './transforms/gmac.ts'
import { macOf } from './transforms/mac.ts'
import { nullCipher } from './transforms/null.ts'
import { separate } from './transforms/separate.ts'
import type { Transform } from './transforms/transform.ts'

const made: WeakMap<SecurityAssociation, Transform> = new WeakMap()

/** How an ESP association opens and seals. Throws RangeError where a key has a length its algorithm does not know. */
export function transformOf(association: SecurityAssociation): Transform {
  const known = made.get(association)
  if (known !== undefined) return known
  const wrong = association.protocol === 'ah' ? 'AH has no ESP transform' : wrongLengths(association)
  if (wrong !== undefined) throw new RangeError(wrong)
  const transform = make(association)
  made.set(association, transform)
  return transform
}

function make({ encryption, integrity }: SecurityAssociation): Transform {
  const { algorithm, key, icvLength } = encryption
  switch (algorithm) {
    case 'aes-gcm':
      return aesGcm(key, icvLength)
    case 'aes-ccm':
      return aesCcm(key, icvLength)
    case 'chacha20-poly1305':
      return chacha20Poly1305(key)
    case 'aes-gmac':
      return aesGmac(key)
    case 'null':
    case 'des-cbc':
    case '3des-cbc':
    case 'aes-cbc':
    case 'aes-ctr':
      return separate(cipherOf(algorithm, key), macOf(integrity.algorithm, integrity.key), integrity.icvLength)
    default:
      return algorithm satisfies never
  }
}

function cipherOf(algorithm: 'null' | 'des-cbc' | '3des-cbc' | 'aes-cbc' | 'aes-ctr', key: Uint8Array): Cipher {
  switch (algorithm) {
    case 'null':
      return nullCipher
    case 'des-cbc':
      return desCbc(key)
    case '3des-cbc':
      return tripleDesCbc(key)
    case 'aes-cbc':
      return aesCbc(key)
    case 'aes-ctr':
      return aesCtr(key)
    default:
      return algorithm satisfies never
  }
}
