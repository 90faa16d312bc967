/** Showing what a checksum over the rest of a region is worth. */
import { checksumWithout, type Field } from '@dmvpn/wire'
import { checksumStatus } from '../checksum-status.ts'
import type { PacketCursor } from '../packet-cursor.ts'
import { isWhole } from './promised.ts'

export interface ChecksumFields {
  readonly status: Field
  /** The note that it is wrong. */
  readonly bad: Field
  /** What it should be, where Wireshark shows that too. */
  readonly calculated?: Field
}

/** Whether the checksum at `field` is right for `[start, end)`, all of which is there. */
export function isRightChecksum(view: DataView, start: number, end: number, field: number): boolean {
  return checksumWithout(view, start, end, field) === view.getUint16(field)
}

/**
 * Shows whether the 16-bit checksum at `field`, over `[start, end)` of the region, is right. It is left unjudged where
 * octets are missing, and in quoted packets, which routers change. `initial` is the sum of the pseudo-header.
 */
export function showChecksum(c: PacketCursor, of: ChecksumFields, start: number, field: number, initial = 0): void {
  if (!c.wants(of.status)) return
  if (!isWhole(c)) {
    c.show(of.status, checksumStatus.unverified, field)
    return
  }
  const stored = c.view.getUint16(field)
  const right = checksumWithout(c.view, start, c.end, field, initial)
  if (right !== stored) c.note(of.bad, `Bad checksum [should be 0x${right.toString(16).padStart(4, '0')}]`, field, 2)
  c.show(of.status, right === stored ? checksumStatus.good : checksumStatus.bad, field)
  if (of.calculated !== undefined) c.show(of.calculated, right, field, 2)
}
