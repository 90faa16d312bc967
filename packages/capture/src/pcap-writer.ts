/** Writes pcap files; the headers are drawn in `pcap.ts`. */
import { usualRecord } from './decoder.ts'
import { linkType, linkTypeName } from './link-types.ts'
import { Packer } from './packer.ts'
import { fileHeaderLength, pcapMagic, recordHeaderLength } from './pcap.ts'
import type { ByteOrder, CaptureRecord } from './record.ts'
import { type CaptureSink, CaptureWriteError, MemorySink } from './sink.ts'

export interface PcapOptions {
  /** Of all records. Without it the first record's; Ethernet for a file without records. */
  readonly linkType?: number
  /** Times to the nanosecond; without it to the microsecond, cut off. */
  readonly nanoseconds?: boolean
  readonly order?: ByteOrder
  /** What the header says; records are written as they are. */
  readonly snapLength?: number
  /** Octets of frame check sequence at the end of every record. Without it what the first record says. */
  readonly fcsLength?: number
}

/**
 * Turns records into a pcap file, as they come. Where `write`, `flush` or `close` answers with a promise, wait for it
 * before the next. Throws `CaptureWriteError`: another link type than the file's, a time outside 1970–2106, a failing sink.
 */
export class PcapWriter {
  readonly #packer: Packer
  readonly #options: PcapOptions
  readonly #little: boolean
  readonly #nanoseconds: boolean
  #linkType: number | undefined

  constructor(sink: CaptureSink, options: PcapOptions = {}) {
    this.#packer = new Packer(sink)
    this.#options = options
    this.#little = options.order !== 'big'
    this.#nanoseconds = options.nanoseconds ?? false
  }

  write(record: CaptureRecord): void | Promise<void> {
    const { seconds } = record
    if (this.#linkType === undefined) this.#begin(this.#options.linkType ?? record.linkType, record.fcsLength)
    if (record.linkType !== this.#linkType) throw otherLinkType(record.linkType, this.#linkType!)
    if (seconds < 0 || seconds > 0xffffffff) {
      throw new CaptureWriteError('time', `pcap holds times from 1970 to 2106, not ${seconds} seconds after 1970`)
    }
    const length = record.end - record.start
    const packer = this.#packer
    const waiting = packer.room(recordHeaderLength + length)
    const { view, at } = packer
    const little = this.#little
    view.setUint32(at, seconds, little)
    view.setUint32(at + 4, this.#nanoseconds ? record.nanoseconds : Math.floor(record.nanoseconds / 1000), little)
    view.setUint32(at + 8, length, little)
    view.setUint32(at + 12, record.originalLength, little)
    packer.bytes.set(record.buffer.subarray(record.start, record.end), at + recordHeaderLength)
    return waiting
  }

  /** Gives the sink everything so far, the header too. */
  flush(): void | Promise<void> {
    if (this.#linkType === undefined) this.#begin(this.#options.linkType ?? linkType.ethernet, undefined)
    return this.#packer.flush()
  }

  /** Ends the file. The sink is the caller's to close. */
  close(): void | Promise<void> {
    return this.flush()
  }

  #begin(network: number, recordFcs: number | undefined): void {
    this.#linkType = network
    const fcsLength = this.#options.fcsLength ?? recordFcs
    const fcs = fcsLength === undefined ? 0 : 0x04000000 | (((fcsLength >>> 1) & 15) << 28)
    const packer = this.#packer
    void packer.room(fileHeaderLength)
    const { view, at } = packer
    const little = this.#little
    view.setUint32(at, this.#nanoseconds ? pcapMagic.nanoseconds : pcapMagic.microseconds, little)
    view.setUint16(at + 4, 2, little)
    view.setUint16(at + 6, 4, little)
    view.setUint32(at + 8, 0, little)
    view.setUint32(at + 12, 0, little)
    view.setUint32(at + 16, this.#options.snapLength ?? usualRecord, little)
    view.setUint32(at + 20, (network & 0x03ffffff) | fcs, little)
  }
}

/** Records as the bytes of a pcap file. Throws `CaptureWriteError` where pcap cannot hold them. */
export function writePcap(records: Iterable<CaptureRecord>, options: PcapOptions = {}): Uint8Array {
  const sink = new MemorySink()
  const writer = new PcapWriter(sink, options)
  for (const record of records) void writer.write(record)
  void writer.close()
  return sink.bytes
}

function otherLinkType(found: number, file: number): CaptureWriteError {
  const [a, b] = [found, file].map(number => `${linkTypeName(number)} (${number})`)
  return new CaptureWriteError(
    'link-type',
    `a pcap file has one link type: this record is ${a}, the file ${b}; use pcapng`,
  )
}
