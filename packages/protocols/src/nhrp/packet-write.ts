/** A packet of NHRP as octets: RFC 2332 §5.2. */
import { sizeOfAddress, type Writer } from '@dmvpn/wire'
import { sizeOfCies, typeLengthOf, writeCies } from './cie.ts'
import type { ExtensionsPart } from './extensions-part.ts'
import { fixedPart, leastSize } from './fixed-part.ts'
import { errorStart, plainExchangeStart, trafficStart } from './mandatory-part.ts'
import type { Nhrp } from './message.ts'

const { lens } = fixedPart

/** Octets of a packet. */
export function sizeOfPacket(packet: Nhrp, part: ExtensionsPart): number {
  return sizeOfMandatory(packet) + part.size(packet.extensions) + packet.afterEnd.length
}

function sizeOfMandatory(packet: Nhrp): number {
  const addresses =
    sizeOfAddress(packet.sourceNbma) +
    sizeOfAddress(packet.sourceSubaddress) +
    sizeOfAddress(packet.sourceProtocol) +
    sizeOfAddress(packet.destinationProtocol)
  const rest = 'quote' in packet ? packet.quote.length : sizeOfCies(packet.entries) + packet.leftover.length
  return leastSize + addresses + rest
}

/** Writes a packet, its size, extension offset and checksum true. */
export function writePacket(w: Writer, packet: Nhrp, part: ExtensionsPart): void {
  writeFixedPart(w, packet)
  writeStart(w, packet)
  w.putAddress(packet.sourceNbma)
  w.putAddress(packet.sourceSubaddress)
  w.putAddress(packet.sourceProtocol)
  w.putAddress(packet.destinationProtocol)
  if ('quote' in packet) w.putBytes(packet.quote)
  else {
    writeCies(w, packet.entries)
    if (packet.leftover.length > 0) w.putBytes(packet.leftover)
  }
  if (packet.extensions.length > 0) {
    lens.extensionOffset.write(w.view, w.start, w.at - w.start)
    part.write(w, packet.extensions)
  }
  if (packet.afterEnd.length > 0) w.putBytes(packet.afterEnd)
  // RFC 2332 §5.2.1: over the whole packet, the checksum taken as zero; an odd last octet is a high half.
  lens.checksum.write(w.view, w.start, w.checksum(w.start, w.body))
}

function writeFixedPart(w: Writer, packet: Nhrp): void {
  fixedPart.write(w.view, w.pass(fixedPart), {
    addressFamily: packet.addressFamily,
    protocolType: packet.protocolType,
    snapOui: packet.snapOui,
    snapPid: packet.snapPid,
    hopCount: packet.hopCount,
    size: w.body - w.start,
    checksum: 0,
    extensionOffset: 0,
    version: packet.version,
    type: packet.type,
    sourceNbma: typeLengthOf('nhrp.hdr.shtl', packet.sourceNbmaType, packet.sourceNbma),
    sourceSubaddress: typeLengthOf('nhrp.hdr.sstl', packet.sourceSubaddressType, packet.sourceSubaddress),
  })
}

/** What the mandatory part begins with. */
function writeStart(w: Writer, packet: Nhrp): void {
  const sourceLength = sizeOfAddress(packet.sourceProtocol)
  const destinationLength = sizeOfAddress(packet.destinationProtocol)
  switch (packet.kind) {
    case 'error-indication':
      w.put(errorStart, { sourceLength, destinationLength, ...packet })
      break
    case 'traffic-indication':
      w.put(trafficStart, { sourceLength, destinationLength, ...packet })
      break
    default:
      // The flags have other names in other messages, and the same place.
      plainExchangeStart.write(w.view, w.pass(plainExchangeStart), {
        sourceLength,
        destinationLength,
        flags: packet.flags,
        requestId: packet.requestId,
      })
  }
}
