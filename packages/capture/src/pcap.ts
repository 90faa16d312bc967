/**
 * The pcap file format, draft-ietf-opsawg-pcap, with what came before it and beside it.
 *
 * File header, 24 octets:
 *
 *    0                   1                   2                   3
 *   +---------------------------------------------------------------+
 *   |            Magic Number: a1b2c3d4, a1b23c4d, a1b2cd34         |
 *   +-------------------------------+-------------------------------+
 *   |       Major Version: 2        |       Minor Version: 4        |
 *   +-------------------------------+-------------------------------+
 *   |                 Reserved (was: time zone)                     |
 *   +---------------------------------------------------------------+
 *   |                 Reserved (was: accuracy)                      |
 *   +---------------------------------------------------------------+
 *   |                            SnapLen                            |
 *   +-------+-+-+-------------------+-------------------------------+
 *   |FCS len|R|P|     Reserved      |           LinkType            |
 *   +-------+-+-+-------------------+-------------------------------+
 *
 * Record header, 16 octets, in a1b2cd34 ("modified", Kuznetzov) 24:
 *
 *   +---------------------------------------------------------------+
 *   |                       Timestamp (seconds)                     |
 *   +---------------------------------------------------------------+
 *   |             Timestamp (microseconds or nanoseconds)           |
 *   +---------------------------------------------------------------+
 *   |                    Captured Packet Length                     |
 *   +---------------------------------------------------------------+
 *   |                    Original Packet Length                     |
 *   +---------------------------------------------------------------+   modified only:
 *   |                        Interface Index                        |
 *   +-------------------------------+---------------+---------------+
 *   |            Protocol           |  Packet Type  |    Padding    |
 *   +-------------------------------+---------------+---------------+
 */
import type { CaptureFault, Decoder, Survey, Wanted } from './decoder.ts'
import { recordLimit } from './decoder.ts'
import type { InterfaceDescription } from './interface-description.ts'
import { describeInterface } from './interface-description.ts'
import { magicOf } from './magic.ts'
import type { ByteOrder, CaptureRecord } from './record.ts'
import { noComments } from './record.ts'
import type { Window } from './window.ts'

export const fileHeaderLength = 24
export const recordHeaderLength = 16
const modifiedHeaderLength = 24

export const pcapMagic = { microseconds: 0xa1b2c3d4, nanoseconds: 0xa1b23c4d, modified: 0xa1b2cd34 } as const

/** Linux's packet types (`PACKET_HOST` …) as pcapng flags: direction and reception. */
const flagsOfPacketType: readonly number[] = [0b001_01, 0b011_01, 0b010_01, 0b100_01, 0b001_10]

/** Reads records behind a file header that `openPcap` has read. */
export class PcapDecoder implements Decoder {
  fault: CaptureFault | undefined
  readonly order: ByteOrder
  readonly nanoseconds: boolean
  readonly interfaces: readonly [InterfaceDescription]
  readonly #little: boolean
  readonly #headerLength: number
  readonly #swap: 'no' | 'yes' | 'where longer'
  readonly #limit: number

  /** The window stands at a whole file header; it is read and passed. */
  constructor(window: Window) {
    const { view, at } = window
    const written = magicOf(window.bytes, at)
    this.#little = written >>> 24 !== 0xa1
    this.order = this.#little ? 'little' : 'big'
    const magic = view.getUint32(at, this.#little)
    this.nanoseconds = magic === pcapMagic.nanoseconds
    this.#headerLength = magic === pcapMagic.modified ? modifiedHeaderLength : recordHeaderLength
    const major = view.getUint16(at + 4, this.#little)
    const minor = view.getUint16(at + 6, this.#little)
    this.#swap = swapOf(major, minor)
    const snapLength = view.getUint32(at + 16, this.#little)
    const network = view.getUint32(at + 20, this.#little)
    this.interfaces = [
      describeInterface({
        linkType: network & 0x03ffffff,
        snapLength,
        resolution: this.nanoseconds ? 9 : 6,
        ...fcsLengthOf(network),
      }),
    ]
    this.#limit = recordLimit(snapLength)
    if (!(major === 2 && minor <= 4) && !(major === 543 && minor === 0)) {
      this.fault = {
        fault: 'malformed',
        reading: 'pcap.version',
        at: window.offset + 4,
        because: `version ${major}.${minor} is not 2.0 to 2.4`,
        rule: 'draft-ietf-opsawg-pcap §4',
      }
      return
    }
    window.at += fileHeaderLength
  }

  next(window: Window): CaptureRecord | undefined {
    const { view, at } = window
    const start = at + this.#headerLength
    if (start > window.end) return undefined
    const little = this.#little
    let captured = view.getUint32(at + 8, little)
    let original = view.getUint32(at + 12, little)
    if (this.#swap !== 'no' && (this.#swap === 'yes' || captured > original))
      [captured, original] = [original, captured]
    if (captured > this.#limit) return this.#refuse(window, captured)
    const end = start + captured
    if (end > window.end) return undefined
    window.at = end

    let seconds = view.getUint32(at, little)
    const fraction = view.getUint32(at + 4, little)
    let nanoseconds = this.nanoseconds ? fraction : fraction * 1000
    let note: string | undefined
    if (nanoseconds > 999_999_999) {
      note = `a fraction of ${fraction} ${this.nanoseconds ? 'ns' : 'µs'} is a second or more; carried into the seconds`
      seconds += Math.floor(nanoseconds / 1e9)
      nanoseconds %= 1e9
    }
    const description = this.interfaces[0]
    return {
      buffer: window.bytes,
      view,
      start,
      end,
      seconds,
      nanoseconds,
      timed: true,
      originalLength: original,
      linkType: description.linkType,
      interface: 0,
      description,
      fcsLength: description.fcsLength,
      flags: this.#headerLength === modifiedHeaderLength ? flagsOfPacketType[view.getUint8(at + 22)] : undefined,
      comments: noComments,
      options: undefined,
      note,
      fileOffset: window.base + at,
    }
  }

  /** Of each record no more is read than its length, and nothing made. */
  skip(window: Window, most: number): number {
    const survey: Survey = { most, count: 0, last: 0, end: 0 }
    this.survey(window, survey)
    window.at += survey.end
    if (survey.count < most && window.at + this.#headerLength <= window.end) {
      const captured = this.#capturedAt(window.view, window.at)
      if (captured > this.#limit) this.#refuse(window, captured)
    }
    return survey.count
  }

  survey(window: Window, survey: Survey): void {
    const { view, at, end } = window
    let { count, last } = survey
    let next = at + survey.end
    while (count < survey.most) {
      const start = next + this.#headerLength
      if (start > end) break
      const captured = this.#capturedAt(view, next)
      if (captured > this.#limit || start + captured > end) break
      last = next - at
      next = start + captured
      count++
    }
    survey.count = count
    survey.last = last
    survey.end = next - at
  }

  wanted(window: Window): Wanted {
    const header = this.#headerLength
    if (window.end - window.at < header) return { reading: 'pcap.record', need: header }
    return { reading: 'pcap.record.data', need: header + this.#capturedAt(window.view, window.at) }
  }

  /** What a record header says of the octets behind it. */
  #capturedAt(view: DataView, at: number): number {
    const captured = view.getUint32(at + 8, this.#little)
    if (this.#swap === 'no') return captured
    const original = view.getUint32(at + 12, this.#little)
    return this.#swap === 'yes' || captured > original ? original : captured
  }

  #refuse(window: Window, captured: number): undefined {
    this.fault = {
      fault: 'malformed',
      reading: 'pcap.record.length',
      at: window.offset + 8,
      because: `a record of ${captured} octets is more than the ${this.#limit} this file may hold`,
      rule: 'draft-ietf-opsawg-pcap §5',
    }
    return undefined
  }
}

/** Before version 2.3 the two lengths stood the other way round, in 2.3 some did (libpcap's sf-pcap.c); DG/UX wrote 543.0. */
function swapOf(major: number, minor: number): 'no' | 'yes' | 'where longer' {
  if (major === 543 || minor < 3) return 'yes'
  return minor === 3 ? 'where longer' : 'no'
}

/** Bit 26 says that bits 28–31 count the frame check sequence in 16-bit words. */
function fcsLengthOf(network: number): { fcsLength?: number } {
  return network & 0x04000000 ? { fcsLength: (network >>> 28) * 2 } : {}
}
