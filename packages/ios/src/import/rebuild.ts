/** Printed packets back to messages: what the text determines exactly, and words for what it does not. */
import { type Ip, type ProfileName, profiles } from '@dmvpn/core'
import { type Extension, type Nhrp, type NhrpCommon, nhrp, typeOfKind } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { type ExtensionLayout, layoutsOfSize } from './extensions-by-size.ts'
import { entryOf, extensionsOfLayout, extensionsPrinted } from './extensions-rebuilt.ts'
import type { PrintedPacket } from './printed-packet.ts'
import type { KnownStation, Stations } from './stations.ts'
import { octetsOf } from './whole.ts'

/** A packet of a log, rebuilt. */
export interface RebuiltPacket {
  readonly printed: PrintedPacket
  readonly message: Nhrp
  /** Octets of the rebuilt message. */
  readonly size: number
  /** Whose habits it shows: the outer header is written as theirs is. */
  readonly profile: ProfileName
  /** Outside addresses of this hop; undefined where no line tells. */
  readonly from: Ipv4 | undefined
  readonly to: Ipv4 | undefined
  /** What was not printed and what stands for it. Without secrets. */
  readonly assumptions: readonly string[]
  /** Why the rebuilt size is another than the printed one; undefined where they are equal. */
  readonly difference: string | undefined
}

/** The messages of packets that are whole, given all that the log tells of stations. */
export function rebuild(packets: readonly PrintedPacket[], stations: Stations): RebuiltPacket[] {
  const passwordLength = usualPasswordLength(packets, stations)
  return packets.map(packet => rebuildOne(packet, stations, passwordLength))
}

function rebuildOne(
  packet: PrintedPacket,
  stations: Stations,
  passwordLength: number | 'none' | undefined,
): RebuiltPacket {
  const assumptions: string[] = []
  const bare = messageOf(packet, assumptions)
  const left = packet.size - nhrp.size(bare)
  const layout = layoutOf(packet, left, stations, passwordLength)
  const profile = profiles[layout?.profile.name ?? (packet.extensionOffset === undefined ? 'ios12' : 'ios15')]
  const extensions = extensionsFor(packet, bare, layout, stations, assumptions)
  const message: Nhrp = { ...bare, extensions, afterEnd: new Uint8Array(layout?.trailing ?? 0) }
  const size = nhrp.size(message)
  const { from, to } = outside(packet, stations)
  if (from === undefined) assumptions.push('the outer source is told by no line: 0.0.0.0')
  if (to === undefined && packet.fate !== 'no encapsulation')
    assumptions.push('the outer destination is told by no line: 0.0.0.0')
  return {
    printed: packet,
    message,
    size,
    profile: profile.name,
    from,
    to,
    assumptions,
    difference: size === packet.size ? contradiction(packet, bare) : differenceText(packet, bare, size),
  }
}

/** The extensions as printed, where they fill the size; those that are known to fill it; or the printed ones after all. */
function extensionsFor(
  packet: PrintedPacket,
  bare: Nhrp,
  layout: ExtensionLayout | undefined,
  stations: Stations,
  assumptions: string[],
): readonly Extension[] {
  const printed = extensionsPrinted(packet.extensions ?? [])
  if (layout === undefined || nhrp.size({ ...bare, extensions: printed }) === packet.size) return printed
  return extensionsOfLayout(packet, layout, stations, assumptions)
}

function layoutOf(
  packet: PrintedPacket,
  left: number,
  stations: Stations,
  passwordLength: number | 'none' | undefined,
): ExtensionLayout | undefined {
  if (left < 0) return undefined
  const requestHops = stations.requestHops(packet)
  for (const layout of layoutsOfSize(packet, left, { requestHops, passwordLength })) return layout
  return undefined
}

/** Of the packets whose size leaves no choice: the commonest. */
function usualPasswordLength(packets: readonly PrintedPacket[], stations: Stations): number | 'none' | undefined {
  const counts = new Map<number | 'none', number>()
  for (const packet of packets) {
    if (packet.kind.startsWith('registration')) continue
    const left = packet.size - nhrp.size(messageOf(packet, []))
    const layout = layoutOf(packet, left, stations, undefined)
    if (layout === undefined || !layout.any) continue
    const length = layout.passwordLength ?? 'none'
    counts.set(length, (counts.get(length) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0]
}

/** The message with everything but its extensions. */
function messageOf(packet: PrintedPacket, assumptions: string[]): Nhrp {
  const common: NhrpCommon = {
    addressFamily: packet.addressFamily ?? 1,
    protocolType: packet.protocolType ?? 0x0800,
    snapOui: 0,
    snapPid: 0,
    hopCount: packet.hopCount ?? 255,
    version: packet.version ?? 1,
    sourceNbmaType: 0,
    sourceSubaddressType: 0,
    sourceNbma: packet.sourceNbma,
    sourceSubaddress: undefined,
    sourceProtocol: packet.sourceProtocol,
    destinationProtocol: packet.destinationProtocol,
    extensions: [],
    afterEnd: new Uint8Array(0),
  }
  const { kind } = packet
  switch (kind) {
    case 'error-indication': {
      const quote = quoteOf(packet, packet.size - 28 - addressesOf(packet), assumptions)
      return {
        ...common,
        kind,
        type: 7,
        unused: 0,
        errorCode: packet.code ?? 0,
        errorOffset: packet.errorOffset ?? 0,
        quote,
      }
    }
    case 'traffic-indication': {
      const quote = quoteOf(packet, quotedOctets(packet), assumptions)
      return { ...common, kind, type: 8, unused: 0, trafficCode: packet.code ?? 0, unused2: 0, quote }
    }
    default:
      return {
        ...common,
        kind,
        type: typeOfKind(kind),
        flags: packet.flags ?? 0,
        requestId: packet.requestId ?? 0,
        entries: packet.entries.map(each => entryOf(each)),
        leftover: new Uint8Array(0),
      }
  }
}

/** Octets that a traffic indication quotes: up to the extensions, as printed, or an IP header and eight octets. */
function quotedOctets(packet: PrintedPacket): number | undefined {
  const { contents = [], extensionOffset = 0, sourceProtocol } = packet
  if (extensionOffset > 0) return extensionOffset - 28 - addressesOf(packet)
  if (contents.length > 0) return undefined
  return typeof sourceProtocol === 'bigint' ? 48 : 28
}

function addressesOf({ sourceNbma, sourceProtocol, destinationProtocol }: PrintedPacket): number {
  return octetsOf(sourceNbma) + octetsOf(sourceProtocol) + octetsOf(destinationProtocol)
}

/** Octets that are put for what is not printed: more do not fit into a packet. */
const longestQuote = 1500

/** The packet an indication quotes, `length` octets where that is known; zeros for those that are not printed. */
function quoteOf({ contents = [] }: PrintedPacket, length: number | undefined, assumptions: string[]): Uint8Array {
  const quote = new Uint8Array(Math.max(contents.length, Math.min(length ?? 0, longestQuote)))
  quote.set(contents)
  const zeros = quote.length - contents.length
  if (zeros > 0) assumptions.push(`${zeros} octets of the quoted packet are not printed: zeros`)
  return quote
}

interface Outside {
  readonly from: Ipv4 | undefined
  readonly to: Ipv4 | undefined
}

/** Who sent the packet on its last hop to whom, on the outside. */
function outside(packet: PrintedPacket, stations: Stations): Outside {
  const printer = stations.printer(packet)
  if (packet.fate === 'no encapsulation') return { from: ownNbma(packet, printer), to: undefined }
  if (packet.verb !== 'Receive') {
    const isAsked = packet.kind === 'resolution-request'
    const next = stations.at(packet.destination).nbma ?? (isAsked ? stations.nextHopServer().nbma : undefined)
    return { from: ownNbma(packet, printer), to: packet.nbma ?? next }
  }
  return { from: packet.nbma ?? sender(packet, stations).nbma, to: printer.nbma ?? addressed(packet, stations).nbma }
}

/** A requester's own message has its address in it. */
function ownNbma(packet: PrintedPacket, printer: KnownStation): Ipv4 | undefined {
  const isRequester =
    packet.kind.endsWith('-request') && packet.verb === 'Send' && packet.source === packet.sourceProtocol
  return isRequester && typeof packet.sourceNbma === 'number' ? packet.sourceNbma : printer.nbma
}

/** Who a received message came from. */
function sender(packet: PrintedPacket, stations: Stations): KnownStation {
  const wasForwarded = (packet.hopCount ?? 255) < 255 && (packet.hopCount ?? 255) > 64
  if (wasForwarded) return stations.forwarder(packet)
  if (packet.kind.endsWith('-reply')) return stations.responder(packet)
  return { protocol: packet.sourceProtocol, nbma: numberOf(packet.sourceNbma) }
}

/** Whom a received message was for, where the router is not known by name. */
function addressed(packet: PrintedPacket, stations: Stations): KnownStation {
  if (packet.kind.endsWith('-reply')) return { protocol: packet.sourceProtocol, nbma: numberOf(packet.sourceNbma) }
  return packet.kind === 'resolution-request'
    ? { protocol: undefined, nbma: undefined }
    : stations.at(packet.destinationProtocol)
}

function numberOf(address: Ip | undefined): Ipv4 | undefined {
  return typeof address === 'number' ? address : undefined
}

/** What the text says twice, differently. */
function contradiction(packet: PrintedPacket, bare: Nhrp): string | undefined {
  const { ownSize, extensionOffset, size } = packet
  if (ownSize !== undefined && ownSize !== size) return `pktsz says ${ownSize} octets, the first line ${size}`
  if (extensionOffset === undefined || extensionOffset === 0) return undefined
  const end = nhrp.size(bare)
  return extensionOffset === end ? undefined : `extoff says ${extensionOffset}, the printed fields end at ${end}`
}

function differenceText(packet: PrintedPacket, bare: Nhrp, size: number): string {
  const fields = nhrp.size(bare)
  const left = packet.size - fields
  const found =
    left < 0
      ? `its fields alone are ${fields} octets`
      : `behind its fields, ${fields} octets, ${left} are left, which no known extensions fill`
  return `printed ${packet.size} octets, rebuilt ${size}: ${found}`
}
