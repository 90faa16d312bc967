/** Keys as text: hexadecimal digits, judged where they stand. */
import { parseHex } from '@dmvpn/wire'
import {
  type AssociationFacts,
  type Encryption,
  type Integrity,
  type SecurityAssociation,
  securityAssociation,
  wrongDigits,
} from '../association.ts'
import {
  type EncryptionName,
  encryptionAlgorithms,
  type IntegrityName,
  integrityAlgorithms,
  materialLengths,
} from '../transforms/algorithms.ts'
import { KeyProblemFound } from './key-file.ts'

/** A piece of a file, and where it stands. */
export interface Piece {
  readonly text: string
  readonly line: number
  readonly column: number
}

/** Leaves the line with a problem at a piece. */
export function problemAt({ line, column }: Piece, message: string): never {
  throw new KeyProblemFound(line, column, message)
}

/** An association of what was read; what does not go together is a problem at `piece`. */
export function associationAt(piece: Piece, facts: AssociationFacts): SecurityAssociation {
  try {
    return securityAssociation(facts)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return problemAt(piece, error.message)
  }
}

/** The key of an encryption algorithm, salt included. */
export function encryptionKey(algorithm: EncryptionName, icvLength: number, key: Piece): Encryption {
  const { title, saltLength } = encryptionAlgorithms[algorithm]
  const lengths = materialLengths(encryptionAlgorithms[algorithm])
  return { algorithm, key: octets(key, title, lengths, saltLength), icvLength }
}

/** The key of an integrity algorithm. */
export function integrityKey(algorithm: IntegrityName, icvLength: number, key: Piece): Integrity {
  const { title, keyLengths } = integrityAlgorithms[algorithm]
  return { algorithm, key: octets(key, title, keyLengths, algorithm === 'aes-gmac' ? 4 : 0), icvLength }
}

function octets(key: Piece, title: string, lengths: readonly number[], salt: number): Uint8Array {
  const prefix = /^0x/i.test(key.text) ? 2 : 0
  const digits = key.text.slice(prefix)
  const odd = /[^0-9a-fA-F]/.exec(digits)
  if (odd !== null) {
    const at = { ...key, column: key.column + prefix + odd.index }
    problemAt(at, `${JSON.stringify(odd[0])} is no hexadecimal digit`)
  }
  const wrong = wrongDigits(title, digits.length, lengths, salt)
  if (wrong !== undefined) problemAt(key, wrong)
  return parseHex(digits) ?? problemAt(key, `an odd number of hexadecimal digits: ${digits.length}`)
}

/** An unsigned number of 32 bits, decimal or with `0x`. */
export function word(piece: Piece, what: string): number {
  const { text } = piece
  const number = /^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text) ? Number(text) : Number.NaN
  return number <= 0xffffffff ? number : problemAt(piece, `${what} is no number of 32 bits: ${text}`)
}
