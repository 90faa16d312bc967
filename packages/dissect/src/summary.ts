/** One line per packet, as tshark prints it: number, time, source, destination, protocol, length, information. */
import type { Endpoints, Frame, Stack } from '@dmvpn/protocols'
import { hostNames, type Ipv4, Literal, type Sink } from '@dmvpn/wire'
import { endsOf, speakerOf, writeEnd, writeInfo, writeLengthColumn, writeProtocol } from './columns.ts'
import type { FrameRecord } from './frame-record.ts'
import { writeLineStart } from './line-start.ts'
import type { Session } from './session/session.ts'

/** tshark's width: longer texts push what follows to the right. */
export const addressWidth = 12

const space = 0x20
const newline = 0x0a
const arrow: Literal = new Literal(' → ')

/** Decodes the next record of a session, without a tree. */
export function decodeRecord(stack: Stack, record: FrameRecord, session: Session): Frame {
  session.begin(record)
  const { buffer, view, start, end, linkType, fcsLength } = record
  return stack.decodeIn(buffer, view, start, end, linkType, { session, fcsLength })
}

/** Decodes a record and writes its line. Nothing is allocated but the packets. */
export function writeSummary(s: Sink, stack: Stack, record: FrameRecord, session: Session): Frame {
  const frame = decodeRecord(stack, record, session)
  writeSummaryLine(s, frame, record, session)
  return frame
}

/** The line of a frame decoded already, of the session's present record. */
export function writeSummaryLine(s: Sink, frame: Frame, record: FrameRecord, session: Session): void {
  writeLineStart(s, record, session)
  writeLineEnd(s, frame, record)
}

/** The same behind number and time: what the frame alone decides. */
export function writeLineEnd(s: Sink, frame: Frame, record: FrameRecord): void {
  const ends = endsOf(frame)
  writeEndRight(s, ends)
  s.put(arrow)
  const from = s.length
  if (ends !== undefined) writeEnd(s, ends.kind, ends.destination)
  s.pad(from, addressWidth)
  s.byte(space)
  const speaker = speakerOf(frame)
  writeProtocol(s, frame, speaker)
  s.byte(space)
  writeLengthColumn(s, frame, record)
  s.byte(space)
  writeInfo(s, frame, record, speaker)
  s.byte(newline)
}

/** The source column: addresses of IPv4 know their width before they are written. */
function writeEndRight(s: Sink, ends: Endpoints | undefined): void {
  if (ends === undefined) s.spaces(addressWidth)
  else if (ends.kind === 'ipv4' && hostNames.size === 0) s.ipv4Right(ends.source as Ipv4, addressWidth)
  else {
    const from = s.length
    writeEnd(s, ends.kind, ends.source)
    if (s.length - from < addressWidth) padLeft(s, from, addressWidth)
  }
}

/** Moves what was written since `from`, which is too short, to the right until it is `width` wide. */
function padLeft(s: Sink, from: number, width: number): void {
  const missing = width - (s.length - from)
  s.reserve(missing)
  const { bytes } = s
  for (let at = s.length - 1; at >= from; at--) bytes[at + missing] = bytes[at]!
  for (let at = from; at < from + missing; at++) bytes[at] = space
  s.length += missing
}
