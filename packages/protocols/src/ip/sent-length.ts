/** How long a region was on the wire: a capture may have kept less. */
import type { PacketCursor } from '../packet-cursor.ts'

/** Octets left in the region as they were sent, captured or not. */
export function sentLength(c: PacketCursor): number {
  return c.limitedBy === 'capture' ? c.left + c.missing : c.left
}

/** Whether every octet of the region is there and meant to be: a checksum over it can be judged. */
export function isWhole(c: PacketCursor): boolean {
  return !c.quoted && !c.spanned && (c.limitedBy !== 'capture' || c.missing === 0)
}
