/** What a link does to packets: delay, loss, duplicates, broken bits. Everything it decides comes from its own dice. */
import type { Random, Span } from '@dmvpn/core'

export interface Impairment {
  readonly delay: Span
  /** At most this much is added to the delay; packets may overtake each other. */
  readonly jitter: Span
  /** The share of packets that are lost: 0 … 1. The same for the others. */
  readonly loss: number
  readonly duplicate: number
  /** One bit of the packet is flipped. */
  readonly corrupt: number
}

export const perfect: Impairment = { delay: 0, jitter: 0, loss: 0, duplicate: 0, corrupt: 0 }

/** Whether every packet comes out once, as it went in, after the delay: nothing is left to chance. */
export function isSteady({ jitter, loss, duplicate, corrupt }: Impairment): boolean {
  return jitter === 0 && loss === 0 && duplicate === 0 && corrupt === 0
}

/** One packet that comes out of a link: when, and with which octets. */
export interface Emergence {
  readonly after: Span
  readonly bytes: Uint8Array
}

/**
 * The copies of a packet that come through. Each fault draws only where it can happen, and always in the same order, so
 * that one setting never moves the dice of another link.
 */
export function pass(bytes: Uint8Array, of: Impairment, random: Random): Emergence[] {
  if (of.loss > 0 && random.fraction() < of.loss) return []
  const octets = of.corrupt > 0 && random.fraction() < of.corrupt ? flipped(bytes, random) : bytes
  const first = { after: spanOf(of, random), bytes: octets }
  const isDoubled = of.duplicate > 0 && random.fraction() < of.duplicate
  return isDoubled ? [first, { after: spanOf(of, random), bytes: octets.slice() }] : [first]
}

function spanOf({ delay, jitter }: Impairment, random: Random): Span {
  return jitter > 0 ? delay + random.below(jitter + 1) : delay
}

function flipped(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length === 0) return bytes
  const copy = bytes.slice()
  const bit = random.below(8 * bytes.length)
  copy[bit >>> 3]! ^= 0x80 >>> (bit & 7)
  return copy
}
