/**
 * Generic Routing Encapsulation, RFC 2784 §2, with the key and sequence number of RFC 2890 §2 and the routing of
 * RFC 1701 §2; and version 1, the enhanced GRE of PPTP (RFC 2637 §4.1).
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |C|R|K|S|s|Recur|  Flags  | Ver |         Protocol Type         |
 *  |      Checksum (C or R)        |       Offset (C or R)         |
 *  |                            Key (K)                            |
 *  |                      Sequence Number (S)                      |
 *  |            Acknowledgment Number (A, version 1)               |
 *  |                          Routing (R)                          |
 */
import { checksumWithout, expert, type Field, type Lens, Literals, type Writer } from '@dmvpn/wire'
import { checksumStatus, statusField } from '../checksum-status.ts'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'
import { isEnhanced, mayAcknowledge } from './enhanced.ts'
import {
  acknowledgedStart,
  acknowledgmentWord,
  callWord,
  checksumWord,
  type GreFlags,
  keyWord,
  sequenceWord,
  start,
} from './header.ts'
import { isKeepalive, keepalive } from './keepalive.ts'
import { greProtocolNames } from './protocol-types.ts'
import {
  routingFields,
  type SourceRouteEntry,
  sizeOfRouting,
  sourceRouteEntry,
  walkRouting,
  writeRouting,
} from './routing.ts'
import { redirect, redirectHeader, type WccpRedirect, walkRedirect, wccpProtocol, writeRedirect } from './wccp.ts'

export interface Gre {
  readonly protocol: number
  /** 0; 1 is the enhanced GRE of PPTP, which carries PPP. */
  readonly version: number
  /** Whether a checksum is present; its value is a claim. */
  readonly checksummed: boolean
  /** A missing key and key 0 are different things (RFC 2890 §2.1). */
  readonly key: number | undefined
  /** The peer's call, in enhanced GRE; the payload length beside it is a claim. */
  readonly callId: number | undefined
  readonly sequence: number | undefined
  /** In enhanced GRE, and where a 3GPP2 A10 connection is carried. */
  readonly acknowledgment: number | undefined
  /** Source route entries, RFC 1701; the closing entry of length 0 is part of the list. `undefined` where R is clear. */
  readonly routing: readonly SourceRouteEntry[] | undefined
  readonly strictSourceRoute: boolean
  readonly recursion: number
  /** Bits 8–12, RFC 2784's reserved flags; bits 9–12 where bit 8 announces an acknowledgment number. */
  readonly reserved: number
  /** The word beside the checksum: Reserved1 of RFC 2784, the active entry's offset of RFC 1701. */
  readonly offset: number
  /** Where WCCP version 2 is carried. */
  readonly redirect: WccpRedirect | undefined
}

const status: Field = statusField('gre.checksum')
const badChecksum: Field = expert('gre.checksum.incorrect', 'Incorrect GRE Checksum', 'warning')
const unknownVersion: Field = expert('gre.flags.version.unknown', 'Version is neither 0 nor 1', 'warning')
const reservedSet: Field = expert('gre.flags.reserved.nonzero', 'Reserved flags are set', 'note')

const titles = new Literals<number>(
  carried => `Generic Routing Encapsulation (${greProtocolNames.nameOf(carried) ?? `${hex(carried)} - unknown`})`,
)

export const gre: Protocol<Gre> = protocol<Gre>({
  name: 'gre',
  label: 'Generic Routing Encapsulation',
  short: 'GRE',
  over: [
    { table: 'ip.proto', key: 47 },
    { table: 'udp.port', key: 4754 },
  ],
  fields: [
    start,
    acknowledgedStart,
    checksumWord,
    status,
    badChecksum,
    unknownVersion,
    reservedSet,
    keyWord,
    callWord,
    sequenceWord,
    acknowledgmentWord,
    sourceRouteEntry,
    ...routingFields,
    redirect,
    redirectHeader,
    keepalive,
  ],
  defaults: {
    protocol: 0,
    version: 0,
    checksummed: false,
    key: undefined,
    callId: undefined,
    sequence: undefined,
    acknowledgment: undefined,
    routing: undefined,
    strictSourceRoute: false,
    recursion: 0,
    reserved: 0,
    offset: 0,
    redirect: undefined,
  },
  selects: { table: 'gre.proto', fact: 'protocol' },
  claims,
  title: (s, packet) => {
    s.put(titles.of(packet.protocol))
  },
  info: (s, packet) => {
    const name = greProtocolNames.nameOf(packet.protocol)
    s.text('Encapsulated ').text(name ?? `0x${packet.protocol.toString(16).toUpperCase().padStart(4, '0')} (unknown)`)
  },
  // A keepalive is told by the addresses around it.
  isQuiet: (view, at) => view.getUint16(at + 2) !== 0,

  walk(c) {
    const at = c.at
    const word = c.left >= start.size ? c.view.getUint32(at) : 0
    const version = (word >>> 16) & 7
    const carried = word & 0xffff
    const acknowledges = mayAcknowledge(version, carried)
    const first = c.pass(acknowledges ? acknowledgedStart : start)
    const { flags } = start.read(c.view, first)
    const reserved = acknowledges ? flags.reserved & reservedBehindAcknowledgment : flags.reserved
    if (c.witness !== undefined) noteFlags(c, at, version, reserved)
    let offset = 0
    if (flags.checksum || flags.routing) {
      const { checksum, offset: beside } = checksumWord.read(c.view, c.pass(checksumWord))
      offset = beside
      if (c.wants(status)) showChecksum(c, at, flags, checksum)
    }
    const enhanced = isEnhanced(version, carried)
    const key = flags.key && !enhanced ? keyWord.read(c.view, c.pass(keyWord)).key : undefined
    const callId = flags.key && enhanced ? c.take(callWord).callId : undefined
    const sequence = flags.sequence ? sequenceWord.read(c.view, c.pass(sequenceWord)).sequence : undefined
    const hasAcknowledgment = acknowledges && (word & acknowledgmentBit) !== 0
    const acknowledgment = hasAcknowledgment ? c.take(acknowledgmentWord).acknowledgment : undefined
    const routing = flags.routing ? walkRouting(c) : undefined
    const found = carried === wccpProtocol ? walkRedirect(c) : undefined
    if (carried === 0 && c.left === 0 && c.wants(keepalive) && isKeepalive(c.frame, key)) c.show(keepalive, true, at)
    // WCCP redirects IPv4 packets.
    c.carries('gre.proto', carried === wccpProtocol ? 0x0800 : carried)
    return {
      protocol: carried,
      version,
      checksummed: flags.checksum,
      key,
      callId,
      sequence,
      acknowledgment,
      routing,
      strictSourceRoute: flags.strictSourceRoute,
      recursion: flags.recursion,
      reserved,
      offset,
      redirect: found,
    }
  },

  size: packet =>
    start.size +
    (hasChecksumWord(packet) ? 4 : 0) +
    (hasKeyWord(packet) ? 4 : 0) +
    (packet.sequence === undefined ? 0 : 4) +
    (packet.acknowledgment === undefined ? 0 : 4) +
    sizeOfRouting(packet.routing) +
    (packet.redirect === undefined ? 0 : redirectHeader.size),

  /** Throws RangeError where a fact has no place in a header of this version and protocol. */
  write(w, packet) {
    const { key, callId, sequence, acknowledgment, routing } = packet
    writeStart(w, packet)
    if (hasChecksumWord(packet)) w.put(checksumWord, { checksum: 0, offset: packet.offset })
    if (key !== undefined) keyWord.write(w.view, w.pass(keyWord), { key })
    if (callId !== undefined) w.put(callWord, { payloadLength: Math.min(w.payload - w.trailer, 0xffff), callId })
    if (sequence !== undefined) w.put(sequenceWord, { sequence })
    if (acknowledgment !== undefined) w.put(acknowledgmentWord, { acknowledgment })
    if (routing !== undefined) writeRouting(w, routing)
    if (packet.redirect !== undefined) writeRedirect(w, packet.redirect)
    if (packet.checksummed) checksumClaim.write(w.view, w.start, w.checksum())
  },
})

const acknowledgmentBit = 0x00800000
/** What is left of the reserved flags where the first of them announces an acknowledgment number. */
const reservedBehindAcknowledgment = 0x0f

const checksumClaim = checksumWord.lens.checksum.after(start.size)
const lengthClaim = callWord.lens.payloadLength.after(start.size)
const lengthClaimBehindChecksum = callWord.lens.payloadLength.after(start.size + checksumWord.size)

function claims(packet: Gre): Record<string, Lens<number>> {
  const summed = hasChecksumWord(packet)
  const found: Record<string, Lens<number>> = {}
  if (summed) found['checksum'] = checksumClaim
  if (packet.callId !== undefined) found['payloadLength'] = summed ? lengthClaimBehindChecksum : lengthClaim
  return found
}

/** RFC 2784 §2.3 and RFC 2637 §4.1: versions 0 and 1, and reserved bits that are zero. Both are in the second octet. */
function noteFlags(c: PacketCursor, at: number, version: number, reserved: number): void {
  if (version > 1) c.note(unknownVersion, `Version is ${version}, neither 0 nor 1`, at + 1, 1)
  if (reserved !== 0) c.note(reservedSet, reservedSet.label, at + 1, 1)
}

function showChecksum(c: PacketCursor, at: number, flags: GreFlags, stored: number): void {
  // Without C the word is there, but undefined; a cut packet, a fragment or a quoted packet cannot be verified.
  const whole = flags.checksum && (c.limitedBy !== 'capture' || c.missing === 0) && !c.quoted && !c.fragmented
  const right = whole ? checksumWithout(c.view, at, c.end, at + start.size) : stored
  const good = right === stored
  c.show(status, whole ? (good ? checksumStatus.good : checksumStatus.bad) : checksumStatus.unverified, at + start.size)
  if (!good) c.note(badChecksum, `Incorrect GRE Checksum [should be ${hex(right)}]`, at + start.size, 2)
}

function writeStart(w: Writer, packet: Gre): void {
  const { protocol: carried, version, key, callId, acknowledgment, redirect: header } = packet
  const acknowledges = mayAcknowledge(version, carried)
  if (isEnhanced(version, carried) ? key !== undefined : callId !== undefined) {
    throw new RangeError('gre: enhanced GRE, and nothing else, has a call ID in the place of the key')
  }
  if (acknowledgment !== undefined && !acknowledges) throw new RangeError('gre: no acknowledgment number here')
  if (header !== undefined && carried !== wccpProtocol) throw new RangeError('gre: a redirect header is for WCCP')
  if (!acknowledges) start.write(w.view, w.pass(start), { flags: flagsOf(packet), protocol: carried })
  else {
    const flags = { ...flagsOf(packet), acknowledgment: acknowledgment !== undefined }
    w.put(acknowledgedStart, { flags, protocol: carried })
  }
}

function flagsOf(packet: Gre): GreFlags {
  return {
    checksum: packet.checksummed,
    routing: packet.routing !== undefined,
    key: hasKeyWord(packet),
    sequence: packet.sequence !== undefined,
    strictSourceRoute: packet.strictSourceRoute,
    recursion: packet.recursion,
    reserved: packet.reserved,
    version: packet.version,
  }
}

function hasChecksumWord(packet: Gre): boolean {
  return packet.checksummed || packet.routing !== undefined
}

function hasKeyWord(packet: Gre): boolean {
  return packet.key !== undefined || packet.callId !== undefined
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`
}
