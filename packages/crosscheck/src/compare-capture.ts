/** A whole capture file: its records against pcap-parser's, its frames against the other descriptions. */
import { readFileSync } from 'node:fs'
import { bytesOf, type Capture, type CaptureFault, type CaptureRecord, readCapture } from '@dmvpn/capture'
import { dmvpn, type Stack } from '@dmvpn/protocols'
import { compareFrame, type Disagreement } from './disagreement.ts'
import { hex } from './header.ts'
import { type OtherCapture, type OtherRecord, readRecords } from './records.ts'

export interface CaptureComparison {
  /** How many frames were compared. */
  readonly frames: number
  /** Why pcap-parser was not asked; undefined where it was. */
  readonly unasked: string | undefined
  readonly disagreements: readonly Disagreement[]
  /** Why the capture was not read to its end; undefined where it was. */
  readonly fault: CaptureFault | undefined
}

/**
 * Compares a capture of any format, given as octets or by its path. Only a classic capture in microseconds is read by
 * pcap-parser too. Throws what `node:fs` throws where the file cannot be read.
 */
export function compareCapture(file: Uint8Array | string, stack: Stack = dmvpn): CaptureComparison {
  return compareBoth(typeof file === 'string' ? new Uint8Array(readFileSync(file)) : file, stack)
}

function compareBoth(bytes: Uint8Array, stack: Stack | undefined): CaptureComparison {
  const other = readRecords(bytes)
  const records = 'because' in other ? undefined : other
  const capture = readCapture(bytes)
  const disagreements: Disagreement[] = []
  let frames = 0
  let end = 24
  for (const record of capture) {
    if (records !== undefined) compareRecord(record, records, frames, disagreements)
    frames++
    end = record.fileOffset + 16 + record.end - record.start
    if (stack === undefined) continue
    for (const each of compareFrame(bytesOf(record), record.linkType, stack)) {
      disagreements.push({ ...each, frame: frames })
    }
  }
  if (records !== undefined) compareEnds(capture, frames, records, end, disagreements)
  return { frames, unasked: 'because' in other ? other.because : undefined, disagreements, fault: capture.fault }
}

/** The same of records alone, whatever frames they hold. */
export function compareRecords(file: Uint8Array): readonly Disagreement[] {
  return compareBoth(file, undefined).disagreements
}

function compareRecord(
  own: CaptureRecord,
  { linkType, records }: OtherCapture,
  index: number,
  into: Disagreement[],
): void {
  const other = records[index]
  const differs = (field: string, ours: string | number, theirs: string | number): void => {
    if (ours !== theirs) into.push(disagreement(field, ours, theirs, own.fileOffset, index + 1))
  }
  if (other === undefined) return differs('frame', 'a record', 'none')
  differs('frame.encap_type', own.linkType, linkType)
  differs('frame.time_epoch', timeOf(own.seconds, own.nanoseconds), otherTimeOf(other))
  differs('frame.len', own.originalLength, other.originalLength)
  differs('frame.cap_len', own.end - own.start, other.bytes.length)
  differs('frame.raw', hex(bytesOf(own)), hex(other.bytes))
}

/** Both must have had as many records, and we must have told a record that is cut short. */
function compareEnds(
  capture: Capture,
  frames: number,
  { records, leftover }: OtherCapture,
  end: number,
  into: Disagreement[],
): void {
  if (frames < records.length) into.push(disagreement('frame', `${frames} records`, `${records.length}`, end))
  const cut = leftover > 0 ? 'truncated' : 'whole'
  const ours = capture.fault?.fault ?? 'whole'
  if (ours !== cut) into.push(disagreement('frame.cap_len', ours, cut, end))
  // Of a record cut short pcap-parser itself says nothing.
  else if (leftover > 0) into.push(disagreement('frame.cap_len', 'truncated', 'no record', end))
}

function timeOf(seconds: number, nanoseconds: number): string {
  return `${seconds}.${String(nanoseconds).padStart(9, '0')}`
}

function otherTimeOf({ seconds, microseconds }: OtherRecord): string {
  return timeOf(seconds, 1000 * microseconds)
}

function disagreement(
  field: string,
  ours: string | number,
  theirs: string | number,
  at: number,
  frame?: number,
): Disagreement {
  const found = { field, ours: String(ours), theirs: String(theirs), by: 'pcap-parser', at } as const
  return frame === undefined ? found : { ...found, frame }
}
