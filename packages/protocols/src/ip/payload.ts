/** The payload as Wireshark repeats it in the header that carries it. */
import type { Field } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'

/** Shows everything between the cursor and the region's end, without taking it. */
export function showPayload(c: PacketCursor, of: Field, short: string): void {
  if (c.left === 0 || !c.wants(of)) return
  const { at } = c
  const length = c.left
  c.openField(of, c.bytes.subarray(at, c.end))
  c.at = c.end
  c.close(`${short} payload (${length} byte${length === 1 ? '' : 's'})`)
  c.at = at
}
