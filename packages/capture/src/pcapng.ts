/**
 * The pcapng file format, draft-ietf-opsawg-pcapng: sections of blocks, each section in a byte order of its own.
 * Packets become records; every other block is shown to `onBlock` in the order of the file and costs nothing without it.
 */

import type { NamedAddress, SectionDescription } from './block.ts'
import { type BlockKind, blockType, byteOrderMagic, type CaptureBlock, kindOf } from './block.ts'
import { type CaptureFault, type Decoder, largestBlock, type Wanted } from './decoder.ts'
import { Descriptions } from './descriptions.ts'
import type { InterfaceDescription } from './interface-description.ts'
import { padding } from './options.ts'
import { fcsLengthOf, noPacketOptions, readPacketOptions } from './packet-options.ts'
import type { CaptureRecord } from './record.ts'
import { noComments } from './record.ts'
import type { Window } from './window.ts'

const shortestBlock = 12

export class PcapngDecoder implements Decoder {
  fault: CaptureFault | undefined
  readonly #described = new Descriptions()
  readonly #onBlock: ((block: CaptureBlock) => void) | undefined
  #little = true

  constructor(onBlock: ((block: CaptureBlock) => void) | undefined) {
    this.#onBlock = onBlock
  }

  get interfaces(): readonly InterfaceDescription[] {
    return this.#described.interfaces
  }

  get names(): readonly NamedAddress[] {
    return this.#described.names
  }

  get section(): SectionDescription | undefined {
    return this.#described.section
  }

  next(window: Window): CaptureRecord | undefined {
    while (this.fault === undefined && window.end - window.at >= shortestBlock) {
      const { view, at } = window
      // A section's type reads the same in both orders; its magic then tells the order of all that follows.
      if (view.getUint32(at) === blockType.section && !this.#turn(window)) return undefined
      const little = this.#little
      const length = view.getUint32(at + 4, little)
      if (length < shortestBlock || length > largestBlock || length % 4 !== 0) {
        return this.#malformed(window, 4, 'pcapng.block.length', `${length} is ${oddness(length)}`, '§3.1')
      }
      const end = at + length
      if (end > window.end) return undefined
      const again = view.getUint32(end - 4, little)
      if (again !== length) {
        const because = `the length at the block's end is ${again}, at its start ${length}`
        return this.#malformed(window, length - 4, 'pcapng.block.length', because, '§3.1')
      }
      const type = view.getUint32(at, little)
      if (type === blockType.enhancedPacket || type === blockType.packet || type === blockType.simplePacket) {
        const record =
          type === blockType.simplePacket
            ? this.#simplePacket(window, at, end - 4)
            : this.#packet(window, at, end - 4, type === blockType.packet)
        if (record !== undefined) window.at = end
        return record
      }
      this.#describe(window, type, at, end)
      if (this.fault === undefined) window.at = end
    }
    return undefined
  }

  /** A block is read to be believed, also where nobody looks at it. */
  skip(window: Window, most: number): number {
    let count = 0
    while (count < most && this.next(window) !== undefined) count++
    return count
  }

  wanted(window: Window): Wanted {
    const { view, at } = window
    if (window.end - at < shortestBlock) return { reading: 'pcapng.block', need: shortestBlock }
    return { reading: 'pcapng.block.body', need: view.getUint32(at + 4, this.#little) }
  }

  /**
   * Enhanced Packet Block, §4.3, and the obsolete Packet Block, appendix A, whose first word is two halves:
   *
   *   +---------------------------------------------------------------+
   *   |     Interface ID   (obsolete: 16 bits, Drops Count 16 bits)   |
   *   +---------------------------------------------------------------+
   *   |                        Timestamp (High)                       |
   *   +---------------------------------------------------------------+
   *   |                        Timestamp (Low)                        |
   *   +---------------------------------------------------------------+
   *   |                    Captured Packet Length                     |
   *   +---------------------------------------------------------------+
   *   |                    Original Packet Length                     |
   *   +---------------------------------------------------------------+
   *   |            Packet Data, padded to 32 bits; Options            |
   *   +---------------------------------------------------------------+
   */
  #packet(window: Window, at: number, bodyEnd: number, obsolete: boolean): CaptureRecord | undefined {
    const { view } = window
    const little = this.#little
    const start = at + 28
    if (start > bodyEnd) return this.#malformed(window, 4, 'pcapng.block.length', 'too short for a packet', '§4.3')
    const port = this.#described.ports[obsolete ? view.getUint16(at + 8, little) : view.getUint32(at + 8, little)]
    if (port === undefined) return this.#noInterface(window)
    const captured = view.getUint32(at + 20, little)
    if (captured > port.limit || start + captured > bodyEnd) {
      const most = Math.min(port.limit, bodyEnd - start)
      const because = `a packet of ${captured} octets is more than the ${most} that fit`
      return this.#malformed(window, 20, 'pcapng.packet.captured_length', because, '§4.3')
    }
    const end = start + captured
    const optionsAt = end + padding(captured)
    port.clock.read(view.getUint32(at + 12, little), view.getUint32(at + 16, little))
    const { description } = port
    // What most packets do not have is read apart, so that a plain packet allocates its record and nothing else.
    const more = optionsAt + 4 <= bodyEnd ? readPacketOptions(window, optionsAt, bodyEnd, little) : noPacketOptions
    return {
      buffer: window.bytes,
      view,
      start,
      end,
      seconds: port.clock.seconds,
      nanoseconds: port.clock.nanoseconds,
      timed: true,
      originalLength: view.getUint32(at + 24, little),
      linkType: description.linkType,
      interface: description.index,
      description,
      fcsLength: fcsLengthOf(more.flags) ?? description.fcsLength,
      flags: more.flags,
      comments: more.comments,
      options: more.options,
      note: undefined,
      fileOffset: window.base + at,
    }
  }

  /**
   * Simple Packet Block, §4.4: no time, no interface (the section's first), no options; the snap length cuts it.
   *
   *   +---------------------------------------------------------------+
   *   |                    Original Packet Length                     |
   *   +---------------------------------------------------------------+
   *   |                 Packet Data, padded to 32 bits                |
   *   +---------------------------------------------------------------+
   */
  #simplePacket(window: Window, at: number, bodyEnd: number): CaptureRecord | undefined {
    const { view } = window
    const start = at + 12
    if (start > bodyEnd) return this.#malformed(window, 4, 'pcapng.block.length', 'too short for a packet', '§4.4')
    const port = this.#described.ports[0]
    if (port === undefined) return this.#noInterface(window)
    const { description } = port
    const originalLength = view.getUint32(at + 8, this.#little)
    const snapLength = description.snapLength === 0 ? originalLength : description.snapLength
    const captured = Math.min(originalLength, snapLength)
    if (captured > port.limit || start + captured > bodyEnd) {
      const because = `a packet of ${captured} octets is more than the ${bodyEnd - start} in the block`
      return this.#malformed(window, 8, 'pcapng.packet.original_length', because, '§4.4')
    }
    return {
      buffer: window.bytes,
      view,
      start,
      end: start + captured,
      seconds: 0,
      nanoseconds: 0,
      timed: false,
      originalLength,
      linkType: description.linkType,
      interface: description.index,
      description,
      fcsLength: description.fcsLength,
      flags: undefined,
      comments: noComments,
      options: undefined,
      note: undefined,
      fileOffset: window.base + at,
    }
  }

  /** Sets the byte order from a section's magic. False where that is neither one. */
  #turn(window: Window): boolean {
    const magic = window.view.getUint32(window.at + 8)
    if (magic === byteOrderMagic) this.#little = false
    else if (magic === 0x4d3c2b1a) this.#little = true
    else {
      this.#malformed(window, 8, 'pcapng.section.magic', `0x${magic.toString(16)} tells no byte order`, '§4.1')
      return false
    }
    return true
  }

  #describe(window: Window, type: number, at: number, end: number): void {
    const little = this.#little
    const refusal = this.#described.read(window, type, at, end, little)
    if (refusal !== undefined) return this.#malformed(window, ...refusal)
    if (this.#onBlock !== undefined) {
      this.#show(window, kindOf(type), type, at, end, this.#described.interfaceOf(window, type, at, end, little))
    }
  }

  #show(
    window: Window,
    kind: BlockKind,
    type: number,
    at: number,
    end: number,
    description: InterfaceDescription | undefined,
  ): void {
    this.#onBlock?.({
      kind,
      type,
      order: this.#little ? 'little' : 'big',
      bytes: window.bytes.subarray(at, end),
      description,
      fileOffset: window.base + at,
    })
  }

  #noInterface(window: Window): undefined {
    return this.#malformed(window, 8, 'pcapng.packet.interface', 'its section describes no such interface', '§4.3')
  }

  #malformed(window: Window, from: number, reading: string, because: string, paragraph: string): undefined {
    const rule = `draft-ietf-opsawg-pcapng ${paragraph}`
    this.fault = { fault: 'malformed', reading, at: window.offset + from, because, rule }
    return undefined
  }
}

function oddness(length: number): string {
  if (length < shortestBlock) return `shorter than the ${shortestBlock} octets of an empty block`
  if (length > largestBlock) return `longer than the ${largestBlock} octets we read as one block`
  return 'not a multiple of 4'
}
