/** What a security association does to a packet, its keys already in place. */

/** A whole ESP packet opened: the octets between IV and ICV in the clear, and what the check value said. */
export interface Deciphered {
  /** Payload, padding, pad length and next header: a view on the packet where nothing was enciphered. */
  readonly plaintext: Uint8Array
  readonly icv: IcvStatus
  /** What the check value should have been, where computing it cost nothing. */
  readonly expected: Uint8Array | undefined
}

export type IcvStatus = 'good' | 'bad' | 'unchecked'

/**
 * Opens and seals whole ESP packets, SPI to ICV (RFC 4303 §2). `high` is the upper half of an extended sequence number,
 * undefined where there is none. The caller has seen to it that IV, whole blocks and ICV are there.
 */
export interface Transform {
  readonly ivLength: number
  /** Octets the ciphertext is a multiple of. */
  readonly blockLength: number
  readonly icvLength: number
  /** Whether a key is at work on the plaintext: without one it cannot be the wrong one. */
  readonly enciphers: boolean
  /** Whether a good check value also proves the encryption key right: not where authentication has a key of its own. */
  readonly proves: boolean
  open(packet: Uint8Array, high: number | undefined): Deciphered
  /** Enciphers what stands between IV and ICV in place, and writes the ICV. */
  seal(packet: Uint8Array, high: number | undefined): void
  /** What the check value should be; undefined where nothing is checked. `plaintext` is what `open` gave. */
  expectedIcv(packet: Uint8Array, plaintext: Uint8Array, high: number | undefined): Uint8Array | undefined
}

/** Octets of SPI and sequence number. */
export const espHeaderLength = 8

/** Whether two runs of octets are equal, looking at all of them whatever they are. */
export function sameOctets(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, length: number): boolean {
  let difference = 0
  for (let i = 0; i < length; i++) difference |= a[aAt + i]! ^ b[bAt + i]!
  return difference === 0
}

/** Copies a few octets: for so few, a loop is faster than a view and `set`. */
export function copyOctets(from: Uint8Array, at: number, to: Uint8Array, toAt: number, length: number): void {
  for (let i = 0; i < length; i++) to[toAt + i] = from[at + i]!
}

/** Four octets, the most significant first. */
export function writeWord(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = (value >>> 16) & 0xff
  bytes[at + 2] = (value >>> 8) & 0xff
  bytes[at + 3] = value & 0xff
}

/** Four octets as an unsigned number, the most significant first. */
export function readWord(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}
