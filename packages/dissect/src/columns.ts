/** The columns of the packet list, written as octets: what the summary line and `_ws.col.*` are made of. */
import type { AnyProtocol, Endpoints, Frame } from '@dmvpn/protocols'
import { hostNames, hostText, type Ipv4, type Ipv6, type Sink } from '@dmvpn/wire'
import { isCutShort } from './expert.ts'
import { type FrameRecord, timeDigitsOf } from './frame-record.ts'
import { nameAddresses } from './name-addresses.ts'
import type { Session } from './session/session.ts'
import { writeSeconds } from './time-text.ts'

export function writeNumberColumn(s: Sink, _frame: Frame, _record: FrameRecord, session: Session): void {
  s.dec(session.number)
}

/** Seconds since the first frame, as finely as the file has them. */
export function writeTimeColumn(s: Sink, _frame: Frame, record: FrameRecord, session: Session): void {
  writeSeconds(s, session.relative, timeDigitsOf(record))
}

export function writeSourceColumn(s: Sink, frame: Frame): void {
  const ends = endsOf(frame)
  if (ends !== undefined) writeEnd(s, ends.kind, ends.source)
}

export function writeDestinationColumn(s: Sink, frame: Frame): void {
  const ends = endsOf(frame)
  if (ends !== undefined) writeEnd(s, ends.kind, ends.destination)
}

/** Who sent the frame to whom: what the innermost layer that has addresses says, or that a layer has none. */
export function endsOf(frame: Frame): Endpoints | undefined {
  const { layers } = frame
  let unknown: Endpoints | undefined
  for (let i = layers.length - 1; i >= 0; i--) {
    const layer = layers[i]!
    const { protocol } = layer
    if (protocol.endpoints === undefined) continue
    const ends = protocol.endpoints(layer.packet)
    if (ends.kind !== 'none') return ends
    unknown = ends
  }
  return unknown
}

/** One of the addresses of `endsOf`. */
export function writeEnd(s: Sink, kind: Endpoints['kind'], address: Endpoints['source']): void {
  if (kind === 'none') s.text('N/A')
  else if (address === undefined) return
  else if (hostNames.size > 0 && kind !== 'mac') s.text(hostText(address as Ipv4 | Ipv6))
  else if (kind === 'ipv4') s.ipv4(address as number)
  else if (kind === 'ipv6') s.ipv6(address as Ipv6)
  else s.mac(address as number)
}

/** The protocol whose words the columns carry: the innermost with something to say, or the one in which the walk stopped. */
export function speakerOf(frame: Frame): number {
  const { layers } = frame
  for (let i = layers.length - 1; i >= 0; i--) if (layers[i]!.protocol.info !== undefined) return i
  for (let i = layers.length - 1; i >= 0; i--) if (layers[i]!.protocol.name !== 'data') return i
  return layers.length - 1
}

export function writeProtocolColumn(s: Sink, frame: Frame): void {
  writeProtocol(s, frame, speakerOf(frame))
}

/** The same where the speaker is known already. */
export function writeProtocol(s: Sink, frame: Frame, at: number): void {
  const stopped = frame.stoppedIn
  if (stopped !== undefined) {
    s.text(stopped.short)
    return
  }
  const speaker = frame.layers[at]
  if (speaker === undefined) return
  const protocol: AnyProtocol = speaker.protocol
  s.text(protocol.column === undefined ? protocol.short : protocol.column(speaker.packet))
}

export function writeLengthColumn(s: Sink, _frame: Frame, record: FrameRecord): void {
  s.dec(record.originalLength)
}

/** What the packet is about; a fault ends it as tshark says it. */
export function writeInfoColumn(s: Sink, frame: Frame, record: FrameRecord): void {
  writeInfo(s, frame, record, speakerOf(frame))
}

/** The same where the speaker is known already. */
export function writeInfo(s: Sink, frame: Frame, record: FrameRecord, at: number): void {
  const { fault, stoppedIn } = frame
  const from = s.length
  if (stoppedIn === undefined) {
    const speaker = frame.layers[at]
    if (speaker !== undefined) speaker.protocol.info?.(s, speaker.packet, frame, at)
  } else if (stoppedIn.infoWhenStopped !== undefined && frame.stoppedAt !== undefined) {
    const source = frame.further.at(-1)
    if (source === undefined) stoppedIn.infoWhenStopped(s, record.view, record.start + frame.stoppedAt, record.end)
    else {
      const { bytes } = source
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      stoppedIn.infoWhenStopped(s, view, frame.stoppedAt, bytes.length)
    }
  }
  if (hostNames.size > 0) nameAddresses(s, from, true)
  if (fault !== undefined) {
    const cut = record.originalLength > record.end - record.start
    s.text(isCutShort(fault, cut) ? '[Packet size limited during capture]' : '[Malformed Packet]')
  }
}

/** Writes one column of the present frame. */
export type ColumnWriter = (s: Sink, frame: Frame, record: FrameRecord, session: Session) => void

/** Wireshark's names for columns, as `-e` takes them. */
export const columnWriters: ReadonlyMap<string, ColumnWriter> = new Map<string, ColumnWriter>([
  ['_ws.col.No.', writeNumberColumn],
  ['_ws.col.Time', writeTimeColumn],
  ['_ws.col.Source', writeSourceColumn],
  ['_ws.col.Destination', writeDestinationColumn],
  ['_ws.col.Protocol', writeProtocolColumn],
  ['_ws.col.Length', writeLengthColumn],
  ['_ws.col.Info', writeInfoColumn],
])
