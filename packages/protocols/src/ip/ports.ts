/** Which of two ports says what a segment or datagram carries. */
import type { PacketCursor } from '../packet-cursor.ts'

/** The lower port where somebody knows it, otherwise the higher: servers have the low ones. */
export function knownPort(c: PacketCursor, table: string, source: number, destination: number): number {
  const low = Math.min(source, destination)
  if (c.stack.next(table, low) !== undefined) return low
  const high = Math.max(source, destination)
  return c.stack.next(table, high) === undefined ? low : high
}
