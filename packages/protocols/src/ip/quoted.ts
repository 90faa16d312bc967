/** The packet that an error quotes, and what fills up the room behind it. */
import type { Field } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { ipv4Header } from './ipv4-header.ts'
import { ipv6Header } from './ipv6-header.ts'

/** The numbers of IP within IP: by these a quote is found in the table `ip.proto`. */
export type Quoted = 4 | 41

/**
 * Shows an IP packet between the cursor and `end`; octets behind the packet's own length are shown as `filling`. Gives
 * where the packet ends.
 */
export function showQuote(c: PacketCursor, key: Quoted, end: number, reading: string, filling: Field): number {
  if (end === c.at) return end
  c.quote('ip.proto', key, Math.min(claimedLength(c, key, end - c.at), end - c.at), reading)
  const packetEnd = c.at
  if (end > packetEnd) c.takeBytes(filling, end - packetEnd)
  return packetEnd
}

/** The length a quoted packet claims; Infinity where it claims none. */
function claimedLength(c: PacketCursor, key: Quoted, there: number): number {
  if (key === 4) {
    const total = there < ipv4Header.size ? 0 : ipv4Header.lens.totalLength.read(c.view, c.at)
    return total < ipv4Header.size ? Infinity : total
  }
  const payload = there < ipv6Header.size ? 0 : ipv6Header.lens.payloadLength.read(c.view, c.at)
  return payload === 0 ? Infinity : ipv6Header.size + payload
}
