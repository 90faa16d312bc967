/** Which bits steer: those that all frames of a shape have in common. */
import type { Shape } from './shape.ts'

/** The bits that count of all octets of a frame of the shape. */
export function steeringOf({ words, length }: Shape): Uint8Array {
  const bits = new Uint8Array(length)
  for (let i = 0; i + 2 < words.length; i += 3) {
    for (let octet = 0; octet < 4; octet++) bits[words[i]! + octet]! |= (words[i + 1]! >>> (24 - 8 * octet)) & 0xff
  }
  return bits
}

/** Whether all bits of `[bit, bit + width)` count. */
export function isSteering(steering: Uint8Array, bit: number, width: number): boolean {
  for (let each = bit; each < bit + width; each++) {
    if (((steering[each >>> 3] ?? 0) & (0x80 >>> (each & 7))) === 0) return false
  }
  return true
}
