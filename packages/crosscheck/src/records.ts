/**
 * Classic captures through pcap-parser, guarded. It knows microseconds only; it says nothing of a record cut short, takes
 * time that grows with the square of what a lying length claims, and lets odd versions and fractions pass: a file is
 * walked here first, and it is only shown files that hold together.
 */
import { EventEmitter } from 'node:events'
import { type GlobalHeader, type Packet, parse } from 'pcap-parser'

export interface OtherRecord {
  readonly seconds: number
  readonly microseconds: number
  readonly originalLength: number
  readonly bytes: Uint8Array
}

export interface OtherCapture {
  readonly linkType: number
  readonly records: readonly OtherRecord[]
  /** Octets behind the last whole record: of a record cut short. */
  readonly leftover: number
}

/** Why pcap-parser is not asked about a file. */
export interface Unasked {
  readonly because: string
}

/** What pcap-parser reads in a capture file, or why it is not asked. */
export function readRecords(file: Uint8Array): OtherCapture | Unasked {
  const extent = extentOf(file)
  if ('because' in extent) return extent
  const source = Object.assign(new EventEmitter(), { pause: () => {}, resume: () => {} })
  let linkType = -1
  let because: string | undefined
  const records: OtherRecord[] = []
  parse(source)
    .on('globalHeader', (header: GlobalHeader) => {
      // Bits 26 to 31 tell the length of frame check sequences, draft-ietf-opsawg-pcap §4.
      linkType = header.linkLayerType & 0x03ffffff
    })
    .on('packet', ({ header, data }: Packet) => {
      records.push({
        seconds: header.timestampSeconds,
        microseconds: header.timestampMicroseconds,
        originalLength: header.originalLength,
        bytes: data,
      })
    })
    .on('error', (error: Error) => {
      because = error.message
    })
  // All at once: of a second chunk it makes a copy with a constructor that Node deprecates.
  source.emit('data', Buffer.from(file.buffer, file.byteOffset, extent.end))
  source.emit('end')
  if (because !== undefined) return { because }
  if (records.length !== extent.count) return { because: `gave ${records.length} of ${extent.count} records` }
  return { linkType, records, leftover: file.length - extent.end }
}

/** No record may be larger (Wireshark's limit for usual link types). */
const largestRecord = 1 << 18

/** How many whole records there are and where the last one ends. */
function extentOf(file: Uint8Array): { readonly count: number; readonly end: number } | Unasked {
  if (file.length < 24) return { because: 'shorter than the header of a capture file' }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const magic = view.getUint32(0)
  if (magic !== 0xa1b2c3d4 && magic !== 0xd4c3b2a1) return { because: 'not a capture in microseconds' }
  const little = magic === 0xd4c3b2a1
  if (view.getUint16(4, little) !== 2 || view.getUint16(6, little) !== 4) return { because: 'not version 2.4' }
  let at = 24
  let count = 0
  while (file.length - at >= 16) {
    const length = view.getUint32(at + 8, little)
    if (view.getUint32(at + 4, little) > 999_999)
      return { because: `record ${count + 1} has a fraction of a second or more` }
    if (length > largestRecord) return { because: `record ${count + 1} claims ${length} octets` }
    if (file.length - at - 16 < length) break
    at += 16 + length
    count++
  }
  return { count, end: at }
}
