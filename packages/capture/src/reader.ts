/** Octets in, records out: the reader that every way of opening a capture is built on. It does no input of its own. */
import type { CaptureBlock, NamedAddress, SectionDescription } from './block.ts'
import type { CaptureFault, Decoder, Survey } from './decoder.ts'
import type { InterfaceDescription } from './interface-description.ts'
import { type CaptureFormat, formatOf, magicLength, strangerOf } from './magic.ts'
import { fileHeaderLength, PcapDecoder } from './pcap.ts'
import { PcapngDecoder } from './pcapng.ts'
import type { CaptureRecord } from './record.ts'
import { Window } from './window.ts'

export interface ReadOptions {
  /**
   * Shown every pcapng block that is not a packet, in the order of the file, between the records it stands between:
   * a writer that is given both copies the file. The block is valid as long as a record is.
   */
  readonly onBlock?: (block: CaptureBlock) => void
}

/**
 * Feed it with `push`, take records with `next` until there are none, say `finish` when the file is over.
 * What stands before damage is delivered; then `fault` says where reading stopped and why, and `next` gives no more.
 * Compressed files are not for it: see `openCapture`.
 */
export class CaptureReader {
  readonly #window = new Window()
  readonly #onBlock: ((block: CaptureBlock) => void) | undefined
  #decoder: Decoder | undefined
  #fault: CaptureFault | undefined
  #format: CaptureFormat | undefined

  constructor(options: ReadOptions = {}) {
    this.#onBlock = options.onBlock
  }

  /** Why reading stopped; undefined while it goes on and after a whole file. */
  get fault(): CaptureFault | undefined {
    return this.#fault ?? this.#decoder?.fault
  }

  /** Known after the first four octets. */
  get format(): CaptureFormat | undefined {
    return this.#format
  }

  /** The interfaces described so far, over all sections. */
  get interfaces(): readonly InterfaceDescription[] {
    return this.#decoder?.interfaces ?? []
  }

  /** The names for addresses that a pcapng file has given so far (the first 65,536). */
  get names(): readonly NamedAddress[] {
    return this.#decoder instanceof PcapngDecoder ? this.#decoder.names : []
  }

  /** What the header of the pcapng section now being read says. */
  get section(): SectionDescription | undefined {
    return this.#decoder instanceof PcapngDecoder ? this.#decoder.section : undefined
  }

  /**
   * The next octets of the file. Records taken before are valid no longer.
   * The chunk is read where it lies: leave it unchanged until the next `push`.
   */
  push(chunk: Uint8Array): void {
    if (this.fault === undefined && chunk.length > 0) this.#window.append(chunk)
  }

  /** Instead of `push`, without a copy: space to read the next octets into, then `filled` with their number. */
  room(): Uint8Array {
    return this.#window.room()
  }

  filled(octets: number): void {
    this.#window.filled(octets)
  }

  /** The next record, or undefined where more octets are needed, or after a fault. */
  next(): CaptureRecord | undefined {
    if (this.#decoder === undefined && !this.#open()) return undefined
    return this.#decoder?.fault === undefined ? this.#decoder?.next(this.#window) : undefined
  }

  /**
   * Passes over the next records, at most so many, and reads no more of them than where they end (of pcapng, what is
   * judged). How many there were: fewer where more octets are needed, or after a fault.
   */
  skip(most: number): number {
    if (this.#decoder === undefined && !this.#open()) return 0
    const decoder = this.#decoder
    return decoder === undefined || decoder.fault !== undefined ? 0 : decoder.skip(this.#window, most)
  }

  /** The file offset of the record that ends a survey, once that is as long as it is to be; it goes on with what has come. */
  survey(survey: Survey): number | undefined {
    const decoder = this.#decoder
    if (decoder?.survey === undefined || decoder.fault !== undefined) return undefined
    decoder.survey(this.#window, survey)
    return survey.count === survey.most ? this.#window.offset + survey.last : undefined
  }

  /** Goes on with the record at this offset of the file; whether its octets, where it has not come yet, are awaited next. */
  leap(offset: number): boolean {
    return this.#window.leap(offset)
  }

  /** Octets that have come and are not read. */
  get ahead(): number {
    return this.#window.end - this.#window.at
  }

  /** No more octets come: what is left over is a record or a block cut short. Call it when `next` gives no more. */
  finish(): void {
    if (this.fault !== undefined) return
    const window = this.#window
    const have = window.end - window.at
    if (this.#decoder !== undefined && have === 0) return
    const wanted = this.#decoder?.wanted(window) ?? {
      reading: this.#format === undefined ? 'capture.magic' : 'pcap.header',
      need: this.#format === undefined ? magicLength : fileHeaderLength,
    }
    const { reading, need } = wanted
    this.#fault = { fault: 'truncated', reading, at: window.offset, need, have, limitedBy: 'capture' }
  }

  #open(): boolean {
    if (this.#fault !== undefined) return false
    const window = this.#window
    const start = window.bytes.subarray(window.at, window.end)
    if (start.length < magicLength) return false
    this.#format = formatOf(start)
    if (this.#format === undefined) {
      const because = strangerOf(start)
      this.#fault = { fault: 'malformed', reading: 'capture.magic', at: window.offset, because, rule: undefined }
      return false
    }
    if (this.#format === 'pcapng') this.#decoder = new PcapngDecoder(this.#onBlock)
    else if (start.length >= fileHeaderLength) this.#decoder = new PcapDecoder(window)
    return this.#decoder !== undefined
  }
}
