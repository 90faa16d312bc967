/**
 * pcapng options, draft-ietf-opsawg-pcapng §3.5: the same list ends every block.
 *
 *   +-------------------------------+-------------------------------+
 *   |          Option Type          |         Option Length         |
 *   +-------------------------------+-------------------------------+
 *   |               Value, padded with zeros to 32 bits             |
 *   +---------------------------------------------------------------+
 */
import type { ByteOrder, RecordOptions } from './record.ts'

export const option = { end: 0, comment: 1 } as const
export const packetOption = { flags: 2 } as const
export const sectionOption = { hardware: 2, operatingSystem: 3, application: 4 } as const
export const interfaceOption = {
  name: 2,
  description: 3,
  speed: 8,
  resolution: 9,
  filter: 11,
  operatingSystem: 12,
  fcsLength: 13,
  offset: 14,
  hardware: 15,
} as const

/** Called for each option: its code, and where its value begins and ends in the view. */
export type OptionVisitor = (code: number, start: number, end: number) => void

/**
 * Walks the options in `[at, end)` of a view up to the end-of-options mark.
 * The answer is where the list ends, without that mark; an option that reaches beyond `end` is left out.
 */
export function walkOptions(view: DataView, at: number, end: number, little: boolean, visit: OptionVisitor): number {
  while (at + 4 <= end) {
    const code = view.getUint16(at, little)
    if (code === option.end) return at
    const start = at + 4
    const stop = start + view.getUint16(at + 2, little)
    if (stop > end) return at
    visit(code, start, stop)
    at = Math.min(stop + padding(stop - start), end)
  }
  return at
}

/** Octets of zeros behind a value of this length. */
export function padding(length: number): number {
  return -length & 3
}

/** UTF-8 without the trailing zeros that some writers leave; what is not UTF-8 shows U+FFFD. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  while (end > start && bytes[end - 1] === 0) end--
  return decoder.decode(bytes.subarray(start, end))
}

/** A list of options under construction, in one byte order. */
export class OptionList {
  readonly order: ByteOrder
  #bytes = new Uint8Array(64)
  #length = 0

  constructor(order: ByteOrder) {
    this.order = order
  }

  text(code: number, text: string | undefined): this {
    return text === undefined ? this : this.value(code, encoder.encode(text).subarray(0, 0xffff))
  }

  texts(code: number, texts: readonly string[]): this {
    for (const text of texts) this.text(code, text)
    return this
  }

  u8(code: number, value: number | undefined): this {
    return value === undefined ? this : this.value(code, Uint8Array.of(value))
  }

  u32(code: number, value: number | undefined): this {
    if (value === undefined) return this
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setUint32(0, value, this.order === 'little')
    return this.value(code, bytes)
  }

  i64(code: number, value: number | undefined): this {
    if (value === undefined) return this
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setBigInt64(0, BigInt(value), this.order === 'little')
    return this.value(code, bytes)
  }

  value(code: number, value: Uint8Array): this {
    const size = 4 + value.length + padding(value.length)
    if (this.#length + size > this.#bytes.length) {
      const larger = new Uint8Array(2 * (this.#length + size))
      larger.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = larger
    }
    const view = new DataView(this.#bytes.buffer)
    view.setUint16(this.#length, code, this.order === 'little')
    view.setUint16(this.#length + 2, value.length, this.order === 'little')
    this.#bytes.set(value, this.#length + 4)
    this.#length += size
    return this
  }

  /** The list without its end mark. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }
}

/** Which options hold numbers, and of how many octets: the others are text and octets, the same in either order. */
export type OptionWidths = Readonly<Record<number, number>>
export const packetWidths: OptionWidths = { 2: 4, 4: 8, 5: 8, 6: 4 }
export const interfaceWidths: OptionWidths = { 8: 8, 14: 8, 16: 8, 17: 8 }

/** The same options in another byte order. */
export function reorder(options: RecordOptions, order: ByteOrder, widths: OptionWidths): Uint8Array {
  const { bytes } = options
  if (options.order === order) return bytes
  const list = new OptionList(order)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  walkOptions(view, 0, bytes.length, options.order === 'little', (code, start, end) => {
    const value = bytes.slice(start, end)
    // Custom options (2988, 2989, 19372, 19373) begin with a Private Enterprise Number; what follows is its owner's.
    const width = code === 2988 || code === 2989 || code === 19372 || code === 19373 ? 4 : (widths[code] ?? 0)
    if (value.length >= width) value.subarray(0, width).reverse()
    list.value(code, value)
  })
  return list.bytes.slice()
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()
