/** Seals payloads as ESP packets: RFC 4303 §3.3. Chance is the caller's: vectors are given, never drawn here. */

import type { SecurityAssociation } from './association.ts'
import { transformOf } from './transform-of.ts'
import { encryptionAlgorithms } from './transforms/algorithms.ts'
import { espHeaderLength, writeWord } from './transforms/transform.ts'

/** Octets of initialization vector, or what makes as many as are asked for. */
export type VectorSource = Uint8Array | ((length: number) => Uint8Array)

export interface SealOptions {
  /** From 1; above 32 bits only with extended sequence numbers. */
  readonly sequence: number | bigint
  /** Never the same twice under one key. Left out only where the transform has no vector. */
  readonly iv?: VectorSource | undefined
  /** The packet is padded to a multiple of this beyond what the transform needs; at most 256. */
  readonly padTo?: number | undefined
  /** Octets of zeros behind the payload that hide its length (RFC 4303 §2.7); only IP packets bear them. */
  readonly trafficPadding?: number | undefined
}

/** An ESP packet, SPI to ICV. Throws RangeError where the association, the sequence number or the vector is impossible. */
export function sealEsp(
  association: SecurityAssociation,
  payload: Uint8Array,
  nextHeader: number,
  options: SealOptions,
): Uint8Array {
  const transform = transformOf(association)
  const { ivLength, icvLength } = transform
  const { high, low } = halves(association, options.sequence)
  const textAt = espHeaderLength + ivLength
  const text = payload.length + (options.trafficPadding ?? 0)
  const padLength = paddingFor(text, Math.max(4, transform.blockLength, options.padTo ?? 0))
  const packet = new Uint8Array(textAt + text + padLength + 2 + icvLength)
  writeWord(packet, 0, spiOf(association))
  writeWord(packet, 4, low)
  packet.set(
    vector(options.iv, ivLength, encryptionAlgorithms[association.encryption.algorithm].title),
    espHeaderLength,
  )
  packet.set(payload, textAt)
  const padAt = textAt + text
  for (let i = 0; i < padLength; i++) packet[padAt + i] = i + 1
  packet[padAt + padLength] = padLength
  packet[padAt + padLength + 1] = nextHeader
  transform.seal(packet, high)
  return packet
}

/** RFC 4303 §2.4: as few octets as make payload, padding and the two octets behind it whole. */
function paddingFor(length: number, alignment: number): number {
  const padding = (alignment - ((length + 2) % alignment)) % alignment
  if (padding > 255) throw new RangeError(`${padding} octets of padding, not at most 255`)
  return padding
}

/** The SPI of an association that names one. */
export function spiOf({ spi }: SecurityAssociation): number {
  if (spi.mask !== 0xffffffff) throw new RangeError('an association for any SPI cannot seal')
  return spi.value
}

/** The halves of a sequence number; the upper one undefined where it does not count. */
export function halves(
  { extendedSequence }: SecurityAssociation,
  sequence: number | bigint,
): { readonly high: number | undefined; readonly low: number } {
  const whole = BigInt(sequence)
  const most = extendedSequence === true ? 0xffffffffffffffffn : 0xffffffffn
  if (whole < 0n || whole > most) throw new RangeError(`sequence number ${whole}, not 0 to ${most}`)
  return { high: extendedSequence === true ? Number(whole >> 32n) : undefined, low: Number(whole & 0xffffffffn) }
}

/** A vector of the right length. */
export function vector(source: VectorSource | undefined, length: number, title: string): Uint8Array {
  if (length === 0) return none
  const iv = typeof source === 'function' ? source(length) : source
  if (iv === undefined) throw new RangeError(`${title} needs an initialization vector of ${length} octets`)
  if (iv.length !== length) throw new RangeError(`${title}: a vector of ${iv.length} octets, not ${length}`)
  return iv
}

const none = new Uint8Array(0)
