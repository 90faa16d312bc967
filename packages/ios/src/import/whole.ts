/** What a printed packet lacks, or says against itself. */
import type { DebugLine } from '../debug-line.ts'
import { laterLines, packetLines } from '../debug-lines.ts'
import { expectedText } from './packet-parts.ts'
import type { PrintedEntry, PrintedPacket } from './printed-packet.ts'

/** Entries and extensions, and octets of a quoted packet, of which a packet never has more. */
const mostParts = 200
const mostOctets = 4096

/** In words: a line that is missing, or two that contradict each other; undefined where the packet can be rebuilt. */
export function lack(packet: PrintedPacket): string | undefined {
  if (packet.hopCount === undefined) return missing(packetLines.fixed)
  switch (packet.kind) {
    case 'error-indication':
      if (packet.code === undefined) return missing(laterLines.errorCode)
      break
    case 'traffic-indication':
      break
    default:
      if (packet.flags === undefined) return missing(packetLines.flags)
  }
  if (packet.sourceNbma === undefined && packet.nbmaLength !== 0) return missing(packetLines.sourceNbma)
  if (packet.sourceProtocol === undefined) return missing(packetLines.protocols)
  const length = octetsOf(packet.sourceNbma)
  if (packet.nbmaLength !== undefined && packet.nbmaLength !== length)
    return `a source NBMA address of ${packet.nbmaLength} octets, as shtl says; it has ${length}`
  if ((packet.subaddressLength ?? 0) > 0) return 'sstl: 0: subaddresses are not printed'
  const { entries, extensions = [], contents = [] } = packet
  const parts = extensions.reduce((sum, each) => sum + each.entries.length + 1, entries.length)
  if (parts > mostParts || contents.length > mostOctets || extensions.some(each => (each.password ?? '').length > 255))
    return 'no more than fits into a packet'
  for (const entry of [...packet.entries, ...(packet.extensions ?? []).flatMap(each => each.entries)]) {
    const lacks = lackOfEntry(entry)
    if (lacks !== undefined) return lacks
  }
  return undefined
}

function lackOfEntry(entry: PrintedEntry): string | undefined {
  if (entry.prefixLength === undefined) return missing(packetLines.entryTimes)
  if (entry.protocolLength === undefined) return missing(packetLines.entryLengths)
  if (entry.nbmaLength !== octetsOf(entry.nbma))
    return `a client NBMA address of ${entry.nbmaLength} octets, as addr_len says; it has ${octetsOf(entry.nbma)}`
  if (entry.protocolLength !== octetsOf(entry.protocol))
    return `a client protocol address of ${entry.protocolLength} octets, as proto_len says; it has ${octetsOf(entry.protocol)}`
  return (entry.subaddressLength ?? 0) > 0 ? 'subaddr_len: 0: subaddresses are not printed' : undefined
}

function missing<V>(line: DebugLine<V>): string {
  return `a line ${expectedText(line)}`
}

/** Octets of a printed address. */
export function octetsOf(address: number | bigint | undefined): number {
  return address === undefined ? 0 : typeof address === 'number' ? 4 : 16
}
