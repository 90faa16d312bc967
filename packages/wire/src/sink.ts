/**
 * Where text is written as octets: summaries and exports of a million frames build no string per field.
 * One growing buffer, reused; who owns the sink decides when it is flushed.
 */
import { formatIpv6, type Ipv4, type Ipv6, type Mac } from './address.ts'
import type { Literal } from './literal.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const digits: Uint8Array = encoder.encode('0123456789abcdef')
const zero = 0x30
const colon = 0x3a
const minus = 0x2d

/** 0 to 999 as they are written, left in a word, and how many digits that are; with zeros in front; with a point behind. */
const smallText = new Int32Array(1000)
const smallSize = new Uint8Array(1000)
const filledText = new Int32Array(1000)
const pointedText = new Int32Array(256)
/** An octet in hexadecimal, a colon behind it. */
const octetText = new Int32Array(256)
for (let value = 0; value < 1000; value++) {
  const hundreds = Math.floor(value / 100)
  const tens = Math.floor(value / 10) % 10
  const filled = ((zero + hundreds) << 24) | ((zero + tens) << 16) | ((zero + (value % 10)) << 8)
  const size = value < 10 ? 1 : value < 100 ? 2 : 3
  filledText[value] = filled
  smallText[value] = filled << (8 * (3 - size))
  smallSize[value] = size
  if (value > 255) continue
  pointedText[value] = smallText[value]! | (0x2e << (8 * (3 - size)))
  octetText[value] = (digits[value >>> 4]! << 24) | (digits[value & 15]! << 16) | (colon << 8)
}

/** Eight octets may be stored where fewer are meant: what is behind them is written next, or is nobody's. */
const slack = 8

/** Longer texts than this are copied by the platform. */
const longest = 512

export class Sink {
  bytes: Uint8Array
  length = 0
  /** Over the same octets as `bytes`. */
  private view: DataView
  /** How far `length` may go. */
  private room: number

  constructor(capacity = 65536) {
    this.bytes = new Uint8Array(capacity + slack)
    this.view = new DataView(this.bytes.buffer)
    this.room = capacity
  }

  /** Room for `octets` more; the buffer doubles where it is too small. */
  reserve(octets: number): void {
    if (this.length + octets > this.room) this.grow(octets)
  }

  private grow(octets: number): void {
    this.room = Math.max(this.room * 2, this.length + octets)
    const larger = new Uint8Array(this.room + slack)
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
    this.view = new DataView(larger.buffer)
  }

  /** A text that is kept. */
  put(literal: Literal): this {
    const { size } = literal
    if (size <= longest) return this.copy(literal.words, 0, size)
    return this.raw(literal.octets)
  }

  /** `size` octets that are kept eight to a word, as literals keep them, from word `from` on. */
  copy(words: Float64Array, from: number, size: number): this {
    this.reserve(size)
    const { view, length } = this
    for (let at = 0, word = from; at < size; at += 8, word++) view.setFloat64(length + at, words[word]!, true)
    this.length = length + size
    return this
  }

  /** Any text, as UTF-8. */
  text(text: string): this {
    const { length } = text
    this.reserve(length * 3)
    const { bytes } = this
    let at = this.length
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i)
      if (code < 0x80) bytes[at++] = code
      else if (code < 0x800) {
        bytes[at++] = 0xc0 | (code >>> 6)
        bytes[at++] = 0x80 | (code & 63)
      } else if (code < 0xd800 || code > 0xdfff) {
        bytes[at++] = 0xe0 | (code >>> 12)
        bytes[at++] = 0x80 | ((code >>> 6) & 63)
        bytes[at++] = 0x80 | (code & 63)
      } else {
        // Pairs of surrogates are rare enough for the platform, whose call alone costs as much as twenty characters.
        at += encoder.encodeInto(text.slice(i), bytes.subarray(at)).written
        break
      }
    }
    this.length = at
    return this
  }

  /** One ASCII character by its code. */
  byte(code: number): this {
    this.reserve(1)
    this.bytes[this.length++] = code
    return this
  }

  /** Octets as they are. */
  raw(octets: Uint8Array): this {
    this.reserve(octets.length)
    this.bytes.set(octets, this.length)
    this.length += octets.length
    return this
  }

  /** A whole number in decimal, at least `width` digits, filled with zeros. */
  dec(value: number, width = 1): this {
    this.reserve(9)
    if (value >= 0 && value < 1_000_000_000) {
      // Whole numbers below 2^31, divided as such: by a multiplication.
      const whole = value | 0
      if (width === 1) {
        if (whole < 1000) return this.small(whole)
        if (whole >= 1_000_000) {
          const millions = (whole / 1_000_000) | 0
          return this.small(millions).six(whole - 1_000_000 * millions)
        }
        const thousands = (whole / 1000) | 0
        return this.small(thousands).filled(whole - 1000 * thousands)
      }
      if (width === 6 && whole < 1_000_000) return this.six(whole)
      if (width === 9) {
        const millions = (whole / 1_000_000) | 0
        return this.filled(millions).six(whole - 1_000_000 * millions)
      }
    }
    return value < 0 ? this.byte(minus).long(-value, width) : this.long(value, width)
  }

  private long(value: number, width: number): this {
    let count = 1
    for (let bound = 10; bound <= value; bound *= 10) count++
    if (count < width) count = width
    this.reserve(count)
    const { bytes, length } = this
    let at = length + count - 1
    let rest = value
    // Above 2^31 integer division is slow and remainders are inexact below the binary point: take the high part off.
    for (; rest > 0x7fffffff; at--) {
      const next = Math.floor(rest / 10)
      bytes[at] = zero + (rest - next * 10)
      rest = next
    }
    for (let small = rest | 0; at >= length; at--) {
      const next = (small / 10) | 0
      bytes[at] = zero + (small - next * 10)
      small = next
    }
    this.length = length + count
    return this
  }

  /** Six digits. */
  private six(value: number): this {
    const thousands = (value / 1000) | 0
    return this.filled(thousands).filled(value - 1000 * thousands)
  }

  /** Three digits. */
  private filled(value: number): this {
    this.view.setInt32(this.length, filledText[value]!)
    this.length += 3
    return this
  }

  /** 0 to 999: most of what is written. */
  private small(value: number): this {
    this.view.setInt32(this.length, smallText[value]!)
    this.length += smallSize[value]!
    return this
  }

  /** A non-negative integer below 2^32 in `width` lower-case hexadecimal digits, without prefix. */
  hex(value: number, width: number): this {
    this.reserve(width + 1)
    const { view } = this
    let at = this.length
    let shift = 4 * width
    if ((width & 1) !== 0) {
      shift -= 4
      this.bytes[at++] = digits[(value >>> shift) & 15]!
    }
    while (shift > 0) {
      shift -= 8
      view.setInt32(at, octetText[(value >>> shift) & 255]!)
      at += 2
    }
    this.length = at
    return this
  }

  /** Octets in lower-case hexadecimal, colons between them. */
  hexColons(octets: Uint8Array): this {
    const { length: count } = octets
    if (count === 0) return this
    this.reserve(3 * count)
    const { view, length } = this
    for (let i = 0; i < count; i++) view.setInt32(length + 3 * i, octetText[octets[i]!]!)
    this.length = length + 3 * count - 1
    return this
  }

  /** Octets in lower-case hexadecimal, without separators. */
  hexBytes(octets: Uint8Array): this {
    this.reserve(2 * octets.length)
    const { view, length } = this
    for (let i = 0; i < octets.length; i++) view.setInt32(length + 2 * i, octetText[octets[i]!]!)
    this.length = length + 2 * octets.length
    return this
  }

  ipv4(address: Ipv4): this {
    this.reserve(16)
    const { view } = this
    let at = this.length
    let octet = address >>> 24
    view.setInt32(at, pointedText[octet]!)
    at += smallSize[octet]! + 1
    octet = (address >>> 16) & 255
    view.setInt32(at, pointedText[octet]!)
    at += smallSize[octet]! + 1
    octet = (address >>> 8) & 255
    view.setInt32(at, pointedText[octet]!)
    at += smallSize[octet]! + 1
    octet = address & 255
    view.setInt32(at, smallText[octet]!)
    this.length = at + smallSize[octet]!
    return this
  }

  /** The same at the right end of `width` columns. */
  ipv4Right(address: Ipv4, width: number): this {
    const octets = smallSize[address >>> 24]! + smallSize[(address >>> 16) & 255]! + smallSize[(address >>> 8) & 255]!
    const missing = width - 3 - octets - smallSize[address & 255]!
    return (missing > 0 ? this.spaces(missing) : this).ipv4(address)
  }

  ipv6(address: Ipv6): this {
    return this.text(formatIpv6(address))
  }

  mac(address: Mac): this {
    this.reserve(18)
    const { view, length } = this
    const high = Math.floor(address / 0x100000000)
    const low = (address - high * 0x100000000) | 0
    view.setInt32(length, octetText[(high >>> 8) & 255]!)
    view.setInt32(length + 3, octetText[high & 255]!)
    view.setInt32(length + 6, octetText[low >>> 24]!)
    view.setInt32(length + 9, octetText[(low >>> 16) & 255]!)
    view.setInt32(length + 12, octetText[(low >>> 8) & 255]!)
    view.setInt32(length + 15, octetText[low & 255]!)
    this.length = length + 17
    return this
  }

  /** Spaces until the text since `from` is `width` long. */
  pad(from: number, width: number): this {
    const missing = width - (this.length - from)
    return missing > 0 ? this.spaces(missing) : this
  }

  /** So many spaces; few, as a rule: the platform's `fill` costs more than the loop. */
  spaces(count: number): this {
    this.reserve(count)
    const { view, length } = this
    for (let i = 0; i < count; i += 4) view.setInt32(length + i, 0x20202020)
    this.length = length + count
    return this
  }

  clear(): void {
    this.length = 0
  }

  /** What was written since `from`, as a string. */
  toString(from = 0): string {
    return decoder.decode(this.bytes.subarray(from, this.length))
  }
}

/** What somebody writes, as a string. */
export function textOf(write: (s: Sink) => unknown): string {
  const s = new Sink(128)
  write(s)
  return s.toString()
}
