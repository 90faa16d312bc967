/** Writes pcapng files; the blocks are drawn in `block.ts`, `block-read.ts` and `pcapng.ts`. */
import { type BlockKind, blockType, byteOrderMagic, type CaptureBlock } from './block.ts'
import { Clock } from './clock.ts'
import { describeInterface, type InterfaceDescription } from './interface-description.ts'
import {
  interfaceOption,
  interfaceWidths,
  OptionList,
  option,
  packetOption,
  packetWidths,
  padding,
  reorder,
  sectionOption,
} from './options.ts'
import { Packer } from './packer.ts'
import type { ByteOrder, CaptureRecord } from './record.ts'
import { type CaptureSink, CaptureWriteError, MemorySink } from './sink.ts'

export interface PcapngOptions {
  readonly order?: ByteOrder
  readonly hardware?: string
  readonly operatingSystem?: string
  readonly application?: string
  /** Comments on the file as a whole. */
  readonly comments?: readonly string[]
}

interface Port {
  readonly number: number
  readonly description: InterfaceDescription
  readonly clock: Clock
}

/**
 * Turns records, and blocks that a reader showed, into a pcapng file, as they come. Interfaces are described when their
 * first record comes; a record read from pcapng keeps its interface, time, flags, comments and options.
 * Where a method answers with a promise, wait for it before the next. Throws `CaptureWriteError`: a time that the
 * interface's resolution cannot hold, a link type of more than 16 bits, a failing sink.
 */
export class PcapngWriter {
  readonly #packer: Packer
  readonly #options: PcapngOptions
  #order: ByteOrder
  #begun = false
  #ports = new Map<InterfaceDescription, Port>()
  /** For records that bring no description: one each for what the format has to know. */
  readonly #plain = new Map<string, InterfaceDescription>()

  constructor(sink: CaptureSink, options: PcapngOptions = {}) {
    this.#packer = new Packer(sink)
    this.#options = options
    this.#order = options.order ?? 'little'
  }

  /** Describes an interface now, even if no record follows; otherwise its first record does. */
  describe(description: InterfaceDescription): void | Promise<void> {
    this.#port(description)
  }

  write(record: CaptureRecord): void | Promise<void> {
    const port = this.#port(record.description ?? this.#plainDescription(record))
    const length = record.end - record.start
    const options = this.#recordOptions(record)
    if (!record.timed && this.#isSimple(record, port, options)) {
      return this.#block(blockType.simplePacket, 4 + length, (view, at, bytes, little) => {
        view.setUint32(at, record.originalLength, little)
        bytes.set(record.buffer.subarray(record.start, record.end), at + 4)
      })
    }
    const { clock } = port
    if (!clock.write(record.seconds, record.nanoseconds)) {
      throw new CaptureWriteError('time', `${record.seconds} seconds after 1970 do not fit the interface's resolution`)
    }
    const optionsAt = 20 + length + padding(length)
    return this.#block(blockType.enhancedPacket, optionsAt + sizeOf(options), (view, at, bytes, little) => {
      view.setUint32(at, port.number, little)
      view.setUint32(at + 4, clock.high, little)
      view.setUint32(at + 8, clock.low, little)
      view.setUint32(at + 12, length, little)
      view.setUint32(at + 16, record.originalLength, little)
      bytes.set(record.buffer.subarray(record.start, record.end), at + 20)
      bytes.set(options, at + optionsAt)
    })
  }

  /**
   * Copies a block as it stands. A section begins a new one here; a block in the other byte order does too, because its
   * octets cannot be turned. Only a section's length and the interface a statistics block counts for are written anew.
   */
  copy(block: CaptureBlock): void | Promise<void> {
    if (block.kind === 'section') {
      this.#begun = true
      this.#order = block.order
      this.#ports = new Map()
    } else {
      if (this.#begun && block.order !== this.#order) this.#begun = false
      if (!this.#begun) this.#begin(block.order)
    }
    let number: number | undefined
    if (block.kind === 'interface' && block.description !== undefined) {
      if (this.#ports.has(block.description)) return undefined
      this.#add(block.description)
    } else if (block.kind === 'statistics' && block.description !== undefined) {
      number = this.#port(block.description).number
    }
    const waiting = this.#packer.room(block.bytes.length)
    const { bytes, view, at } = this.#packer
    bytes.set(block.bytes, at)
    if (number !== undefined) view.setUint32(at + 8, number, block.order === 'little')
    if (block.kind === ('section' satisfies BlockKind)) view.setBigInt64(at + 16, -1n)
    return waiting
  }

  /** Gives the sink everything so far, the section's header too. */
  flush(): void | Promise<void> {
    if (!this.#begun) this.#begin(this.#order)
    return this.#packer.flush()
  }

  /** Ends the file. The sink is the caller's to close. */
  close(): void | Promise<void> {
    return this.flush()
  }

  #begin(order: ByteOrder): void {
    this.#begun = true
    this.#order = order
    this.#ports = new Map()
    const { hardware, operatingSystem, application, comments } = this.#options
    const options = new OptionList(order)
      .texts(option.comment, comments ?? [])
      .text(sectionOption.hardware, hardware)
      .text(sectionOption.operatingSystem, operatingSystem)
      .text(sectionOption.application, application).bytes
    void this.#block(blockType.section, 16 + sizeOf(options), (view, at, bytes, little) => {
      view.setUint32(at, byteOrderMagic, little)
      view.setUint16(at + 4, 1, little)
      view.setUint16(at + 6, 0, little)
      view.setBigInt64(at + 8, -1n)
      bytes.set(options, at + 16)
    })
  }

  #port(description: InterfaceDescription): Port {
    if (!this.#begun) this.#begin(this.#order)
    const known = this.#ports.get(description)
    if (known !== undefined) return known
    const { linkType } = description
    if (linkType > 0xffff) throw new CaptureWriteError('link-type', `pcapng has no room for link type ${linkType}`)
    const options = interfaceOptions(description, this.#order)
    void this.#block(blockType.interface, 8 + sizeOf(options), (view, at, bytes, little) => {
      view.setUint16(at, description.linkType, little)
      view.setUint16(at + 2, 0, little)
      view.setUint32(at + 4, description.snapLength, little)
      bytes.set(options, at + 8)
    })
    return this.#add(description)
  }

  #add(description: InterfaceDescription): Port {
    const clock = new Clock(description.resolution, description.offset)
    const port = { number: this.#ports.size, description, clock }
    this.#ports.set(description, port)
    return port
  }

  #plainDescription({ linkType, fcsLength }: CaptureRecord): InterfaceDescription {
    const key = `${linkType} ${fcsLength}`
    const known = this.#plain.get(key)
    if (known !== undefined) return known
    const description = describeInterface({ linkType, ...(fcsLength === undefined ? {} : { fcsLength }) })
    this.#plain.set(key, description)
    return description
  }

  #recordOptions({ options, comments, flags }: CaptureRecord): Uint8Array {
    if (options !== undefined) return reorder(options, this.#order, packetWidths)
    if (comments.length === 0 && flags === undefined) return nothing
    return new OptionList(this.#order).texts(option.comment, comments).u32(packetOption.flags, flags).bytes
  }

  /** A Simple Packet Block says nothing but the length: it is enough where there is nothing else to say. */
  #isSimple(record: CaptureRecord, port: Port, options: Uint8Array): boolean {
    const { snapLength } = port.description
    const captured = snapLength === 0 ? record.originalLength : Math.min(record.originalLength, snapLength)
    return port.number === 0 && options.length === 0 && captured === record.end - record.start
  }

  #block(
    type: number,
    length: number,
    fill: (view: DataView, at: number, bytes: Uint8Array, little: boolean) => void,
  ): void | Promise<void> {
    const size = 12 + length + padding(length)
    const waiting = this.#packer.room(size)
    const { bytes, view, at } = this.#packer
    const little = this.#order === 'little'
    bytes.fill(0, at, at + size)
    view.setUint32(at, type, little)
    view.setUint32(at + 4, size, little)
    fill(view, at + 8, bytes, little)
    view.setUint32(at + size - 4, size, little)
    return waiting
  }
}

/** Records as the bytes of a pcapng file. Throws `CaptureWriteError` where an interface cannot hold a record's time. */
export function writePcapng(records: Iterable<CaptureRecord>, options: PcapngOptions = {}): Uint8Array {
  const sink = new MemorySink()
  const writer = new PcapngWriter(sink, options)
  for (const record of records) void writer.write(record)
  void writer.close()
  return sink.bytes
}

const nothing = new Uint8Array(0)

/** Octets of an option list with its end mark; none where it is empty. */
function sizeOf(options: Uint8Array): number {
  return options.length === 0 ? 0 : options.length + 4
}

function interfaceOptions(description: InterfaceDescription, order: ByteOrder): Uint8Array {
  if (description.options !== undefined) return reorder(description.options, order, interfaceWidths)
  const { resolution, offset, fcsLength, filter } = description
  return new OptionList(order)
    .texts(option.comment, description.comments)
    .text(interfaceOption.name, description.name)
    .text(interfaceOption.description, description.description)
    .i64(interfaceOption.speed, description.speed)
    .u8(interfaceOption.resolution, resolution === 6 ? undefined : resolution)
    .text(interfaceOption.filter, filter === undefined ? undefined : `\0${filter}`)
    .text(interfaceOption.operatingSystem, description.operatingSystem)
    .u8(interfaceOption.fcsLength, fcsLength === undefined ? undefined : fcsLength * 8)
    .i64(interfaceOption.offset, offset === 0 ? undefined : offset)
    .text(interfaceOption.hardware, description.hardware).bytes
}
