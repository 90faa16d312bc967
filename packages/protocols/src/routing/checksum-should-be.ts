/** What a checksum should hold, where that can be told at all. */
import { checksumWithout } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'

/**
 * The Internet checksum of `[from, to)` with the field at `field` taken as zero; undefined where the octets are not all
 * there: a quoted packet, or one of which the capture kept less than was on the wire.
 */
export function checksumShouldBe(
  c: PacketCursor,
  from: number,
  to: number,
  field: number,
  initial = 0,
): number | undefined {
  const cut = c.missing > 0 && c.limitedBy === 'capture'
  if (c.quoted || cut || to > c.end) return undefined
  return checksumWithout(c.view, from, to, field, initial)
}

/** A checksum as notes quote it. */
export function hexWord(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`
}
