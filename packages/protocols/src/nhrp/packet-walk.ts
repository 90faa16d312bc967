/** The walk through a packet of NHRP: fixed part, mandatory part by the kind of message, extensions. RFC 2332 §5.2. */
import { type Address, checksumWithout, expert, type Field, sizeOfAddress } from '@dmvpn/wire'
import { checksumStatus, statusField } from '../checksum-status.ts'
import type { PacketCursor } from '../packet-cursor.ts'
import { walkCies } from './cie.ts'
import { kindOfType } from './codes.ts'
import type { Extension } from './extensions/extension.ts'
import type { ExtensionsPart } from './extensions-part.ts'
import { type FixedPart, fixedPart, leastSize, longFormType, shortForm } from './fixed-part.ts'
import {
  errorStart,
  exchangeStartOf,
  leftover,
  leftoverNote,
  plainExchangeStart,
  trafficStart,
  walkAddresses,
} from './mandatory-part.ts'
import type { Nhrp, NhrpErrorIndication, NhrpExchange, NhrpTrafficIndication } from './message.ts'

const status: Field = statusField('nhrp.hdr.chksum', 'NHRP Packet Checksum Status')
const badChecksum: Field = expert('nhrp.hdr.bad_checksum', 'Bad checksum', 'error')
const badSize: Field = expert('nhrp.hdr.pktsz.invalid', 'Packet length is less than the fixed header length', 'error')
const badOffset: Field = expert(
  'nhrp.hdr.extoff.invalid',
  'Extension offset is less than the fixed header length or larger than the packet size',
  'error',
)
const notAllowed: Field = expert('nhrp.ext.not_allowed', 'Extensions not allowed per RFC2332 section 5.2.7', 'error')

/** What a walk shows beside the rows. */
export const walkNotes: readonly Field[] = [status, badChecksum, badSize, badOffset, notAllowed]

const { lens } = fixedPart

const nothing = new Uint8Array(0)

/** Walks a packet to its end. Stops where lengths contradict the protocol, or the octets run out. */
export function walkPacket(c: PacketCursor, part: ExtensionsPart): Nhrp {
  const start = c.at
  c.open('NHRP Fixed Header')
  const fixed = fixedPart.read(c.view, c.pass(isLongForm(c) ? fixedPart : shortForm))
  const { size, type } = fixed
  if (size < leastSize) {
    c.note(badSize, `Packet length (${size}) is less than ${leastSize}`, start + 10, 2)
    c.malformed('nhrp.hdr.pktsz', `is ${size}, less than the ${leastSize} octets of any message`, sizeRule, start + 10)
  }
  if (c.wants(status)) showChecksum(c, start, size, fixed.checksum)
  c.close()
  c.limit(start + size - c.at, 'nhrp.hdr.pktsz')
  const message =
    type === 7
      ? walkErrorIndication(c, part, fixed, start)
      : type === 8
        ? walkTrafficIndication(c, part, fixed, start)
        : walkExchange(c, part, fixed, start)
  // Walked as far as the octets reach; now what is missing is reported.
  c.need('nhrp.hdr.pktsz', start + size - c.at)
  return message
}

const sizeRule = 'RFC 2332 §5.2.1'

function isLongForm(c: PacketCursor): boolean {
  return c.left >= 4 && c.view.getUint16(c.at + 2) === longFormType
}

function showChecksum(c: PacketCursor, start: number, size: number, stored: number): void {
  const whole = start + size <= c.end
  const right = whole ? checksumWithout(c.view, start, start + size, start + 12) : stored
  const good = right === stored
  c.show(status, whole ? (good ? checksumStatus.good : checksumStatus.bad) : checksumStatus.unverified, start + 12)
  if (!good) c.note(badChecksum, `Bad checksum [should be 0x${right.toString(16).padStart(4, '0')}]`, start + 12, 2)
}

/** Whether the checksum of a packet is right all of whose octets are there. */
export function hasRightChecksum(view: DataView, at: number): boolean {
  return checksumWithout(view, at, at + lens.size.read(view, at), at + 12) === lens.checksum.read(view, at)
}

/** Where the mandatory part ends: an extension offset outside of the packet is judged once the addresses are known. */
function enterMandatory(c: PacketCursor, fixed: FixedPart, start: number): void {
  const { extensionOffset, size } = fixed
  c.open('NHRP Mandatory Part')
  if (extensionOffset < leastSize || extensionOffset > size) c.enter(start + size - c.at, 'nhrp.hdr.pktsz')
  else c.enter(start + extensionOffset - c.at, 'nhrp.hdr.extoff')
}

/** After the addresses: what follows has no known end where the offset points before it or out of the packet. */
function checkOffset(c: PacketCursor, { extensionOffset, size }: FixedPart, start: number): void {
  const least = c.at - start
  if (extensionOffset === 0 || (extensionOffset >= least && extensionOffset <= size)) return
  c.note(badOffset, `Extension offset (${extensionOffset}) outside of ${least} to ${size}`, start + 14, 2)
  c.malformed('nhrp.hdr.extoff', `is ${extensionOffset}, outside of ${least} to ${size}`, sizeRule, start + 14)
}

function leaveMandatory(c: PacketCursor): void {
  c.leave()
  c.close()
}

/** Ends the mandatory part with the packet that an indication is about. */
function takeQuote(c: PacketCursor, table: string, key: number): Uint8Array {
  c.close()
  c.open('Packet Causing Indication')
  const quote = c.quote(table, key, c.left, 'nhrp.quote')
  c.close()
  c.leave()
  return quote
}

function walkExtensions(
  c: PacketCursor,
  part: ExtensionsPart,
  offset: number,
  source: Address | undefined,
): readonly Extension[] {
  return offset === 0 ? noExtensions : part.walk(c, sizeOfAddress(source))
}

const noExtensions: readonly Extension[] = []

function walkExchange(c: PacketCursor, part: ExtensionsPart, fixed: FixedPart, start: number): NhrpExchange {
  enterMandatory(c, fixed, start)
  const { sourceLength, destinationLength, flags, requestId } = plainExchangeStart.read(
    c.view,
    c.pass(exchangeStartOf(fixed.type)),
  )
  const { sourceNbma, sourceSubaddress, sourceProtocol, destinationProtocol } = walkAddresses(
    c,
    fixed.sourceNbma,
    fixed.sourceSubaddress,
    sourceLength,
    destinationLength,
  )
  checkOffset(c, fixed, start)
  const entries = walkCies(c)
  let over: Uint8Array = nothing
  if (c.left > 0) {
    c.note(leftoverNote, `${c.left} octets are too few for a Client Information Entry`, c.at, c.left)
    over = c.takeRest(leftover)
  }
  leaveMandatory(c)
  const extensions = c.brief ? noExtensions : walkExtensions(c, part, fixed.extensionOffset, sourceProtocol)
  const afterEnd = c.brief ? nothing : part.walkAfterEnd(c)
  return {
    kind: kindOfType(fixed.type) as NhrpExchange['kind'],
    type: fixed.type,
    addressFamily: fixed.addressFamily,
    protocolType: fixed.protocolType,
    snapOui: fixed.snapOui,
    snapPid: fixed.snapPid,
    hopCount: fixed.hopCount,
    version: fixed.version,
    sourceNbmaType: fixed.sourceNbma >>> 6,
    sourceSubaddressType: fixed.sourceSubaddress >>> 6,
    flags,
    requestId,
    sourceNbma,
    sourceSubaddress,
    sourceProtocol,
    destinationProtocol,
    entries,
    leftover: over,
    extensions,
    afterEnd,
  }
}

function walkErrorIndication(
  c: PacketCursor,
  part: ExtensionsPart,
  fixed: FixedPart,
  start: number,
): NhrpErrorIndication {
  enterMandatory(c, fixed, start)
  const { sourceLength, destinationLength, unused, errorCode, errorOffset } = c.take(errorStart)
  const { sourceNbma, sourceSubaddress, sourceProtocol, destinationProtocol } = walkAddresses(
    c,
    fixed.sourceNbma,
    fixed.sourceSubaddress,
    sourceLength,
    destinationLength,
  )
  checkOffset(c, fixed, start)
  const quote = takeQuote(c, 'nhrp.quote', 0)
  if (fixed.extensionOffset !== 0) c.note(notAllowed, 'Extensions not allowed per RFC2332 section 5.2.7', c.at, c.left)
  const extensions = walkExtensions(c, part, fixed.extensionOffset, sourceProtocol)
  const afterEnd = part.walkAfterEnd(c)
  return {
    kind: 'error-indication',
    type: 7,
    addressFamily: fixed.addressFamily,
    protocolType: fixed.protocolType,
    snapOui: fixed.snapOui,
    snapPid: fixed.snapPid,
    hopCount: fixed.hopCount,
    version: fixed.version,
    sourceNbmaType: fixed.sourceNbma >>> 6,
    sourceSubaddressType: fixed.sourceSubaddress >>> 6,
    sourceNbma,
    sourceSubaddress,
    sourceProtocol,
    destinationProtocol,
    extensions,
    afterEnd,
    unused,
    errorCode,
    errorOffset,
    quote,
  }
}

function walkTrafficIndication(
  c: PacketCursor,
  part: ExtensionsPart,
  fixed: FixedPart,
  start: number,
): NhrpTrafficIndication {
  enterMandatory(c, fixed, start)
  const { sourceLength, destinationLength, unused, trafficCode, unused2 } = c.take(trafficStart)
  const { sourceNbma, sourceSubaddress, sourceProtocol, destinationProtocol } = walkAddresses(
    c,
    fixed.sourceNbma,
    fixed.sourceSubaddress,
    sourceLength,
    destinationLength,
  )
  checkOffset(c, fixed, start)
  const quote = takeQuote(c, 'ethertype', fixed.protocolType)
  const extensions = walkExtensions(c, part, fixed.extensionOffset, sourceProtocol)
  const afterEnd = part.walkAfterEnd(c)
  return {
    kind: 'traffic-indication',
    type: 8,
    addressFamily: fixed.addressFamily,
    protocolType: fixed.protocolType,
    snapOui: fixed.snapOui,
    snapPid: fixed.snapPid,
    hopCount: fixed.hopCount,
    version: fixed.version,
    sourceNbmaType: fixed.sourceNbma >>> 6,
    sourceSubaddressType: fixed.sourceSubaddress >>> 6,
    sourceNbma,
    sourceSubaddress,
    sourceProtocol,
    destinationProtocol,
    extensions,
    afterEnd,
    unused,
    trafficCode,
    unused2,
    quote,
  }
}
