/** A length where an Ethertype might stand: IEEE 802.3, and an 802.1Q tag before it. */
import { expert, type Field } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'

/** The largest value of the field that is a length (IEEE 802.3 §3.2.6). */
export const largestLength = 1500

/** The note of a length that promises more than there is, under the prefix of whose length it is. */
export function lengthPastEnd(prefix: string): Field {
  return expert(`${prefix}.len.past_end`, 'Length field value goes past the end of the payload', 'error')
}

/** What follows a length: LLC, or Novell's bare IPX, which begins with a checksum of ones. */
export function carryLlc(c: PacketCursor): void {
  const bare = c.left >= 2 && c.view.getUint16(c.at) === 0xffff
  c.carries('eth.len', bare ? 1 : 0)
}
