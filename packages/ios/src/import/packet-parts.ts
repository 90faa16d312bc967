/** The lines of a printed packet: how each begins, how it is read, and where its values go. */
import type { DebugLine } from '../debug-line.ts'
import { laterLines, packetLines } from '../debug-lines.ts'
import { flagsOf } from '../debug-words.ts'
import type { PrintedEntry, PrintedExtension, PrintedPacket } from './printed-packet.ts'

/** A kind of line inside a packet. */
export interface PacketPart {
  /** What only such a line begins with. */
  readonly start: RegExp
  /** The line's pattern, in words for a person. */
  readonly expected: string
  /** Puts the line's values into the packet; what is wrong with them, in words. Undefined: the line does not read. */
  read(line: string): ((packet: PrintedPacket) => string | undefined) | undefined
}

function part<V>(
  line: DebugLine<V>,
  start: RegExp,
  put: (packet: PrintedPacket, values: V) => string | undefined | void,
): PacketPart {
  return {
    start,
    expected: expectedText(line),
    read: text => {
      const values = line.read(text)
      return values === undefined ? undefined : packet => put(packet, values) ?? undefined
    },
  }
}

/** A line's pattern for a person: `<name>` for each parameter. */
export function expectedText<V>({ pattern }: DebugLine<V>): string {
  return pattern.trim().replaceAll(/<(\w+):[^<>]+>/g, '<$1>')
}

/** Entries and octets that are kept of one packet: more do not fit into one. */
const most = 4096

/** The lines behind a packet's first, in no order: logs lose and repeat lines. */
export const packetParts: readonly PacketPart[] = [
  part(
    packetLines.hop,
    /^src ?:/,
    (packet, { source, destination }) => void Object.assign(packet, { source, destination }),
  ),
  part(packetLines.fixed, /^\( ?F ?\)/, (packet, values) => {
    const protocolType = Number.parseInt(values.protocolType, 16)
    if (!(protocolType <= 0xffff)) return `type: ${values.protocolType} is no hexadecimal number`
    packet.addressFamily = values.familyNumber
    packet.protocolType = protocolType
    packet.hopCount = values.hopCount
    packet.version = values.version
    return undefined
  }),
  part(packetLines.lengths, /^shtl ?:/, (packet, { nbma, subaddress }) => {
    packet.nbmaLength = nbma
    packet.subaddressLength = subaddress
  }),
  part(laterLines.sizes, /^pktsz ?:/, (packet, { size, extensionOffset }) => {
    packet.ownSize = size
    packet.extensionOffset = extensionOffset
  }),
  part(packetLines.flags, /^\( ?M ?\) ?flags/, (packet, { flags: words, requestId }) => {
    if (packet.kind === 'error-indication' || packet.kind === 'traffic-indication') return 'indications have no flags'
    const { flags, unknown } = flagsOf(packet.kind, words)
    packet.flags = flags
    packet.requestId = requestId
    return unknown.length === 0 ? undefined : `no flag of such a message is called ${unknown.join(' or ')}`
  }),
  part(laterLines.trafficCode, /^\( ?M ?\) ?traffic/, (packet, { code }) => void (packet.code = code)),
  part(laterLines.errorCode, /^\( ?M ?\) ?error/, (packet, { code, offset }) => {
    packet.code = code
    packet.errorOffset = offset
  }),
  part(packetLines.sourceNbma, /^src NBMA/, (packet, { nbma }) => void (packet.sourceNbma = nbma)),
  part(packetLines.protocols, /^src protocol/, (packet, { source, destination }) => {
    packet.sourceProtocol = source
    packet.destinationProtocol = destination
  }),
  part(packetLines.entry, /^\( ?C ?-/, (packet, { code }) => {
    const entries = openEntries(packet)
    if (entries.length < most) entries.push({ code })
  }),
  ofEntry(packetLines.entryTimes, /^prefix ?:/, (entry, values) => void Object.assign(entry, values)),
  ofEntry(packetLines.entryLengths, /^addr_len ?:/, (entry, values) => {
    entry.nbmaLength = values.nbma
    entry.subaddressLength = values.subaddress
    entry.protocolLength = values.protocol
    entry.preference = values.preference
  }),
  ofEntry(packetLines.clientNbma, /^client NBMA/, (entry, { nbma }) => void (entry.nbma = nbma)),
  ofEntry(packetLines.clientProtocol, /^client protocol/, (entry, { protocol }) => void (entry.protocol = protocol)),
  part(laterLines.trafficContents, /^Contents of nhrp traffic/, packet => void (packet.contents = [])),
  part(laterLines.errorContents, /^Contents of nhrp error/, packet => void (packet.contents = [])),
  part(laterLines.extension, /^[A-Z][\w ]{1,60} Extension ?\(/, (packet, { type }) => {
    packet.extensions ??= []
    if (packet.extensions.length < most) packet.extensions.push({ type, entries: [] })
  }),
  part(laterLines.password, /^type ?: ?Cleartext/, (packet, { password }) => {
    const extension = packet.extensions?.at(-1)
    if (extension === undefined) return 'no extension stands before it'
    extension.password = password
    return undefined
  }),
]

function ofEntry<V>(line: DebugLine<V>, start: RegExp, put: (entry: PrintedEntry, values: V) => void): PacketPart {
  return part(line, start, (packet, values) => {
    const entry = openEntries(packet).at(-1)
    if (entry === undefined) return 'no (C-1) line stands before it'
    put(entry, values)
    return undefined
  })
}

/** Entries behind an extension's line are the extension's. */
function openEntries(packet: PrintedPacket): PrintedEntry[] {
  const extension: PrintedExtension | undefined = packet.extensions?.at(-1)
  return extension === undefined ? packet.entries : extension.entries
}

/** Takes a line of hexadecimal octets for what is quoted; false where it is none. */
export function takeContents(packet: PrintedPacket, text: string): boolean {
  if (packet.contents === undefined || packet.extensions !== undefined) return false
  if (!/^[0-9A-Fa-f]{2}(?: ?[0-9A-Fa-f]{2}){0,63}$/.test(text)) return false
  const octets = text.match(/[0-9A-Fa-f]{2}/g)!.map(each => Number.parseInt(each, 16))
  if (packet.contents.length < most) packet.contents.push(...octets)
  return true
}
