/** A security association: RFC 4301 §4.4.2, as far as it decides how packets are opened and sealed. */
import { type Ipv4, type Ipv6 } from '@dmvpn/wire'
import { type AddressPattern, anyAddress, exactly, parseAddressPattern } from './address-pattern.ts'
import {
  type EncryptionName,
  encryptionAlgorithms,
  type IntegrityName,
  integrityAlgorithms,
  materialLengths,
} from './transforms/algorithms.ts'

export interface SecurityAssociation {
  readonly protocol: 'esp' | 'ah'
  readonly spi: SpiPattern
  readonly source: AddressPattern
  readonly destination: AddressPattern
  /** Undefined where nobody said; only sealing needs it. */
  readonly mode: 'transport' | 'tunnel' | undefined
  /** The UDP ports ESP rides in (RFC 3948). */
  readonly encapsulation: Encapsulation | undefined
  readonly encryption: Encryption
  readonly integrity: Integrity
  /** Whether sequence numbers have 64 bits (RFC 4303 §2.2.1); undefined where nobody said, then both are tried. */
  readonly extendedSequence: boolean | undefined
  /** The upper half of an extended sequence number where opening begins. */
  readonly sequenceHigh: number
  /** Packets the anti-replay window covers. */
  readonly replayWindow: number
}

/** The bits of `value` that `mask` names must be equal. */
export interface SpiPattern {
  readonly value: number
  readonly mask: number
}

export interface Encapsulation {
  readonly sourcePort: number
  readonly destinationPort: number
}

export interface Encryption {
  readonly algorithm: EncryptionName
  /** Keying material: the key, and behind it the salt of those transforms that have one. */
  readonly key: Uint8Array
  /** Octets of check value where the transform authenticates by itself, otherwise 0. */
  readonly icvLength: number
}

export interface Integrity {
  readonly algorithm: IntegrityName
  readonly key: Uint8Array
  /** Octets of check value on the wire. */
  readonly icvLength: number
}

/** What is written to make an association; the rest has defaults. */
export interface AssociationFacts {
  readonly protocol?: 'esp' | 'ah'
  readonly spi: number | SpiPattern
  readonly source?: Ipv4 | Ipv6 | string | AddressPattern
  readonly destination?: Ipv4 | Ipv6 | string | AddressPattern
  readonly mode?: 'transport' | 'tunnel' | undefined
  readonly encapsulation?: Encapsulation | undefined
  readonly encryption?: { readonly algorithm: EncryptionName; readonly key?: Uint8Array; readonly icvLength?: number }
  readonly integrity?: { readonly algorithm: IntegrityName; readonly key?: Uint8Array; readonly icvLength?: number }
  readonly extendedSequence?: boolean | undefined
  readonly sequenceHigh?: number
  readonly replayWindow?: number
}

/** Every bit of the SPI counts. */
export const wholeSpi = 0xffffffff

/** The window of RFC 4303 §3.4.3 that a receiver should have. */
export const usualReplayWindow = 64

const nothing = new Uint8Array(0)

/** An association with every slot filled. Throws RangeError where a key or a check value has a length nobody knows. */
export function securityAssociation(facts: AssociationFacts): SecurityAssociation {
  const association: SecurityAssociation = {
    protocol: facts.protocol ?? 'esp',
    spi: typeof facts.spi === 'number' ? { value: facts.spi, mask: wholeSpi } : facts.spi,
    source: patternOf(facts.source),
    destination: patternOf(facts.destination),
    mode: facts.mode,
    encapsulation: facts.encapsulation,
    encryption: encryptionOf(facts),
    integrity: integrityOf(facts),
    extendedSequence: facts.extendedSequence,
    sequenceHigh: facts.sequenceHigh ?? 0,
    replayWindow: facts.replayWindow ?? usualReplayWindow,
  }
  const wrong = wrongLengths(association)
  if (wrong !== undefined) throw new RangeError(wrong)
  return association
}

/** A sentence about the first key or check value whose length does not fit its algorithm; undefined where all do. */
export function wrongLengths({ protocol, encryption, integrity }: SecurityAssociation): string | undefined {
  const cipher = encryptionAlgorithms[encryption.algorithm]
  const code = integrityAlgorithms[integrity.algorithm]
  if (protocol === 'ah' && cipher.name !== 'null') return 'AH enciphers nothing'
  if (protocol === 'ah' && code.name === 'none') return 'AH without an integrity algorithm'
  if (protocol === 'esp' && code.name === 'aes-gmac') return 'AES-GMAC is an encryption transform in ESP (RFC 4543 §3)'
  if (cipher.icvLengths.length > 0 && code.name !== 'none') {
    return `${cipher.title} authenticates by itself and is not combined with ${code.title}`
  }
  const icvLengths = cipher.icvLengths.length > 0 ? cipher.icvLengths : [0]
  if (!icvLengths.includes(encryption.icvLength)) {
    return `${cipher.title}: a check value of ${encryption.icvLength} octets, not ${orList(icvLengths)}`
  }
  if (!code.icvLengths.includes(integrity.icvLength)) {
    return `${code.title}: a check value of ${integrity.icvLength} octets, not ${orList(code.icvLengths)}`
  }
  return (
    wrongDigits(cipher.title, 2 * encryption.key.length, materialLengths(cipher), cipher.saltLength) ??
    wrongDigits(code.title, 2 * integrity.key.length, code.keyLengths, code.name === 'aes-gmac' ? 4 : 0)
  )
}

/** A sentence about a key of `digits` hexadecimal digits where none of `lengths` octets fits; undefined where one does. */
export function wrongDigits(title: string, digits: number, lengths: readonly number[], salt = 0): string | undefined {
  const needed = lengths.map(length => 2 * length)
  if (needed.length === 0 || needed.includes(digits)) return undefined
  if (needed[0] === 0) return `${title} has no key, but ${digits} hexadecimal digits were given`
  const including = salt === 0 ? '' : `, ${2 * salt} of them the salt behind the key`
  return `the key of ${title} has ${digits} hexadecimal digits; it needs ${orList(needed)}${including}`
}

function orList(numbers: readonly number[]): string {
  return numbers.length < 2 ? numbers.join() : `${numbers.slice(0, -1).join(', ')} or ${numbers.at(-1)}`
}

function patternOf(address: Ipv4 | Ipv6 | string | AddressPattern | undefined): AddressPattern {
  if (address === undefined) return anyAddress
  if (typeof address === 'number' || typeof address === 'bigint') return exactly(address)
  if (typeof address === 'object') return address
  const pattern = parseAddressPattern(address)
  if (pattern === undefined) throw new RangeError(`not an address: ${address}`)
  return pattern
}

function encryptionOf({ encryption }: AssociationFacts): Encryption {
  const algorithm = encryption?.algorithm ?? 'null'
  const usual = encryptionAlgorithms[algorithm].icvLengths[0] ?? 0
  return { algorithm, key: encryption?.key ?? nothing, icvLength: encryption?.icvLength ?? usual }
}

function integrityOf({ integrity }: AssociationFacts): Integrity {
  const algorithm = integrity?.algorithm ?? 'none'
  const usual = integrityAlgorithms[algorithm].icvLengths[0]!
  return { algorithm, key: integrity?.key ?? nothing, icvLength: integrity?.icvLength ?? usual }
}

/** The transforms in words: `AES-CBC-128, HMAC-SHA1-96`. */
export function transformName({ protocol, encryption, integrity }: SecurityAssociation): string {
  const cipher = encryptionAlgorithms[encryption.algorithm]
  const code = integrityAlgorithms[integrity.algorithm]
  const bits = cipher.keyLengths.length > 1 ? `-${8 * (encryption.key.length - cipher.saltLength)}` : ''
  const tag = cipher.icvLengths.length > 1 ? ` with an ICV of ${encryption.icvLength} octets` : ''
  if (code.name === 'none') return `${cipher.title}${bits}${tag}`
  const own =
    code.name === 'unchecked'
      ? `ICV of ${integrity.icvLength} octets not checked`
      : `${code.title}-${8 * integrity.icvLength}`
  return protocol === 'ah' ? own : `${cipher.title}${bits}, ${own}`
}
