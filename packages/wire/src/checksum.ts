/**
 * The Internet checksum, RFC 1071: the ones' complement of the ones' complement sum of big-endian 16-bit words.
 * An odd last octet is the high half of a word whose low half is zero.
 */

/** The sum of the words in `[from, to)`, added to `sum` (32 bits), in 16 bits. */
export function sumWords(view: DataView, from: number, to: number, sum = 0): number {
  if (to - from > longest) return sumWords(view, from + longest, to, sumWords(view, from, from + longest, sum))
  let at = from
  let high = sum >>> 16
  let low = sum & 0xffff
  // Two 16-bit halves per 32-bit read, kept apart; both stay below 2^31, and the zero tells the compiler so. Four reads a
  // turn, for as long as there are so many.
  for (const last = to - 15; at < last; at += 16) {
    const first = view.getInt32(at)
    const second = view.getInt32(at + 4)
    const third = view.getInt32(at + 8)
    const fourth = view.getInt32(at + 12)
    high = (high + (first >>> 16) + (second >>> 16) + (third >>> 16) + (fourth >>> 16)) | 0
    low = (low + (first & 0xffff) + (second & 0xffff) + (third & 0xffff) + (fourth & 0xffff)) | 0
  }
  for (const last = to - 3; at < last; at += 4) {
    const word = view.getInt32(at)
    high = (high + (word >>> 16)) | 0
    low = (low + (word & 0xffff)) | 0
  }
  if (to - at >= 2) {
    low += view.getUint16(at)
    at += 2
  }
  if (at < to) low += view.getUint8(at) << 8
  const once = ((high + low) & 0xffff) + ((high + low) >>> 16)
  return (once & 0xffff) + (once >>> 16)
}

/** Octets whose sum has 31 bits at most. */
const longest = 0x10000

/** Adds the carries back in until 16 bits are left. */
export function fold(sum: number): number {
  let folded = sum
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000)
  return folded
}

/** The checksum of `[from, to)`, `initial` being the sum of what stands elsewhere (a pseudo-header). Range 0…0xffff. */
export function checksumOf(view: DataView, from: number, to: number, initial = 0): number {
  return ~sumWords(view, from, to, initial) & 0xffff
}

/** The checksum of whole bytes. */
export function internetChecksum(bytes: Uint8Array): number {
  return checksumOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.byteLength)
}

/**
 * The checksum of `[from, to)` as it would be with the 16-bit checksum field at `field` taken as zero:
 * what the field should hold. `field` must lie an even number of octets behind `from`.
 */
export function checksumWithout(view: DataView, from: number, to: number, field: number, initial = 0): number {
  // Left out, not subtracted: subtracting the only word that is not zero would leave the other zero of ones' complement.
  return checksumOf(view, field + 2, to, sumWords(view, from, field, initial))
}

/** The checksum after one 16-bit word changed from `before` to `after` (RFC 1624, equation 3). */
export function updateChecksum(checksum: number, before: number, after: number): number {
  return ~fold((~checksum & 0xffff) + (~before & 0xffff) + after) & 0xffff
}
