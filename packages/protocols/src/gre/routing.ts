/**
 * The source route entries of a GRE header, RFC 1701 §2. The list ends with an entry of family 0 and length 0.
 *
 *  |       Address Family          |  SRE Offset   |  SRE Length   |
 *  |                    Routing Information ...                    |
 */
import { type Field, field, type Layout, layout, u8, u16, type Writer } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'

export interface SourceRouteEntry {
  readonly addressFamily: number
  readonly offset: number
  readonly information: Uint8Array
}

interface EntryStart {
  readonly addressFamily: number
  readonly offset: number
  readonly length: number
}

export const sourceRouteEntry: Layout<EntryStart> = layout<EntryStart>('gre.routing', 'Source Route Entry', {
  addressFamily: u16('gre.routing.address_family', 'Address Family'),
  offset: u8('gre.routing.sre_offset', 'SRE Offset'),
  // Wireshark's spelling.
  length: u8('gre.routing.src_length', 'SRE Length'),
})

const routing: Field = field('gre.routing', 'Routing', 'none')
const information: Field = field('gre.routing.information', 'Routing Information', 'bytes')

export const routingFields: readonly Field[] = [routing, information]

export function walkRouting(c: PacketCursor): readonly SourceRouteEntry[] {
  const entries: SourceRouteEntry[] = []
  for (;;) {
    // Wireshark puts the entry's item beside its fields, not above them.
    c.show(routing, undefined)
    const { addressFamily, offset, length } = c.take(sourceRouteEntry)
    entries.push({ addressFamily, offset, information: c.takeBytes(information, length) })
    if (length === 0) return entries
  }
}

export function sizeOfRouting(entries: readonly SourceRouteEntry[] | undefined): number {
  if (entries === undefined) return 0
  return entries.reduce((sum, entry) => sum + sourceRouteEntry.size + entry.information.length, 0)
}

export function writeRouting(w: Writer, entries: readonly SourceRouteEntry[] | undefined): void {
  if (entries === undefined) return
  for (const { addressFamily, offset, information: octets } of entries) {
    w.put(sourceRouteEntry, { addressFamily, offset, length: octets.length })
    w.putBytes(octets)
  }
}
