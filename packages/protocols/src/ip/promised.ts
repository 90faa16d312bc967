/** What a region is compared with what was sent: captures keep less, and lengths promise more. */
import type { PacketCursor } from '../packet-cursor.ts'
import { ipv4Header } from './ipv4-header.ts'
import { ipv6Header } from './ipv6-header.ts'

/** Octets that the nearest IP header promises behind the region's end; undefined where none makes a promise. */
export function promisedBehind(c: PacketCursor): number | undefined {
  const { layers } = c.frame
  for (let i = layers.length - 1; i >= 0; i--) {
    const { protocol, at, source } = layers[i]!
    if (source !== c.source) return undefined
    const start = c.origin + at
    if (protocol.name === 'ip') {
      const total = ipv4Header.lens.totalLength.read(c.view, start)
      return total === 0 ? undefined : Math.max(0, start + total - c.end)
    }
    if (protocol.name === 'ipv6') {
      const payload = ipv6Header.lens.payloadLength.read(c.view, start)
      return payload === 0 ? undefined : Math.max(0, start + ipv6Header.size + payload - c.end)
    }
  }
  return undefined
}

/** Octets left in the region as they were sent, captured or not. */
export function sentLength(c: PacketCursor): number {
  if (c.limitedBy !== 'capture') return c.left
  return c.left + Math.min(c.missing, promisedBehind(c) ?? c.missing)
}

/** Whether every octet of the region is there and meant to be: a checksum over it can be judged. */
export function isWhole(c: PacketCursor): boolean {
  if (c.quoted || c.fragmented) return false
  return c.limitedBy !== 'capture' || (promisedBehind(c) ?? c.missing) === 0
}

/**
 * The rest of the region as octets. A witness is shown it by `show`, from the cursor on; where an IP header promises
 * more than there is, the walk then stops: a message that fills its packet is only known whole. A quote is cut short
 * by nature.
 */
export function takeMessage(c: PacketCursor, reading: string, show: (end: number) => void): Uint8Array {
  const { at, end } = c
  if (c.witness !== undefined) show(end)
  c.at = at
  const missing = c.limitedBy === 'capture' ? (promisedBehind(c) ?? 0) : 0
  if (missing > 0) c.need(reading, end - at + missing)
  c.at = end
  return c.bytes.subarray(at, end)
}
