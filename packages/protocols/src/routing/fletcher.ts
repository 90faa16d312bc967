/** The checksum of a link state advertisement: ISO 8473's, as RFC 905 annex B and RFC 1008 §7.2 describe it. */

/**
 * What the two octets at `field` must hold so that both sums over `[from, to)` are zero; they count as zero themselves.
 * Neither octet is ever zero.
 */
export function fletcherChecksum(view: DataView, from: number, to: number, field: number): number {
  let c0 = 0
  let c1 = 0
  for (let at = from; at < to; at++) {
    c0 += at === field || at === field + 1 ? 0 : view.getUint8(at)
    if (c0 >= 255) c0 -= 255
    c1 += c0
    if (c1 >= 255) c1 -= 255
  }
  // The first octet is multiplied by its distance from the end; so is everything before it.
  const behind = to - field - 1
  let x = (behind * c0 - c1) % 255
  if (x <= 0) x += 255
  let y = 510 - c0 - x
  if (y > 255) y -= 255
  return (x << 8) | y
}
