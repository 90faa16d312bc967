/**
 * Whether an ESP packet is not encrypted, where no association says so: RFC 5879 §8. Every length a check value may have
 * is tried, with and without the 8 octets of IV that AES-GMAC puts in front.
 */
import { evidence } from './plausible.ts'
import { espHeaderLength } from './transforms/transform.ts'

export interface NullGuess {
  readonly payload: Uint8Array
  /** Payload, padding, pad length and next header. */
  readonly plaintext: Uint8Array
  readonly ivLength: 0 | 8
  readonly icvLength: number
  readonly padLength: number
  readonly nextHeader: number
  /** Bits of evidence: how unlikely it is that noise looks so. */
  readonly bits: number
}

const icvLengths = [12, 16, 24, 32] as const
const ivLengths = [0, 8] as const
/** How often an ESP packet is taken not to be encrypted before it was looked at. */
const before = 0.1
/** Different lengths that are tried: each is a chance for noise. */
const tries: number = icvLengths.length * ivLengths.length

/** The reading with the most evidence; undefined where none is possible. */
export function guessNull(packet: Uint8Array): NullGuess | undefined {
  let best: NullGuess | undefined
  for (const ivLength of ivLengths) {
    for (const icvLength of icvLengths) {
      const guess = readAs(packet, ivLength, icvLength)
      if (guess !== undefined && (best === undefined || guess.bits > best.bits)) best = guess
    }
  }
  return best
}

/** How sure it is that nothing is encrypted, 0 to 1, after `bits` of evidence in `packets` packets of one association. */
export function nullConfidence(bits: number, packets = 1): number {
  const chance = ((1 - before) / before) * (tries ** packets / 2 ** Math.min(bits, 1000))
  return 1 / (1 + chance)
}

function readAs(packet: Uint8Array, ivLength: 0 | 8, icvLength: number): NullGuess | undefined {
  const start = espHeaderLength + ivLength
  const end = packet.length - icvLength - 2
  if (end < start) return undefined
  const padLength = packet[end]!
  const nextHeader = packet[end + 1]!
  const to = end - padLength
  if (to < start || (end + 2) % 4 !== 0) return undefined
  for (let i = 0; i < padLength; i++) if (packet[to + i] !== i + 1) return undefined
  const inside = evidence(packet, nextHeader, start, to)
  if (inside === undefined) return undefined
  const plaintext = packet.subarray(start, end + 2)
  // A pad length that fits, its octets, and a next header that is one of few dozen.
  const bits = 5 + 8 * padLength + 3 + inside
  return { payload: packet.subarray(start, to), plaintext, ivLength, icvLength, padLength, nextHeader, bits }
}
