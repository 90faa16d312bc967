/** Every way an association can seal: transforms, modes, sequence numbers, encapsulation. */
import {
  type AssociationFacts,
  type EncryptionName,
  encryptionAlgorithms,
  type IntegrityName,
  integrityAlgorithms,
} from '@dmvpn/ipsec'

type Transforms = Pick<AssociationFacts, 'encryption' | 'integrity'>

/** Octets that are a key only in tests. */
export function keyOf(length: number, first = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (first + 7 * i) & 0xff)
}

const codes = (Object.keys(integrityAlgorithms) as IntegrityName[]).filter(name => name !== 'aes-gmac')
const ciphers = Object.keys(encryptionAlgorithms) as EncryptionName[]

function integrities(names: readonly IntegrityName[]): NonNullable<Transforms['integrity']>[] {
  return names.flatMap(algorithm => {
    const { keyLengths, icvLengths } = integrityAlgorithms[algorithm]
    return icvLengths.flatMap(icvLength =>
      (keyLengths.length === 0 ? [0] : keyLengths).map(length => ({ algorithm, icvLength, key: keyOf(length, 100) })),
    )
  })
}

/** Every encryption with every key length, together with every integrity it goes with. */
export const espTransforms: readonly Transforms[] = ciphers.flatMap(algorithm => {
  const { keyLengths, saltLength, icvLengths } = encryptionAlgorithms[algorithm]
  return keyLengths.flatMap((length): Transforms[] => {
    const key = keyOf(length + saltLength)
    if (icvLengths.length > 0) return icvLengths.map(icvLength => ({ encryption: { algorithm, key, icvLength } }))
    return integrities(codes).map(integrity => ({ encryption: { algorithm, key }, integrity }))
  })
})

/** Every integrity that AH can have. */
export const ahTransforms: readonly Transforms[] = integrities([
  ...codes.filter(name => name !== 'none'),
  'aes-gmac',
]).map(integrity => ({ integrity }))

/** Transport and tunnel mode, in UDP and not, with sequence numbers of 32 and of 64 bits. */
export const surroundings: readonly Pick<AssociationFacts, 'mode' | 'encapsulation' | 'extendedSequence'>[] = (
  ['transport', 'tunnel'] as const
).flatMap(mode =>
  [undefined, { sourcePort: 4500, destinationPort: 4500 }].flatMap(encapsulation =>
    [false, true].map(extendedSequence => ({ mode, encapsulation, extendedSequence })),
  ),
)
